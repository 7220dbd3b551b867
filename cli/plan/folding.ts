import type { PlannedResource } from "../../rehearsal/plan";
import type { Differences } from "./differences";
import { nameOf } from "./whose";

/** Why a change says nothing new; `undefined`: it does. `cause`: another change that it may follow from. */
export function whyFolded(
  resource: PlannedResource,
  { properties, files, reordered }: Differences,
  cause: string | undefined,
): string | undefined {
  if (resource.op !== "update" || files.length > 0) return undefined;
  if (properties.length === 0) {
    return reordered.length > 0
      ? `only the order differs: ${reordered.join(", ")}`
      : "only what is written out differs from what was left to the default";
  }
  if (properties.some(({ secret, unknown }) => secret && !unknown)) return undefined;
  const paths = properties.map(({ path }) => path).join(", ");
  const after = cause === undefined ? "another change" : nameOf(cause);
  if (properties.every(({ unknown }) => unknown)) return `${paths}: known once ${after} is done`;
  if (properties.every(({ unknown, before, after: now }) => unknown || (isMark(before) && isMark(now))))
    return `only a mark follows ${after}: ${paths}`;
  return undefined;
}

/** A hash, cut short or whole. */
const isMark = (value: unknown): boolean => typeof value === "string" && /^(?:sha256:)?[0-9a-f]{8,64}$/.test(value);

/** The nearest change that a resource waits for: a neighbour in its component, else what it depends on. */
export function causeOf(
  resource: PlannedResource,
  byUrn: ReadonlyMap<string, PlannedResource>,
  isCause: (urn: string) => boolean,
): string | undefined {
  const parentOf = (urn: string | undefined): string | undefined => (urn === undefined ? undefined : byUrn.get(urn)?.parent);
  for (let at = resource.parent; at !== undefined && parentOf(at) !== undefined; at = parentOf(at)) {
    const family = at;
    const kin = [...byUrn.values()].find(({ urn }) => urn !== resource.urn && isCause(urn) && isBelow(urn, family, byUrn));
    if (kin) return kin.urn;
  }
  return resource.dependencies.find((urn) => urn !== resource.urn && isCause(urn));
}

function isBelow(urn: string, family: string, byUrn: ReadonlyMap<string, PlannedResource>): boolean {
  for (let at: string | undefined = urn; at !== undefined; at = byUrn.get(at)?.parent) if (at === family) return true;
  return false;
}
