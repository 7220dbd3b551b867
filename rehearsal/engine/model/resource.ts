/** A resource as the engine keeps it. Fields are those of a deployment; secrets are marked, not encrypted. */
import type { Props } from "../provider";
import { splitProviderRef } from "./urn";

export interface Timeouts {
  create?: number;
  update?: number;
  delete?: number;
}
export interface Resource {
  urn: string;
  custom: boolean;
  delete?: boolean;
  id?: string;
  type: string;
  inputs: Props;
  outputs: Props;
  parent?: string;
  protect?: boolean;
  external?: boolean;
  dependencies: string[];
  initErrors?: string[];
  provider?: string;
  propertyDependencies?: Record<string, string[]>;
  pendingReplacement?: boolean;
  additionalSecretOutputs?: string[];
  /** Seconds. */
  customTimeouts?: Timeouts;
  importID?: string;
  retainOnDelete?: boolean;
  deletedWith?: string;
  replaceWith?: string[];
  created?: string;
  modified?: string;
  sourcePosition?: string;
  stackTrace?: unknown;
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  resourceHooks?: Record<string, string[]>;
  /** Fields of a deployment that this engine does not know, kept as they are. */
  rest?: Record<string, unknown>;
}

export type OperationType = "creating" | "updating" | "deleting" | "reading" | "importing";
export interface PendingOperation {
  type: OperationType;
  resource: Resource;
}

/** Everything that must exist while this resource exists. */
export function dependenciesOf(resource: Resource): string[] {
  const all = new Set(resource.dependencies);
  if (resource.parent) all.add(resource.parent);
  if (resource.provider) all.add(splitProviderRef(resource.provider).urn);
  if (resource.deletedWith) all.add(resource.deletedWith);
  for (const urn of resource.replaceWith ?? []) all.add(urn);
  for (const urns of Object.values(resource.propertyDependencies ?? {})) for (const urn of urns) all.add(urn);
  all.delete(resource.urn);
  return [...all];
}

/** All that depend on any of `roots`, directly or not, in the order of `resources` (which is dependency order). */
export function dependentsOf(resources: readonly Resource[], roots: ReadonlySet<string>): Resource[] {
  const reached = new Set(roots);
  const dependents: Resource[] = [];
  for (const resource of resources) {
    if (reached.has(resource.urn) || !dependenciesOf(resource).some((urn) => reached.has(urn))) continue;
    reached.add(resource.urn);
    dependents.push(resource);
  }
  return dependents;
}

/** Dependencies before dependents, otherwise in the given order. */
export function sortByDependencies(resources: readonly Resource[]): Resource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const sorted = new Set<Resource>();
  const visit = (resource: Resource): void => {
    if (visited.has(resource)) return;
    visited.add(resource);
    for (const urn of dependenciesOf(resource)) {
      const dependency = byUrn.get(urn);
      if (dependency) visit(dependency);
    }
    sorted.add(resource);
  };
  const visited = new Set<Resource>();
  for (const resource of resources) visit(resource);
  return [...sorted];
}
