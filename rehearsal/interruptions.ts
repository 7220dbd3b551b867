import type { PlannedStep } from "./engine";
import { connectionHost } from "./planned-inputs";

/** What a plan does to those who use a service. */
export interface Interruption {
  urn: string;
  /** Of the component. */
  name: string;
  /** In the component's own words: what is down, and for how long; or that nothing is. */
  what: string;
  /** URNs of the steps by which it comes true. */
  steps: string[];
}

/**
 * The components whose `interruption` comes true: something that serves under them is put in the place of another. What is made for the
 * first time interrupts nobody, unless its machine was set up by hand and `takeOver` lets it take over. Of components in one another the
 * outermost speaks.
 */
export function interruptionsOf(steps: readonly PlannedStep[]): Interruption[] {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  const found = new Map<string, Interruption>();
  const byHand = steps.some(allowsTakeOver);
  for (const step of steps.filter((one) => takesOver(one) || succeeds(one, steps) || (byHand && meetsPredecessor(one)))) {
    const speaker = lineage(step, byUrn).findLast((one) => interruptionIn(one) !== undefined);
    const what =
      speaker && ((isReplaced(step) && REPLACED.has(step.type) ? saidBy(speaker, "replaced") : undefined) ?? interruptionIn(speaker));
    if (!speaker || what === undefined) continue;
    const before = found.get(speaker.urn);
    const steps = new Set([...(before?.steps ?? []), step.urn]);
    // What is replaced weighs more than a release.
    const worst = before && !REPLACED.has(step.type) ? before.what : what;
    found.set(speaker.urn, { urn: speaker.urn, name: speaker.urn.split("::").at(-1) ?? "", what: worst, steps: [...steps] });
  }
  return [...found.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

/** What requests go through: with another one of them nobody serves until its tasks are healthy, whatever a release does. */
const REPLACED = new Set(["aws:ecs/service:Service", "aws:lb/targetGroup:TargetGroup"]);

const isReplaced = ({ op }: PlannedStep): boolean => op === "replace" || op === "create-replacement";

/** A container or a task definition that is replaced, or a release that runs, of a service or of files. A container that is only updated stays up; files are read by a release. */
function takesOver(step: PlannedStep): boolean {
  const replaced = isReplaced(step);
  if (step.type === "docker:index/container:Container" || step.type === "aws:ecs/taskDefinition:TaskDefinition") return replaced;
  if (REPLACED.has(step.type)) return replaced;
  // A listener of somebody else's, which users ask already.
  if (step.type === "aws:lb/listener:Listener") return step.op === "import";
  if (step.type === "aws:rds/instance:Instance")
    return replaced || (step.op === "update" && step.diffs.some((one) => RESTARTS.includes(one)));
  return isCall(step, "release|static") && (replaced || step.op === "update");
}

/** The release of a component that has another name now, and does not run what served under the former one, which its helper would take over as it is. */
function succeeds(step: PlannedStep, steps: readonly PlannedStep[]): boolean {
  if (step.op !== "create" || !isCall(step, "release|static")) return false;
  const is = releaseIn(step.new);
  return steps.some(({ op, old }) => {
    const was = op === "delete" ? releaseIn(old) : undefined;
    return is && was && was.service === is.service && was.machine === is.machine && !isSameDocument(was.text, is.text);
  });
}

function releaseIn(view: PlannedStep["new"]): { service: unknown; machine: string | undefined; text: string } | undefined {
  const text = view?.inputs["stdin"];
  if (!view || typeof text !== "string" || !text.startsWith("{")) return undefined;
  const { service } = JSON.parse(text) as { service?: unknown };
  return service === undefined ? undefined : { service, machine: connectionHost(view.inputs), text };
}

/** Whether two documents ask the helper for the same, whoever owns what they ask for. */
export function isSameDocument(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => JSON.stringify({ ...(JSON.parse(text) as object), owner: null, reapply: null }));
  return first === second;
}

/** Inputs of a database of RDS by whose change it is restarted, or another one takes over. A second zone comes and goes while it runs. */
const RESTARTS = ["instanceClass", "engineVersion", "port", "identifier"];

/** Right before a container is made for the first time: one of before, which was made by hand, ends here. */
const meetsPredecessor = (step: PlannedStep): boolean => step.op === "create" && isCall(step, "predecessor");

/** A machine's first step, which hands it the word. */
function allowsTakeOver({ new: wanted }: PlannedStep): boolean {
  const document = wanted?.inputs["stdin"];
  if (typeof document !== "string" || !document.includes('"takeOver"')) return false;
  const { takeOver } = JSON.parse(document) as { takeOver?: unknown };
  return Array.isArray(takeOver) && takeOver.includes("docker");
}

function isCall({ type, new: wanted }: PlannedStep, nouns: string): boolean {
  const command = wanted?.inputs["create"];
  return type === "command:remote:Command" && typeof command === "string" && new RegExp(` (?:${nouns}) apply$`).test(command);
}

/** From the step's parent up to the stack. */
function lineage(step: PlannedStep, byUrn: ReadonlyMap<string, PlannedStep>): PlannedStep[] {
  const parent = byUrn.get((step.new ?? step.old)?.parent ?? "");
  return parent ? [parent, ...lineage(parent, byUrn)] : [];
}

/** In a run that failed early, what the component said the last time. */
const interruptionIn = (step: PlannedStep): string | undefined => saidBy(step, "interruption");

function saidBy(step: PlannedStep, word: "interruption" | "replaced"): string | undefined {
  const said = step.new?.outputs[word] ?? step.old?.outputs[word];
  return typeof said === "string" ? said : undefined;
}
