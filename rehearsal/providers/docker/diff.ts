/** The state against the inputs, as the official provider compares them: by the state, so that a drift that was read shows. */
import { isUnknown, type DiffKind, type DiffResponse, type Props, type Value } from "../../engine";
import { DEFAULTS, isNothing, isObject, withNotes, withoutNotes, type Field, type Fields, type Kind } from "./schema";

type Change = readonly [path: string, change: "add" | "delete" | "update"];
export interface Difference extends DiffResponse {
  /** Properties of which is not known whether the official provider replaces or updates. */
  unsure: string[];
}

export function difference(fields: Fields, state: Props, inputs: Props, deleteBeforeReplace: boolean): Difference {
  const changes: [name: string, replaces: boolean, changes: Change[]][] = [];
  const unsure: string[] = [];
  const names = [...new Set([...Object.keys(fields), ...Object.keys(inputs)])].filter((name) => name !== DEFAULTS).sort();
  for (const name of names) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const found = field ? changesOf(field, name, state[name], inputs[name]) : strangeChange(name, state[name], inputs[name]);
    if (found.length === 0) continue;
    if (!field || field.unsure) unsure.push(name);
    changes.push([name, !field || field.unsure === true || field.replaces === true, found]);
  }
  const kindOf = (change: Change[1], replaces: boolean): DiffKind => (replaces ? `${change}-replace` : change);
  return {
    changes: changes.length > 0 ? "some" : "none",
    diffs: changes.map(([name]) => name),
    replaces: changes.filter(([, replaces]) => replaces).map(([name]) => name),
    deleteBeforeReplace,
    detailedDiff: Object.fromEntries(
      changes.flatMap(([, replaces, found]) => found.map(([path, change]) => [path, { kind: kindOf(change, replaces), inputDiff: false }])),
    ),
    unsure,
  };
}

function changesOf({ kind, computed, output, stays }: Field, path: string, before: Value | undefined, after: Value | undefined): Change[] {
  // A failed create left them open: Terraform's SDK then wants to find them out by another resource.
  const open = (before ?? null) === null && (kind === "texts" || (typeof kind === "object" && "list" in kind));
  if (output || (computed && isNothing(after))) return open && (computed || output) ? [[path, "add"]] : [];
  return stays && isNothing(after) ? [] : compare(kind, path, before, after);
}
function strangeChange(path: string, before: Value | undefined, after: Value | undefined): Change[] {
  const [one, other] = [before, after].map((value) => JSON.stringify(value === undefined ? null : sorted(withoutNotes(value))));
  return one === other ? [] : [[path, isNothing(before) ? "add" : isNothing(after) ? "delete" : "update"]];
}

function compare(kind: Kind, path: string, before: Value | undefined, after: Value | undefined): Change[] {
  if (isNothing(before) && isNothing(after)) return [];
  // Here zero is a value: a flag that was false, a limit that was none.
  const was = typeof before === "boolean" || typeof before === "number";
  if (isNothing(before) && !was) return [[path, "add"]];
  if (isNothing(after)) return [[path, "delete"]];
  if (isUnknown(after)) return [[path, "update"]];
  if (kind === "map") return compareKeys(path, before, after);
  if (kind === "texts" || kind === "textSet") {
    const [olds, news] = [before, after].map((value) => (kind === "texts" ? listOf(value) : [...listOf(value)].sort()));
    return compareItems(path, olds ?? [], news ?? [], (at, old, fresh) => (old === fresh ? [] : [[at, "update"]]));
  }
  if (typeof kind === "string") return before === after ? [] : [[path, "update"]];
  if ("one" in kind) return compareFields(kind.one, `${path}.`, before, after);
  const inner = "list" in kind ? kind.list : kind.set;
  const [olds, news] = [before, after].map((value) => ("list" in kind ? listOf(value) : [...listOf(value)].sort(byText)));
  return compareItems(path, olds ?? [], news ?? [], (at, old, fresh) => compareFields(inner, `${at}.`, old, fresh));
}
function compareItems(path: string, olds: Value[], news: Value[], each: (at: string, old: Value, fresh: Value) => Change[]): Change[] {
  const changes: Change[] = [];
  for (let i = 0; i < Math.max(olds.length, news.length); i++) {
    const [at, old, fresh] = [`${path}[${i}]`, olds[i], news[i]];
    if (old === undefined) changes.push([at, "add"]);
    else if (fresh === undefined) changes.push([at, "delete"]);
    else changes.push(...(isUnknown(fresh) ? ([[at, "update"]] as Change[]) : each(at, old, fresh)));
  }
  return changes;
}
function compareFields(fields: Fields, prefix: string, before: Value | undefined, after: Value | undefined): Change[] {
  const [old, fresh] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  return Object.entries(fields).flatMap(([name, field]) => changesOf(field, `${prefix}${name}`, old[name], fresh[name]));
}
function compareKeys(path: string, before: Value | undefined, after: Value | undefined): Change[] {
  const [old, fresh] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].filter((key) => key !== DEFAULTS).sort();
  return keys.flatMap((key): Change[] => {
    const at = /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`;
    if (old[key] === fresh[key]) return [];
    return [[at, old[key] === undefined ? "add" : fresh[key] === undefined ? "delete" : "update"]];
  });
}

/** What the program would have to say to have what there is now. What is the same stays as it was written. */
export function refreshedInputs(fields: Fields, inputs: Props, outputs: Props): Props {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, input]): [string, Value][] => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      const found = outputs[name];
      if (!field || found === undefined || compare(field.kind, name, found, input).length === 0) return [[name, input]];
      return isNothing(found) && found !== false && found !== 0 ? [] : [[name, withNotes(found)]];
    }),
  );
}

const listOf = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : []);
const byText = (one: Value, other: Value): number => {
  const [a, b] = [one, other].map((value) => JSON.stringify(sorted(value)));
  return (a ?? "") < (b ?? "") ? -1 : 1;
};
/** Zero values do not count, and keys have an order. */
function sorted(value: Value): Value {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .filter((key) => key !== DEFAULTS && !isNothing(value[key]))
      .sort()
      .map((key) => [key, sorted(value[key] as Value)]),
  );
}
