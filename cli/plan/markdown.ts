import type { PlanReport, ResourceChange, StackReport } from "./report";
import { counting, excused } from "./excused";
import { headline } from "./summary";
import { bases, textLines } from "./text";
import {
  againstText,
  changedOutputs,
  costText,
  DATA_ALARMS,
  excusedTexts,
  foldedChanges,
  foldedCount,
  interruptionText,
  LABELS,
  outputText,
  propertyText,
  resourceText,
  securityText,
  unusedText,
  valueText,
  violationText,
} from "./words";

/** The most that a comment may have, in bytes: the limits of the forges count characters, which are never more. */
export const COMMENT_LIMITS = { github: 65_536, gitlab: 1_000_000 } as const;

/**
 * A report as the body of one comment: the summary at the top, always whole, then details that are folded.
 *
 * @param options.limit In bytes. Details that do not fit are left out from the least important on, and the comment says so.
 * @param options.rest Where the whole plan is, for what does not fit: `the artifact plan.html of this pipeline`.
 */
export function reportMarkdown(report: PlanReport, options: { limit?: number; rest?: string } = {}): string {
  return fit(
    summaryMarkdown(report),
    report.stacks.flatMap((stack) => detailsOf(stack, report.stacks.length > 1)),
    options,
  );
}

/** What is always there. */
export function summaryMarkdown({ stacks, against }: PlanReport): string {
  return stacks.map((stack) => stackSummary(stack, againstText(against, stack)).join("\n")).join("\n\n");
}

/**
 * Puts details below a summary as long as they fit.
 *
 * @param details The most important first.
 */
export function fit(
  summary: string,
  details: readonly string[],
  { limit = Infinity, rest }: { limit?: number; rest?: string } = {},
): string {
  const left = (count: number): string =>
    `\n\n_${count} more ${count === 1 ? "part does" : "parts do"} not fit into this comment${rest === undefined ? "" : `; see ${rest}`}._`;
  const room = limit - bytes(left(details.length)) - 1;
  let text = summary;
  const omitted: string[] = [];
  for (const detail of details) {
    if (bytes(text) + bytes(detail) + 2 <= room) text += `\n\n${detail}`;
    else omitted.push(detail);
  }
  return `${text}${omitted.length > 0 ? left(omitted.length) : ""}\n`;
}

const bytes = (text: string): number => Buffer.byteLength(text, "utf8");

function stackSummary(stack: StackReport, against: string): string[] {
  return [
    `### Plan of stack \`${stack.stack}\` against ${escaped(against)}`,
    "",
    headline(stack),
    ...(stack.summary.length > 0 ? ["", ...stack.summary.map(({ text }) => `- ${escaped(text)}`)] : []),
    ...section(
      `🔴 ${LABELS.data}`,
      stack.data.map(({ data, what }) => `${DATA_ALARMS[data] && `**${DATA_ALARMS[data]}**: `}${escaped(what)}`),
    ),
    ...section(
      LABELS.interruptions,
      stack.interruptions.map((one) => `${one.seconds === 0 ? "" : "**down** "}${escaped(interruptionText(one))}`),
    ),
    ...section(
      LABELS.security,
      stack.security.map((one) => (one.opens ? `**opens** ${escaped(one.what)}` : escaped(securityText(one)))),
    ),
    ...section(
      LABELS.violations,
      counting(stack).map((one) => escaped(violationText(one))),
    ),
    ...section(
      LABELS.outputs,
      stack.outputs.filter(({ breaking }) => breaking).map((one) => `**breaks readers**: ${escaped(one.what ?? one.path)}`),
    ),
    ...section(
      LABELS.cost,
      stack.cost.filter(({ what }) => !what.includes(": ")).map((one) => escaped(costText(one))),
    ),
    "",
    `${LABELS.digest}: \`${stack.digest}\``,
  ];
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", `**${title}**`, "", ...lines.map((line) => `- ${line}`)];

/** Folded, the most important first: what is excused, systems, then what hardly anyone opens. */
function detailsOf(stack: StackReport, several: boolean): string[] {
  const of = several ? `${stack.stack}: ` : "";
  const systems = [...new Set(stack.resources.map(({ system }) => system))];
  const lists: [title: string, lines: string[], count?: number][] = [
    [
      "Outputs",
      changedOutputs(stack)
        .filter(({ breaking }) => !breaking)
        .map(outputText),
    ],
    ["Cost by part", stack.cost.length === 0 ? [] : [...stack.cost.map(costText), ...bases(stack)]],
    [LABELS.unused, stack.unused.map(unusedText)],
    ["Folded: changes that say nothing new", foldedChanges(stack).map(({ name, why }) => `${name}: ${why}`), foldedCount(stack)],
    [LABELS.notes, stack.notes],
  ];
  const list = (title: string, lines: string[], count = lines.length): string[] =>
    lines.length === 0 ? [] : [details(`${of}${title} (${count})`, lines)];
  return [
    ...list(LABELS.excused, excusedTexts(stack), excused(stack).length),
    ...systems.flatMap((system) => systemDetails(stack, system, of)),
    ...lists.flatMap((one) => list(...one)),
  ];
}

/** A block for each system, in parts that fit below any limit. */
const MOST_BYTES = 30_000;
function systemDetails(stack: StackReport, system: string, of: string): string[] {
  const own = stack.resources.filter((one) => one.system === system);
  const parts: string[][] = [[]];
  let size = 0;
  for (const resource of own) {
    const lines = [`@@ ${resourceText(resource)} @@`, ...diffLines(resource)];
    const more = bytes(lines.join("\n"));
    if (size > 0 && size + more > MOST_BYTES) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(...lines);
    size += more;
  }
  return parts.map((lines, index) =>
    details(`${of}${system} (${own.length} changed)${parts.length > 1 ? `, part ${index + 1} of ${parts.length}` : ""}`, lines),
  );
}

/** In the colours of a diff: what was is red, what is is green. */
function diffLines({ op, properties, files }: ResourceChange): string[] {
  if (op === "delete") return [];
  return [
    ...properties.flatMap((one) => {
      const { path, before, after, secret, unknown } = one;
      if (secret || unknown || before === undefined || after === undefined) return [propertyText(one).replace(/^~/, "!")];
      return [`- ${path}: ${valueText(before)}`, `+ ${path}: ${valueText(after)}`];
    }),
    ...files.flatMap(textLines),
  ];
}

function details(title: string, lines: readonly string[]): string {
  const text = lines.join("\n");
  // Longer than any run of backticks in it, so that no line of a file ends it.
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `<details><summary>${htmlText(title)}</summary>\n\n${fence}diff\n${text}\n${fence}\n\n</details>`;
}

const htmlText = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** What a forge would take for its own: Markdown, HTML, names of people and issues. */
const escaped = (text: string): string =>
  htmlText(text)
    .replace(/[\\`*_[\]|~]/g, "\\$&")
    .replace(/([@#!])(?=\w)/g, "$1\u200b");
