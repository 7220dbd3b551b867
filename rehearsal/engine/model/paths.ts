/** Property paths: `a.b`, `a[0]`, `a["b.c"]`, `a[*]`, `*`. */
import type { Props, Value } from "../provider";
import { isObject, isSecret, type Obj } from "../wire/values";

export type PathPart = string | number;

export function parsePath(text: string): PathPart[] {
  const parts: PathPart[] = [];
  const token = /\.?([^.[\]]+)|\[(\d+)\]|\[\*\]|\["((?:[^"\\]|\\.)*)"\]/gy;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    if (match[1] !== undefined) parts.push(match[1]);
    else if (match[2] !== undefined) parts.push(Number(match[2]));
    else if (match[3] !== undefined) parts.push(match[3].replace(/\\(.)/g, "$1"));
    else parts.push("*");
  }
  return parts;
}

/** Whether `path` is `pattern` or lies inside it. */
export function pathContains(pattern: PathPart[], path: PathPart[]): boolean {
  return pattern.length <= path.length && pattern.every((part, i) => part === "*" || part === path[i]);
}

export function setPath(root: Value[] | Obj, path: PathPart[], value: Value): void {
  let at: Value[] | Obj = root;
  for (const [i, part] of path.entries()) {
    if (i === path.length - 1) {
      assign(at, part, value);
      return;
    }
    const next = child(at, part);
    if (next !== null && typeof next === "object") {
      at = next;
      continue;
    }
    const made: Value[] | Obj = typeof path[i + 1] === "number" ? [] : {};
    assign(at, part, made);
    at = made;
  }
}

/** Takes away what is at the path of an object; nothing is done where nothing is. */
export function removePath(root: Obj, path: PathPart[]): void {
  const parent = path.slice(0, -1).reduce<Value | undefined>((at, part) => (isObject(at) ? child(at, part) : undefined), root);
  const last = path.at(-1);
  if (isObject(parent) && last !== undefined) Reflect.deleteProperty(parent, last);
}

/** `news` with the old value, or its absence, at each of `paths`. */
export function keepOld(news: Props, olds: Props, paths: string[]): Props {
  return paths.reduce((kept, path) => keepAt(kept, olds, parsePath(path)) as Props, news);
}
function keepAt(fresh: Value | undefined, old: Value | undefined, path: PathPart[]): Value | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return old;
  if (isSecret(fresh)) return { ...fresh, value: keepAt(fresh.value, isSecret(old) ? old.value : old, path) as Value };
  if (isSecret(old)) return keepAt(fresh, old.value, path);
  if (Array.isArray(fresh)) {
    const olds = Array.isArray(old) ? old : [];
    return fresh.map((item, i) => (part === "*" || part === i ? (keepAt(item, olds[i], rest) ?? item) : item));
  }
  if (!isObject(fresh)) return fresh;
  const olds = isObject(old) ? old : {};
  const keys = part === "*" ? [...new Set([...Object.keys(fresh), ...Object.keys(olds)])] : [String(part)];
  const kept: Obj = { ...fresh };
  for (const key of keys) {
    if (rest.length > 0 && !(key in fresh)) continue;
    const value = keepAt(fresh[key], olds[key], rest);
    if (value === undefined) Reflect.deleteProperty(kept, key);
    else kept[key] = value;
  }
  return kept;
}

function child(at: Value[] | Obj, part: PathPart): Value | undefined {
  return Array.isArray(at) ? at[Number(part)] : at[String(part)];
}
function assign(at: Value[] | Obj, part: PathPart, value: Value): void {
  if (Array.isArray(at)) at[Number(part)] = value;
  else at[String(part)] = value;
}
