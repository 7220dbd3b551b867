import type { Problem } from "../kernel/refuse";

/** Something that stands already, e.g. of Terraform, and belongs to this program from now on. */
export interface AdoptedThing {
  /** As Pulumi's documentation of the type says below "Import": `"vpc-0abc"`, the identifier of an RDS instance. */
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
  if (thing === undefined) return {};
  const ignoreChanges = [...fixed, ...(thing.keep ?? [])];
  return { import: thing.id, ...(ignoreChanges.length > 0 && { ignoreChanges }) };
}

export const adoptionProblems = (adopt: Adopted | undefined, children: readonly string[]): Problem[] =>
  Object.entries(adopt ?? {}).flatMap(([child, { id }]) => [
    ...(children.includes(child) ? [] : [{ path: `adopt/${child}`, wrong: "is nothing that is made here", allowed: children.join(", ") }]),
    ...(id.trim() === "" ? [{ path: `adopt/${child}/id`, wrong: "must not be empty" }] : []),
  ]);
