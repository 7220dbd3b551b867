import type { PlanReport } from "../plan/report";
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

/** Stack by stack what is done to how many, in as many lines as there is room for. */
function shortest({ stacks }: PlanReport, room: number): string {
  const note = "\n_The summary does not fit into a comment._\n";
  let text = "";
  for (const { stack, counts, data, interruptions } of stacks) {
    const { create, update, replace, delete: gone } = counts;
    const lost = data.filter((one) => one.data === "lost").length;
    const ended = interruptions.filter(({ way }) => way === "gone").length;
    const line = `- \`${stack}\`: ${create} created, ${update} updated, ${replace} replaced, ${gone} deleted${lost > 0 ? `, **data lost: ${lost}**` : ""}${ended > 0 ? `, **gone for good: ${ended}**` : ""}\n`;
    if (bytes(text) + bytes(line) + bytes(note) > room) break;
    text += line;
  }
  return text + note;
}

const bytes = (text: string): number => Buffer.byteLength(text, "utf8");
