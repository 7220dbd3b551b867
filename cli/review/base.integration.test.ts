/** In a small repository of its own: `main`, whose merge with a branch is checked out, and what others merge into `main` meanwhile. */
import { Sample } from "../../ci/testing/sample";
import { baseOf } from "./base";

const LEFT = "1".repeat(40);
const TARGET = "2".repeat(40);

let sample: Sample;
let left: string;
let mergedInto: string;
let merge: string;
beforeEach(() => {
  sample = new Sample();
  left = sample.commit({ "a.txt": "of main" });
  sample.git(["checkout", "--quiet", "-b", "change"]);
  sample.commit({ "b.txt": "of the branch" });
  sample.git(["checkout", "--quiet", "main"]);
  mergedInto = sample.commit({ "c.txt": "of somebody else" });
  sample.git(["checkout", "--quiet", "--detach", "main"]);
  merge = merged("change");
  sample.git(["checkout", "--quiet", "main"]);
  // What `origin/main` is when a run starts late, or once more.
  sample.git(["update-ref", "refs/remotes/origin/main", sample.commit({ "d.txt": "of somebody who came later" })]);
  sample.git(["checkout", "--quiet", merge]);
});
afterEach(() => {
  sample.remove();
});

function merged(branch: string): string {
  sample.git(["merge", "--quiet", "--no-ff", "--no-edit", branch]);
  return sample.git(["rev-parse", "HEAD"]);
}
const base = (env: Record<string, string>): Promise<string> => baseOf(env, sample.folder);
const gitHub = (sha = merge) => ({ GITHUB_EVENT_NAME: "pull_request", GITHUB_BASE_REF: "main", GITHUB_SHA: sha });

test("GitLab says it: where a branch or a fork left the target branch, or what it was merged with", async () => {
  const env = { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main", CI_MERGE_REQUEST_DIFF_BASE_SHA: LEFT };
  expect(await base({ ...env, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: "" })).toBe(LEFT);
  expect(await base({ ...env, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: TARGET })).toBe(TARGET);
});

test("GitHub's checkout is the merge: what it was merged into, wherever the branch is by now", async () => {
  expect(await base(gitHub())).toBe(mergedInto);
  sample.git(["checkout", "--quiet", "main"]);
  sample.git(["update-ref", "refs/remotes/origin/main", merged("change")]);
  sample.git(["checkout", "--quiet", merge]);
  expect(await base(gitHub())).toBe(mergedInto);
});

describe("a branch as it is leaves the other one where both were the same last", () => {
  beforeEach(() => {
    sample.git(["checkout", "--quiet", "change"]);
  });

  test("a GitLab that does not say it, and a workflow of GitHub that checks out the branch", async () => {
    expect(await base({ CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main" })).toBe(left);
    expect(await base(gitHub())).toBe(left);
  });

  test("the branch's own merges are no merge of the pull request", async () => {
    merged(mergedInto);
    expect(await base(gitHub())).toBe(mergedInto);
  });

  test("without the history nobody knows", async () => {
    sample.git(["checkout", "--quiet", "--orphan", "cut-off"]);
    sample.commit({});
    await expect(base(gitHub())).rejects.toThrow(
      "--against is needed here: this checkout does not have the commit in which it left origin/main. In a pipeline, fetch all of the history: fetch-depth: 0 (GitHub), GIT_DEPTH: 0 (GitLab).",
    );
  });
});

test("outside of a merge request it has to be said", async () => {
  await expect(base({ GITHUB_BASE_REF: "" })).rejects.toThrow("--against is needed here: the branch, tag or commit to plan against.");
});
