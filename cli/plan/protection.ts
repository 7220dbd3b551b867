import type { PlannedResource } from "../../rehearsal/plan";
import type { SecurityChange } from "./report";
import { nameOf, type Whose } from "./whose";

const OFF = "no longer protected, so that Pulumi no longer refuses to delete or replace it";
const ON = "protected now, so that Pulumi refuses to delete or replace it";

/**
 * Protection that is put on or taken off, which for Pulumi changes nothing. Components hand theirs on to what they are made of: it is said
 * once for each system, of the highest.
 */
export function protectionChanges(resources: readonly PlannedResource[], whose: Whose): SecurityChange[] {
  const all = new Map(resources.map(({ urn, protection }) => [urn, protection]));
  const highest = resources.filter(({ protection, parent = "" }) => protection !== undefined && all.get(parent) !== protection);
  const groups = new Map<string, [PlannedResource, ...PlannedResource[]]>();
  for (const one of highest) {
    const key = `${whose.system(one)} ${one.protection ?? ""}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].map((group): SecurityChange => {
    const [first] = group;
    const isOff = first.protection === "off";
    return {
      kind: "protection",
      change: isOff ? "removed" : "added",
      opens: isOff,
      urn: first.urn,
      system: whose.system(first),
      what: `${group.map(({ urn }) => nameOf(urn)).join(", ")}: ${isOff ? OFF : ON}`,
    };
  });
}
