import type { PlannedResource } from "../../rehearsal/plan";
import { dataChanges } from "./data";
import type { DataChange } from "./report";
import { isStill, type Move } from "./moved-machines";
import { nameOf, type Whose } from "./whose";

/**
 * Providers that speak to another place than before. Of another region the official provider of AWS makes what is in one anew, which the
 * plan has as replacements. Of another account or another Docker it moves nothing: what holds data is out of reach from then on. The Docker
 * of a machine that only has another address is the same.
 */
export function providerMoves(resources: readonly PlannedResource[], whose: Whose, machines: readonly Move[] = []): DataChange[] {
  return resources.flatMap((provider): DataChange[] => {
    const { urn, type, op, before, inputs } = provider;
    if (!type.startsWith("pulumi:providers:") || (op !== "update" && op !== "replace") || before === undefined) return [];
    const holding = resources.filter((one) => one.provider === urn && one.op !== "create");
    const base = {
      urn,
      name: nameOf(urn),
      type,
      system: whose.system(provider),
      op: "replace" as const,
      protected: false,
      data: "lost" as const,
    };
    return PLACES.flatMap(({ word, property, moved }): DataChange[] => {
      const [was, now] = [before, inputs].map((side) => placeIn(side[property]));
      if (was === undefined || now === undefined || was === now || isStill(machines, was, now)) return [];
      const called = `${base.name} (${holding.length} resources): ${word} ${was} becomes ${now}`;
      if (moved) return [{ ...base, what: `${called}: what is in ${was} is deleted and made anew, empty, in ${now}` }];
      const data = dataChanges(
        holding.map((one): PlannedResource => ({ ...one, op: "delete", inputs: one.before ?? one.inputs })),
        whose,
      );
      return [
        { ...base, what: `${called}: Pulumi moves nothing, looks for all of it in ${now}, and no longer reaches what is in ${was}` },
        ...data
          .filter(({ urn: at }) => resources.some((one) => one.urn === at && (one.op === "same" || one.op === "update")))
          .map((one): DataChange => ({ ...one, op: "replace", what: `${one.name} stays in ${was}: all that is in it stays there` })),
      ];
    });
  });
}

const PLACES = [
  { word: "region", property: "region", moved: true },
  { word: "account", property: "allowedAccountIds", moved: false },
  { word: "Docker", property: "host", moved: false },
] as const;

/** A machine's Docker by its address alone, whoever speaks to it by whatever port. */
function placeIn(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value !== "string" || value.includes("(not known yet)")) return undefined;
  if (value.startsWith("[")) return placeIn(JSON.parse(value));
  return /^ssh:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]+)/.exec(value)?.[1] ?? value;
}
