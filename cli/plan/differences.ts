import { structuredPatch } from "diff";
import type { Props, Value } from "../../rehearsal/engine";
import { NOT_KNOWN } from "../../rehearsal/planned-inputs";
import type { SecretDifference } from "../../rehearsal/secret-differences";
import { type Flat, flatten } from "./flatten";
import { renamedFiles } from "./renamed-files";
import type { PropertyChange, TextChange } from "./report";

export interface Differences {
  properties: PropertyChange[];
  files: TextChange[];
  /** Lists whose items are the same in another order, which means nothing there. */
  reordered: string[];
}

/** What differs between two sets of inputs: by path, then by line. `undefined`: the resource is not there. */
export function differences(
  before: Props | undefined,
  after: Props | undefined,
  changedSecrets: readonly SecretDifference[] = [],
): Differences {
  const found: Differences = { properties: [], files: [], reordered: [] };
  const isLater = after?.["stdin"] === NOT_KNOWN && before?.["stdin"] !== undefined;
  if (isLater) found.properties.push(later("stdin"));
  const [old, now] = [before, after].map((side) => flatten(isLater ? { ...side, stdin: null } : (side ?? {}))) as [Flat, Flat];
  for (const [path, value] of now.values) if (value === NOT_KNOWN) takeOut(found, old, now, path);
  const renamed = renamedFiles(old.texts, now.texts);
  for (const [path, was] of renamed) followRename(old.values, was, path);
  for (const path of pathsOf(old.values, now.values)) compareValues(found, path, old.values.get(path), now.values.get(path));
  const moved = new Set(renamed.values());
  for (const path of pathsOf(old.texts, now.texts).filter((one) => !moved.has(one))) {
    const was = renamed.get(path);
    const change = textChange(path, old.texts.get(was ?? path), now.texts.get(path), was);
    if (change) found.files.push(change);
  }
  const shown = new Set(found.properties.map(({ path }) => path));
  for (const { path: whole, change } of changedSecrets) {
    const path = whole.replace(/^stdin\./, "");
    if (shown.has(path)) continue;
    const sides = { ...(change !== "added" && { before: MASK }), ...(change !== "removed" && { after: MASK }) };
    found.properties.push({ path, ...sides, secret: true, unknown: false });
  }
  found.properties.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return found;
}

/** In the place of a document, a text or a group: one difference, whatever was in it. */
function takeOut(found: Differences, old: Flat, now: Flat, path: string): void {
  const isIn = (one: string): boolean => one === path || one.startsWith(`${path}.`) || one.startsWith(`${path}[`);
  const values = [...old.values.keys()].filter((one) => one !== path && isIn(one));
  const texts = [...old.texts.keys()].filter(isIn);
  if (values.length + texts.length === 0) return;
  for (const one of values) old.values.delete(one);
  for (const one of texts) old.texts.delete(one);
  now.values.delete(path);
  found.properties.push(later(path));
}

/** Stands for what nobody would read in a line. */
export const WHOLE = "(a document)";
const later = (path: string): PropertyChange => ({ path, before: WHOLE, after: NOT_KNOWN, secret: false, unknown: true });

/** Owner and mode of a file are compared where it is now. */
function followRename(values: Map<string, Value>, was: string, path: string): void {
  for (const [at, value] of [...values]) {
    if (!at.startsWith(`files["${was}"].`)) continue;
    values.delete(at);
    values.set(`files["${path}"].${at.slice(`files["${was}"].`.length)}`, value);
  }
}

const MASK = "[secret]";
/** Lists in which the order is what they say. */
const ORDERED = /(?:^|[.\]])(?:args|command|commands|entrypoint|entrypoints|tests|after|dns|zones)$/;

const pathsOf = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] =>
  [...new Set([...a.keys(), ...b.keys()])].sort();

function compareValues(found: Differences, path: string, before: Value | undefined, after: Value | undefined): void {
  if (stable(before) === stable(after)) return;
  if (Array.isArray(before) && Array.isArray(after) && !ORDERED.test(path)) {
    const gone = without(before, after);
    const came = without(after, before);
    if (gone.length === 0 && came.length === 0) found.reordered.push(path);
    else {
      for (const item of gone) found.properties.push(property(`${path}[]`, item, undefined));
      for (const item of came) found.properties.push(property(`${path}[]`, undefined, item));
    }
    return;
  }
  found.properties.push(property(path, before, after));
}

function property(path: string, before: Value | undefined, after: Value | undefined): PropertyChange {
  return {
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    secret: stable(before).includes(MASK) || stable(after).includes(MASK),
    unknown: stable(after).includes(NOT_KNOWN),
  };
}

/** Each item of the one that the other has not, as often as that is so. */
function without(items: readonly Value[], others: readonly Value[]): Value[] {
  const left = others.map(stable);
  return items.filter((item) => {
    const at = left.indexOf(stable(item));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** The same text for the same value, in whatever order its keys are. */
export function stable(value: unknown): string {
  if (value === undefined) return "";
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** A value in a sentence: texts without quotes. */
export const plainText = (value: unknown): string => (typeof value === "string" ? value : stable(value));

function textChange(
  path: string,
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
  was?: string,
): TextChange | undefined {
  const [old, now] = [before, after].map((lines) => (lines === undefined || lines.length === 0 ? "" : `${lines.join("\n")}\n`));
  if (old === now && (before === undefined) === (after === undefined) && was === undefined) return undefined;
  const { hunks } = structuredPatch("", "", old ?? "", now ?? "", "", "", { context: 3 });
  return {
    path,
    ...(was !== undefined && { was }),
    op: before === undefined ? "create" : after === undefined ? "delete" : "update",
    hunks: hunks.map(({ oldStart, newStart, lines }) => ({
      oldStart: before === undefined ? 0 : oldStart,
      newStart: after === undefined ? 0 : newStart,
      lines: lines.filter((line) => !line.startsWith("\\")),
    })),
  };
}
