import type { PlannedResource } from "../../rehearsal/plan";
import type { SecurityChange } from "./report";

/** What a rule finds; whose it is follows from the resource. */
export type Found = Omit<SecurityChange, "urn" | "system">;

/** Inputs of before and of after; what is not there has none. */
export const sides = ({ op, before, inputs }: PlannedResource): [PlannedResource["inputs"], PlannedResource["inputs"]] =>
  op === "create" ? [{}, inputs] : op === "delete" ? [inputs, {}] : [before ?? {}, inputs];

/** What only one of two sets has, each told. */
export function compareSets(
  before: readonly string[],
  after: readonly string[],
  tell: (item: string, change: "added" | "removed") => Found,
): Found[] {
  return [
    ...after.filter((item) => !before.includes(item)).map((item) => tell(item, "added")),
    ...before.filter((item) => !after.includes(item)).map((item) => tell(item, "removed")),
  ];
}
