import type { Command } from "commander";
import { UsageError } from "../explain";

/** `flowfleet review`: the plan as one comment of a merge request. */
export function addReview(program: Command): void {
  program
    .command("review")
    .description(
      "In a job of GitLab CI or GitHub Actions: write the plan as one comment of the merge request, updated by each pipeline, and as an artifact.",
    )
    .option("--stack <name...>", "stacks to plan (default: all)")
    .option("--against <ref>", "branch, tag or commit to plan against (default: the commit that the merge request goes on from)")
    .option("--report <file>", "do not plan: take what `flowfleet plan --format json` wrote")
    .option(
      "--out <folder>",
      "folder in this checkout for the artifact: plan.html, plan.json, comment.md, terraform.json",
      "flowfleet-plan",
    )
    .option("--artifact <name>", "name that the job uploads this folder under (GitHub)", "flowfleet-plan")
    .option("--merge-request <number>", "number of the merge request, where CI does not say it (GitHub: workflow_run)")
    .option("--commit <sha>", "its commit, with that")
    .addHelpText(
      "after",
      "\nThe token is read from GITLAB_TOKEN or GITHUB_TOKEN. Without one, or with one that may only read, the artifact is written and that is\n" +
        "said, with exit status 0; a wrong token is an error. Set-up of both forges: docs/reviews.md.\n\nExamples:\n  flowfleet review --stack prod --against origin/main\n" +
        "  flowfleet review --report plan.json",
    )
    .action(async (flags: RawFlags) => {
      const { mergeRequest, commit } = flags;
      if (mergeRequest !== undefined && !/^[1-9]\d*$/.test(mergeRequest))
        throw new UsageError(`--merge-request ${mergeRequest}: must be a number.`);
      if (commit !== undefined && !/^[0-9a-f]{40,64}$/.test(commit)) throw new UsageError(`--commit ${commit}: must be a whole commit id.`);
      if (flags.report !== undefined && (flags.stack !== undefined || flags.against !== undefined))
        throw new UsageError("--report is a plan that is there: --stack and --against say how to make one.");
      const { runReview } = require("../review/run-review") as typeof import("../review/run-review");
      await runReview({ ...flags, ...(mergeRequest !== undefined && { mergeRequest: Number(mergeRequest) }) } as ReviewFlags);
    });
}

interface RawFlags {
  stack?: string[];
  against?: string;
  report?: string;
  out: string;
  artifact: string;
  mergeRequest?: string;
  commit?: string;
}

export type ReviewFlags = Omit<RawFlags, "mergeRequest"> & { mergeRequest?: number };
