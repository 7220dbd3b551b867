/** `flowfleet review` as a pipeline calls it: a process of its own, its environment, its exit status. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { checkout } from "../checkout";
import { everyPart, planReport } from "../plan/html/testing/reports";
import { GitHubServer, HEAD } from "./testing/github-server";
import { GitLabServer } from "./testing/gitlab-server";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flowfleet-review-"));
  writeFileSync(join(folder, "plan.json"), JSON.stringify(planReport(everyPart("thing"))));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const review = (env: Record<string, string>): Promise<execa.ExecaReturnValue> =>
  execa(process.execPath, [join(checkout, "cli", "flowfleet.js"), "review", "--report", "plan.json"], {
    cwd: folder,
    reject: false,
    extendEnv: false,
    env: { PATH: process.env["PATH"] ?? "", NO_COLOR: "1", ...env },
  });

const gitLabJob = (server: GitLabServer): Record<string, string> => ({
  GITLAB_CI: "true",
  CI_API_V4_URL: `${server.api.url}/api/v4`,
  CI_PROJECT_ID: "42",
  CI_PROJECT_URL: "https://gitlab.example.com/acme/fleet",
  CI_JOB_ID: "555",
  CI_MERGE_REQUEST_IID: "7",
  CI_COMMIT_SHA: HEAD,
  CI_PIPELINE_ID: "1000",
});

test("a job of GitLab: comment, page, counts", async () => {
  const server = await GitLabServer.start();
  const { exitCode, stdout, stderr } = await review({ ...gitLabJob(server), GITLAB_TOKEN: "glpat-right" });
  await server.api.stop();
  expect([exitCode, stderr, stdout.split("\n").at(-1)]).toEqual([0, "", "comment created"]);
  expect(server.bodies).toEqual([readFileSync(join(folder, "flowfleet-plan", "comment.md"), "utf8")]);
  expect(readFileSync(join(folder, "flowfleet-plan", "plan.html"), "utf8")).toMatch(/^<!doctype html>/);
  expect(readFileSync(join(folder, "flowfleet-plan", "terraform.json"), "utf8")).toBe('{"create":1,"update":0,"delete":1}\n');
  expect(readFileSync(join(folder, "flowfleet-plan", "plan.json"), "utf8")).toContain('"version": 1');
}, 60_000);

test("a job of GitHub: comment and check", async () => {
  const server = await GitHubServer.start();
  const event = join(folder, "event.json");
  writeFileSync(event, JSON.stringify({ pull_request: { number: 7, head: { sha: HEAD, repo: { full_name: "acme/fleet" } } } }));
  const { exitCode, stderr } = await review({
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: server.api.url,
    GITHUB_SERVER_URL: "https://github.example.com",
    GITHUB_REPOSITORY: "acme/fleet",
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_EVENT_PATH: event,
    GITHUB_RUN_ID: "1000",
    GITHUB_TOKEN: "ghs-job",
  });
  await server.api.stop();
  expect([exitCode, stderr, server.bodies.length, server.checks.length]).toEqual([0, "", 1, 1]);
}, 60_000);

test("a wrong token: exit status 1, one sentence, the artifact; no token: exit status 0", async () => {
  const server = await GitLabServer.start();
  const wrong = await review({ ...gitLabJob(server), GITLAB_TOKEN: "glpat-wrong" });
  const none = await review(gitLabJob(server));
  await server.api.stop();
  expect([wrong.exitCode, wrong.stderr]).toEqual([
    1,
    "error: GITLAB_TOKEN: GitLab does not accept it (401 401 Unauthorized): it is wrong, revoked or has expired.",
  ]);
  expect([none.exitCode, none.stdout]).toEqual([0, expect.stringContaining("no comment: GITLAB_TOKEN is not set")]);
}, 60_000);
