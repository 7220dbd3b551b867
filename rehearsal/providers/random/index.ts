/** Package `random`: values that are drawn once and stay until an input changes. */
import {
  containsUnknown,
  secret,
  UNKNOWN,
  type CheckResponse,
  type DiffResponse,
  type Props,
  type Provider,
  type Value,
} from "../../engine";
import { isDeepStrictEqual } from "node:util";
import { checkProperties } from "../properties";
import { randomBytes } from "./bytes";
import { randomId } from "./id";
import { randomInteger } from "./integer";
import { randomPassword, randomString } from "./password";
import { randomPet } from "./pet";
import { randomShuffle } from "./shuffle";
import type { RandomType } from "./type";
import { randomUuid, randomUuid4, randomUuid7 } from "./uuid";

const TYPES: Record<string, RandomType> = {
  RandomBytes: randomBytes,
  RandomId: randomId,
  RandomInteger: randomInteger,
  RandomPassword: randomPassword,
  RandomPet: randomPet,
  RandomShuffle: randomShuffle,
  RandomString: randomString,
  RandomUuid: randomUuid,
  RandomUuid4: randomUuid4,
  RandomUuid7: randomUuid7,
};

export function randomProvider(): Provider {
  return {
    configure: () => Promise.resolve(),
    check: ({ type, newInputs }) => Promise.resolve().then(() => check(typeOf(type), newInputs)),
    diff: ({ type, oldInputs, newInputs }) => Promise.resolve().then(() => diff(typeOf(type), oldInputs, newInputs)),
    create: async ({ type, inputs, preview }) => {
      const { draw, ...of } = typeOf(type);
      const planned = plan(of, inputs);
      if (preview)
        return { id: "", outputs: { ...planned, ...Object.fromEntries(of.results.map((name) => [name, mark(of, name, UNKNOWN)])) } };
      const { id, results } = await draw(planned);
      return {
        id,
        outputs: { ...planned, ...Object.fromEntries(Object.entries(results).map(([name, value]) => [name, mark(of, name, value)])) },
      };
    },
    read: ({ id, inputs, outputs }) => Promise.resolve({ id, inputs, outputs }),
    update: ({ type, oldOutputs, newInputs }) =>
      Promise.resolve().then(() => ({ outputs: { ...oldOutputs, ...plan(typeOf(type), newInputs) } })),
    delete: () => Promise.resolve(),
    invoke: ({ token }) => Promise.reject(new Error(`the package random has no function ${token}`)),
    close: () => Promise.resolve(),
  };
}

function typeOf(token: string): RandomType {
  const name = token.split(":")[2] ?? "";
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (!type) throw new Error(`the offline engine has no ${token}; of the package random it has ${Object.keys(TYPES).join(", ")}`);
  return type;
}

function check(type: RandomType, given: Props): CheckResponse {
  const { inputs, failures } = checkProperties(type.properties, given);
  return { inputs, failures: failures.length > 0 ? failures : (type.check?.(inputs) ?? []) };
}

/** Plans are compared, so that a default that is now written out is no change. */
function diff(type: RandomType, oldInputs: Props, newInputs: Props): DiffResponse {
  const [before, after] = [plan(type, oldInputs), plan(type, newInputs)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changed = names.filter(
    (name) => containsUnknown(after[name]) || !isDeepStrictEqual(comparable(name, before[name]), comparable(name, after[name])),
  );
  return { changes: changed.length > 0 ? "some" : "none", diffs: changed, replaces: changed, deleteBeforeReplace: false, detailedDiff: {} };
}
/** Keepers that are all null keep nothing. */
function comparable(name: string, value: Value | undefined): Value | undefined {
  if (name !== "keepers" || typeof value !== "object" || value === null) return value;
  return Object.values(value).every((keeper) => keeper === null) ? undefined : value;
}
function plan(type: Pick<RandomType, "plan">, inputs: Props): Props {
  return type.plan ? type.plan(inputs) : inputs;
}
function mark(type: Pick<RandomType, "secrets">, name: string, value: Value): Value {
  return type.secrets?.includes(name) ? secret(value) : value;
}
