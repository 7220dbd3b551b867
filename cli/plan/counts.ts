import type { PlannedResource } from "../../rehearsal/plan";
import type { Counts, Op } from "./report";

/** What is done, in the words of a report. */
export function opOf({ op }: Pick<PlannedResource, "op">): Op {
  if (op === "update" || op === "replace" || op === "delete") return op;
  if (op === "create" || op === "import") return "create";
  return "same";
}

/** Custom resources, and providers that the program makes; neither the stack itself nor what it refers to. */
export const isPlanned = ({ custom, type }: Pick<PlannedResource, "custom" | "type">): boolean =>
  custom && !type.startsWith("pulumi:pulumi:");

/** Without components. */
export function countsOf(resources: readonly PlannedResource[], folded: ReadonlySet<string>): Counts {
  const counts: Counts = { create: 0, update: 0, replace: 0, delete: 0, same: 0, folded: 0 };
  for (const resource of resources) {
    if (isPlanned(resource)) counts[folded.has(resource.urn) ? "folded" : opOf(resource)]++;
  }
  return counts;
}
