import type { GraphNode } from "../graph-data";

export interface Doing {
  parts: () => void;
  changes: () => void;
  all: () => void;
  zoom: (factor: number) => void;
  fit: () => void;
  choose: (place: number) => void;
}

interface Other {
  place: number;
  name: string;
}

export interface Controls {
  canvas: HTMLElement;
  say: (text: string) => void;
  /** What is selected; nothing. */
  tell: (selected?: { node: GraphNode; waitsFor: Other[]; neededBy: Other[] }) => void;
}

/** Buttons above the graph, and below it in words what is selected: a reader who sees no picture goes from resource to resource there. */
export function graphControls(place: HTMLElement, id: string, doing: Doing): Controls {
  const bar = element("div", "bar");
  const button = (text: string, title: string, act: () => void): void => {
    const made = element("button", "", text);
    made.type = "button";
    made.title = title;
    made.addEventListener("click", act);
    bar.append(made);
  };
  button("Changes", "Open the groups in which something changes", doing.changes);
  button("Groups", "Close all groups", doing.parts);
  button("Everything", "Open all groups", doing.all);
  button("+", "Larger", () => {
    doing.zoom(1.3);
  });
  button("−", "Smaller", () => {
    doing.zoom(1 / 1.3);
  });
  button("Fit", "Show all of it", doing.fit);

  const canvas = element("div", "canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", "Dependency graph. Arrow keys go from resource to resource, Enter opens, plus and minus zoom.");
  canvas.setAttribute("aria-describedby", `${id}-selected`);
  const words = element("p", "said");
  const selected = element("div", "selected");
  selected.id = `${id}-selected`;
  selected.setAttribute("aria-live", "polite");
  place.append(bar, canvas, words, selected);
  return {
    canvas,
    say: (text) => {
      words.textContent = text;
    },
    tell: (found) => {
      selected.replaceChildren(...(found ? described(found, doing.choose) : []));
    },
  };
}

function described({ node, waitsFor, neededBy }: Parameters<Controls["tell"]>[0] & object, choose: Doing["choose"]): Node[] {
  const title = element("p", "");
  title.append(element("b", "", node.name), ` ${node.kind}, ${node.op === "same" ? "stays as it is" : node.op} `);
  if (node.change !== undefined) {
    const link = element("a", "", "what changes");
    link.href = `#${node.change}`;
    title.append(link);
  }
  const list = (words: string, others: Other[]): Node[] => {
    if (others.length === 0) return [];
    const line = element("p", "", `${words}: `);
    for (const { place, name } of others) {
      const made = element("button", "link", name);
      made.type = "button";
      made.addEventListener("click", () => {
        choose(place);
      });
      line.append(made, " ");
    }
    return [line];
  };
  return [title, ...list("waits for", waitsFor), ...list("needed by", neededBy)];
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.textContent = text;
  return made;
}
