/** What is told of one resource type: which calls make, read, change and remove it, and what of a change needs another resource. */
import type { Props } from "../../engine";
import type { Clients } from "./clients";

/** The account number that the emulator gives itself. */
export const ACCOUNT = "123456789012";

/** An existing resource: its id, the inputs it was made from, and what it told of itself then. */
export interface Existing<Inputs> {
  id: string;
  inputs: Inputs;
  outputs: Props;
}

/** @typeParam Inputs As a program gives them, with their values known: `Unwrap<VpcArgs>`. */
export interface AwsType<Inputs = Props> {
  /** The property whose value is made from the resource's name where the program gives none. */
  named?: keyof Inputs & string;
  /** Longest that the made name may be: a longer one is refused. @default 64 */
  longest?: number;
  /** Properties whose change needs another resource. */
  replaces: readonly (keyof Inputs & string)[];
  /** The old one has to go first: two of them cannot be there at a time. */
  deleteFirst?: true;
  /** Properties whose change `update` brings about. What is in neither list is announced as "may replace". */
  updates: readonly (keyof Inputs & string)[];
  /** Why the official provider takes no such change, if it does not. */
  refuses?: (changed: readonly string[], inputs: Inputs) => string | undefined;
  /** Makes it and gives the id that the official provider gives. */
  create: (inputs: Inputs, aws: Clients) => Promise<string>;
  /** What it tells of itself beside its inputs; `undefined` where it is gone. */
  read: (existing: Existing<Inputs>, aws: Clients) => Promise<Props | undefined>;
  /** Brings the new inputs about. */
  update?: (existing: Existing<Inputs>, changed: ReadonlySet<string>, aws: Clients, before: Inputs) => Promise<void>;
  delete: (existing: Existing<Inputs>, aws: Clients) => Promise<void>;
}

/** Forgets which inputs a type has, so that all types fit into one table. The program's own SDK made them of that shape. */
export const type = <Inputs>(of: AwsType<Inputs>): AwsType => of as unknown as AwsType;

/** Names of AWS's errors for what is not there: `ResourceNotFoundException`, `NoSuchEntity`, `InvalidVpcID.NotFound`, `DBInstanceNotFoundFault`. */
export const isGone = (error: unknown): boolean =>
  /not_?found|nosuch|notexist|nonexist|unknown.*id|^404$/i.test((error as Error).name) ||
  /not found|does not exist|^no .* found/i.test((error as Error).message);

export async function orGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * For the few calls that the emulator has not: it answers them with a page of HTML. What they would set is in the state then, and nowhere
 * else (docs/rehearsal.md).
 */
export async function orNotEmulated(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!/<!doctype|<html>/.test((error as Error).message)) throw error;
  }
}

/** @throws where AWS answered without what it always tells. */
export function told<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`AWS told no ${what}`);
  return value;
}

type Tags = Record<string, string> | undefined;

export const keyAndValue = (tags: Tags) => Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));

/** `{ targetValue: 60 }` → `{ TargetValue: 60 }`, at every level: most of AWS's calls have the provider's names with a capital. */
export function capitalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalised);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.charAt(0).toUpperCase() + key.slice(1), capitalised(inner)]));
}
