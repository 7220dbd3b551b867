/** The properties of a resource type, and what the official provider's Check makes of a program's inputs. */
import { createHash } from "node:crypto";
import { isUnknown, type CheckRequest, type CheckResponse, type Props, type Value } from "../../engine";

export type Kind = "text" | "number" | "flag" | "map" | "texts" | "textSet" | { one: Fields } | { list: Fields } | { set: Fields };
export interface Field {
  kind: Kind;
  required?: true;
  /** Put in where the program gave nothing; one that is zero, empty or false only shows in the outputs. */
  default?: boolean | number | string;
  /** A change needs another resource; otherwise it is an update in place. */
  replaces?: true;
  /** Where the program says nothing, what Docker made of it holds. */
  computed?: true;
  /** Taken away from the program, it stays as it is. */
  stays?: true;
  /** What outputs hold where nothing is known. @default null, and an empty list for lists of objects */
  blank?: Value;
  /** Never an input. */
  output?: true;
  /** The official provider calls a change an update and changes nothing on the machine. */
  idle?: true;
  /** Whether the official provider replaces or updates was not seen: plans say that it may replace. */
  unsure?: true;
  /** Only the official provider applies it. */
  unserved?: true;
  /** What is allowed, and how to say so. */
  pattern?: readonly [RegExp, string];
}
export type Fields = { readonly [name: string]: Field };

/** Names which of the properties of an object were not the program's own; the bridge keeps it in the inputs, at every level. */
export const DEFAULTS = "__defaults";

/** @param made Properties that are made where the program gives none. */
export function checkInputs(fields: Fields, request: CheckRequest, made: Props): CheckResponse {
  const failures: CheckResponse["failures"] = [];
  const inputs = checkFields(fields, request.newInputs, "", failures, made);
  return { inputs, failures };
}
/**
 * The former name is kept, else another resource would be wanted each time.
 *
 * @param taken By the resource that is to be replaced: both may be there for a time.
 */
export function autoname({ name, oldInputs, randomSeed }: CheckRequest, taken = ""): string {
  const before = oldInputs["name"];
  const defaults = oldInputs[DEFAULTS];
  if (typeof before === "string" && (!Array.isArray(defaults) || defaults.includes("name"))) return before;
  return `${name}-${createHash("sha256").update(randomSeed).update(taken).digest("hex").slice(0, 7)}`;
}

function checkFields(fields: Fields, given: Props, path: string, failures: CheckResponse["failures"], made: Props = {}): Props {
  const inputs: Props = {};
  const defaults: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    // A property of a newer SDK passes: Diff and Create say that nothing is known of it.
    if (value !== null && name !== DEFAULTS) inputs[name] = field ? checkValue(field, value, `${path}${name}`, failures) : value;
  }
  for (const [name, field] of Object.entries(fields)) {
    if (name in inputs) continue;
    const value = made[name] ?? (isNothing(field.default) ? undefined : field.default);
    if (value !== undefined) {
      inputs[name] = value;
      defaults.push(name);
    } else if (field.required) failures.push({ property: `${path}${name}`, reason: "is required" });
  }
  return { ...inputs, [DEFAULTS]: defaults.sort() };
}
function checkValue(field: Field, value: Value, path: string, failures: CheckResponse["failures"]): Value {
  if (isUnknown(value)) return value;
  const { kind, pattern } = field;
  const fail = (reason: string): Value => {
    failures.push({ property: path, reason });
    return value;
  };
  if (field.output) return fail("is an output, not an input");
  if (!isOfKind(kind, value)) return fail(`must be ${wordsOf(kind)}`);
  if (pattern && typeof value === "string" && !pattern[0].test(value)) return fail(`must be ${pattern[1]}, got ${JSON.stringify(value)}`);
  if (typeof kind === "string") return value;
  if ("one" in kind) return checkFields(kind.one, value as Props, `${path}.`, failures);
  const inner = "list" in kind ? kind.list : kind.set;
  return (value as Value[]).map((item, at) => {
    if (isUnknown(item)) return item;
    if (isObject(item)) return checkFields(inner, item, `${path}[${at}].`, failures);
    return fail(`must be ${wordsOf(kind)}`);
  });
}

function isOfKind(kind: Kind, value: Value): boolean {
  if (typeof kind === "object") return "one" in kind ? isObject(value) : Array.isArray(value);
  switch (kind) {
    case "text":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "flag":
      return typeof value === "boolean";
    case "map":
      return isObject(value);
    default:
      return Array.isArray(value) && value.every((item) => typeof item === "string" || item === null);
  }
}
const WORDS = { text: "text", number: "a number", flag: "true or false", map: "an object with texts", texts: "a list of texts" };
function wordsOf(kind: Kind): string {
  if (typeof kind === "object") return "one" in kind ? "an object" : "a list of objects";
  return WORDS[kind === "textSet" ? "texts" : kind];
}
export function isObject(value: Value | undefined): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
/** What Terraform's SDK takes for not given: the zero value of each type. */
export function isNothing(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).every((key) => key === DEFAULTS);
}

/** Inputs as they show in the outputs: without notes, and with something in the place of each property that nothing is known of. */
export function asOutputs(fields: Fields, inputs: Props): Props {
  const blank = Object.entries(fields).map(([name, field]): [string, Value] => [name, field.default ?? blankOf(field)]);
  return { ...Object.fromEntries(blank), ...withoutNotes(inputs) };
}
const blankOf = ({ kind, output, blank }: Field): Value => blank ?? (typeof kind === "object" && !("one" in kind) && !output ? [] : null);
export function withoutNotes<T extends Value>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => withoutNotes(item)) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== DEFAULTS)
      .map(([key, inner]) => [key, withoutNotes(inner)]),
  ) as T;
}
export function withNotes(value: Value): Value {
  if (Array.isArray(value)) return value.map((item) => (isObject(item) ? { ...(withNotes(item) as Props), [DEFAULTS]: [] } : item));
  return value;
}
