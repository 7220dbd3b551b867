import { isGroup as isAnyGroup } from "../config/raw";

/** A resource of a plan, as rules see it. Both ways to a plan, Pulumi's own and the offline one, are brought into this form. */
export interface Resource {
  /** Type token, such as "aws:rds/instance:Instance". */
  type: string;
  urn: string;
  /** The last part of the URN. */
  name: string;
  /** Whether Pulumi refuses to delete it. */
  protect: boolean;
  /** Its inputs: JSON, with `UNKNOWN` for what only an update will know and `Sealed` around what is marked as a secret. */
  props: Props;
}
export type Props = Readonly<Record<string, unknown>>;

/** Stands for a value that only an update will know. No rule holds it against a resource. */
export const UNKNOWN = Symbol("not known yet");

/** A value that is marked as a secret. */
export class Sealed {
  constructor(readonly value: unknown) {}
}

/** The name in a URN. */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** The value without its seals. What comes of it must be in no message. */
export function opened(value: unknown): unknown {
  if (value instanceof Sealed) return opened(value.value);
  if (Array.isArray(value)) return value.map(opened);
  if (!isGroup(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}

/** What stands at a path such as "networkConfiguration.assignPublicIp". Below what is not known nothing is known. */
export function valueAt(props: Props, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => {
    if (value === UNKNOWN) return UNKNOWN;
    return isGroup(value) ? value[key] : undefined;
  }, props);
}

/** A value in a message: never a secret, never long. */
export function shown(value: unknown): string {
  if (value === UNKNOWN) return "(not known yet)";
  if (value instanceof Sealed) return "[secret]";
  if (value === undefined) return "not set";
  const text = JSON.stringify(value, (_, inner: unknown) => (inner instanceof Sealed ? "[secret]" : inner === UNKNOWN ? "…" : inner));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** The value as a group; one that is none is empty. */
export const group = (value: unknown): Props => (isGroup(value) ? value : {});
/** The value as a list; one that is none is empty. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The value as a number; what is not known yet is none. */
export const number = (value: unknown): number => (typeof value === "symbol" ? Number.NaN : Number(value));
/** Whether a list has what will do, or may have it. */
export const has = (value: unknown, right: (element: unknown) => boolean): boolean =>
  value === UNKNOWN || list(value).some((element) => element === UNKNOWN || right(element));

/** Text that holds JSON, such as a policy; `undefined` where it is not known, or no JSON. */
export function parsed(value: unknown): unknown {
  const text = opened(value);
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isGroup = (value: unknown): value is Props => isAnyGroup(value) && !(value instanceof Sealed);
