import type { $ZodRawIssue } from "zod/v4/core";
import type * as z from "zod";
import type { Problem } from "../../components/kernel/refuse";
import type { Complaint } from "./fields";

/** A part of a value's path: a key, or the number of an element. */
export type Path = readonly PropertyKey[];

/**
 * The path as `pulumi config set --path` takes it.
 *
 * @example pathText(["hosts", "main", "ssh", "ports", 0], "flowfleet:") // "flowfleet:hosts.main.ssh.ports[0]"
 */
export const pathText = (path: Path, prefix = ""): string =>
  prefix +
  path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      const key = String(part);
      if (!/^[A-Za-z_][\w-]*$/.test(key)) return `["${key}"]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");

/**
 * The path that a text names: the reverse of `pathText`. Where `flowfleet:` is in front, it stays with the first key.
 *
 * @example pathOf("flowfleet:hosts.main.ssh.ports[0]") // ["flowfleet:hosts", "main", "ssh", "ports", 0]
 */
export function pathOf(text: string): Path {
  const [, first = "", rest = ""] = /^((?:[\w-]+:)?[^.[]*)(.*)$/s.exec(text) ?? [];
  const parts = [...rest.matchAll(/\["([^"]*)"\]|\[(\d+)\]|\.([^.[]+)/g)];
  const below = parts.map(([, quoted, index, key]) => (index === undefined ? (quoted ?? key ?? "") : Number(index)));
  if (first.endsWith(":")) return [`${first}${String(below[0])}`, ...below.slice(1)];
  return [...(first === "" ? [] : [first]), ...below];
}

/** One problem as a line for a person: path, what is wrong, value got, values allowed, what to do. */
export const problemLine = ({ path, wrong, got, allowed, todo }: Problem): string =>
  [
    `${path}: ${wrong}`,
    ...(got === undefined ? [] : [`got ${JSON.stringify(got)}`]),
    ...(allowed === undefined ? [] : [`allowed: ${allowed}`]),
    ...(todo === undefined ? [] : [todo]),
  ].join("; ");

/** Addresses may have a password or a token in front of the machine's name, whatever setting they stand in. */
const withoutPassword = (text: string): string => text.replace(/(https?:\/\/|\/\/(?=[^\s"'/@]*:))[^\s"']*@/g, "$1…@");

/** The problem as it may be shown, every text of it. */
export const showable = <T extends Problem>(problem: T): T =>
  Object.fromEntries(Object.entries(problem).map(([key, part]) => [key, typeof part === "string" ? withoutPassword(part) : part])) as T;

/** Whether zod's issue is a secret that nobody has set. */
export const isMissingSecret = (issue: z.core.$ZodIssue): boolean => complaintOf(issue).secret === true && issue.message === "is missing";

const complaintOf = (issue: z.core.$ZodIssue): Partial<Complaint> =>
  issue.code === "custom" ? ((issue.params ?? {}) as Partial<Complaint>) : {};

/** Zod's issues as problems with their full path. Values come from what was read; those of secrets never do. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], input: unknown, prefix: string): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = pathText(issue.path, prefix);
    if (issue.code === "unrecognized_keys") return unknownKeys(issue, prefix);
    if (issue.code === "invalid_type" && issue.expected === "array") return [{ path, wrong: issue.message, todo: AS_LIST }];
    if (issue.code !== "custom") return [{ path, wrong: issue.message }];
    const { allowed, todo, secret } = complaintOf(issue);
    const got = secret === true ? undefined : shown(valueAt(input, issue.path));
    return [
      {
        path,
        wrong: issue.message,
        ...(got === undefined ? {} : { got }),
        ...(allowed === undefined ? {} : { allowed }),
        ...(todo === undefined ? {} : { todo }),
      },
    ];
  });
}

const AS_LIST = 'write its elements below it, each on a line of its own after "- "';

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, prefix: string): Problem[] {
  const names = issue.message === "" ? [] : issue.message.split(" ");
  const known = names.filter((name) => !name.includes("."));
  return issue.keys.map((key) => {
    // A name that is a path: it was to be a setting within another one.
    if (issue.path.length === 0 && /[.[]/.test(key))
      return { path: pathText([key], prefix), wrong: "is a path as a name", todo: "take it out, and set it again with --path" };
    const below = names.filter((name) => name.endsWith(`.${key}`));
    const near = below.length > 0 ? below : [nearest(key, known) ?? []].flat();
    return {
      path: pathText([...issue.path, key], prefix),
      wrong: "is not known",
      allowed: known.join(", "),
      ...(near.length === 0 ? {} : { todo: `did you mean ${near.map((one) => `"${one}"`).join(" or ")}?` }),
    };
  });
}

/** Zod's own words for what is no single value, and the known keys beside an unknown one, with those of the groups beside it. */
export const zodWords = (issue: $ZodRawIssue): string | undefined => {
  if (issue.code === "unrecognized_keys") {
    const beside = Object.entries(shapeOf(issue.inst));
    return beside.flatMap(([name, type]) => [name, ...Object.keys(shapeOf(type)).map((below) => `${name}.${below}`)]).join(" ");
  }
  if (issue.code === "invalid_union") return unionWords(issue.input, issue);
  if (issue.code !== "invalid_type") return undefined;
  const wanted = issue.expected === "array" ? "a list" : "a group of settings";
  const got =
    issue.input === undefined || issue.input === null ? "is missing" : `got ${Array.isArray(issue.input) ? "a list" : typeof issue.input}`;
  return `must be ${wanted}; ${got}`;
};

type Shape = Readonly<Record<string, z.core.$ZodType>>;

/** Settings of a group, whatever is around it: it may be left out, have a default, or be made into something else. */
function shapeOf(type: unknown): Shape {
  const def = (type as z.core.$ZodType | undefined)?._zod.def as { shape?: Shape; innerType?: unknown; in?: unknown } | undefined;
  return def?.shape ?? (def === undefined ? {} : shapeOf(def.innerType ?? def.in));
}

/** Of a group whose form depends on one of its settings. */
function unionWords(input: unknown, { discriminator, options }: { discriminator?: unknown; options?: unknown }): string {
  const got = shown(valueAt(input, [String(discriminator)]));
  const wrong = got === undefined ? "is missing" : `is none of the values allowed; got ${JSON.stringify(got)}`;
  return `${wrong}; allowed: ${Array.isArray(options) ? options.join(", ") : ""}`;
}

/** A value that may be shown: a single one, and not a long one. */
function shown(value: unknown): unknown {
  if (typeof value === "string") return shortened(withoutPassword(value));
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? "a list" : "a group of settings";
}

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 97)}…` : text);

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined),
    input,
  );
}

/** The known name that differs least, if it is near enough to be a slip. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= Math.max(2, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.far - b.far);
  return best?.candidate;
}

/** Letters to insert, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
