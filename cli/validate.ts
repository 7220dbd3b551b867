import pc from "picocolors";
import { findingLine } from "../infra/config/places";
import { stackNames } from "../infra/config/stacks";
import { validate, type Validated } from "../infra/config/validate";
import { checkout, checkStack } from "./checkout";

/** Runs `flowfleet validate`. */
export function validateStacks(flags: { stack?: string[]; strict?: boolean; json?: boolean }): void {
  const names = stackNames(checkout);
  const chosen = flags.stack === undefined ? names : flags.stack.map(checkStack);
  const validated = validate(checkout, names, chosen);
  process.stdout.write(flags.json ? jsonReport(validated) : report(chosen, validated));
  if (validated.findings.length > 0 || (flags.strict === true && validated.missing.length > 0)) process.exitCode = 1;
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

/** What is wrong comes alone: dozens of lines about secrets would hide it. */
export function report(stacks: readonly string[], { findings, missing }: Validated): string {
  const lines =
    findings.length === 0
      ? [`${pc.green("✓")} ${stacks.join(", ")}: the configuration is right`]
      : findings.map((finding) => `${pc.red("✗")} ${findingLine(finding)}`);
  return `${[...lines, ...(missing.length === 0 ? [] : secretLines(missing, findings.length > 0))].join("\n")}\n`;
}

function secretLines(missing: Validated["missing"], wrong: boolean): string[] {
  if (wrong) return ["", `Secrets that are missing, too: ${missing.length}. They are listed when nothing is wrong.`];
  return [
    "",
    "Secrets that are missing; `pulumi up` needs them, plans and rehearsals stand in for them. Each asks for its value:",
    ...missing.map(({ command }) => `  ${command}`),
  ];
}
