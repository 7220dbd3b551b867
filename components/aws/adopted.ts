import type { Problem } from "../kernel/refuse";

/** Something that stands already, e.g. of Terraform, and belongs to this program from now on. */
export interface AdoptedThing {
  /** `"none"` says of a part that it is not there and is made. Else as Pulumi's documentation of the type says below "Import": `"vpc-0abc"`, the identifier of an RDS instance. */
  id: string;
  /**
   * Properties that stay as they are, although the program would say something else: `["tags"]`. What else differs is changed in place
   * by the same `up` that takes the thing over; where that would need another thing, `up` stops.
   */
  keep?: readonly string[];
}

/**
 * By the last part of the name that the program gives to the thing: `{ vpc: { id: "vpc-0abc" } }`. It stays in the configuration: by it the
 * program knows what it must not name anew. `keep` may go away after the first `up`; what it held is then changed in place.
 */
export type Adopted = Readonly<Record<string, AdoptedThing>>;

/** In the place of an id. */
export const NONE = "none";

interface AdoptionOptions {
  import?: string;
  ignoreChanges?: string[];
}

/**
 * What makes Pulumi take over what is there instead of making another one.
 *
 * @param fixed Properties that AWS cannot change and that the program chooses by itself: they stay as they were, or Pulumi would replace it.
 */
export function adopting(adopt: Adopted | undefined, part: string, fixed: readonly string[] = []): AdoptionOptions {
  const thing = adopt?.[part];
  if (thing === undefined || thing.id === NONE) return {};
  const ignoreChanges = [...fixed, ...(thing.keep ?? [])];
  return { import: thing.id, ...(ignoreChanges.length > 0 && { ignoreChanges }) };
}

/** @param absent Those of the parts that may be said not to be there. */
export const adoptionProblems = (adopt: Adopted | undefined, children: readonly string[], absent: readonly string[] = []): Problem[] =>
  Object.entries(adopt ?? {}).flatMap(([child, { id }]) => [
    ...(children.includes(child) ? [] : [{ path: `adopt/${child}`, wrong: "is nothing that is made here", allowed: children.join(", ") }]),
    ...(id === NONE && !absent.includes(child)
      ? [{ path: `adopt/${child}/id`, wrong: "must be an id", got: id, todo: "leave the part out, and it is made" }]
      : []),
    ...(id.trim() === "" ? [{ path: `adopt/${child}/id`, wrong: "must not be empty" }] : []),
  ]);

/** Parts of a share that `adopt` may name: the mount target of each zone. */
export const targetsOf = (zones: readonly string[]): string[] => zones.map((zone) => `target-${zone.slice(-1)}`);
