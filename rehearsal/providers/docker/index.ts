/** Package `docker`: volumes, containers and images on throwaway machines, and nothing elsewhere. */
import { PartialFailure, UNKNOWN, type DiffRequest, type Operation, type Props, type Provider } from "../../engine";
import { allowedConnection, type Allowed } from "../command/allow";
import { stackOf, withinTime } from "../command/resource";
import { container } from "./container";
import { sshDaemon, type Daemon } from "./daemon";
import { difference, refreshedInputs } from "./diff";
import { remoteImage } from "./remote-image";
import type { ResourceType, Site } from "./resource";
import { asOutputs, autoname, checkInputs, DEFAULTS, withoutNotes, type Fields } from "./schema";
import { settingsOf, type Settings } from "./settings";
import { textOf } from "./values";
import { volume } from "./volume";

const TYPES: Record<string, ResourceType> = {
  "docker:index/container:Container": container,
  "docker:index/remoteImage:RemoteImage": remoteImage,
  "docker:index/volume:Volume": volume,
};
const ENDING_MS = 3000;

/** How a daemon is reached. Tests have one of their own. */
export type Reach = (settings: Settings, operation: Pick<Operation, "urn" | "signal" | "log">) => Daemon;

/** @param allowed What may be reached; anything else is refused with the `pulumi` command to run. */
export function dockerProvider(allowed: Allowed = {}, reach: Reach = overSsh(allowed)): Provider {
  let settings: Settings | undefined;
  let daemon: Daemon | undefined;
  /** By URN, what of a replacement may be an update with the official provider. */
  const unsure = new Map<string, string[]>();
  /** By URN, the name of the resource that there is. */
  const taken = new Map<string, string>();

  const compared = ({ urn, type, oldInputs, oldOutputs, newInputs, ignoreChanges }: DiffRequest): ReturnType<typeof difference> => {
    const resource = typeOf(type);
    // What Docker has and the program does not name is in no input that the engine could keep.
    const fields = Object.fromEntries(Object.entries(resource.fields).filter(([name]) => !ignoreChanges.includes(name)));
    const found = difference(fields, oldOutputs, newInputs, resource.deleteBeforeReplace || isNamed(resource, newInputs));
    if (found.unsure.length > 0) unsure.set(urn, found.unsure);
    taken.set(urn, textOf(oldInputs, "name") ?? "");
    return found;
  };
  const at = async <T>(operation: Operation, work: (site: Site) => Promise<T>): Promise<T> => {
    if (!settings) throw new Error("the docker provider is not configured: its inputs are not known yet");
    const reached = (daemon ??= reach(settings, operation));
    const log: Site["log"] = (severity, message) => {
      operation.log(severity, message);
    };
    const site = { docker: reached.docker, settings, log };
    const end = (): void => {
      // What waits stops at once, and then tells what it leaves behind.
      setTimeout(() => {
        reached.close();
      }, ENDING_MS).unref();
    };
    operation.signal.addEventListener("abort", end, { once: true });
    try {
      return await withinTime(operation, async (signal) => work({ ...site, signal }));
    } catch (error) {
      throw error instanceof PartialFailure ? error : await reached.explained(error);
    } finally {
      operation.signal.removeEventListener("abort", end);
    }
  };

  return {
    configure: (inputs) =>
      Promise.resolve().then(() => {
        settings = settingsOf(inputs);
      }),
    checkConfig: ({ newInputs }) => Promise.resolve({ inputs: newInputs, failures: configFailures(newInputs) }),
    check: (request) =>
      Promise.resolve().then(() => {
        const { fields, autonamed } = typeOf(request.type);
        return checkInputs(fields, request, autonamed ? { name: autoname(request, taken.get(request.urn)) } : {});
      }),
    diff: (request) => Promise.resolve(compared(request)),
    create: async (request) => {
      const type = typeOf(request.type);
      for (const name of unsure.get(request.urn) ?? []) request.log("warning", mayReplace(name));
      const unserved = unservedOf(type.fields, request.inputs);
      for (const name of unserved) if (request.preview) request.log("warning", isUnserved(name, request));
      if (request.preview) return { id: "", outputs: planned(type.fields, request.inputs) };
      if (unserved[0] !== undefined) throw new Error(isUnserved(unserved[0], request));
      return at(request, (site) => type.create(request, site));
    },
    read: async (request) => {
      const type = typeOf(request.type);
      const found = await at(request, (site) => type.read(request, site));
      return found && { ...found, inputs: refreshedInputs(type.fields, request.inputs, found.outputs) };
    },
    update: async (request) => {
      const type = typeOf(request.type);
      const { diffs } = difference(type.fields, request.oldOutputs, request.newInputs, false);
      for (const name of diffs) if (type.fields[name]?.idle) request.log("warning", changesNothing(name));
      if (!request.preview) await at(request, (site) => type.update(request, new Set(diffs), site));
      return { outputs: updated(type.fields, request.oldOutputs, request.newInputs) };
    },
    delete: (request) => at(request, (site) => typeOf(request.type).delete(request, site)),
    invoke: ({ token }) =>
      Promise.reject(new Error(`the offline engine has no function ${token}. Use the pulumi command for this program`)),
    close: () =>
      Promise.resolve().then(() => {
        daemon?.close();
      }),
  };
}

