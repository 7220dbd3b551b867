/** Package `command`: commands here and on machines in reach, and nothing elsewhere. */
import { secret, UNKNOWN, type InvokeRequest, type Operation, type Props, type Provider } from "../../engine";
import { checkProperties } from "../properties";
import type { Allowed } from "./allow";
import { diffInputs } from "./diff";
import { invokeRun, localCommand, RUN_PROPERTIES } from "./local/command";
import { REPLACING, type CommandType, type Context } from "./resource";
import { remoteCommand } from "./ssh/command";
import { copyToRemote } from "./ssh/copy";

export type { Allowed, AllowedHost } from "./allow";

const TYPES: Record<string, CommandType> = {
  "command:local:Command": localCommand,
  "command:remote:Command": remoteCommand,
  "command:remote:CopyToRemote": copyToRemote,
};

/** @param allowed What may be reached; anything else is refused with the `pulumi` command to run. */
export function commandProvider(allowed: Allowed = {}): Provider {
  const context = (operation: Operation): Context => ({ ...operation, allowed });
  return {
    configure: () => Promise.resolve(),
    check: ({ type, newInputs }) =>
      Promise.resolve().then(() => {
        const { properties, check } = typeOf(type);
        const { inputs, failures } = checkProperties(properties, newInputs);
        return { inputs: withSecrets(inputs), failures: failures.length > 0 ? failures : (check?.(inputs) ?? []) };
      }),
    diff: ({ oldInputs, newInputs }) => Promise.resolve(diffInputs(oldInputs, newInputs, REPLACING)),
    create: async ({ inputs, ...operation }) => {
      const type = typeOf(operation.type);
      if (operation.preview) return { id: type.newId(operation.name), outputs: withSecrets({ ...inputs, ...unknown(type.results) }) };
      return { id: type.newId(operation.name), outputs: withSecrets(await type.create(inputs, context(operation))) };
    },
    read: ({ id, inputs, outputs }) => Promise.resolve({ id, inputs, outputs }),
    update: async ({ newInputs, oldOutputs, ...operation }) => {
      const type = typeOf(operation.type);
      if (operation.preview) return { outputs: withSecrets({ ...newInputs, ...unknown(type.results) }) };
      return { outputs: withSecrets(await type.update(newInputs, oldOutputs, context(operation))) };
    },
    // The state decides, not the program: what was done is undone as it was done.
    delete: async ({ inputs, outputs, ...operation }) => typeOf(operation.type).delete({ ...inputs, ...outputs }, context(operation)),
    invoke: (request) => invoke(request, allowed),
    close: () => Promise.resolve(),
  };
}

async function invoke(
  { token, args, signal }: InvokeRequest,
  allowed: Allowed,
): Promise<{ result: Props; failures: { property: string; reason: string }[] }> {
  if (token !== "command:local:run") throw new Error(`the package command has no function ${token}; it has command:local:run`);
  const { inputs, failures } = checkProperties(RUN_PROPERTIES, args);
  if (failures.length > 0) return { result: {}, failures };
  const context = { name: "run", urn: "", timeout: 0, signal, log: () => undefined, allowed };
  return { result: await invokeRun(inputs, context), failures: [] };
}

function typeOf(token: string): CommandType {
  const type = Object.hasOwn(TYPES, token) ? TYPES[token] : undefined;
  if (!type) throw new Error(`the offline engine has no ${token}; of the package command it has ${Object.keys(TYPES).join(", ")}`);
  return type;
}
function unknown(names: string[]): Props {
  return Object.fromEntries(names.map((name) => [name, UNKNOWN]));
}
/** How a machine is reached holds keys and passwords: the official provider keeps the whole of it secret. */
function withSecrets(props: Props): Props {
  return props["connection"] === undefined ? props : { ...props, connection: secret(props["connection"]) };
}
