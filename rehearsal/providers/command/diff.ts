/** What changed between two sets of inputs, by path, as the official provider tells it. */
import { isDeepStrictEqual } from "node:util";
import type { DiffKind, DiffResponse, Props, Value } from "../../engine";

type Change = "add" | "delete" | "update";
/** Marks assets and archives, which are compared as a whole. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** @param replacing Properties whose change needs a replacement. */
export function diffInputs(olds: Props, news: Props, replacing: readonly string[]): DiffResponse {
  const changes: [path: string, change: Change][] = [];
  for (const key of [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort()) {
    if (!key.startsWith("__")) compare(key, olds[key], news[key], changes);
  }
  // The official provider looks a path up as it is: a change inside a property it does not find. There the SDK's
  // `replaceOnChanges` makes the replacement.
  const replaces = changes.map(([path]) => path).filter((path) => replacing.includes(path));
  const kind = (path: string, change: Change): DiffKind => (replaces.includes(path) ? `${change}-replace` : change);
  return {
    changes: changes.length > 0 ? "some" : "none",
    diffs: [...new Set(changes.map(([path]) => path.replace(/[.[].*$/s, "")))],
    replaces,
    deleteBeforeReplace: false,
    detailedDiff: Object.fromEntries(changes.map(([path, change]) => [path, { kind: kind(path, change), inputDiff: false }])),
  };
}

function compare(path: string, before: Value | undefined, after: Value | undefined, changes: [string, Change][]): void {
  if (before === undefined || after === undefined) {
    if (before !== after) changes.push([path, before === undefined ? "add" : "delete"]);
  } else if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    for (let i = 0; i < length; i++) compare(`${path}[${i}]`, before[i], after[i], changes);
  } else if (isPlainObject(before) && isPlainObject(after)) {
    for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      compare(`${path}${asStep(key)}`, before[key], after[key], changes);
    }
  } else if (!isDeepStrictEqual(before, after)) changes.push([path, "update"]);
}
function isPlainObject(value: Value): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(SIGNATURE in value);
}
function asStep(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `["${key.replace(/"/g, '\\"')}"]`;
}
