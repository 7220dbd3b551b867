import execa from "execa";
import { CliError } from "../explain";
import type { Environment } from "./surroundings";

/**
 * What a merge request is planned against: the commit that its checkout goes on from, so that what others merged meanwhile is not shown, neither
 * as done nor as undone. All of these are in a whole clone, a fork's, too, whose `origin` is the fork.
 *
 * GitLab (https://docs.gitlab.com/ci/variables/predefined_variables/): in a merged-results pipeline the checkout is the target branch with the
 * merge request on it, elsewhere it is the source branch as it is, and `CI_MERGE_REQUEST_DIFF_BASE_SHA` is where that left the target branch.
 * GitHub (https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request) checks out the merge, of
 * when the run was started first; the branch may have gone on since.
 *
 * @throws CliError outside of both, and in a clone that is not whole.
 */
export async function baseOf(env: Environment, root: string): Promise<string> {
  const commit = env["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] || env["CI_MERGE_REQUEST_DIFF_BASE_SHA"];
  if (commit) return commit;
  const branch = env["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] || env["GITHUB_BASE_REF"];
  if (!branch) throw new CliError("--against is needed here: the branch, tag or commit to plan against.");
  const [head, mergedInto, merged] = (await execa("git", ["rev-list", "--parents", "--max-count=1", "HEAD"], { cwd: root })).stdout.split(
    " ",
  );
  // A workflow may check out the branch, whose last commit may be a merge, too.
  const isTheMerge = env["GITHUB_EVENT_NAME"] === "pull_request" && head === env["GITHUB_SHA"];
  if (isTheMerge && mergedInto !== undefined && merged !== undefined) return mergedInto;
  const left = await execa("git", ["merge-base", "HEAD", `origin/${branch}`], { cwd: root, reject: false });
  if (left.exitCode === 0) return left.stdout;
  throw new CliError(
    `--against is needed here: this checkout does not have the commit in which it left origin/${branch}. ` +
      "In a pipeline, fetch all of the history: fetch-depth: 0 (GitHub), GIT_DEPTH: 0 (GitLab).",
  );
}
