import type { GraphNode } from "../graph-data";
import { startFilters } from "./filters";
import { startGraph } from "./graph";

/** The page's script: what it shows is there without it, but for the graph. */
const graphs = JSON.parse(document.getElementById("graphs")?.textContent ?? "{}") as Record<string, GraphNode[]>;
const started = [...document.querySelectorAll<HTMLElement>("[data-graph]")].flatMap((place) => {
  const nodes = graphs[place.dataset["graph"] ?? ""] ?? [];
  return nodes.length === 0 ? [] : [startGraph(place, nodes, place.dataset["graph"] ?? "")];
});
startFilters((text) => {
  for (const graph of started) graph.search(text);
});
