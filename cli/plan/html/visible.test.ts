/** What the graph in the page shows, of what is open. */
import { aroundChanges, openAtFirst, visible, withoutImplied } from "./browser/visible";
import { graphData, type GraphNode } from "./graph-data";
import { largeReport } from "./testing/reports";

const node = (given: Partial<GraphNode>): GraphNode => ({ name: "", kind: "", system: "", op: "same", needs: [], ...given });
/** 0 has 1 and 2; 3 has 4, which has 5; 6 stands alone. */
const nodes = [
  node({}),
  node({ parent: 0 }),
  node({ parent: 0, needs: [1] }),
  node({ needs: [0] }),
  node({ parent: 3 }),
  node({ parent: 4, needs: [2, 6], op: "update" }),
  node({}),
];
const shownIn = (...open: number[]): { shown: number[]; frames: number[]; edges: string[] } => {
  const { shown, frames, edges } = visible(nodes, new Set(open));
  return { shown, frames: [...frames], edges: edges.map(({ from, to }) => `${from} waits for ${to}`) };
};

test("closed groups stand for what is in them, their edges, too", () => {
  expect(shownIn()).toEqual({ shown: [0, 3, 6], frames: [], edges: ["3 waits for 0", "3 waits for 6"] });
});

test("an open group is a frame; its first resource has its edges", () => {
  expect(shownIn(0)).toEqual({ shown: [0, 1, 2, 3, 6], frames: [0], edges: ["2 waits for 1", "3 waits for 2", "3 waits for 6"] });
});

test("a group that is open in a closed one is not seen", () => {
  expect(shownIn(4).shown).toEqual([0, 3, 6]);
  expect(shownIn(3, 4)).toMatchObject({ shown: [0, 3, 4, 5, 6], frames: [3, 4] });
});

test("what follows from other edges is left out, and what reaches what stays", () => {
  const edges = ["a b", "b c", "a c", "c d", "a d", "b d"].map((edge) => ({ from: edge.charCodeAt(0), to: edge.charCodeAt(2) }));
  expect(withoutImplied(edges).map(({ from, to }) => String.fromCharCode(from, to))).toEqual(["ab", "bc", "cd"]);
  const circle = [
    { from: 1, to: 2 },
    { from: 2, to: 1 },
  ];
  expect(withoutImplied(circle)).toEqual(circle);
});

test("first open: everything of a small stack, what changes in a larger one, the outermost or nothing where that is still too much", () => {
  expect([...openAtFirst(nodes)]).toEqual([0, 3, 4]);
  expect([...aroundChanges(nodes)]).toEqual([4, 3]);
  const many = (op: GraphNode["op"]): GraphNode[] => Array.from({ length: 200 }, () => node({ parent: 0, op }));
  expect(openAtFirst([node({}), ...many("same"), node({}), node({ parent: 201, op: "create" })])).toEqual(new Set([201]));
  expect(openAtFirst([node({}), ...many("update")])).toEqual(new Set());
});

test("500 resources are few at first, and all when everything is open", () => {
  const all = graphData(largeReport(500).stacks[0]?.tree ?? [], () => undefined);
  expect(visible(all, openAtFirst(all)).shown.length).toBeLessThanOrEqual(120);
  expect(visible(all, new Set(all.keys())).shown).toHaveLength(all.length);
});
