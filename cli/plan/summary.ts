import type { PlannedResource } from "../../rehearsal/plan";
import { countsOf } from "./counts";
import type { Counts, DataChange, Interruption, StackReport, SystemSummary } from "./report";
import { changedOutputs, dataAlarms } from "./words";

export interface Summarized {
  resources: readonly PlannedResource[];
  folded: ReadonlySet<string>;
  interruptions: readonly Interruption[];
  data: readonly DataChange[];
  systemOf: (resource: PlannedResource) => string;
  environmentOf: (system: string) => string;
}

/** A line for each system in which something changes, folded changes alone not counted. */
export function summaryOf({ resources, folded, interruptions, data, systemOf, environmentOf }: Summarized): SystemSummary[] {
  const bySystem = new Map<string, PlannedResource[]>();
  for (const one of resources) bySystem.set(systemOf(one), [...(bySystem.get(systemOf(one)) ?? []), one]);
  return [...bySystem]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([system, own]) => {
      const counts = countsOf(own, folded);
      if (counts.create + counts.update + counts.replace + counts.delete === 0) return [];
      const environment = environmentOf(system);
      const parts = [
        countsText(counts),
        ...dataAlarms(data.filter((one) => one.system === system)),
        downText(interruptions.filter((one) => one.system === system)),
      ];
      return [{ system, environment, counts, text: `${system} (${environment}): ${parts.join("; ")}` }];
    });
}

/** `1 replaced, 3 updated`; `nothing changes but outputs (2)`. */
export function headline({ counts, outputs, security }: Pick<StackReport, "counts" | "outputs" | "security">): string {
  const text = countsText(counts);
  if (text !== NOTHING) return text;
  const others = { protection: security.filter(({ kind }) => kind === "protection").length, outputs: changedOutputs({ outputs }).length };
  const parts = Object.entries(others).flatMap(([what, count]) => (count > 0 ? [`${what} (${count})`] : []));
  return [NOTHING, ...(parts.length > 0 ? [`but ${parts.join(" and ")}`] : [])].join(" ");
}

/** `1 replaced, 3 updated`. */
function countsText(counts: Counts): string {
  const words = (["create", "update", "replace", "delete"] as const)
    .filter((op) => counts[op] > 0)
    .map((op) => `${counts[op]} ${DONE[op]}`);
  return words.length > 0 ? words.join(", ") : NOTHING;
}
const NOTHING = "nothing changes";
const DONE = { create: "created", update: "updated", replace: "replaced", delete: "deleted" };

/** `gone for good: api; down for at most 175 s (redis)`; `nothing goes down`. */
function downText(interruptions: readonly Interruption[]): string {
  const gone = interruptions.filter(({ way }) => way === "gone").map(({ name }) => name);
  const down = goesDown(interruptions);
  const parts = [
    ...(gone.length > 0 ? [`gone for good: ${gone.join(", ")}`] : []),
    ...(down.length > 0 ? [`down ${forHowLong(down)} (${down.map(({ name }) => name).join(", ")})`] : []),
  ];
  return parts.length > 0 ? parts.join("; ") : "nothing goes down";
}

/** What is away for a while. */
export const goesDown = (interruptions: readonly Interruption[]): Interruption[] =>
  interruptions.filter(({ way, seconds }) => way !== "gone" && seconds !== 0);

/** `for at most 175 s`; `for a time that is not known`. */
export function forHowLong(down: readonly Interruption[]): string {
  const known = down.flatMap(({ seconds }) => seconds ?? []);
  return known.length === down.length ? `for at most ${Math.max(...known)} s` : "for a time that is not known";
}
