import { baseOf } from "./base";

const LEFT = "1".repeat(40);
const TARGET = "2".repeat(40);
const gitLab = { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main", CI_MERGE_REQUEST_DIFF_BASE_SHA: LEFT };

test.each([
  ["a branch that is behind, or a fork: where it left the target branch", { ...gitLab, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: "" }, LEFT],
  ["merged results: the target branch that was merged with", { ...gitLab, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: TARGET }, TARGET],
  ["a GitLab that does not say it", { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main" }, "origin/main"],
  ["GitHub, where the checkout is the merge", { GITHUB_BASE_REF: "main" }, "origin/main"],
])("%s", (_, env, base) => {
  expect(baseOf(env)).toBe(base);
});

test("outside of a merge request it has to be said", () => {
  expect(() => baseOf({ GITHUB_BASE_REF: "" })).toThrow("--against is needed here");
});
