/** What changed in one resource, and whether that needs a replacement. */
import { parsePath, pathContains } from "../model/paths";
import type { Resource } from "../model/resource";
import { packageOf, splitProviderRef } from "../model/urn";
import type { DiffKind, DiffResponse, Props, Provider } from "../provider";
import { equal, revealSecrets } from "../wire/values";

export interface Diff {
  changed: boolean;
  diffs: string[];
  replaces: string[];
  detailedDiff: Record<string, { kind: DiffKind; inputDiff: boolean }> | undefined;
  deleteBeforeReplace: boolean;
}
const NO_DIFF: Diff = { changed: false, diffs: [], replaces: [], detailedDiff: undefined, deleteBeforeReplace: false };

export function needsReplacement(diff: Diff): boolean {
  return diff.replaces.length > 0 || Object.values(diff.detailedDiff ?? {}).some(({ kind }) => kind.endsWith("-replace"));
}
/** A replacement for a reason that is no property of the program's. */
export function replacementBy(key: string): Diff {
  return { ...NO_DIFF, changed: true, replaces: [key] };
}

/** Another package means another resource. Another provider of the same package does not: the resource stays where it is. */
export function providerChanged(old: Resource, fresh: Resource): boolean {
  if (!old.provider || !fresh.provider || old.provider === fresh.provider) return false;
  const typeOf = (ref: string): string => packageOf(splitProviderRef(ref).urn.split("::")[2] ?? "");
  return typeOf(old.provider) !== typeOf(fresh.provider);
}

export async function diffCustom(provider: Provider, old: Resource, fresh: Resource, name: string): Promise<Diff> {
  const response = await provider.diff({
    urn: fresh.urn,
    name,
    type: fresh.type,
    id: old.id ?? "",
    oldInputs: revealSecrets(old.inputs),
    oldOutputs: revealSecrets(old.outputs),
    newInputs: revealSecrets(fresh.inputs),
    ignoreChanges: fresh.ignoreChanges ?? [],
  });
  return replaceOnChanges(fromResponse(response, old.inputs, fresh.inputs), fresh.replaceOnChanges ?? []);
}
function fromResponse(response: DiffResponse, oldInputs: Props, newInputs: Props): Diff {
  const { changes, diffs, replaces, deleteBeforeReplace, detailedDiff } = response;
  if (changes === "unknown") return { ...diffInputs(oldInputs, newInputs), replaces, deleteBeforeReplace };
  if (changes === "none") return NO_DIFF;
  const detailed = Object.keys(detailedDiff).length > 0 ? detailedDiff : undefined;
  return { changed: true, diffs, replaces, deleteBeforeReplace, detailedDiff: detailed };
}

/** For what has no provider to ask: components, and providers themselves. */
export function diffInputs(olds: Props, news: Props): Diff {
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const diffs = [...keys].filter((key) => !equal(olds[key], news[key])).sort();
  return { ...NO_DIFF, changed: diffs.length > 0, diffs };
}

/** Changes at or below one of `paths` become replacements. */
function replaceOnChanges(diff: Diff, paths: string[]): Diff {
  if (!diff.changed || paths.length === 0) return diff;
  const patterns = paths.map(parsePath);
  const matches = (path: string): boolean => patterns.some((pattern) => pathContains(pattern, parsePath(path)));
  const detailedDiff =
    diff.detailedDiff &&
    Object.fromEntries(
      Object.entries(diff.detailedDiff).map(([path, change]) => [
        path,
        matches(path) ? { ...change, kind: toReplace(change.kind) } : change,
      ]),
    );
  const keys = diff.diffs.filter((key) => patterns.some((pattern) => pathContains(pattern, [key])));
  return { ...diff, detailedDiff, replaces: [...new Set([...diff.replaces, ...keys])] };
}
function toReplace(kind: DiffKind): DiffKind {
  return kind.endsWith("-replace") ? kind : (`${kind}-replace` as DiffKind);
}
