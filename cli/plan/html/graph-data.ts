import type { Op, ResourceNode } from "../report";

/** A resource for the graph in the page; the others are named by their places in the list. */
export interface GraphNode {
  name: string;
  kind: string;
  system: string;
  op: Op;
  /** Place of the one that it belongs to. */
  parent?: number;
  /** Places of those that it waits for. */
  needs: number[];
  /** Id of its change in the page. */
  change?: string;
}

/** The stack itself is left out: everything would hang on it. */
export function graphData(tree: readonly ResourceNode[], linkTo: (urn: string) => string | undefined): GraphNode[] {
  const shown = tree.filter(({ type }) => type !== "pulumi:pulumi:Stack");
  const places = new Map(shown.map(({ urn }, index) => [urn, index]));
  return shown.map(({ name, kind, system, op, parent, dependencies, urn }) => {
    const above = parent === undefined ? undefined : places.get(parent);
    const change = linkTo(urn);
    return {
      name,
      kind,
      system,
      op,
      ...(above !== undefined && { parent: above }),
      needs: dependencies.flatMap((one) => places.get(one) ?? []),
      ...(change !== undefined && { change }),
    };
  });
}
