import { Secret, UnknownValueError } from "@pulumi/policy";
import { type Props, Sealed, UNKNOWN } from "./resource";

/** Values as @pulumi/policy hands them over: reading one that is not known throws. */
export function fromPack(props: object): Props {
  return group(props, fromValue);
}

/** The same, with the marks of secrets. Behind what is handed over, which hides them, are the values as they came. */
export function secretsMarked(props: object): Props {
  const behind = (of: object): object => (of as { __getSpecialProxyTarget?: object }).__getSpecialProxyTarget ?? of;
  const sealed = (value: unknown): unknown => {
    if (value instanceof Secret) return new Sealed(sealed(value.value));
    if (Array.isArray(value)) return value.map(sealed);
    if (typeof value === "string" && UNKNOWNS.has(value)) return UNKNOWN;
    return typeof value === "object" && value !== null ? group(value, sealed) : value;
  };
  return group(behind(behind(props)), sealed);
}

function fromValue(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(value, index, fromValue));
  return typeof value === "object" && value !== null ? group(value, fromValue) : value;
}

const group = (of: object, convert: (value: unknown) => unknown): Props =>
  Object.fromEntries(Object.keys(of).map((key) => [key, read(of, key, convert)]));

function read(of: object, key: string | number, convert: (value: unknown) => unknown): unknown {
  try {
    return convert((of as Record<string | number, unknown>)[key]);
  } catch (error) {
    if (error instanceof UnknownValueError) return UNKNOWN;
    throw error;
  }
}

/** How values that are not known yet travel, one for each kind of value. */
const UNKNOWNS: ReadonlySet<string> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
