import type { GraphNode } from "../graph-data";

/** From what waits to what it waits for, by places. */
export interface Edge {
  from: number;
  to: number;
}

export interface Visible {
  /** Places of what is shown, parents before their children. */
  shown: number[];
  /** Of these, the ones that are frames around what belongs to them. */
  frames: ReadonlySet<number>;
  edges: Edge[];
}

/** What the graph shows while these groups are open: whatever is in a closed one is drawn as that one, its edges, too. */
export function visible(nodes: readonly GraphNode[], open: ReadonlySet<number>): Visible {
  const hasChildren = new Set(nodes.flatMap(({ parent }) => parent ?? []));
  const shownAs = nodes.map((_, place) => {
    let top = place;
    for (const above of ancestors(nodes, place)) if (!open.has(above)) top = above;
    return top;
  });
  const shown = nodes.flatMap((_, place) => (shownAs[place] === place ? [place] : []));
  const frames = new Set(shown.filter((place) => open.has(place) && hasChildren.has(place)));
  const seen = new Map<string, Edge>();
  for (const [place, { needs }] of nodes.entries())
    for (const need of needs) {
      const from = inside(nodes, shown, frames, shownAs[place] ?? place);
      const to = inside(nodes, shown, frames, shownAs[need] ?? need);
      const within = from === to || [...ancestors(nodes, from)].includes(to) || [...ancestors(nodes, to)].includes(from);
      if (!within) seen.set(`${from} ${to}`, { from, to });
    }
  return { shown, frames, edges: withoutImplied([...seen.values()]) };
}

export function* ancestors(nodes: readonly GraphNode[], place: number): Generator<number> {
  for (let above = nodes[place]?.parent; above !== undefined; above = nodes[above]?.parent) yield above;
}

/** A frame has no edges of its own: its first resource stands for it. */
function inside(nodes: readonly GraphNode[], shown: readonly number[], frames: ReadonlySet<number>, place: number): number {
  let found = place;
  while (frames.has(found)) {
    const within = shown.find((one) => nodes[one]?.parent === found);
    if (within === undefined) return found;
    found = within;
  }
  return found;
}

/** Leaves out what follows from others: who waits for one that waits for a third waits for that, too. What reaches what stays the same. */
export function withoutImplied(edges: readonly Edge[]): Edge[] {
  const next = new Map<number, Set<number>>();
  for (const { from, to } of edges) next.set(from, (next.get(from) ?? new Set()).add(to));
  const reaches = (from: number, to: number): boolean => {
    const seen = new Set<number>([from]);
    const left = [...(next.get(from) ?? [])].filter((one) => one !== to);
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      if (one === to) return true;
      if (seen.has(one)) continue;
      seen.add(one);
      left.push(...(next.get(one) ?? []));
    }
    return false;
  };
  return edges.filter(({ from, to }) => {
    if (!reaches(from, to)) return true;
    next.get(from)?.delete(to);
    return false;
  });
}

/** The most that can be read at once. */
const MOST = 120;

/** Groups to open at first: all where it is little, else those in which something changes, else the outermost, else none. */
export function openAtFirst(nodes: readonly GraphNode[]): Set<number> {
  const all = new Set(nodes.flatMap(({ parent }) => parent ?? []));
  const outermost = new Set([...all].filter((place) => nodes[place]?.parent === undefined));
  return [all, aroundChanges(nodes), outermost].find((open) => visible(nodes, open).shown.length <= MOST) ?? new Set();
}

/** Groups in which something changes, and those that these are in. */
export const aroundChanges = (nodes: readonly GraphNode[]): Set<number> =>
  new Set(nodes.flatMap(({ op }, place) => (op === "same" ? [] : [...ancestors(nodes, place)])));
