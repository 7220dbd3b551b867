import { reportHtml } from "./html/page";
import { reportMarkdown } from "./markdown";
import type { PlanReport } from "./report";
import { reportText } from "./text";

export interface RenderOptions {
  /** Most bytes, of Markdown. */
  limit?: number;
}

/** Each format and what makes it: another one is a line here. */
const FORMATS = {
  text: reportText,
  markdown: reportMarkdown,
  html: reportHtml,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
} satisfies Record<string, (report: PlanReport, options: RenderOptions) => string>;

export type Format = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];

export const render = (report: PlanReport, format: Format, options: RenderOptions = {}): string => FORMATS[format](report, options);
