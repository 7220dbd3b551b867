import type { PlannedResource } from "../../rehearsal/plan";
import { NOT_KNOWN } from "../../rehearsal/planned-inputs";
import { type Differences, WHOLE } from "./differences";
import type { PropertyChange } from "./report";
import { kindOf, nameOf } from "./whose";

/**
 * Where components write a mark of something else, by the noun of the helper's step. Only what stands here is one: elsewhere a number, a
 * date, a commit or a checksum that somebody set looks the same.
 */
const MARKS: Readonly<Record<string, readonly string[]>> = {
  confirm: ["of"],
  predecessor: ["of"],
  "postgres-local": ["revision"],
  release: ["secrets.revision"],
};

/** Ids of what will not be there any more. */
export const idsOfGone = (resources: readonly PlannedResource[]): ReadonlySet<string> =>
  new Set(resources.flatMap(({ op, id = "" }) => ((op === "delete" || op === "replace") && id !== "" ? [id] : [])));

/**
 * Why a change says nothing new; `undefined`: it does.
 *
 * @param cause Another change that it may follow from.
 * @param gone What will not be there any more: no value that names it stays.
 */
export function whyFolded(
  resource: PlannedResource,
  { properties, files, reordered }: Differences,
  cause: string | undefined,
  gone: ReadonlySet<string>,
): string | undefined {
  if (resource.op !== "update" || files.length > 0) return undefined;
  if (properties.length === 0) {
    return reordered.length > 0
      ? `only the order differs: ${reordered.join(", ")}`
      : "only what is written out differs from what was left to the default";
  }
  const isLater = (one: PropertyChange): boolean => mayStay(one) && !namesAny(one.before, gone);
  const marks = MARKS[kindOf(resource)] ?? [];
  if (!properties.every((one) => isLater(one) || isMark(one, marks))) return undefined;
  const paths = properties.map(({ path }) => path).join(", ");
  const after = cause === undefined ? "another change" : nameOf(cause);
  return properties.every(isLater) ? `${paths}: known once ${after} is done` : `only a mark follows ${after}: ${paths}`;
}

const isMark = ({ path, secret, before, after }: PropertyChange, marks: readonly string[]): boolean =>
  !secret && marks.includes(path) && [before, after].every((value) => typeof value === "string" && /^[0-9a-f]{8,64}$/.test(value));

/** Only an update will know it, and it may turn out to be what it was. A whole document is never that: nobody would see what it held. */
const mayStay = ({ unknown, before, after }: PropertyChange): boolean => unknown && before !== WHOLE && couldBe(before, after);

/** By its id, or by an ARN that ends in it. */
function namesAny(value: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof value === "string") return ids.has(value) || ids.has(value.split(/[:/]/).at(-1) ?? "");
  return typeof value === "object" && value !== null && Object.values(value).some((inner) => namesAny(inner, ids));
}

/** Whether what is known of a value is as it was. */
export function couldBe(before: unknown, after: unknown): boolean {
  if (after === NOT_KNOWN) return before !== undefined;
  if (typeof after === "string") {
    const known = after.split(NOT_KNOWN).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return typeof before === "string" && new RegExp(`^${known.join(".*")}$`, "s").test(before);
  }
  if (typeof after !== "object" || after === null) return before === after;
  if (typeof before !== "object" || before === null || Array.isArray(before) !== Array.isArray(after)) return false;
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return old.size === now.size && [...now].every(([key, value]) => couldBe(old.get(key), value));
}

/** The nearest of some changes that a resource waits for: one in its component, else one that it depends on itself; else its nearest neighbour's. */
export function causeOf(
  resource: PlannedResource,
  byUrn: ReadonlyMap<string, PlannedResource>,
  causes: readonly string[],
): string | undefined {
  const awaited = dependenciesOf(resource, byUrn);
  const nearest = (of: readonly string[]) => nearestOf(of, resource, byUrn);
  return nearest(causes.filter((urn) => awaited.has(urn))) ?? resource.dependencies.find((urn) => causes.includes(urn)) ?? nearest(causes);
}

/** All that has to be done before. */
function dependenciesOf(resource: PlannedResource, byUrn: ReadonlyMap<string, PlannedResource>): ReadonlySet<string> {
  const found = new Set(resource.dependencies);
  for (const urn of found) for (const before of byUrn.get(urn)?.dependencies ?? []) found.add(before);
  return found;
}

/** The one with which a resource shares the innermost component, other than the stack itself. */
function nearestOf(urns: readonly string[], resource: PlannedResource, byUrn: ReadonlyMap<string, PlannedResource>): string | undefined {
  const parentOf = (urn: string | undefined): string | undefined => (urn === undefined ? undefined : byUrn.get(urn)?.parent);
  for (let at = resource.parent; at !== undefined && parentOf(at) !== undefined; at = parentOf(at)) {
    const family = at;
    const found = urns.find((urn) => isBelow(urn, family, byUrn));
    if (found !== undefined) return found;
  }
  return undefined;
}

function isBelow(urn: string, family: string, byUrn: ReadonlyMap<string, PlannedResource>): boolean {
  for (let at: string | undefined = urn; at !== undefined; at = byUrn.get(at)?.parent) if (at === family) return true;
  return false;
}
