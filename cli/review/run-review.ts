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

async function planned({ stack, against }: ReviewFlags): Promise<PlanReport> {
  const stacks = stack?.map(checkStack) ?? stackNames(checkout);
  const ref = against ?? (await baseOf(process.env, checkout));
  return makeReport({ root: checkout, stacks, other: { kind: "commit", ref }, modules: path.join(homeFolder(), "libraries") });
}
