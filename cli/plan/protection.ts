import type { PlannedResource } from "../../rehearsal/plan";
import type { SecurityChange } from "./report";
import { nameOf, type Whose } from "./whose";

/**
 * Protection that is put on or taken off, which for Pulumi changes nothing. Components hand theirs on to what they are made of: it is said
 * once, of the highest.
 */
export function protectionChanges(resources: readonly PlannedResource[], whose: Whose): SecurityChange[] {
  const changed = new Map(resources.map(({ urn, protection }) => [urn, protection]));
  return resources.flatMap((resource): SecurityChange[] => {
    const { urn, parent = "", protection } = resource;
    if (protection === undefined || changed.get(parent) === protection) return [];
    const isOff = protection === "off";
    return [
      {
        kind: "protection",
        change: isOff ? "removed" : "added",
        opens: isOff,
        urn,
        system: whose.system(resource),
        what: isOff
          ? `${nameOf(urn)} is protected no longer: Pulumi deletes it, or replaces it, without a question`
          : `${nameOf(urn)} is protected: Pulumi refuses to delete or replace it`,
      },
    ];
  });
}
