import { writeFileSync } from "node:fs";
import { readStack } from "../infra/config/stacks";
import type { ConfigValue } from "../rehearsal/engine";
import { plan } from "../rehearsal/plan";
import { checkout, checkStack } from "./checkout";
import { CliError } from "./explain";
import { planText } from "./plan-text";

/** Runs `flowfleet plan`. */
export async function printPlan({ stack, format, out }: { stack: string; format: "text" | "json"; out?: string }): Promise<void> {
  const { problems } = readStack(checkout, checkStack(stack));
  if (problems.length > 0) throw new CliError(problems.join("\n"));
  const planned = await plan({ cwd: checkout, stack, config: planStandIns });
  const errors = planned.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message.trimEnd());
  if (!planned.succeeded) throw new CliError(`The plan of stack ${stack} failed.\n${errors.join("\n")}`);
  const text = format === "json" ? `${JSON.stringify(planned, null, 2)}\n` : planText(planned);
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(out, text);
}

/** Missing secrets; the same every time. */
function planStandIns(stack: string): Record<string, ConfigValue> {
  const { missingSecrets } = readStack(checkout, stack);
  return Object.fromEntries(missingSecrets.map(({ path }): [string, ConfigValue] => [path, { secret: `stand-in for ${path}` }]));
}
