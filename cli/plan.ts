import { writeFileSync } from "node:fs";
import { hostsOf, readStack } from "../infra/config/stacks";
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

/** A public key that no machine has, for hosts that are yet to be made. */
const NO_HOST_KEY = `ssh-ed25519 ${Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from("ssh-ed25519"), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32)]).toString("base64")}`;

/** Missing secrets and the addresses of throwaway machines; the same every time. */
function planStandIns(stack: string): Record<string, ConfigValue> {
  const read = readStack(checkout, stack);
  const secrets = read.missingSecrets.map(({ path }): [string, ConfigValue] => [path, { secret: `stand-in for ${path}` }]);
  const hosts = hostsOf(read).flatMap(({ name, hostKey }): [string, ConfigValue][] =>
    hostKey === "" ? [[`flowfleet:hosts.${name}.hostKey`, NO_HOST_KEY]] : [],
  );
  return Object.fromEntries([...secrets, ...hosts]);
}
