/** What exists now: the resources of this run, then those of the last state that this run has not reached. Every change is journalled. */
import { sortByDependencies, type OperationType, type PendingOperation, type Resource } from "../model/resource";
import { splitProviderRef } from "../model/urn";
import type { StateStore } from "../state/store";

export class Snapshot {
  private readonly indexOfBase: Map<Resource, number>;
  private readonly done = new Set<Resource>();
  private readonly fresh: (Resource | undefined)[] = [];
  private readonly indexOfFresh = new Map<Resource, number>();
  private readonly operations = new Map<number, PendingOperation>();
  private operationCount = 0;
  /** Creates that an earlier run began and never ended. */
  private interrupted: PendingOperation[];

  constructor(
    private readonly store: StateStore,
    readonly base: readonly Resource[],
    /** Former URN -> URN, for references in resources that this run did not reach. */
    private readonly renamed: ReadonlyMap<string, string>,
    /** A preview changes nothing. */
    private readonly readOnly: boolean,
  ) {
    this.indexOfBase = new Map(base.map((resource, i) => [resource, i]));
    this.interrupted = store.contents.pending.filter(({ type }) => type === "creating");
  }

  begin(type: OperationType, resource: Resource): number {
    const id = this.operationCount++;
    if (this.readOnly) return id;
    this.operations.set(id, { type, resource });
    this.store.journal.append({ kind: "begin", id, type, resource: this.store.codec.encodeResource(resource) });
    return id;
  }
  end(id: number): void {
    if (!this.operations.delete(id)) return;
    this.store.journal.append({ kind: "end", id });
  }

  /** A resource as this run made, kept or changed it. */
  set(resource: Resource): void {
    if (this.readOnly) return;
    const known = this.indexOfFresh.get(resource);
    const index = known ?? this.fresh.length;
    this.fresh[index] = resource;
    this.indexOfFresh.set(resource, index);
    this.interrupted = this.interrupted.filter((operation) => operation.resource.urn !== resource.urn);
    this.store.journal.append({ kind: "set", index, resource: this.store.codec.encodeResource(resource) });
  }
  /** A resource that is no more, or that one of this run has taken the place of. */
  remove(resource: Resource): void {
    if (this.readOnly) return;
    const base = this.indexOfBase.get(resource);
    if (base !== undefined && !this.done.has(resource)) {
      this.done.add(resource);
      this.store.journal.append({ kind: "done", base });
    }
    const index = this.indexOfFresh.get(resource);
    if (index === undefined) return;
    this.fresh[index] = undefined;
    this.indexOfFresh.delete(resource);
    this.store.journal.append({ kind: "drop", index });
  }
  /** An old resource got another mark (to be deleted, to be replaced). */
  changed(resource: Resource): void {
    if (this.readOnly) return;
    const base = this.indexOfBase.get(resource);
    if (this.indexOfFresh.has(resource)) this.set(resource);
    if (base === undefined || this.done.has(resource)) return;
    this.store.journal.append({ kind: "base", base, resource: this.store.codec.encodeResource(resource) });
  }

  resources(): Resource[] {
    const fresh = this.fresh.filter((resource) => resource !== undefined);
    const left = this.base.filter((resource) => !this.done.has(resource)).map((resource) => this.withNewNames(resource));
    const all = [...fresh, ...left];
    return [...sortByDependencies(all.filter((resource) => !resource.delete)), ...all.filter((resource) => resource.delete)];
  }
  save(): void {
    if (this.readOnly) return;
    const pending = [...this.interrupted, ...this.operations.values()];
    this.store.write({ resources: this.resources(), pending, metadata: this.store.contents.metadata });
  }

  private withNewNames(resource: Resource): Resource {
    if (this.renamed.size === 0) return resource;
    const rename = (urn: string): string => this.renamed.get(urn) ?? urn;
    const renamed: Resource = { ...resource, dependencies: resource.dependencies.map(rename) };
    if (resource.parent) renamed.parent = rename(resource.parent);
    if (resource.deletedWith) renamed.deletedWith = rename(resource.deletedWith);
    if (resource.provider) {
      const { urn, id } = splitProviderRef(resource.provider);
      renamed.provider = `${rename(urn)}::${id}`;
    }
    if (resource.propertyDependencies) {
      renamed.propertyDependencies = Object.fromEntries(
        Object.entries(resource.propertyDependencies).map(([key, urns]) => [key, urns.map(rename)]),
      );
    }
    return renamed;
  }
}
