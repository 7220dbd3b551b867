import type { PropertyChange, ResourceChange, TextChange } from "../report";
import { SIGNS } from "../words";
import { escape } from "./escape";
import { type Side, sideBySide } from "./side-by-side";

/** A resource that changes: closed, its diff within. `id` is what the tree and the graph link to. */
export function changeHtml(change: ResourceChange, id: string): string {
  const { op, name, kind, type, system, urn, properties, files, replaceBecause } = change;
  const because = replaceBecause.length > 0 ? `<p>Replaced because of ${escape(replaceBecause.join(", "))}.</p>` : "";
  return `<details class="change op-${op}" id="${id}" data-op="${op}" data-text="${escape(searchable(change))}">
<summary>${badge(op)} <b>${escape(name)}</b> <span class="kind">${escape(kind)}</span> <span class="system">${escape(system)}</span>${change.protected ? ' <span class="tag">protected</span>' : ""}${change.imported ? ' <span class="tag">imported</span>' : ""}</summary>
<div class="body"><p class="urn">${escape(type)}<br>${escape(urn)}</p>${because}${propertiesHtml(properties)}${files.map(fileHtml).join("")}</div>
</details>`;
}

/** Never by colour alone. */
export const badge = (op: keyof typeof SIGNS): string =>
  `<span class="op op-${op}" title="${op}">${SIGNS[op]}<span class="hidden"> ${op}</span></span>`;

const searchable = ({ name, kind, type, system, files, properties }: ResourceChange): string =>
  [name, kind, type, system, ...files.flatMap(({ path, was = "" }) => [path, was]), ...properties.map(({ path }) => path)]
    .join(" ")
    .toLowerCase();

function propertiesHtml(properties: readonly PropertyChange[]): string {
  if (properties.length === 0) return "";
  const rows = properties.map(
    ({ path, before, after, secret, unknown }) =>
      `<tr><th scope="row">${escape(path)}</th><td class="before">${value(before)}</td><td class="after">${
        unknown
          ? "<i>known after the update</i>"
          : secret && before !== undefined && after !== undefined
            ? "[secret], another one"
            : value(after)
      }</td></tr>`,
  );
  return `<div class="scroll"><table class="properties"><thead><tr><th scope="col">property</th><th scope="col">before</th><th scope="col">after</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

const value = (found: unknown): string =>
  found === undefined ? '<i class="none">none</i>' : escape(typeof found === "string" ? found : JSON.stringify(found, null, 2));

const FILE_WORDS = { create: "new", update: "", delete: "goes" };

function fileHtml({ path, was, op, hunks }: TextChange): string {
  const rows = hunks.flatMap((hunk) => [
    `<tr class="hunk"><td colspan="4">line ${hunk.newStart || hunk.oldStart}</td></tr>`,
    ...sideBySide(hunk).map(
      ({ same, before, after }) =>
        `<tr${same ? "" : ' class="differs"'}>${cells(before, "before", same)}${cells(after, "after", same)}</tr>`,
    ),
  ]);
  return `<figure class="file"><figcaption>${escape(path)} ${was === undefined ? FILE_WORDS[op] : `was ${escape(was)}`}</figcaption><div class="scroll"><table class="diff"><colgroup><col class="number"><col><col class="number"><col></colgroup><tbody>${rows.join("")}</tbody></table></div></figure>`;
}

function cells(side: Side | undefined, which: "before" | "after", same: boolean): string {
  if (!side) return `<td class="number"></td><td class="${which} empty"></td>`;
  const sign = same ? " " : which === "before" ? "-" : "+";
  const text = side.parts.map(({ text, marked }) => (marked ? `<mark>${escape(text)}</mark>` : escape(text))).join("");
  return `<td class="number">${side.number}</td><td class="${which}${same ? "" : " changed"}" data-sign="${sign}">${text}</td>`;
}
