import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanReport } from "../plan/report";
import { widgetCounts } from "./counts";

/** Names of the files in the folder that the job uploads. */
export const FILES = { page: "plan.html", report: "plan.json", comment: "comment.md", widget: "terraform.json" } as const;

/** Everything that a reader or a later job may want, whether a comment can be written or not. */
export function writeArtifact(folder: string, { report, page, comment }: { report: PlanReport; page: string; comment: string }): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };
  write(FILES.page, page);
  write(FILES.report, `${JSON.stringify(report, null, 2)}\n`);
  write(FILES.comment, comment);
  write(FILES.widget, `${JSON.stringify(widgetCounts(report))}\n`);
}
