import type {
  Against,
  CostChange,
  DataChange,
  Interruption,
  OutputChange,
  PropertyChange,
  ResourceChange,
  SecurityChange,
  StackReport,
  UnusedSetting,
  Violation,
} from "./report";

import { excused } from "./excused";

/** Sentences that every rendering says alike. */

export function againstText(against: Against, { stack, isNew }: Pick<StackReport, "stack" | "isNew">): string {
  switch (against.kind) {
    case "commit":
      return `${against.name} (${against.commit.slice(0, 12)})`;
    case "golden":
      return isNew ? `nothing, because infra/golden/${stack}.json is not there` : "the committed plan";
    case "state":
      return `the state in ${against.file}`;
    case "nothing":
      return "nothing";
    default:
      return against satisfies never;
  }
}

/** Whether anything is carried out. */
const isSomething = ({ summary, security, folded, outputs }: Pick<StackReport, "summary" | "security" | "folded" | "outputs">): boolean =>
  summary.length + security.length + folded.length + outputs.length > 0;

/** `+`, `~`, `±`, `-`. */
export const SIGNS = { create: "+", update: "~", replace: "±", delete: "-", same: " " } as const;

export function interruptionText({ name, way, seconds, what, because }: Interruption): string {
  if (way === "gone") return `${name}: gone for good: ${what}`;
  const length = seconds === undefined ? "for a time that is not known" : seconds === 0 ? "0 s" : `at most ${seconds} s`;
  return `${name}: ${way === "other" ? "" : `${way}, `}${length}: ${what}${because.length > 0 ? ` (because of ${because.join(", ")})` : ""}`;
}

export const securityText = ({ opens, what }: SecurityChange): string => `${opens ? "OPENS " : ""}${what}`;

/** Of what the table of prices does not know there is no amount: then nobody says by how much the bill differs. */
export function costText({ what, currency, before, after, unpriced = { before: [], after: [] } }: CostChange): string {
  const amount = (value: number | undefined, without: readonly string[]): string => {
    if (value === undefined) return without.length > 0 ? "not known" : "none";
    return `${without.length > 0 ? "at least " : ""}${value} ${currency}`;
  };
  const sides = `${what}: ${amount(before, unpriced.before)} -> ${amount(after, unpriced.after)} a month`;
  const notKnown = [...new Set([...unpriced.before, ...unpriced.after])];
  if (notKnown.length > 0) return `${sides}; ${notKnown.join(", ")} not known`;
  const difference = (after ?? 0) - (before ?? 0);
  return `${sides} (${difference >= 0 ? "+" : "-"}${Math.abs(difference)})`;
}

export function violationText({ rule, level, message, urn, exception, isNew }: Violation): string {
  const where = urn === undefined ? "" : ` ${urn.split("::").slice(3).join("::")}:`;
  const excused = exception === undefined ? "" : ` (excused until ${exception.expires}: ${exception.reason})`;
  return `${level} ${rule}:${where} ${message}${excused}${isNew === false ? " (not new)" : ""}`;
}

/** Excused violations one by one; of a plan that does nothing, how many there are. */
export function excusedTexts(stack: StackReport): string[] {
  const all = excused(stack);
  if (isSomething(stack) || all.length < 2) return all.map(violationText);
  const [first] = all.flatMap(({ exception }) => exception?.expires ?? []).sort();
  return [`${all.length} of them; the first exception ends on ${first ?? ""}`];
}

export const unusedText = ({ file, line, path, what }: UnusedSetting): string =>
  `${file}${line === undefined ? "" : `:${line}`} ${path}: ${what}`;

/** Outputs that have another value for sure. */
export const changedOutputs = ({ outputs }: Pick<StackReport, "outputs">): OutputChange[] => outputs.filter(({ unknown }) => !unknown);

/** What says nothing new: resources, those for the same reason together, then outputs. */
export function foldedChanges({ folded, outputs }: Pick<StackReport, "folded" | "outputs">): { name: string; why: string }[] {
  const later = outputs.filter(({ unknown }) => unknown).map(({ path }) => path);
  const byReason = new Map<string, string[]>();
  for (const { name, why } of folded) byReason.set(why, [...(byReason.get(why) ?? []), name]);
  return [
    ...[...byReason].map(([why, names]) => ({ name: names.join(", "), why })),
    ...(later.length > 0 ? [{ name: later.join(", "), why: "known once the update is done; nothing that is known of them changes" }] : []),
  ];
}

/** How many changes that is. */
export const foldedCount = ({ folded, outputs }: Pick<StackReport, "folded" | "outputs">): number =>
  folded.length + (outputs.some(({ unknown }) => unknown) ? 1 : 0);

export function outputText({ path, change, breaking, before, after, what }: OutputChange): string {
  if (breaking) return `BREAKS READERS: ${what ?? path}`;
  if (change === "added") return `+ ${path}: ${valueText(after)}`;
  if (change === "removed") return `- ${path}: ${valueText(before)}`;
  return `~ ${path}: ${valueText(before)} -> ${valueText(after)}`;
}

export function propertyText({ path, before, after, secret, unknown }: PropertyChange): string {
  if (secret && before !== undefined && after !== undefined) {
    return `~ ${path}: [secret], ${unknown ? "known once the update is done" : "another one"}`;
  }
  if (before === undefined) return `+ ${path}: ${valueText(after)}`;
  if (after === undefined) return `- ${path}: ${valueText(before)}`;
  return `~ ${path}: ${valueText(before)} -> ${unknown ? "(not known yet)" : valueText(after)}`;
}

/** Whole: a value that is cut off may hide what matters. */
export const valueText = (value: unknown): string => (typeof value === "string" && /^[^\s"]+$/.test(value) ? value : JSON.stringify(value));

/** What to say of data before its sentence, loudly; nothing of what is kept. */
export const DATA_ALARMS: Readonly<Record<DataChange["data"], string>> = { lost: "LOST", left: "LEFT BEHIND", kept: "" };

/** `DATA LOST: 1`, `DATA LEFT BEHIND: 2`. */
export function dataAlarms(data: readonly DataChange[]): string[] {
  return Object.entries(DATA_ALARMS).flatMap(([kind, word]) => {
    const count = data.filter((one) => one.data === kind).length;
    return word !== "" && count > 0 ? [`DATA ${word}: ${count}`] : [];
  });
}

export function resourceText({ op, imported, kind, name, protected: kept, replaceBecause }: ResourceChange): string {
  const notes = [
    ...(imported ? ["imported: it is there already"] : []),
    ...(op === "replace" && replaceBecause.length > 0 ? [`replaced because of ${replaceBecause.join(", ")}`] : []),
    ...(kept ? ["protected"] : []),
  ];
  return [`${SIGNS[op]} ${kind} ${name}`, ...notes.map((note) => `(${note})`)].join(" ");
}

export const LABELS = {
  interruptions: "What goes down",
  data: "DATA",
  security: "Security",
  outputs: "Outputs",
  cost: "Cost",
  violations: "Policy violations",
  excused: "Policy violations that are excused",
  unused: "Set and not used",
  notes: "Notes",
  digest: "Digest",
} as const;
