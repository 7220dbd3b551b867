/** What is to be deleted when the program has ended. */
import { dependentsOf, type Resource } from "../model/resource";
import { isDefaultProvider, isProviderType } from "../model/urn";
import { notInTargets } from "./messages";
import { step, type Step } from "./step";
import type { Targets } from "./targets";

export interface DeleteRequest {
  before: readonly Resource[];
  /** URNs that the program still has. */
  kept: ReadonlySet<string>;
  renamed: ReadonlyMap<string, string>;
  targets: Targets;
}

/** Steps, dependents first. `refused`: what would have to go with them, but is not a target. */
export function planDeletes(request: DeleteRequest): { steps: Step[]; refused: { urn: string; message: string }[] } {
  const chosen = request.targets.among(request.before);
  const steps: Step[] = [];
  for (const resource of [...request.before].reverse()) {
    if (resource.delete) {
      if (chosen.has(resource)) steps.push(step(resource.external ? "discard-replaced" : "delete-replaced", resource, undefined));
      continue;
    }
    if (request.kept.has(resource.urn) || request.renamed.has(resource.urn) || !chosen.has(resource)) continue;
    if (resource.pendingReplacement) steps.push(step("remove-pending-replace", resource, undefined));
    else steps.push(step(resource.external ? "discard" : "delete", resource, undefined));
  }
  return { steps, refused: request.targets.targets.isEmpty ? [] : dependentsOutside(request, steps) };
}

/** Dependents and children of what goes that stay themselves. */
function dependentsOutside({ before, kept, targets }: DeleteRequest, steps: Step[]): { urn: string; message: string }[] {
  if (targets.withDependents) return [];
  const going = new Set(steps.filter((s) => s.op === "delete").map((s) => s.urn));
  return dependentsOf(before, going)
    .filter((resource) => !resource.delete && !kept.has(resource.urn) && !isDefaultProvider(resource.urn) && !isProviderType(resource.type))
    .map(({ urn }) => ({ urn, message: notInTargets(urn) }));
}
