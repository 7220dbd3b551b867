import { dirname, extname } from "node:path";
import type { Flat } from "./flatten";

/** Of lines that both have: below it, two files are two. */
const ALIKE = 0.5;

/**
 * Files that only have another name now, as those of a site whose domain is another: path now -> path before. In the same folder, of the same
 * kind, and either the only ones there that went and came, or alike in at least half of their lines.
 */
export function renamedFiles(before: Flat["texts"], after: Flat["texts"]): Map<string, string> {
  const isFile = (path: string): boolean => path.startsWith("/");
  const gone = [...before.keys()].filter((path) => isFile(path) && !after.has(path)).sort();
  const came = [...after.keys()].filter((path) => isFile(path) && !before.has(path)).sort();
  const found = new Map<string, string>();
  for (const path of gone) {
    const beside = (one: string): boolean => dirname(one) === dirname(path) && extname(one) === extname(path);
    const free = came.filter((one) => beside(one) && !found.has(one));
    const isOnly = came.filter(beside).length === 1 && gone.filter(beside).length === 1;
    const [best] = free
      .map((one) => ({ one, alike: alike(before.get(path) ?? [], after.get(one) ?? []) }))
      .filter((candidate) => isOnly || candidate.alike >= ALIKE)
      .sort((a, b) => b.alike - a.alike);
    if (best) found.set(best.one, path);
  }
  return found;
}

function alike(before: readonly string[], after: readonly string[]): number {
  const left = [...after];
  const same = before.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return same.length / Math.max(before.length, after.length, 1);
}
