/** What a resource type takes, and what is wrong with what it was given. Unknown values (previews) pass. */
import { isUnknown, type CheckResponse, type Props, type Value } from "../engine";

export type Kind = "string" | "boolean" | "number" | "integer" | "strings" | "map" | "list" | "any" | Properties;
export interface Property {
  kind: Kind;
  required?: boolean;
  /** Put in where the program gave nothing. */
  default?: Value;
  /** The least number, or length of a list. */
  least?: number;
  /** The only values allowed. */
  oneOf?: readonly string[];
}
export type Properties = { [name: string]: Property };

/** The inputs with defaults, and one failure for each thing that is wrong. */
export function checkProperties(properties: Properties, given: Props, path = ""): CheckResponse {
  const inputs: Props = {};
  const failures: CheckResponse["failures"] = [];
  const fail = (property: string, reason: string): unknown => failures.push({ property: `${path}${property}`, reason });
  for (const name of Object.keys(given)) {
    if (!(name in properties)) fail(name, `there is no such property; there are ${Object.keys(properties).join(", ")}`);
  }
  for (const [name, property] of Object.entries(properties)) {
    const value = given[name] ?? property.default;
    if (value === undefined) {
      if (property.required) fail(name, "is required");
      continue;
    }
    inputs[name] = value;
    if (isUnknown(value)) continue;
    if (typeof property.kind === "object" && isMap(value)) {
      const inner = checkProperties(property.kind, value, `${path}${name}.`);
      inputs[name] = inner.inputs;
      failures.push(...inner.failures);
    } else {
      const wrong = whatIsWrong(property, value);
      if (wrong) fail(name, wrong);
    }
  }
  return { inputs, failures };
}

function whatIsWrong({ kind, least, oneOf }: Property, value: Value): string | undefined {
  if (!isOfKind(kind, value)) return `must be ${typeof kind === "string" ? NAMES[kind] : "an object"}, got ${describe(value)}`;
  if (oneOf && !oneOf.includes(value as string)) return `must be one of ${oneOf.join(", ")}`;
  if (least === undefined) return undefined;
  if (typeof value === "number" && value < least) return `must be at least ${least}, got ${value}`;
  if (Array.isArray(value) && value.length < least) return `must have at least ${least} element${least === 1 ? "" : "s"}`;
  return undefined;
}

const NAMES = {
  string: "text",
  boolean: "true or false",
  number: "a number",
  integer: "a whole number",
  strings: "a list of texts",
  map: "an object with texts",
  list: "a list",
  any: "anything",
};
function isOfKind(kind: Kind, value: Value): boolean {
  switch (kind) {
    case "any":
      return true;
    case "integer":
      return Number.isSafeInteger(value);
    case "list":
      return Array.isArray(value);
    case "strings":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "map":
      return isMap(value) && Object.values(value).every((item) => typeof item === "string" || item === null);
    case "string":
    case "boolean":
    case "number":
      return typeof value === kind;
    default:
      return isMap(value);
  }
}
function isMap(value: Value): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
/** Its type only: the value may be a secret. */
function describe(value: Value): string {
  if (Array.isArray(value)) return "a list";
  if (isMap(value)) return "an object";
  return typeof value === "string" ? "text" : typeof value;
}
