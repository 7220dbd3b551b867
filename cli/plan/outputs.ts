import { breakingChanges, breakingLine } from "../../infra/outputs/breaking";
import { UNKNOWN, type Props, type Value } from "../../rehearsal/engine";
import { isGroup } from "../../rehearsal/outputs";
import { NOT_KNOWN } from "../../rehearsal/planned-inputs";
import { stable } from "./differences";
import { couldBe } from "./folding";
import type { OutputChange } from "./report";

/** What changes in the outputs of a stack, what breaks its readers first; and what may be another value once the update is done. */
export function outputChanges(before: Props, after: Props): OutputChange[] {
  const broken = breakingChanges(unknown(before) as Props, unknown(after) as Props).map((change): OutputChange => {
    const [old, now] = [at(before, change.path), at(after, change.path)];
    return {
      path: change.path,
      change: change.what,
      breaking: true,
      ...(old === undefined ? {} : { before: old }),
      ...(now === undefined ? {} : { after: now }),
      what: breakingLine(change),
    };
  });
  const known = new Set(broken.map(({ path }) => path));
  const others: OutputChange[] = [];
  compare("", before, after, others);
  return [...broken, ...others.filter(({ path }) => !known.has(path) && !isPrice(path))];
}

/** Those are told with the cost. */
const isPrice = (path: string): boolean => /(?:^|\.)(?:price|monthly)$/.test(path);

function compare(path: string, before: Value | undefined, after: Value | undefined, found: OutputChange[]): void {
  if (stable(before) === stable(after)) return;
  if (isGroup(before) && isGroup(after)) {
    for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      compare(joined(path, key), before[key], after[key], found);
    }
    return;
  }
  if (after === undefined && before !== undefined) found.push({ path, change: "removed", breaking: false, before });
  else if (before === undefined && after !== undefined) found.push({ path, change: "added", breaking: false, after });
  else found.push({ path, change: "changed", breaking: false, ...(couldBe(before, after) && { unknown: true }), before, after });
}

/** The engine's own word for what is not known: it may be of any type. */
function unknown(value: Value): Value {
  if (value === NOT_KNOWN) return UNKNOWN;
  if (Array.isArray(value)) return value.map(unknown);
  return isGroup(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unknown(inner)])) : value;
}

const joined = (path: string, key: string): string => {
  const step = /^[\w-]+$/.test(key) ? key : `["${key}"]`;
  return path === "" || step.startsWith("[") ? `${path}${step}` : `${path}.${step}`;
};

function at(outputs: Props, path: string): Value | undefined {
  let value: Value | undefined = outputs;
  for (const [, key, quoted] of path.matchAll(/([\w-]+)|\["([^"]*)"\]/g)) value = isGroup(value) ? value[quoted ?? key ?? ""] : undefined;
  return value;
}
