import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Document, Node } from "yaml";
import type { Problem } from "../../components/kernel/refuse";
import { pathOf, problemLine } from "./problems";
import type { Path } from "./problems";
import { yamlWords } from "./yaml-words";

/** Where something stands in a file; both count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A problem and the file that it is in. */
export interface Finding extends Problem {
  file: string;
  place?: Place | undefined;
}

/** A finding as a line for a person, which editors and terminals take for a link: `Pulumi.prod.yaml:42:5 flowfleet:hosts.main: …`. */
export function findingLine({ place, file, ...problem }: Finding): string {
  const at = place === undefined ? file : `${file}:${place.line}:${place.column}`;
  return problem.path === "" ? `${at}${problemLine(problem)}` : `${at} ${problemLine(problem)}`;
}

/** The same without the place, for whoever has no file before them. */
export const plainLine = (finding: Finding): string => findingLine({ ...finding, place: undefined });

/** Finds where a setting begins. What is not there is where it belongs: at the group that it is missing in. */
export type Places = (path: string) => Place;

/** A YAML file: what it holds, or everything that keeps it from being YAML. */
export interface YamlFile {
  value: unknown;
  problems: { path: ""; wrong: string; place: Place }[];
  /** @param root What every path begins below: `["config"]` in a stack file. */
  placesBelow: (root: Path) => Places;
}

export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  // As Pulumi reads it, which knows `<<`.
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // Behind the place where the parser lost its way it finds fault with what is right.
  const lost = document.errors.findIndex(({ code }) => code !== "DUPLICATE_KEY");
  const errors = lost < 0 ? document.errors : document.errors.slice(0, lost + 1);
  const found = [...errors.map((error) => ({ at: error.pos[0], wrong: yamlWords(error) })), ...hidden(document)];
  const value = found.length > 0 ? undefined : valueOf(document);
  return {
    value: value instanceof Error ? undefined : value,
    problems: [...found, ...(value instanceof Error ? [{ at: 0, wrong: value.message }] : [])].map(({ at, wrong }) => ({
      path: "",
      wrong: `is no YAML: ${wrong}`,
      place: placeOf(at),
    })),
    placesBelow: (root) => (path) => placeOf(offsetOf(document, [...root, ...pathOf(path)])),
  };
}

/** What only shows when values are asked for, and what Pulumi reads otherwise. */
function hidden(document: Document): { at: number; wrong: string }[] {
  const found: { at: number; wrong: string }[] = [];
  visit(document, {
    Alias: (_, alias, parents) => {
      const node = alias.resolve(document);
      const at = alias.range?.[0] ?? 0;
      // Its name may be a secret without quotes.
      if (node === undefined) found.push({ at, wrong: "an alias (*) has the name of no anchor (&); text that begins so goes into quotes" });
      else if (parents.includes(node)) found.push({ at, wrong: "an alias (*) is within what it stands for" });
    },
    Scalar: (key, { value, source = "", range }) => {
      if (key !== "key" && typeof value === "number" && /^[-+]?0\d/.test(source))
        found.push({
          at: range?.[0] ?? 0,
          wrong: "a number begins with 0, which Pulumi takes for octal; put it into quotes, or take the 0 away",
        });
    },
  });
  return found;
}

/** Aliases of aliases may stand for more than there is room for, and `<<` for what has no settings. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    const isMerge = error instanceof Error && error.message.startsWith("Merge");
    return new Error(isMerge ? "<< stands before what is no group of settings" : yamlWords({ code: "RESOURCE_EXHAUSTION", message: "" }));
  }
}

function offsetOf(document: Document, path: Path): number {
  let at: Node | null = document.contents;
  let found = at?.range?.[0] ?? 0;
  for (const part of path) {
    if (isAlias(at)) at = at.resolve(document) ?? null;
    const next = isMap(at)
      ? at.items.find((pair) => isPair(pair) && isScalar(pair.key) && String(pair.key.value) === String(part))
      : undefined;
    if (next !== undefined) {
      found = (next.key as Node).range?.[0] ?? found;
      at = next.value as Node | null;
    } else if (isSeq(at) && typeof part === "number" && at.items[part] !== undefined) {
      at = at.items[part] as Node;
      found = at.range?.[0] ?? found;
    } else break;
  }
  return found;
}
