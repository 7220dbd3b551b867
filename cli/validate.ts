import pc from "picocolors";
import type { Finding } from "../infra/config/places";
import { findingLine } from "../infra/config/places";
import { borrowedHostProblems, crossStackProblems, readStack, type MissingSecret, type Stack, stackNames } from "../infra/config/stacks";
import { checkout, checkStack } from "./checkout";

export interface Validated {
  findings: Finding[];
  missing: (MissingSecret & { stack: string })[];
}

/** Runs `flowfleet validate`. */
export function validateStacks(flags: { stack?: string; strict?: boolean; json?: boolean }): void {
  const names = stackNames(checkout);
  const chosen = flags.stack === undefined ? names : [checkStack(flags.stack)];
  const validated = validate(checkout, names, chosen);
  process.stdout.write(flags.json ? jsonReport(validated) : report(chosen, validated));
  if (validated.findings.length > 0 || (flags.strict === true && validated.missing.length > 0)) process.exitCode = 1;
}

/**
 * Everything that is wrong in some of the stacks. Stacks clash with each other, and have each other's machines, so that all are read.
 *
 * @param root Folder with `Pulumi.yaml`.
 */
export function validate(root: string, names: readonly string[], chosen: readonly string[]): Validated {
  const all = names.map((name) => readStack(root, name));
  const ours = all.filter(({ stack }) => chosen.includes(stack));
  const between = [...crossStackProblems(all), ...borrowedHostProblems(all)];
  return {
    findings: [...ours.flatMap(({ findings }) => findings), ...between.filter((finding) => concerns(finding, ours))].sort(byPlace),
    missing: ours.flatMap(({ stack, missingSecrets }) => missingSecrets.map((secret) => ({ stack, ...secret }))),
  };
}

/** Of two sides of a clash either may be the one that was asked for. */
const concerns = ({ file, wrong }: Finding, stacks: readonly Stack[]): boolean =>
  stacks.map(({ stack }) => `Pulumi.${stack}.yaml`).some((one) => file === one || wrong.includes(`${one} `));

/** A file is read from its top; what is wrong with one setting stays in its order. */
function byPlace(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}

/** What `--json` prints. */
function jsonReport({ findings, missing }: Validated): string {
  const problems = findings.map(({ file, place, ...problem }) => ({
    file,
    ...place,
    ...problem,
    text: findingLine({ file, ...problem, ...(place && { place }) }),
  }));
  const missingSecrets = missing.map(({ stack, place, ...secret }) => ({ stack, file: `Pulumi.${stack}.yaml`, ...place, ...secret }));
  return `${JSON.stringify({ problems, missingSecrets }, null, 2)}\n`;
}

function report(stacks: readonly string[], { findings, missing }: Validated): string {
  const lines =
    findings.length === 0
      ? [`${pc.green("✓")} ${stacks.join(", ")}: the configuration is right`]
      : findings.map((finding) => `${pc.red("✗")} ${findingLine(finding)}`);
  if (missing.length > 0)
    lines.push(
      "",
      "Secrets that are missing; `pulumi up` needs them, plans and rehearsals stand in for them. Each asks for its value:",
      ...missing.map(({ command }) => `  ${command}`),
    );
  return `${lines.join("\n")}\n`;
}
