import type { Core, NodeSingular } from "cytoscape";

const ARROWS: Readonly<Record<string, { x: number; y: number } | undefined>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The graph by keyboard: arrows go to the nearest resource that way, Enter opens, + - and 0 zoom, Escape selects nothing. */
export class GraphKeys {
  constructor(
    canvas: HTMLElement,
    private readonly core: Core,
    private readonly enter: (place: number) => void,
  ) {
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.press(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  private press(key: string): boolean {
    const arrow = ARROWS[key];
    const [selected] = this.core.$("node:selected").toArray() as NodeSingular[];
    if (arrow) this.go(arrow, selected);
    else if (key === "Enter" && selected) this.enter(Number(selected.id()));
    else if (key === "Escape") this.core.$(":selected").unselect();
    else if (key === "+" || key === "-") {
      const center = { x: this.core.width() / 2, y: this.core.height() / 2 };
      this.core.zoom({ level: this.core.zoom() * (key === "+" ? 1.3 : 1 / 1.3), renderedPosition: center });
    } else if (key === "0") this.core.fit(undefined, 12);
    else return false;
    return true;
  }

  private go(arrow: { x: number; y: number }, selected: NodeSingular | undefined): void {
    const leaves = this.core
      .nodes()
      .toArray()
      .filter((node) => !node.isParent());
    // The first step goes to what is searched for, where there is any.
    const found = leaves.filter((node) => node.hasClass("found"));
    const reached = selected || found.length === 0 ? leaves : found;
    const from = selected?.position();
    const distance = (node: NodeSingular): number => {
      const to = node.position();
      if (!from) return to.x + to.y;
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const along = dx * arrow.x + dy * arrow.y;
      // What lies aside is farther than what lies ahead.
      return along <= 1 ? Infinity : along + 3 * Math.abs(dx * arrow.y + dy * arrow.x);
    };
    const next = reached.filter((node) => node !== selected).sort((a, b) => distance(a) - distance(b))[0];
    if (!next || distance(next) === Infinity) return;
    this.core.$(":selected").unselect();
    next.select();
    this.core.animate({ center: { eles: next }, zoom: Math.max(this.core.zoom(), 0.7), duration: 100 });
  }
}
