import type { Problem } from "../kernel/refuse";

/** Something that stands already, e.g. of Terraform, and belongs to this program from now on. */
export interface AdoptedThing {
  /** As Pulumi's documentation of the type says below "Import": `"vpc-0abc"`, the identifier of an RDS instance. */
  id: string;
  /** Properties that stay as they are, although the program would say something else: `["tags"]`. Pulumi refuses to import what differs. */
  keep?: readonly string[];
}

/** By the last part of the name that the program gives to the thing: `{ vpc: { id: "vpc-0abc" } }`. */
export type Adopted = Readonly<Record<string, AdoptedThing>>;

interface AdoptionOptions {
  import?: string;
  ignoreChanges?: string[];
}

/** What makes Pulumi take over what is there instead of making another one. */
export function adopting(adopt: Adopted | undefined, child: string): AdoptionOptions {
  const thing = adopt?.[child];
  if (thing === undefined) return {};
  return { import: thing.id, ...(thing.keep && thing.keep.length > 0 && { ignoreChanges: [...thing.keep] }) };
}

export const adoptionProblems = (adopt: Adopted | undefined, children: readonly string[]): Problem[] =>
  Object.entries(adopt ?? {}).flatMap(([child, { id }]) => [
    ...(children.includes(child) ? [] : [{ path: `adopt/${child}`, wrong: "is nothing that is made here", allowed: children.join(", ") }]),
    ...(id.trim() === "" ? [{ path: `adopt/${child}/id`, wrong: "must not be empty" }] : []),
  ]);
