/** This repository's pipelines: right by the forges' own schemas, and safe by what is written in them. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import execa from "execa";
import { minimatch } from "minimatch";
import { parse } from "yaml";
import { checkout } from "../../cli/checkout";
import { stackNames } from "../../infra/config/stacks";
import { gitHubLinter } from "../testing/github";
import { gitLabJobs, startedJobs } from "../testing/gitlab";

const read = (file: string): string => readFileSync(path.join(checkout, file), "utf8");
/** An administrator brings up the stack that makes the roles: no job does (docs/pipelines.md). */
const byHand = (stack: string): boolean => stack === "local" || read(`Pulumi.${stack}.yaml`).includes("\n  flowfleet:state:");
const deployed = stackNames(checkout).filter((name) => !byHand(name));
const inOrder = ["staging", "demo", "dev", "shared", "prod"].filter((name) => deployed.includes(name));

describe("GitHub", () => {
  const folder = ".github/workflows";
  const files = readdirSync(path.join(checkout, folder));
  interface Workflow {
    on: string | Record<string, unknown>;
    permissions?: Record<string, string>;
    concurrency?: string | object;
    jobs: Record<string, WorkflowJob>;
  }
  interface WorkflowJob {
    environment?: string;
    concurrency?: string;
    permissions?: Record<string, string>;
    strategy?: { matrix: { stack: string[] } };
    steps?: { uses?: string; run?: string }[];
  }
  const workflow = (file: string): Workflow => parse(read(`${folder}/${file}`)) as Workflow;
  const jobs = files.flatMap((file) => Object.values(workflow(file).jobs).map((job) => ({ file, job })));

  it("says nothing against the workflows, and finds what is wrong with another", async () => {
    const lint = await gitHubLinter();
    expect(files.flatMap((file) => lint(file, read(`${folder}/${file}`)))).toEqual([]);
    const wrong = "on: pushed\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    needs: b\n    steps:\n      - run: echo ${{ github.unknown }}\n";
    expect(lint("wrong.yml", wrong).join("\n")).toMatch(/Unexpected value 'pushed'[^]*"b"[^]*"unknown" is not defined/);
  });

  it("a fork's code never sees a secret", () => {
    for (const file of files) {
      expect(read(`${folder}/${file}`)).not.toMatch(/pull_request_target|secrets\.|secrets: inherit/);
      expect(workflow(file).permissions).toEqual({ contents: "read" });
    }
    // The token that a cloud takes is signed for jobs of an environment only, and none of those is of a pull request.
    for (const { file, job } of jobs)
      expect([file, job.permissions?.["id-token"]]).toEqual([file, job.environment === undefined ? undefined : "write"]);
    const withEnvironment = files.filter((file) => Object.values(workflow(file).jobs).some(({ environment }) => environment !== undefined));
    expect(withEnvironment.map((file) => [file, Object.keys(workflow(file).on)])).toEqual([
      ["drift.yml", ["schedule", "workflow_dispatch"]],
      ["main.yml", ["push"]],
      ["production.yml", ["workflow_dispatch"]],
    ]);
  });

  it("nothing that somebody wrote gets into the text of a script, and no action is anybody's but GitHub's", () => {
    const steps = jobs.flatMap(({ job }) => job.steps ?? []);
    for (const { run = "", uses = "actions/none" } of steps) {
      expect(run).not.toContain("${{");
      expect(uses).toMatch(/^actions\//);
    }
  });

  it("one run for each stack at a time, and every stack is looked at each night", () => {
    const stack = (job: WorkflowJob): boolean => job.environment !== undefined;
    expect(jobs.filter(({ job }) => stack(job)).map(({ file, job }) => [file, job.concurrency])).toEqual([
      ["drift.yml", "drift-${{ matrix.stack }}"],
      ["main.yml", "stack-${{ matrix.stack }}"],
      ["production.yml", "stack-${{ inputs.stack }}"],
    ]);
    expect(workflow("drift.yml").jobs["drift"]?.strategy?.matrix.stack.sort()).toEqual(deployed);
    const options = (workflow("production.yml").on as { workflow_dispatch: { inputs: { stack: { options: string[] } } } })
      .workflow_dispatch;
    const merged = workflow("main.yml").jobs["deploy"]?.strategy?.matrix.stack ?? [];
    expect([...merged, ...options.inputs.stack.options].sort()).toEqual(deployed);
  });

  it("of what is merged the newest is deployed last, whichever checks take longer, and nothing that runs is cancelled", () => {
    expect(workflow("main.yml").concurrency).toBe("main");
  });
});

describe("GitLab", () => {
  const text = read(".gitlab-ci.yml");
  const main = { CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main" };
  const checks = ["validate", "test", "scripts", "end-to-end"];

  it("its schema finds nothing wrong, and finds what is wrong with another", async () => {
    await expect(gitLabJobs(text, main)).resolves.not.toHaveLength(0);
    await expect(gitLabJobs(text.replace("resource_group: prod", "resource_group: [prod]"), main)).rejects.toThrow(/resource_group/);
  });

  it.each([
    [
      "a merge request",
      { CI_PIPELINE_SOURCE: "merge_request_event", CI_COMMIT_BRANCH: "", CI_DEFAULT_BRANCH: "main" },
      [...checks, "plan"],
    ],
    [
      "what is merged",
      { CI_PIPELINE_SOURCE: "push", ...main },
      [...checks, ...inOrder.flatMap((name) => (["shared", "prod"].includes(name) ? [`plan-${name}?`, `${name}?`] : name))],
    ],
    ["a night", { CI_PIPELINE_SOURCE: "schedule", ...main }, inOrder.map((name) => `drift-${name}`)],
  ])("%s has its jobs", async (_, variables, jobs) => {
    expect((await startedJobs(text, variables)).sort()).toEqual(jobs.sort());
  });

  it("a job that another needs is there wherever that one is", async () => {
    const all = parse(text) as Record<string, { extends?: string; needs?: (string | { optional: true })[] }>;
    const needs = (name: string): string[] =>
      all[name]?.needs?.filter((one) => typeof one === "string") ?? (all[name]?.extends === undefined ? [] : needs(all[name].extends));
    for (const variables of [{ CI_PIPELINE_SOURCE: "push" }, { CI_PIPELINE_SOURCE: "schedule" }, { CI_PIPELINE_SOURCE: "web" }]) {
      const started = (await startedJobs(text, { ...main, ...variables })).map((name) => name.replace("?", ""));
      expect(started).toEqual(expect.arrayContaining(started.flatMap(needs)));
    }
  });

  it("only what changes nothing but releases is not tried end to end", async () => {
    const { "end-to-end": job } = parse(text) as { "end-to-end": { rules: { changes?: string[] }[] } };
    const changes = job.rules.flatMap((rule) => rule.changes ?? []);
    const tried = (file: string): boolean => changes.some((glob) => minimatch(file, glob, { dot: true }));
    const { stdout } = execa.sync("git", ["ls-files"], { cwd: checkout });
    const others = stdout.split("\n").filter((file) => !file.startsWith("releases/"));
    expect(others.filter((file) => !tried(file))).toEqual([]);
    expect(tried("releases/staging.yaml")).toBe(false);
    const pushed = await startedJobs(text, { CI_PIPELINE_SOURCE: "push", ...main }, "releases/staging.yaml");
    expect([pushed.includes("staging"), pushed.includes("end-to-end")]).toEqual([true, false]);
  });

  it("a newer commit of the default branch ends no pipeline: releases come faster than checks pass", () => {
    const { workflow } = parse(text) as { workflow: { rules: object[] } };
    expect(workflow.rules).toContainEqual({ if: "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", auto_cancel: { on_new_commit: "none" } });
  });

  it("tokens are for jobs of the default branch, one job of a stack at a time", () => {
    interface GitLabJob {
      extends?: string;
      id_tokens?: object;
      environment?: string | { name: string; action?: string };
      resource_group?: string;
      rules?: { if: string }[];
      interruptible?: boolean;
    }
    const all = parse(text) as Record<string, GitLabJob>;
    const whole = (job: GitLabJob): GitLabJob => ({ ...(job.extends === undefined ? {} : whole(all[job.extends] ?? {})), ...job });
    const deploying = Object.entries(all)
      .filter(([name, job]) => !name.startsWith(".") && whole(job).id_tokens !== undefined)
      .map(([name, job]) => ({ name, ...whole(job) }));
    const ofStack = (name: string): string => name.replace(/^(drift|plan)-/, "");
    const byPlan = ["shared", "prod"].filter((name) => deployed.includes(name));
    expect(deploying.map(({ name }) => ofStack(name)).sort()).toEqual([...deployed, ...deployed, ...byPlan].sort());
    for (const { name, environment, resource_group: group, rules = [], interruptible } of deploying) {
      const stack = typeof environment === "string" ? environment : environment?.name;
      expect([stack, group, interruptible]).toEqual([ofStack(name), stack, false]);
      // What only looks is no deployment of the environment.
      expect([name, typeof environment === "object" && environment.action]).toEqual([name, name !== ofStack(name) && "access"]);
      for (const rule of rules) expect(rule.if).toContain("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH");
    }
  });
});
