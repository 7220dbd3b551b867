import { diffWordsWithSpace } from "diff";
import type { Hunk } from "../report";

/** A line of one side; `marked` are the parts that differ from the other side. */
export interface Side {
  number: number;
  parts: { text: string; marked: boolean }[];
}

/** A row of a diff side by side: both sides alike, or what was and what is, either of which may be missing. */
export interface Row {
  same: boolean;
  before?: Side;
  after?: Side;
}

/** Lines that went and those that came in their place stand side by side, in their order. */
export function sideBySide({ oldStart, newStart, lines }: Hunk): Row[] {
  const rows: Row[] = [];
  let [old, now] = [oldStart, newStart];
  let gone: string[] = [];
  let come: string[] = [];
  const flush = (): void => {
    for (let index = 0; index < Math.max(gone.length, come.length); index++) {
      const [before, after] = marked(gone[index], come[index]);
      rows.push({
        same: false,
        ...(before && { before: { number: old++, parts: before } }),
        ...(after && { after: { number: now++, parts: after } }),
      });
    }
    gone = [];
    come = [];
  };
  for (const line of lines) {
    const text = line.slice(1);
    if (line.startsWith("-")) {
      if (come.length > 0) flush();
      gone.push(text);
    } else if (line.startsWith("+")) come.push(text);
    else {
      flush();
      const parts = [{ text, marked: false }];
      rows.push({ same: true, before: { number: old++, parts }, after: { number: now++, parts } });
    }
  }
  flush();
  return rows;
}

/** Of longer lines the words are not compared: it takes long, and says little. */
const LONGEST = 2000;

function marked(before?: string, after?: string): [Side["parts"]?, Side["parts"]?] {
  if (before === undefined || after === undefined || before.length + after.length > LONGEST)
    return [
      before === undefined ? undefined : [{ text: before, marked: false }],
      after === undefined ? undefined : [{ text: after, marked: false }],
    ];
  const words = diffWordsWithSpace(before, after);
  const kept = words.filter(({ added, removed }) => !added && !removed).reduce((sum, { value }) => sum + value.length, 0);
  // Lines that have little in common are not each other's successors: marks all over would hide that.
  const alike = kept * 3 >= Math.max(before.length, after.length);
  const side = (other: "added" | "removed"): Side["parts"] =>
    words.filter((word) => !word[other]).map(({ value, added, removed }) => ({ text: value, marked: alike && (added || removed) }));
  return [side("added"), side("removed")];
}
