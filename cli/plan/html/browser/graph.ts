import cytoscape, { type Core, type NodeSingular } from "cytoscape";
import type { GraphNode } from "../graph-data";
import { GraphKeys } from "./graph-keys";
import { graphStyle } from "./graph-style";
import { type Controls, graphControls } from "./graph-controls";
import { layout, widthOf } from "./layout";
import { aroundChanges, ancestors, openAtFirst, visible } from "./visible";

const SIGNS = { create: "+ ", update: "~ ", replace: "± ", delete: "- ", same: "" };

/** The dependency graph of one stack in its place in the page. */
export function startGraph(place: HTMLElement, nodes: readonly GraphNode[], id: string): { search: (text: string) => void } {
  const graph = new DependencyGraph(place, nodes, id);
  return {
    search: (text) => {
      graph.search(text);
    },
  };
}

class DependencyGraph {
  private readonly controls: Controls;
  private readonly core: Core;
  private open: Set<number>;
  private readonly within = new Map<number, { all: number; changed: number }>();

  constructor(
    place: HTMLElement,
    private readonly nodes: readonly GraphNode[],
    id: string,
  ) {
    this.count();
    this.open = openAtFirst(nodes);
    this.controls = graphControls(place, id, {
      parts: () => {
        this.show(new Set());
      },
      changes: () => {
        this.show(aroundChanges(nodes));
      },
      all: () => {
        this.show(new Set(nodes.flatMap(({ parent }) => parent ?? [])));
      },
      zoom: (factor) => {
        this.core.zoom({ level: this.core.zoom() * factor, renderedPosition: { x: this.core.width() / 2, y: this.core.height() / 2 } });
      },
      fit: () => {
        this.fit();
      },
      choose: (chosen) => {
        this.reveal(chosen);
      },
    });
    this.core = cytoscape({
      container: this.controls.canvas,
      style: graphStyle(),
      layout: { name: "preset" },
      minZoom: 0.03,
      maxZoom: 2.5,
      boxSelectionEnabled: false,
      autoungrabify: true,
      selectionType: "single",
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.core.style(graphStyle());
    });
    this.core.on("select unselect", "node", () => {
      this.tell();
    });
    this.core.on("dbltap", "node", ({ target }: { target: NodeSingular }) => {
      this.enter(Number(target.id()));
    });
    new GraphKeys(this.controls.canvas, this.core, (chosen) => {
      this.enter(chosen);
    });
    this.show(this.open);
  }

  /** Marks what fits, and what is closed around it. */
  search(text: string): void {
    const fits = new Set<number>();
    if (text !== "")
      for (const [place, { name, kind, system }] of this.nodes.entries())
        if (`${name} ${kind} ${system}`.toLowerCase().includes(text)) {
          fits.add(place);
          for (const above of ancestors(this.nodes, place)) if (!this.open.has(above)) fits.add(above);
        }
    this.core.batch(() => {
      this.core.nodes().forEach((node) => {
        node.toggleClass("found", fits.has(Number(node.id())));
        node.toggleClass("faded", text !== "" && !fits.has(Number(node.id())) && !node.isParent());
      });
    });
    const found = this.core.nodes(".found");
    if (found.length > 0) this.core.fit(found, 60);
    else this.fit();
    this.notTooLarge();
  }

  private count(): void {
    for (const [place, { op }] of this.nodes.entries())
      for (const above of ancestors(this.nodes, place)) {
        const sum = this.within.get(above) ?? { all: 0, changed: 0 };
        this.within.set(above, { all: sum.all + 1, changed: sum.changed + (op === "same" ? 0 : 1) });
      }
  }

  private show(open: Set<number>): void {
    this.open = open;
    const now = visible(this.nodes, open);
    const label = (place: number): string => this.label(place, now.frames.has(place));
    const boxes = layout(this.nodes, now, label);
    this.core.batch(() => {
      this.core.elements().remove();
      for (const place of now.shown) {
        const { op = "same", parent } = this.nodes[place] ?? {};
        const closed = this.within.get(place);
        const isFrame = now.frames.has(place);
        this.core.add({
          group: "nodes",
          data: {
            id: String(place),
            label: label(place),
            width: widthOf(label(place)),
            ...(parent !== undefined && { parent: String(parent) }),
          },
          classes: `op-${closed && !isFrame && closed.changed > 0 && op === "same" ? "within" : op} ${isFrame ? "frame" : closed ? "closed" : ""}`,
          ...(boxes.has(place) && { position: { x: boxes.get(place)?.x ?? 0, y: boxes.get(place)?.y ?? 0 } }),
        });
      }
      for (const { from, to } of now.edges)
        this.core.add({ group: "edges", data: { id: `${from}-${to}`, source: String(to), target: String(from) } });
    });
    this.fit();
    this.controls.say(
      `${now.shown.length} of ${this.nodes.length} resources and groups shown; arrows lead from what is made first to what waits for it. Double-click or Enter opens and closes a group.`,
    );
  }

  private fit(): void {
    this.core.fit(undefined, 12);
    this.notTooLarge();
  }

  /** Letters are no larger than the page's. */
  private notTooLarge(): void {
    if (this.core.zoom() <= 1.2) return;
    this.core.zoom(1.2);
    this.core.center(this.core.nodes(".found").nonempty() ? this.core.nodes(".found") : undefined);
  }

  private label(place: number, isFrame: boolean): string {
    const { op = "same", name = "" } = this.nodes[place] ?? {};
    const closed = this.within.get(place);
    const short = name.length > 40 ? `${name.slice(0, 39)}…` : name;
    if (!closed || isFrame) return `${SIGNS[op]}${short}`;
    return `${SIGNS[op]}${short} (${closed.changed > 0 ? `${closed.changed} of ` : ""}${closed.all})`;
  }

  /** Opens or closes a group; goes to the change of a resource. */
  private enter(place: number): void {
    const node = this.nodes[place];
    if (this.within.has(place)) {
      const open = new Set(this.open);
      if (!open.delete(place)) open.add(place);
      this.show(open);
      this.core.$id(String(place)).select();
    } else if (node?.change !== undefined) location.hash = node.change;
  }

  /** Opens what a resource is in, selects it, goes to it. */
  private reveal(place: number): void {
    const closed = [...ancestors(this.nodes, place)].filter((above) => !this.open.has(above));
    if (closed.length > 0) this.show(new Set([...this.open, ...closed]));
    this.core.$(":selected").unselect();
    const node = this.core.$id(String(place));
    node.select();
    this.core.animate({ center: { eles: node }, duration: 150 });
  }

  /** Says what is selected, and lights what it waits for and what waits for it. */
  private tell(): void {
    const [selected] = this.core.$("node:selected").toArray() as NodeSingular[];
    this.core.elements().removeClass("faded near");
    if (!selected) {
      this.controls.tell();
      return;
    }
    const around = selected.union(selected.predecessors()).union(selected.successors());
    this.core
      .elements()
      .difference(around)
      .filter((one) => !one.isNode() || !one.isParent())
      .addClass("faded");
    around.edges().addClass("near");
    const place = Number(selected.id());
    const node = this.nodes[place];
    if (!node) return;
    const name = (other: number): { place: number; name: string } => ({ place: other, name: this.nodes[other]?.name ?? "" });
    this.controls.tell({
      node,
      waitsFor: node.needs.map(name),
      neededBy: this.nodes.flatMap(({ needs }, other) => (needs.includes(place) ? [name(other)] : [])),
    });
  }
}
