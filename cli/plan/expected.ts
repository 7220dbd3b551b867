import { isDefaultProvider } from "../../rehearsal/engine";
import { CliError } from "../explain";
import type { Op, PlanReport, StackReport } from "./report";

/** What of a plan has been read by somebody before. */
export interface Expectation {
  /** Of the plan that was read: 64 hex digits, as `digest` of its JSON. */
  digest: string;
  /** What `pulumi preview --json` printed. */
  preview?: string;
  /** The last update failed half-way: what it had done before is no difference. */
  resumed?: boolean;
}

/** How a plan differs from the one that was read, a line each; none where it does not. @throws CliError for a preview that is none. */
export function unexpected({ stacks: [stack] }: PlanReport, { digest, preview, resumed = false }: Expectation): string[] {
  if (!stack) return [];
  const other =
    stack.digest === digest.toLowerCase()
      ? []
      : [`--expect ${digest}: is not this plan of ${stack.stack}. Read this one; its digest is ${stack.digest}`];
  return [...other, ...(preview === undefined ? [] : stepDifferences(stack, previewedSteps(preview), resumed))];
}

/** What the plan changes for secrets alone and Pulumi leaves: their ciphertexts differ, their values do not. A line each. */
export function unchangedSecrets({ stacks: [stack] }: PlanReport, preview: string): string[] {
  if (!stack) return [];
  const previewed = previewedSteps(preview);
  return [...onlySecrets(stack)]
    .filter((urn) => !previewed.has(urn))
    .sort()
    .map((urn) => `--preview: ${urn}: only secrets that were encrypted anew, as the values that they were: pulumi preview changes nothing`);
}

/** @throws CliError for what is no preview. */
export const checkPreview = (text: string): void => {
  read(text);
};

type Steps = ReadonlyMap<string, Op>;

/** Of updates whose only differences are secrets or their marks, and of what follows from them. */
function onlySecrets({ resources, folded, security }: StackReport): ReadonlySet<string> {
  const isEncryptedAnew = security.some(({ kind, change, urn }) => kind === "secret" && change === "changed" && urn.startsWith("Pulumi."));
  if (!isEncryptedAnew) return new Set();
  const changed = resources.filter(
    ({ op, properties, files }) =>
      (op === "update" || op === "replace") &&
      files.length === 0 &&
      properties.length > 0 &&
      properties.every(({ path, secret }) => secret || MARKS_OF_SECRETS.includes(path)),
  );
  const urns = new Set(changed.map(({ urn }) => urn));
  const following = folded.filter(({ op, follows }) => op === "update" && (follows === undefined || urns.has(follows)));
  return new Set([...urns, ...following.map(({ urn }) => urn)]);
}
const MARKS_OF_SECRETS = ["secrets.revision", 'labels["flowfleet.secrets"]'];

function stepDifferences(stack: StackReport, previewed: Steps, resumed: boolean): string[] {
  const planned: Steps = new Map([...stack.resources, ...stack.folded].map(({ urn, op }) => [urn, op]));
  const secrets = onlySecrets(stack);
  const urns = [...new Set([...planned.keys(), ...previewed.keys()])].sort();
  return urns.flatMap((urn) => {
    const [plan, preview] = [planned.get(urn) ?? "same", previewed.get(urn) ?? "same"];
    const isDone = preview === "same" && (resumed || secrets.has(urn));
    return plan === preview || isDone ? [] : [`--preview: ${urn}: plan: ${plan}, pulumi preview: ${preview}`];
  });
}

/** Pulumi's words for its steps in those of a plan. What is not here (`same`, `read`, `refresh`) changes nothing. */
const OPS: Readonly<Record<string, Op>> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
  delete: "delete",
};

interface Step {
  op: string;
  urn: string;
  newState?: { custom?: boolean };
  oldState?: { custom?: boolean };
}

/** As a plan has them: without components, and without the providers that Pulumi makes by itself. */
function previewedSteps(text: string): Steps {
  const steps = new Map<string, Op>();
  for (const { op, urn, newState, oldState } of read(text)) {
    const does = OPS[op];
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const isPlanned = !type.startsWith("pulumi:pulumi:") && !isDefaultProvider(urn);
    if (does !== undefined && isPlanned && (newState ?? oldState)?.custom !== false) steps.set(urn, does);
  }
  return steps;
}

function read(text: string): Step[] {
  const refuse = (wrong: string): CliError => new CliError(`--preview: ${wrong}. Make it with: pulumi preview --json --stack STACK`);
  let parsed: { steps?: Step[]; diagnostics?: { severity?: string }[] } | null;
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    throw refuse("is no JSON");
  }
  if (!Array.isArray(parsed?.steps)) throw refuse("has no steps");
  if (parsed.diagnostics?.some(({ severity }) => severity === "error")) throw refuse("is of a preview that failed");
  return parsed.steps;
}
