import { blocking } from "../../infra/policy/judge";
import type { PlanReport, StackReport } from "../plan/report";
import { forHowLong, goesDown } from "../plan/summary";
import { type Mark, markLine } from "./mark";

/** Markdown of a report in so many bytes at most; `rest` says where the whole plan is. */
export type MarkdownOf = (report: PlanReport, options: { limit: number; rest: string }) => string;

/**
 * The comment: the hidden mark, the plan, where the whole of it is.
 *
 * @param limit Bytes. A summary that is longer by itself gives way to the line of each system.
 */
export function commentBody(report: PlanReport, mark: Mark, rest: string, limit: number, markdown: MarkdownOf): string {
  const head = `${markLine(mark)}\n`;
  const foot = `\n<sub>${mark.pipeline > 0 ? `Commit ${mark.commit.slice(0, 12)}, pipeline ${mark.pipeline}. ` : ""}The whole plan: ${rest}.</sub>\n`;
  const room = limit - bytes(head) - bytes(foot);
  const plan = markdown(report, { limit: room, rest });
  return head + (bytes(plan) <= room ? plan : shortest(report, room)) + foot;
}

/** Stack by stack what a reader has to know, in as many lines as there is room for. */
function shortest({ stacks }: PlanReport, room: number): string {
  const note = "\n_The summary does not fit into a comment._\n";
  let text = "";
  for (const stack of stacks) {
    const line = `- ${shortestLine(stack)}\n`;
    if (bytes(text) + bytes(line) + bytes(note) > room) break;
    text += line;
  }
  return text + note;
}

function shortestLine(report: StackReport): string {
  const { stack, counts, data, interruptions, security, digest } = report;
  const { create, update, replace, delete: gone } = counts;
  const numbers = {
    "data lost": data.filter((one) => one.data === "lost").length,
    "data left behind": data.filter((one) => one.data === "left").length,
    "gone for good": interruptions.filter(({ way }) => way === "gone").length,
    opens: security.filter(({ opens }) => opens).length,
    "mandatory rules broken": blocking(report).length,
  };
  const alarms = Object.entries(numbers).flatMap(([what, count]) => (count > 0 ? [`**${what}: ${count}**`] : []));
  const down = goesDown(interruptions);
  return [
    `\`${stack}\`: ${create} created, ${update} updated, ${replace} replaced, ${gone} deleted`,
    ...alarms,
    ...(down.length > 0 ? [`**down: ${down.length}, ${forHowLong(down)}**`] : []),
    `digest \`${digest}\``,
  ].join(", ");
}

const bytes = (text: string): number => Buffer.byteLength(text, "utf8");
