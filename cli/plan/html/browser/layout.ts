import * as dagre from "@dagrejs/dagre";
import type { GraphNode } from "../graph-data";
import { ancestors, type Edge, type Visible } from "./visible";

/** Middle of a resource, in px. */
export interface Point {
  x: number;
  y: number;
}
interface Size {
  width: number;
  height: number;
}
/** What is in a group, by the middles of its members, counted from the group's upper left corner. */
interface Inside extends Size {
  at: Map<number, Point>;
}

/** Around what is in a frame; above it there is its name. */
export const FRAME = { padding: 12, title: 14 };
const GAP = 40;
const HEIGHT = 30;

/**
 * From left to right: what is made first, then what waits for it. Each group is laid out by itself and is one box for the one that it is in,
 * so that a frame has only its own in it. What would be a long strip goes on in the next row.
 */
export function layout(
  nodes: readonly GraphNode[],
  { shown, frames, edges }: Visible,
  label: (place: number) => string,
): Map<number, Point> {
  const members = Map.groupBy(shown, (place) => nodes[place]?.parent);
  const inner = edgesByGroup(nodes, edges);
  const points = new Map<number, Point>();
  const insides = new Map<number | undefined, Inside>();
  const size = (place: number): Size => {
    if (!frames.has(place)) return { width: widthOf(label(place)), height: HEIGHT };
    const { width, height } = arrange(place);
    return { width: width + 2 * FRAME.padding, height: height + 2 * FRAME.padding + FRAME.title };
  };
  const arrange = (group: number | undefined): Inside => {
    const sizes = new Map((members.get(group) ?? []).map((place) => [place, size(place)]));
    const inside = rows(ranked(sizes, inner.get(group) ?? []), sizes, group === undefined ? WINDOW : 0);
    insides.set(group, inside);
    return inside;
  };
  const put = (group: number | undefined, left: number, top: number): void => {
    for (const [place, { x, y }] of insides.get(group)?.at ?? []) {
      points.set(place, { x: left + x, y: top + y });
      if (!frames.has(place)) continue;
      const { width = 0, height = 0 } = insides.get(place) ?? {};
      put(place, left + x - width / 2, top + y - (height - FRAME.title) / 2);
    }
  };
  arrange(undefined);
  put(undefined, 0, 0);
  for (const frame of frames) points.delete(frame);
  return points;
}

/** Edges between members of the same group, each from the innermost group that both ends are in. */
function edgesByGroup(nodes: readonly GraphNode[], edges: readonly Edge[]): Map<number | undefined, Edge[]> {
  const found = new Map<number | undefined, Edge[]>();
  for (const { from, to } of edges) {
    const above = [...path(nodes, from)];
    const others = [...path(nodes, to)];
    const depth = above.findIndex((place, index) => place !== others[index]);
    const [lifted, other] = [above[depth], others[depth]];
    if (lifted === undefined || other === undefined) continue;
    const group = depth === 0 ? undefined : above[depth - 1];
    found.set(group, [...(found.get(group) ?? []), { from: lifted, to: other }]);
  }
  return found;
}

const path = (nodes: readonly GraphNode[], place: number): number[] => [place, ...ancestors(nodes, place)].reverse();

/** Columns of boxes from left to right, each from top to bottom. */
function ranked(sizes: ReadonlyMap<number, Size>, edges: readonly Edge[]): number[][] {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 10, ranksep: GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [place, size] of sizes) graph.setNode(String(place), { ...size });
  for (const { from, to } of edges) graph.setEdge(String(to), String(from));
  dagre.layout(graph);
  const at = (place: number): Point => graph.node(String(place)) as Point;
  const columns = Map.groupBy(sizes.keys(), (place) => Math.round(at(place).x));
  return [...columns]
    .sort(([a], [b]) => a - b)
    .flatMap(([, column]) =>
      folded(
        column.sort((a, b) => at(a).y - at(b).y),
        sizes,
      ),
    );
}

/** A column that is much higher than what is in it is wide becomes several. */
function folded(column: number[], sizes: ReadonlyMap<number, Size>): number[][] {
  const area = column.reduce((sum, place) => sum + (sizes.get(place)?.width ?? 0) * (sizes.get(place)?.height ?? 0), 0);
  const most = Math.max(200, Math.sqrt(area));
  const parts: number[][] = [];
  let height = Infinity;
  for (const place of column) {
    height += sizes.get(place)?.height ?? 0;
    if (height > most) {
      parts.push([]);
      height = sizes.get(place)?.height ?? 0;
    }
    parts.at(-1)?.push(place);
  }
  return parts;
}

/** A row may be as wide as the page. */
const WINDOW = 1100;

/** Columns in rows that are about twice as wide as all of them are high, and no narrower than `least`. */
function rows(columns: readonly number[][], sizes: ReadonlyMap<number, Size>, least: number): Inside {
  const of = (column: readonly number[]): Size => ({
    width: Math.max(...column.map((place) => sizes.get(place)?.width ?? 0)),
    height: column.reduce((sum, place) => sum + (sizes.get(place)?.height ?? 0) + 10, -10),
  });
  const area = columns.reduce((sum, column) => sum + (of(column).width + GAP) * (of(column).height + GAP), 0);
  const most = Math.max(Math.sqrt(area * 3), least, ...columns.map((column) => of(column).width));
  const at = new Map<number, Point>();
  let [x, y, high, width] = [0, 0, 0, 0];
  for (const column of columns) {
    const size = of(column);
    if (x > 0 && x + size.width > most) [x, y, high] = [0, y + high + GAP, 0];
    let top = y;
    for (const place of column) {
      const own = sizes.get(place) ?? { width: 0, height: 0 };
      at.set(place, { x: x + size.width / 2, y: top + own.height / 2 });
      top += own.height + 10;
    }
    x += size.width + GAP;
    high = Math.max(high, size.height);
    width = Math.max(width, x - GAP);
  }
  return { at, width, height: y + high };
}

/** Of a label in 12 px, in px. */
export const widthOf = (label: string): number => Math.round(label.length * 7.3) + 18;
