import { CliError } from "../explain";
import type { Environment } from "./surroundings";

/**
 * What a merge request is planned against: the commit that its checkout goes on from, so that what others merged meanwhile is not shown, neither
 * as done nor as undone. All of these are in a whole clone, a fork's, too, whose `origin` is the fork.
 *
 * GitLab (https://docs.gitlab.com/ci/variables/predefined_variables/): in a merged-results pipeline the checkout is the target branch with the
 * merge request on it, elsewhere it is the source branch as it is, and `CI_MERGE_REQUEST_DIFF_BASE_SHA` is where that left the target branch.
 * GitHub checks out the merge.
 *
 * @throws CliError outside of both.
 */
export function baseOf(env: Environment): string {
  const commit = env["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] || env["CI_MERGE_REQUEST_DIFF_BASE_SHA"];
  if (commit) return commit;
  const branch = env["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] || env["GITHUB_BASE_REF"];
  if (!branch) throw new CliError("--against is needed here: the branch, tag or commit to plan against.");
  return `origin/${branch}`;
}
