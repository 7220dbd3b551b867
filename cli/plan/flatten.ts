import type { Props, Value } from "../../rehearsal/engine";
import { isGroup } from "../../rehearsal/outputs";

/** The inputs of a resource, taken apart for a comparison. */
export interface Flat {
  /** Path -> what stands there: texts of one line, numbers, lists. */
  values: Map<string, Value>;
  /** Path on the machine, or of the property -> its lines. */
  texts: Map<string, string[]>;
}

/**
 * Takes inputs apart: a document for the helper into what it holds, its files into lines; `envs: ["A=1"]` into `envs.A`, labels by their
 * names, claims by their systems, JSON in texts (policies) into lines.
 */
export function flatten({ stdin, ...inputs }: Props): Flat {
  const flat: Flat = { values: new Map(), texts: new Map() };
  for (const [key, value] of Object.entries(inputs)) add(flat, key, key, value);
  const document = typeof stdin === "string" ? jsonOf(stdin) : undefined;
  if (document === undefined || Array.isArray(document)) {
    if (stdin !== undefined) add(flat, "stdin", "stdin", stdin);
  } else for (const [key, value] of Object.entries(document)) if (key !== "owner") add(flat, key, key, value);
  return flat;
}

function add(flat: Flat, path: string, key: string, value: Value): void {
  if (value === null) return;
  if (typeof value === "string") {
    const json = jsonOf(value);
    if (json !== undefined) flat.texts.set(path, JSON.stringify(json, null, 2).split("\n"));
    else if (value.includes("\n")) flat.texts.set(path, value.trimEnd().split("\n"));
    else flat.values.set(path, value);
    return;
  }
  if (Array.isArray(value)) {
    addList(flat, path, key, value);
    return;
  }
  if (typeof value !== "object") {
    flat.values.set(path, value);
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    // `files: {"/etc/motd": {text: […], mode: …}}`: the text is the file.
    const isText = name === "text" && Array.isArray(inner) && inner.every((line) => typeof line === "string");
    if (isText) flat.texts.set(textPath(path, value), inner);
    else add(flat, joined(path, name), name, inner);
  }
}

function addList(flat: Flat, path: string, key: string, list: Value[]): void {
  const pairs = list.map(pairOf);
  if (list.length > 0 && pairs.every((pair) => pair !== undefined) && key !== "args" && key !== "command") {
    for (const [name, value] of pairs) add(flat, joined(path, name), name, value);
    return;
  }
  if (list.length > 0 && list.every(isClaim)) {
    for (const { system, ...claimed } of list) addClaim(flat, joined(path, system), claimed);
    return;
  }
  const isText = list.every((line) => typeof line === "string") && (key.startsWith("/") || list.length > 8);
  if (isText) flat.texts.set(key.startsWith("/") ? key : path, list);
  else flat.values.set(path, list);
}

/** `A=1`, `{label, value}`, `{name, value}`. */
function pairOf(item: Value): [string, Value] | undefined {
  if (typeof item === "string") {
    const found = /^([A-Z_][A-Z0-9_]*)=(.*)$/s.exec(item);
    return found ? [found[1] ?? "", found[2] ?? ""] : undefined;
  }
  if (!isGroup(item) || Object.keys(item).length !== 2) return undefined;
  const name = item["label"] ?? item["name"];
  return typeof name === "string" && item["value"] !== undefined ? [name, item["value"]] : undefined;
}

/** What one system claims of its machine, which is too long for a line. */
const isClaim = (item: Value): item is Props & { system: string } => isGroup(item) && typeof item["system"] === "string";

/** Its lists stay lists: none of them is a file's text, though some are about files. */
function addClaim(flat: Flat, path: string, value: Value): void {
  if (!isGroup(value)) flat.values.set(path, value);
  else for (const [name, inner] of Object.entries(value)) addClaim(flat, joined(path, name), inner);
}

/** The file on the machine where the path names one (`files["/etc/motd"]`), or its neighbour `file` does. */
function textPath(path: string, holder: Props): string {
  const named = /\["(\/[^"]*)"\]$/.exec(path)?.[1];
  return named ?? (typeof holder["file"] === "string" ? holder["file"] : `${path}.text`);
}

/** What a text says in JSON; `undefined` for any other text. */
export function jsonOf(text: string): Props | Value[] | undefined {
  if (!/^[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Props | Value[];
  } catch {
    return undefined;
  }
}

const joined = (path: string, name: string): string => (/^[\w-]+$/.test(name) ? `${path}.${name}` : `${path}["${name}"]`);
