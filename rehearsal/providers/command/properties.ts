/** Properties that local and remote commands share. */
import type { Props } from "../../engine";
import type { Properties } from "../properties";
import type { Logging } from "./output";

export const COMMAND = {
  create: { kind: "string" },
  update: { kind: "string" },
  delete: { kind: "string" },
  stdin: { kind: "string" },
  environment: { kind: "map" },
  logging: { kind: "string", oneOf: ["stdout", "stderr", "stdoutAndStderr", "none"] },
  addPreviousOutputInEnv: { kind: "boolean" },
  triggers: { kind: "list" },
} as const satisfies Properties;

export function textOf(inputs: Props, name: string): string | undefined {
  const value = inputs[name];
  return typeof value === "string" ? value : undefined;
}
export function loggingOf(inputs: Props): Logging {
  return (textOf(inputs, "logging") ?? "stdoutAndStderr") as Logging;
}
export function environmentOf(inputs: Props): Record<string, string> {
  return (inputs["environment"] as Record<string, string> | undefined) ?? {};
}
/** What the command before this one printed, if it printed anything and the program does not say no. */
export function previousOutput(inputs: Props, old: Props): Record<string, string> {
  if (inputs["addPreviousOutputInEnv"] === false) return {};
  const named = { PULUMI_COMMAND_STDOUT: textOf(old, "stdout"), PULUMI_COMMAND_STDERR: textOf(old, "stderr") };
  return Object.fromEntries(Object.entries(named).filter((entry): entry is [string, string] => Boolean(entry[1])));
}
