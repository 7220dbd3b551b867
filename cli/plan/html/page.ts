import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanReport } from "../report";
import { againstText } from "../words";
import { browserScript } from "./browser-script";
import { escape, json } from "./escape";
import { graphData } from "./graph-data";
import { stackHtml } from "./sections";

/**
 * A report as one page that needs nothing else: no network, and its own policy allows none. Without scripts everything but the graph and
 * the search is there. The same report gives the same bytes.
 */
export function reportHtml(report: PlanReport): string {
  const stacks = report.stacks.map((stack, index) => {
    const id = `s${index}`;
    const places = new Map(stack.resources.map(({ urn }, place) => [urn, `${id}-c${place}`]));
    const linkTo = (urn: string): string | undefined => places.get(urn);
    return { id, html: stackHtml(stack, id, linkTo), graph: graphData(stack.tree, linkTo) };
  });
  const title = `Plan of ${report.stacks.map(({ stack }) => stack).join(", ")}`;
  const script = browserScript();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-${sha256(script)}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<style>${readFileSync(join(__dirname, "page.css"), "utf8")}</style>
</head>
<body>
<header>
<h1>${escape(title)}</h1>
<p>Against ${escape([...new Set(report.stacks.map((stack) => againstText(report.against, stack)))].join("; "))}</p>
${report.stacks.length > 1 ? `<nav aria-label="Stacks">${report.stacks.map(({ stack }, index) => `<a href="#s${index}">${escape(stack)}</a>`).join(" ")}</nav>` : ""}
</header>
${FILTERS}
<main>
${stacks.map(({ html }) => html).join("\n")}
</main>
<script type="application/json" id="graphs">${json(Object.fromEntries(stacks.map(({ id, graph }) => [id, graph])))}</script>
<script>${script}</script>
</body>
</html>
`;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64");

const OPS = ["create", "update", "replace", "delete"];
/** Shown by the script, which makes them work. */
const FILTERS = `<form id="filters" role="search" hidden>
<label class="search">Search <input type="search" id="search" placeholder="name, kind, file, property" accesskey="s" autocomplete="off"></label>
<fieldset><legend class="hidden">Kinds of change</legend>${OPS.map((op) => `<label><input type="checkbox" name="op" value="${op}" checked> ${op}</label>`).join("")}</fieldset>
<span class="buttons"><button type="button" id="open-all">Open all</button> <button type="button" id="close-all">Close all</button></span>
<output id="found"></output>
<small><kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> next and previous change</small>
</form>`;
