import pc from "picocolors";
import { crossStackProblems, readStack, type Stack, stackNames } from "../infra/config/stacks";
import { checkout, checkStack } from "./checkout";

/** Runs `flowfleet validate`. */
export async function validateStacks(flags: { stack?: string; strict?: boolean; json?: boolean }): Promise<void> {
  const all = stackNames(checkout).map((name) => readStack(checkout, name));
  const chosen = flags.stack === undefined ? all : all.filter(({ stack }) => stack === checkStack(flags.stack ?? ""));
  // Two stacks can only clash with each other, so the others are read even when one is asked for.
  const problems = [...chosen.flatMap((stack) => stack.problems), ...crossStackProblems(all)];
  const missing = chosen.flatMap(({ stack, missingSecrets }) => missingSecrets.map((secret) => ({ stack, ...secret })));
  if (flags.json) process.stdout.write(`${JSON.stringify({ problems, missingSecrets: missing }, null, 2)}\n`);
  else process.stdout.write(report(chosen, problems, missing));
  if (problems.length > 0 || (flags.strict === true && missing.length > 0)) process.exitCode = 1;
  return Promise.resolve();
}

function report(stacks: Stack[], problems: string[], missing: { stack: string; path: string; command: string }[]): string {
  const names = stacks.map(({ stack }) => stack).join(", ");
  const lines =
    problems.length === 0
      ? [`${pc.green("✓")} ${names}: the configuration is right`]
      : problems.map((problem) => `${pc.red("✗")} ${problem}`);
  if (missing.length > 0)
    lines.push(
      "",
      "Secrets that are missing; `pulumi up` needs them, plans and rehearsals stand in for them. Each asks for its value:",
      ...missing.map(({ command }) => `  ${command}`),
    );
  return `${lines.join("\n")}\n`;
}
