import * as path from "node:path";
import { stackNames } from "../../infra/config/stacks";
import { checkout, checkStack, homeFolder } from "../checkout";
import type { ReviewFlags } from "../commands/review";
import { reportHtml } from "../plan/html/page";
import { makeReport } from "../plan/make-report";
import { reportMarkdown } from "../plan/markdown";
import type { PlanReport } from "../plan/report";
import { baseOf } from "./base";
import { readReport } from "./read-report";
import { review } from "./review";

/** Runs `flowfleet review`. */
export async function runReview(flags: ReviewFlags): Promise<void> {
  const report = flags.report === undefined ? await planned(flags) : readReport(flags.report);
  await review({
    ...flags,
    report,
    page: reportHtml(report),
    markdown: reportMarkdown,
    env: process.env,
    say: (line) => void process.stdout.write(`${line}\n`),
  });
}

function planned({ stack, against = baseOf(process.env) }: ReviewFlags): Promise<PlanReport> {
  const stacks = stack?.map(checkStack) ?? stackNames(checkout);
  return makeReport({ root: checkout, stacks, other: { kind: "commit", ref: against }, modules: path.join(homeFolder(), "libraries") });
}
