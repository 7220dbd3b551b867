/** `command:local:Command` and the function `command:local:run`. */
import { randomBytes } from "node:crypto";
import type { Props } from "../../../engine";
import type { Properties } from "../../properties";
import { allowedDir } from "../allow";
import { COMMAND, environmentOf, loggingOf, previousOutput, textOf } from "../properties";
import { stackOf, withinTime, type CommandType, type Context } from "../resource";
import { archiveOf, assetsOf } from "./assets";
import { runLocal } from "./run";

const RUNS: Properties = {
  interpreter: { kind: "strings" },
  dir: { kind: "string" },
  assetPaths: { kind: "strings" },
  archivePaths: { kind: "strings" },
};

export const localCommand: CommandType = {
  properties: { ...COMMAND, ...RUNS },
  results: ["stdout", "stderr"],
  newId: (name) => name + randomBytes(4).toString("hex"),
  create: async (inputs, context) => {
    const command = textOf(inputs, "create");
    const printed = command === undefined ? { stdout: "", stderr: "" } : await run(command, inputs, {}, context);
    return { ...inputs, ...printed };
  },
  update: async (inputs, old, context) => {
    const command = textOf(inputs, "update") ?? textOf(inputs, "create");
    const kept = Object.fromEntries(Object.entries(old).filter(([name]) => ["stdout", "stderr", "assets", "archive"].includes(name)));
    return { ...inputs, ...kept, ...(command !== undefined && (await run(command, inputs, old, context))) };
  },
  delete: async (state, context) => {
    const command = textOf(state, "delete");
    if (command !== undefined) await run(command, state, state, context);
  },
};

export const RUN_PROPERTIES: Properties = {
  command: { kind: "string", required: true },
  stdin: COMMAND.stdin,
  environment: COMMAND.environment,
  logging: COMMAND.logging,
  addPreviousOutputInEnv: COMMAND.addPreviousOutputInEnv,
  ...RUNS,
};
/** Runs in previews, too: that is what the function is for. */
export async function invokeRun(args: Props, context: Context): Promise<Props> {
  return { ...args, ...(await run(textOf(args, "command") ?? "", args, {}, context)) };
}

async function run(text: string, inputs: Props, old: Props, context: Context): Promise<Props> {
  const dir = allowedDir(context.allowed, textOf(inputs, "dir"), stackOf(context));
  const command = {
    text,
    dir,
    interpreter: nonEmpty(inputs["interpreter"]) ?? ["/bin/sh", "-c"],
    environment: { ...environmentOf(inputs), ...previousOutput(inputs, old) },
    stdin: textOf(inputs, "stdin"),
    logging: loggingOf(inputs),
  };
  const say = (line: string): void => {
    context.log("info", line);
  };
  const { stdout, stderr } = await withinTime(context, (signal) => runLocal(command, signal, say));
  const [assetPaths, archivePaths] = [inputs["assetPaths"] as string[] | undefined, inputs["archivePaths"] as string[] | undefined];
  return {
    stdout,
    stderr,
    ...(assetPaths && { assets: assetsOf(dir, assetPaths) }),
    ...(archivePaths && { archive: archiveOf(dir, archivePaths) }),
  };
}
function nonEmpty(value: Props[string] | undefined): string[] | undefined {
  return Array.isArray(value) && value.length > 0 ? (value as string[]) : undefined;
}
