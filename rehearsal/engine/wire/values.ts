/** Values as they travel inside `google.protobuf.Struct`: JSON, with secrets, references and unknowns as marked objects or strings. */
import type { Props, Value } from "../provider";

export const SIG = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** Stands for a value that only an update will know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The SDK marks unknowns of other types by strings of their own. */
const UNKNOWNS = new Set([
  UNKNOWN,
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export type Obj = Record<string, Value>;
export interface Secret extends Obj {
  value: Value;
}

export function isObject(value: Value | undefined): value is Obj {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
/** Whether the value is marked as secret (as a whole: its parts may be, too). */
export function isSecret(value: Value | undefined): value is Secret {
  return isObject(value) && value[SIG] === SECRET;
}
/** Marks a value as secret. */
export function secret(value: Value): Value {
  return isSecret(value) ? value : { [SIG]: SECRET, value };
}
export function isUnknown(value: Value | undefined): boolean {
  return typeof value === "string" && UNKNOWNS.has(value);
}

/** Maps bottom-less: where `visit` answers something else than it was given, that is taken as it is. */
export function mapValue(value: Value, visit: (value: Value) => Value): Value {
  const visited = visit(value);
  if (visited !== value) return visited;
  if (Array.isArray(value)) return mapUnlessSame(value, visit);
  if (!isObject(value)) return value;
  let changed: Obj | undefined;
  for (const key of Object.keys(value)) {
    const before = value[key] as Value;
    const after = mapValue(before, visit);
    if (after !== before) (changed ??= { ...value })[key] = after;
  }
  return changed ?? value;
}
function mapUnlessSame(values: Value[], visit: (value: Value) => Value): Value[] {
  const mapped = values.map((item) => mapValue(item, visit));
  return mapped.some((item, i) => item !== values[i]) ? mapped : values;
}

/** The value without any secret marks. */
export function revealSecrets<T extends Value>(value: T): T {
  return mapValue(value, (v) => (isSecret(v) ? revealSecrets(v.value) : v)) as T;
}
/** The value with `[secret]` in the place of every secret: what may be printed. */
export function maskSecrets<T extends Value>(value: T): T {
  return mapValue(value, (v) => (isSecret(v) ? "[secret]" : v)) as T;
}
/** As the event log shows it: marked, but without the value. */
export function hideSecrets<T extends Value>(value: T): T {
  return mapValue(value, (v) => (isSecret(v) ? { [SIG]: SECRET, value: "[secret]" } : v)) as T;
}

export function containsSecret(value: Value | undefined): boolean {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) return value.some(containsSecret);
  return isObject(value) && Object.values(value).some(containsSecret);
}
export function containsUnknown(value: Value | undefined): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isObject(value) && Object.values(value).some(containsUnknown);
}

/** Deep equality; keys in any order, an absent key is not null. */
export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && equal(a[key], b[key]));
}

/** Output values (sent inside transforms and by newer SDKs) become secrets, unknowns or plain values. */
export function lowerOutputs<T extends Value>(value: T): T {
  return mapValue(value, (v) => {
    if (!isObject(v) || v[SIG] !== OUTPUT) return v;
    const inner = "value" in v ? lowerOutputs(v.value) : UNKNOWN;
    return v.secret === true ? secret(inner) : inner;
  }) as T;
}

/** URNs that the output values inside `value` depend on. */
export function outputDependencies(value: Value): string[] {
  if (Array.isArray(value)) return value.flatMap(outputDependencies);
  if (!isObject(value)) return [];
  const inner = Object.values(value).flatMap(outputDependencies);
  return value[SIG] === OUTPUT && Array.isArray(value.dependencies) ? [...inner, ...(value.dependencies as string[])] : inner;
}

/** Marks in `values` as secret what is secret in `like` at the same place. */
export function markLike(values: Props, like: Props): Props {
  const marked: Props = {};
  for (const [key, value] of Object.entries(values)) marked[key] = markValueLike(value, like[key]);
  return marked;
}
function markValueLike(value: Value, like: Value | undefined): Value {
  if (isSecret(value) || like === undefined) return value;
  if (isSecret(like)) return secret(value);
  if (Array.isArray(value) && Array.isArray(like)) return value.map((item, i) => markValueLike(item, like[i]));
  if (isObject(value) && isObject(like) && !(SIG in value)) return markLike(value, like);
  return value;
}
