/** `command:remote:Command`. */
import { randomBytes } from "node:crypto";
import type { Props } from "../../../engine";
import { allowedConnection } from "../allow";
import { commandError, Output } from "../output";
import { COMMAND, environmentOf, loggingOf, previousOutput, textOf } from "../properties";
import { stackOf, withinTime, type CommandType, type Context } from "../resource";
import { CONNECTION, connectionOf } from "./connection";
import { withClient, type DialOptions } from "./dial";
import type { Variable } from "./environment";
import { execute } from "./exec";
import { explainedEnd } from "./explain";

export const remoteCommand: CommandType = {
  properties: { connection: { kind: CONNECTION, required: true }, ...COMMAND },
  results: ["stdout", "stderr"],
  newId: (name) => name + randomBytes(4).toString("hex"),
  create: async (inputs, context) => {
    const command = textOf(inputs, "create");
    const printed = command === undefined ? { stdout: "", stderr: "" } : await run(command, inputs, {}, context);
    return { ...inputs, ...printed };
  },
  update: async (inputs, old, context) => {
    const command = textOf(inputs, "update") ?? textOf(inputs, "create");
    const kept = { stdout: textOf(old, "stdout") ?? "", stderr: textOf(old, "stderr") ?? "" };
    return { ...inputs, ...kept, ...(command !== undefined && (await run(command, inputs, old, context))) };
  },
  delete: async (state, context) => {
    const command = textOf(state, "delete");
    if (command !== undefined) await run(command, state, state, context);
  },
};

/** How a context's operations dial. */
export function dialOptions(context: Context, signal: AbortSignal): DialOptions {
  const say = (line: string): void => {
    context.log("info", line);
  };
  return { signal, say, sshAgent: context.allowed.sshAgent ?? process.env["SSH_AUTH_SOCK"] };
}

async function run(text: string, inputs: Props, old: Props, context: Context): Promise<Props> {
  const connection = allowedConnection(context.allowed, connectionOf(inputs), stackOf(context));
  const variables = variablesOf(inputs, old);
  return withinTime(context, async (signal) => {
    const options = dialOptions(context, signal);
    const output = new Output(loggingOf(inputs), options.say);
    const refused = (name: string): void => {
      const needed = variables.some((variable) => variable.name === name && variable.needed);
      context.log(
        needed ? "error" : "warning",
        `The SSH server does not take the variable ${name}: its AcceptEnv must name it, or the command itself must set it`,
      );
    };
    const command = { text, stdin: textOf(inputs, "stdin"), variables, refused };
    const reason = await withClient(connection, options, (client) => execute(client, command, output, signal));
    if (reason) throw commandError(explainedEnd(reason, connection), text, output.all);
    return { stdout: output.stdout, stderr: output.stderr };
  });
}
function variablesOf(inputs: Props, old: Props): Variable[] {
  const asVariables = (values: Record<string, string>, needed: boolean): Variable[] =>
    Object.entries(values).map(([name, value]) => ({ name, value, needed }));
  return [...asVariables(environmentOf(inputs), true), ...asVariables(previousOutput(inputs, old), false)];
}
