import type { StylesheetJson } from "cytoscape";

/** Of the page's colours, as they are now. */
export function graphStyle(): StylesheetJson {
  const all = getComputedStyle(document.documentElement);
  const colour = (name: string): string => all.getPropertyValue(`--${name}`).trim();
  return [
    {
      selector: "node",
      style: {
        label: "data(label)",
        shape: "round-rectangle",
        width: "data(width)",
        height: 30,
        "font-size": 12,
        "font-family": "ui-monospace, monospace",
        "text-valign": "center",
        "text-halign": "center",
        "min-zoomed-font-size": 5,
        color: colour("text"),
        "background-color": colour("surface"),
        "border-width": 1,
        "border-color": colour("line"),
      },
    },
    { selector: "node.closed", style: { "border-style": "double", "border-width": 4 } },
    {
      selector: "node.frame",
      style: {
        "background-color": colour("text"),
        "background-opacity": 0.04,
        "border-width": 1,
        "border-color": colour("line"),
        "text-valign": "top",
        "font-size": 11,
        padding: "12px",
        color: colour("muted"),
      },
    },
    ...["create", "update", "replace", "delete"].map((op) => ({
      selector: `node.op-${op}`,
      style: { "background-color": colour(`${op}-soft`), "border-color": colour(op), "border-width": 2 },
    })),
    { selector: "node.op-within", style: { "border-color": colour("update") } },
    {
      selector: "edge",
      style: {
        width: 1,
        "line-color": colour("edge"),
        "target-arrow-color": colour("edge"),
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.8,
        "curve-style": "bezier",
      },
    },
    { selector: ".faded", style: { opacity: 0.2 } },
    { selector: "edge.near", style: { width: 2, "line-color": colour("accent"), "target-arrow-color": colour("accent") } },
    { selector: "node.found", style: { "border-color": colour("accent"), "border-width": 4 } },
    { selector: "node:selected", style: { "border-color": colour("accent"), "border-width": 4 } },
  ];
}
