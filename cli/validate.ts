import pc from "picocolors";
import { findingLine, type Finding } from "../infra/config/places";
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
function jsonReport({ findings, warnings, missing }: Validated): string {
  const flat = ({ file, place, ...problem }: Finding) => ({
    file,
    ...place,
    ...problem,
    text: findingLine({ file, ...problem, ...(place && { place }) }),
  });
  const missingSecrets = missing.map(({ stack, place, ...secret }) => ({ stack, file: `Pulumi.${stack}.yaml`, ...place, ...secret }));
  return `${JSON.stringify({ problems: findings.map(flat), warnings: warnings.map(flat), missingSecrets }, null, 2)}\n`;
}

/** Everything at once. What is wrong comes last, where dozens of lines about secrets do not hide it. */
export function report(stacks: readonly string[], { findings, warnings, missing }: Validated): string {
  const lines = [
    ...(missing.length === 0 ? [] : secretLines(missing)),
    ...warnings.map((warning) => `${pc.yellow("!")} ${findingLine(warning)}`),
    ...(findings.length === 0
      ? [`${pc.green("✓")} ${stacks.join(", ")}: the configuration is right`]
      : findings.map((finding) => `${pc.red("✗")} ${findingLine(finding)}`)),
  ];
  return `${lines.join("\n")}\n`;
}

const secretLines = (missing: Validated["missing"]): string[] => [
  "Secrets that are missing; `pulumi up` needs them, plans and rehearsals stand in for them. Each asks for its value, or reads it from FILE:",
  ...missing.map(({ command }) => `  ${command}`),
  "",
];
