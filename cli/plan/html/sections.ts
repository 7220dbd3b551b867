import type { StackReport } from "../report";
import { headline } from "../summary";
import {
  changedOutputs,
  costText,
  DATA_ALARMS,
  foldedChanges,
  foldedCount,
  interruptionText,
  LABELS,
  outputText,
  securityText,
  unusedText,
  violationText,
} from "../words";
import { changeHtml } from "./changes";
import { escape } from "./escape";
import { treeHtml } from "./tree";

/** One stack: what a reader has to know first comes first. `id` makes the ids of its parts. */
export function stackHtml(stack: StackReport, id: string, linkTo: (urn: string) => string | undefined): string {
  const { data, interruptions, security, violations, cost, unused, notes } = stack;
  return `<section class="stack" id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">Stack ${escape(stack.stack)}${stack.isNew ? ' <span class="tag">new</span>' : ""}</h2>
${summaryHtml(stack)}
${list(
  "Data",
  "alarm",
  data.map(
    (one) =>
      `${one.data === "kept" ? '<span class="tag">kept</span> ' : `<strong class="lost">DATA ${DATA_ALARMS[one.data]}</strong> `}${escape(one.what)}${one.protected ? ' <span class="tag">protected</span>' : ""}`,
  ),
)}
${list(
  "What goes down",
  "down",
  interruptions.map((one) => `${one.seconds === 0 ? "" : '<span class="tag warn">down</span> '}${escape(interruptionText(one))}`),
)}
${list(
  "Security",
  "security",
  security.map((one) => `${one.opens ? '<span class="tag warn">opens</span> ' : ""}${escape(securityText({ ...one, opens: false }))}`),
)}
${list(
  "Policy violations",
  "violations",
  violations
    .filter(({ exception }) => !exception)
    .map((one) => `${one.level === "mandatory" ? '<span class="tag warn">mandatory</span> ' : ""}${escape(violationText(one))}`),
)}
${list(
  "Policy violations that are excused",
  "excused",
  violations.filter(({ exception }) => exception).map((one) => escape(violationText(one))),
  true,
)}
${list(
  "Outputs",
  "outputs",
  changedOutputs(stack).map((one) => `${one.breaking ? '<span class="tag warn">breaking</span> ' : ""}${escape(outputText(one))}`),
)}
${list(
  "Cost",
  "cost",
  cost.map((one) => `${escape(costText(one))}<br><small>${escape(one.basis)}</small>`),
)}
${changesHtml(stack, id, linkTo)}
${list(
  "Folded: changes that say nothing new",
  "folded",
  foldedChanges(stack).map(({ name, why }) => `<b>${escape(name)}</b>: ${escape(why)}`),
  true,
  foldedCount(stack),
)}
${list(
  "Set and not used",
  "unused",
  unused.map((one) => escape(unusedText(one))),
)}
${list("Notes", "notes", notes.map(escape))}
<h3 id="${id}-graph-title">Dependencies</h3>
<div class="graph" data-graph="${id}" aria-labelledby="${id}-graph-title"></div>
<h3>All resources (${stack.tree.length})</h3>
${treeHtml(stack.tree, linkTo)}
</section>`;
}

function summaryHtml(stack: StackReport): string {
  const { summary, counts, digest } = stack;
  const lines = summary.map(({ text }) => `<li>${escape(text)}</li>`).join("");
  return `<div class="summary"><p class="counts">${escape(headline(stack))}; ${counts.same} as they are${counts.folded > 0 ? `, ${counts.folded} folded` : ""}</p>${lines === "" ? "" : `<ul>${lines}</ul>`}<p class="digest">${LABELS.digest} <code>${escape(digest)}</code></p></div>`;
}

function changesHtml({ resources }: StackReport, id: string, linkTo: (urn: string) => string | undefined): string {
  if (resources.length === 0) return "";
  return `<section class="changes"><h3 id="${id}-changes">Changes (<span class="shown">${resources.length}</span>)</h3>
${resources.map((one) => changeHtml(one, linkTo(one.urn) ?? "")).join("\n")}</section>`;
}

/** Nothing where there is nothing to say. */
function list(title: string, kind: string, items: readonly string[], closed = false, count = items.length): string {
  if (items.length === 0) return "";
  const body = `<ul>${items.map((one) => `<li>${one}</li>`).join("")}</ul>`;
  return closed
    ? `<details class="part ${kind}"><summary>${title} (${count})</summary>${body}</details>`
    : `<section class="part ${kind}"><h3>${title}</h3>${body}</section>`;
}
