/** Refreshes resources beside each other, and takes those that are gone out of what depended on them. */
import type { Resource } from "../model/resource";
import { step, type Step } from "../plan/step";
import type { ChainResult } from "./executor";
import type { Snapshot } from "./snapshot";

export async function refreshAll(
  before: readonly Resource[],
  chosen: ReadonlySet<Resource>,
  snapshot: Snapshot,
  run: (steps: Step[]) => Promise<ChainResult>,
): Promise<Resource[]> {
  const steps = new Map([...chosen].map((resource) => [resource, step("refresh", resource, resource)]));
  await Promise.all([...steps.values()].map((one) => run([one])));
  const gone = new Set([...steps.values()].filter((one) => !one.new).map((one) => one.urn));
  const left = before.map((resource) => (steps.has(resource) ? steps.get(resource)?.new : resource)).filter((r) => r !== undefined);
  return left.map((resource) => withoutGone(resource, gone, snapshot));
}

/** Also properties without dependencies are taken out of the lists, as Pulumi does. */
function withoutGone(resource: Resource, gone: ReadonlySet<string>, snapshot: Snapshot): Resource {
  const keep = (urns: string[]): string[] => urns.filter((urn) => !gone.has(urn));
  const properties = Object.entries(resource.propertyDependencies ?? {});
  const kept = properties.map(([key, urns]) => [key, keep(urns)] as const).filter(([, urns]) => urns.length > 0);
  const dependencies = keep(resource.dependencies);
  if (dependencies.length === resource.dependencies.length && kept.length === properties.length) return resource;
  const pruned: Resource = { ...resource, dependencies, propertyDependencies: Object.fromEntries(kept) };
  snapshot.remove(resource);
  snapshot.set(pruned);
  return pruned;
}
