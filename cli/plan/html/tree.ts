import type { ResourceNode } from "../report";
import { badge } from "./changes";
import { escape } from "./escape";

/**
 * All resources as nested lists that open and close by themselves (`details`): a keyboard and a screen reader know them. Open is what has
 * a change below it.
 *
 * @param linkTo Id of the change to link to, where there is one.
 */
export function treeHtml(tree: readonly ResourceNode[], linkTo: (urn: string) => string | undefined): string {
  const known = new Set(tree.map(({ urn }) => urn));
  const children = new Map<string, ResourceNode[]>();
  for (const node of tree) {
    const parent = node.parent !== undefined && known.has(node.parent) ? node.parent : "";
    const own = children.get(parent);
    if (own) own.push(node);
    else children.set(parent, [node]);
  }
  const item = (node: ResourceNode): { html: string; changes: number } => {
    const below = (children.get(node.urn) ?? []).map(item);
    const within = below.reduce((sum, { changes }) => sum + changes, 0);
    const target = linkTo(node.urn);
    const name = target === undefined ? escape(node.name) : `<a href="#${target}">${escape(node.name)}</a>`;
    const label = `${badge(node.op)} ${name} <span class="kind">${escape(node.kind)}</span>`;
    const data = `data-text="${escape(`${node.name} ${node.kind} ${node.type} ${node.system}`.toLowerCase())}" data-op="${node.op}"`;
    const html =
      below.length === 0
        ? `<li ${data}>${label}</li>`
        : `<li ${data}><details${within > 0 ? " open" : ""}><summary>${label}${within > 0 ? ` <span class="tag">${within} changed</span>` : ""}</summary><ul>${below.map((one) => one.html).join("")}</ul></details></li>`;
    return { html, changes: within + (node.op === "same" ? 0 : 1) };
  };
  return `<ul class="tree">${(children.get("") ?? []).map((node) => item(node).html).join("")}</ul>`;
}