function overSsh(allowed: Allowed): Reach {
  return ({ connection, host }, { urn, signal, log }) => {
    const stack = stackOf({ urn });
    if (!connection)
      throw new Error(
        `the offline engine does not use Docker at ${host}: it reaches throwaway machines only, over SSH. For a real Docker run: pulumi up --stack ${stack}`,
      );
    const say = (line: string): void => {
      log("info", line);
    };
    const sshAgent = allowed.sshAgent ?? process.env["SSH_AUTH_SOCK"];
    return sshDaemon(allowedConnection(allowed, connection, stack), { signal, say, sshAgent });
  };
}

function configFailures(inputs: Props): { property: string; reason: string }[] {
  // What is not known yet cannot be read.
  if (JSON.stringify(inputs).includes(UNKNOWN)) return [];
  try {
    settingsOf(inputs);
    return [];
  } catch (error) {
    return [{ property: "", reason: (error as Error).message }];
  }
}
function typeOf(token: string): ResourceType {
  const type = Object.hasOwn(TYPES, token) ? TYPES[token] : undefined;
  if (!type) throw new Error(`the offline engine has no ${token}; of the package docker it has ${Object.keys(TYPES).join(", ")}`);
  return type;
}

/** Two things of one name cannot be there at a time. */
function isNamed({ autonamed }: ResourceType, inputs: Props): boolean {
  const defaults = inputs[DEFAULTS];
  return autonamed && !(Array.isArray(defaults) && defaults.includes("name"));
}
/** What a new resource would have in a state if Docker had found out nothing of its own about it: no list is left open, as it is after a failed create. */
export function withNothingFound(type: string, inputs: Props): Props {
  const { fields } = typeOf(type);
  const lists = Object.entries(fields).filter(([, { kind }]) => kind === "texts" || (typeof kind === "object" && "list" in kind));
  return { ...Object.fromEntries(lists.map(([name]) => [name, []])), ...inputs };
}

/** What a preview of a new resource tells: what Docker makes of it is not known. */
function planned(fields: Fields, inputs: Props): Props {
  const open = Object.entries(fields).filter(([name, { computed, output }]) => (computed || output) && !(name in inputs));
  return { ...asOutputs(fields, inputs), id: UNKNOWN, ...Object.fromEntries(open.map(([name]) => [name, UNKNOWN])) };
}
/** The former outputs with the new inputs; what the program says nothing of any more is what Docker made of it, or nothing. */
function updated(fields: Fields, outputs: Props, inputs: Props): Props {
  const kept = Object.entries(outputs).filter(([name]) => !Object.hasOwn(fields, name) || fields[name]?.computed || fields[name]?.output);
  return { ...asOutputs(fields, {}), ...Object.fromEntries(kept), ...withoutNotes(inputs) };
}
function unservedOf(fields: Fields, inputs: Props): string[] {
  return Object.keys(withoutNotes(inputs)).filter((name) => !Object.hasOwn(fields, name) || fields[name]?.unserved);
}
const isUnserved = (name: string, { type, urn }: Operation): string =>
  `the offline engine knows nothing of ${name} of ${type}. To have it run: pulumi up --stack ${stackOf({ urn })}`;
const mayReplace = (name: string): string =>
  `may replace: what the official provider does about a change of ${name} was not seen. Name it in replaceOnChanges to be sure`;
const changesNothing = (name: string): string =>
  `the official provider calls a change of ${name} an update and leaves the container as it is. Name it in replaceOnChanges to have it`;
