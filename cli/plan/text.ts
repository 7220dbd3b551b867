import { counting } from "./excused";
import type { PlanReport, ResourceChange, StackReport, TextChange } from "./report";
import { headline } from "./summary";
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
  violationText,
} from "./words";

/** A report for a terminal: each stack in the order of what a reader has to know first. */
export const reportText = (report: PlanReport): string =>
  report.stacks.map((stack) => stackText(stack, againstText(report.against, stack)).join("\n")).join("\n\n") + "\n";

function stackText(stack: StackReport, against: string): string[] {
  const { create, update, replace, delete: gone, same, folded } = stack.counts;
  const total = create + update + replace + gone + same + folded;
  return [
    `Plan of stack ${stack.stack} against ${against}: ${headline(stack)}, of ${total} resources`,
    ...stack.summary.map(({ text }) => `  ${text}`),
    ...block(
      LABELS.data,
      stack.data.map(({ data, what }) => `${DATA_ALARMS[data] && `${DATA_ALARMS[data]}: `}${what}`),
    ),
    ...block(LABELS.interruptions, stack.interruptions.map(interruptionText)),
    ...block(LABELS.security, stack.security.map(securityText)),
    ...block(LABELS.violations, counting(stack).map(violationText)),
    ...block(LABELS.excused, excusedTexts(stack)),
    ...changes(stack.resources),
    ...block(
      `Folded (${foldedCount(stack)} that say nothing new)`,
      foldedChanges(stack).map(({ name, why }) => `${name}: ${why}`),
    ),
    ...block(LABELS.outputs, changedOutputs(stack).map(outputText)),
    ...block(LABELS.cost, [...stack.cost.map(costText), ...bases(stack)]),
    ...block(LABELS.unused, stack.unused.map(unusedText)),
    ...block(LABELS.notes, stack.notes),
    "",
    `${LABELS.digest}: ${stack.digest}`,
  ];
}

/** Where prices are from, once each. */
export const bases = ({ cost }: Pick<StackReport, "cost">): string[] =>
  [...new Set(cost.map(({ basis }) => basis))].filter((basis) => basis !== "");

/** Nothing where there is nothing to say. */
const block = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", `${title}:`, ...lines.map((line) => `  ${line}`)];

function changes(resources: readonly ResourceChange[]): string[] {
  const lines: string[] = [];
  let system: string | undefined;
  for (const resource of resources) {
    if (resource.system !== system) lines.push("", `${resource.system}:`);
    system = resource.system;
    lines.push(`  ${resourceText(resource)}`, ...resourceLines(resource).map((line) => `      ${line}`));
  }
  return lines;
}

/** What differs in a resource. Of what goes, nothing: what it was is on the other side. */
function resourceLines({ op, properties, files }: ResourceChange): string[] {
  if (op === "delete") return [];
  return [...properties.map(propertyText), ...files.flatMap(textLines)];
}

/** A text's path, and the lines that differ. */
export const textLines = ({ path, was, op, hunks }: TextChange): string[] => [
  `${path}${was === undefined ? { create: " (new)", update: "", delete: " (goes)" }[op] : ` (was ${was})`}`,
  ...hunks.flatMap(({ oldStart, newStart, lines }) => [`@@ -${oldStart} +${newStart} @@`, ...lines]),
];
