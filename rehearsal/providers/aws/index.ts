/** Package `aws`: what Flowfleet's components use of it, made in an AWS emulator on loopback and nowhere else. */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { CheckRequest, CheckResponse, CreateRequest, DiffRequest, DiffResponse, Props, Provider, UpdateRequest } from "../../engine";
import type { Clients } from "./clients";
import { isElsewhere } from "./region";
import { orGone, type AwsType } from "./resource";
import { settingsFailures, settingsOf, type Settings } from "./settings";
import { typeOf } from "./types";

export interface Emulator {
  /** Its loopback address: `http://127.0.0.1:5000`. */
  endpoint: string;
}

/** @param emulator Where it is; without one there are plans only. */
export function awsProvider(emulator?: Emulator): Provider {
  let settings: Settings | undefined;
  let clients: Clients | undefined;
  const tagged = (type: AwsType, inputs: Props): Props => withTags(type, inputs, settings?.defaultTags ?? {});
  const aws = (): Clients => {
    if (!settings) throw new Error("the aws provider is not configured: its inputs are not known yet");
    if (!emulator) throw new Error("the offline engine has no AWS emulator here. To make this in AWS run: pulumi up");
    return (clients ??= connected(emulator, settings));
  };

  return {
    checkConfig: ({ newInputs }) => Promise.resolve({ inputs: newInputs, failures: settingsFailures(newInputs) }),
    configure: (inputs) =>
      Promise.resolve().then(() => {
        settings = settingsOf(inputs);
      }),
    check: (request) => Promise.resolve().then(() => named(typeOf(request.type), request)),
    diff: (request) => Promise.resolve().then(() => difference(typeOf(request.type), request, settings?.region)),
    create: async (request) => {
      const type = typeOf(request.type);
      refuseUnknown(type, request);
      if (request.preview) return { id: "", outputs: request.inputs };
      const id = await type.create(tagged(type, request.inputs), aws());
      const told = await type.read({ id, inputs: request.inputs, outputs: {} }, aws());
      return { id, outputs: { ...request.inputs, ...told, id } };
    },
    read: async ({ type, id, inputs, outputs }) => {
      const told = await typeOf(type).read({ id, inputs, outputs }, aws());
      return told && { id, inputs, outputs: { ...outputs, ...told } };
    },
    update: async (request) => {
      const { id, newInputs: inputs, oldInputs, oldOutputs: outputs } = request;
      const type = typeOf(request.type);
      const changed = changedOf(oldInputs, inputs);
      const unsure = changed.filter((name) => !type.updates.includes(name));
      if (request.preview) {
        for (const name of unsure) request.log("warning", mayReplace(name, request));
        return { outputs: { ...outputs, ...inputs } };
      }
      if (unsure[0] !== undefined) throw new Error(mayReplace(unsure[0], request));
      const [before, now] = [tagged(type, oldInputs), tagged(type, inputs)];
      await type.update?.({ id, inputs: now, outputs }, new Set(changed), aws(), before);
      return { outputs: { ...outputs, ...inputs, ...(await type.read({ id, inputs, outputs }, aws())) } };
    },
    delete: async ({ type, id, inputs, outputs }) => {
      await orGone(typeOf(type).delete({ id, inputs, outputs }, aws()));
    },
    invoke: ({ token }) =>
      Promise.reject(
        new Error(
          `the offline engine has no function ${token}. Flowfleet's components look nothing up; use the pulumi command for this program`,
        ),
      ),
    close: () => Promise.resolve(),
  };
}

/** AWS's clients are loaded when something is made: that takes seconds, which a plan has no use for. */
function connected({ endpoint }: Emulator, { region }: Settings): Clients {
  const { clientsAt } = require("./clients") as typeof import("./clients");
  return clientsAt(endpoint, region);
}

/** A name that the program gave none for is made once, and kept. One that would be too long is refused, as by the official provider. */
function named({ named: property, longest = 64 }: AwsType, { name, oldInputs, newInputs, randomSeed }: CheckRequest): CheckResponse {
  if (property === undefined || newInputs[property] !== undefined) return { inputs: newInputs, failures: [] };
  const made = oldInputs[property] ?? `${name}-${createHash("sha256").update(randomSeed).digest("hex").slice(0, RANDOM)}`;
  const reason = `the name "${name}-" and ${RANDOM} random signs are longer than the ${longest} that AWS takes`;
  const failures = oldInputs[property] === undefined && name.length + 1 + RANDOM > longest ? [{ property, reason }] : [];
  return { inputs: { ...newInputs, [property]: made }, failures };
}

/** So many signs the official provider adds to a name. */
const RANDOM = 7;

const changedOf = (before: Props, after: Props): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !isDeepStrictEqual(before[name], after[name])).sort();

function difference(type: AwsType, request: DiffRequest, region: string | undefined): DiffResponse {
  const { oldInputs, newInputs } = request;
  const changed = changedOf(oldInputs, newInputs);
  const refused = type.refuses?.(changed, newInputs);
  if (refused !== undefined) throw new Error(refused);
  const moves = isElsewhere(request.type, newInputs, request.oldOutputs, region) ? ["region"] : [];
  const diffs = [...new Set([...changed, ...moves])];
  const replaces = diffs.filter((name) => type.replaces.includes(name) || moves.includes(name));
  const isTaken = type.named !== undefined && isDeepStrictEqual(oldInputs[type.named], newInputs[type.named]);
  return {
    changes: diffs.length > 0 ? "some" : "none",
    diffs,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && (type.deleteFirst === true || isTaken),
    detailedDiff: {},
  };
}

function withTags(type: AwsType, inputs: Props, tags: Record<string, string>): Props {
  if (Object.keys(tags).length === 0 || !type.updates.includes("tags")) return inputs;
  return { ...inputs, tags: { ...tags, ...(inputs["tags"] as Props | undefined) } };
}

function refuseUnknown(type: AwsType, { inputs, type: token }: CreateRequest): void {
  const unknown = Object.keys(inputs).filter(
    (name) => !type.replaces.includes(name) && !type.updates.includes(name) && name !== type.named,
  );
  if (unknown.length > 0)
    throw new Error(`the offline engine knows nothing of ${unknown.join(", ")} of ${token}. To have it run: pulumi up`);
}

const mayReplace = (name: string, { type }: UpdateRequest): string =>
  `may replace: what the official provider does about a change of ${name} of ${type} is not known here. To have it run: pulumi up`;
