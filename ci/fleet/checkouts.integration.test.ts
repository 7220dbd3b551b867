/** The checkouts in which jobs deploy: with all commits, and nothing beside them. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import execa from "execa";
import { parse } from "yaml";
import { checkout } from "../../cli/checkout";
import { Sample } from "../testing/sample";

const read = (file: string): unknown => parse(readFileSync(path.join(checkout, file), "utf8"));
interface Step {
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: { "fetch-depth"?: number };
}

it("whoever asks which commit runs has the history", () => {
  const jobs = readdirSync(path.join(checkout, ".github/workflows")).flatMap((file) =>
    Object.entries((read(`.github/workflows/${file}`) as { jobs: Record<string, { steps?: Step[] }> }).jobs).map(
      ([name, { steps = [] }]) => ({ name: `${file} ${name}`, steps }),
    ),
  );
  const asking = jobs.filter(({ steps }) => steps.some(({ run = "" }) => /ci\/fleet\/(up|drift|production)\.sh/.test(run)));
  expect(asking.map(({ name }) => name)).toEqual(["drift.yml drift", "main.yml deploy", "production.yml deploy"]);
  for (const { name, steps } of asking)
    expect([name, steps.find(({ uses }) => uses?.startsWith("actions/checkout@"))?.with?.["fetch-depth"]]).toEqual([name, 0]);
  expect((read(".gitlab-ci.yml") as { variables: object }).variables).toMatchObject({ GIT_DEPTH: "0" });
});

it("what jobs keep in it is no change of it: Pulumi notes with each update whether there is one", async () => {
  const { default: all } = read(".gitlab-ci.yml") as { default: { cache: { paths: string[] } } };
  const kept = [...all.cache.paths, "node_modules", "flowfleet-plan"].map((name) => `${name}/x`);
  const { stdout } = await execa("git", ["check-ignore", ...kept], { cwd: checkout });
  expect(stdout.split("\n")).toEqual(kept);
});

describe("GitHub's end-to-end", () => {
  interface Workflow {
    concurrency?: string;
    jobs: Record<string, { needs?: string; with?: { since?: string }; outputs?: object; steps: Step[] }>;
  }
  const workflow = (file: string): Workflow => read(`.github/workflows/${file}`) as Workflow;
  const steps = workflow("checks.yml").jobs["end-to-end"]?.steps ?? [];
  const pullRequest = workflow("pull-request.yml").jobs["checks"]?.with?.since ?? "";
  let sample: Sample;
  beforeEach(() => {
    sample = new Sample();
  });
  afterEach(() => {
    sample.remove();
  });

  /** Whether it is left out, by the step's own text. */
  async function isLeftOut(since: string): Promise<boolean> {
    sample.write({ "../changed.sh": steps.find(({ id }) => id === "changed")?.run ?? "exit 9", "../output": "" });
    const env = { SINCE: since, GITHUB_OUTPUT: path.join(sample.root, "output") };
    expect((await sample.run(path.join(sample.root, "changed.sh"), [], env)).exitCode).toBe(0);
    const output = sample.read("../output");
    expect(["", "only=releases\n"]).toContain(output);
    return output !== "";
  }

  it.each([
    ["a release", { "releases/dev.yaml": "new" }, true],
    ["a release beside another change", { "releases/dev.yaml": "new", "infra/index.ts": "new" }, false],
    ["a name that only begins so", { "releases.md": "new" }, false],
  ])("after %s", async (_, files, expected) => {
    const since = sample.commit({ "releases/dev.yaml": "old", "infra/index.ts": "old" });
    sample.commit(files);
    expect(await isLeftOut(since)).toBe(expected);
    // Without a commit to compare with it is tried.
    for (const none of ["", "0".repeat(40)]) expect(await isLeftOut(none)).toBe(false);
    const tried = steps.filter(({ run = "" }) => run.includes("npm"));
    expect(tried.map((step) => step.if)).toEqual(Array(2).fill("steps.changed.outputs.only != 'releases'"));
  });

  it.each<[string, Record<string, string>[], boolean]>([
    ["a release after code that was not tried", [{ "infra/index.ts": "new" }, { "releases/dev.yaml": "new" }], false],
    ["releases", [{ "releases/dev.yaml": "new" }, { "releases/dev.yaml": "newer" }], true],
  ])("a pull request is all of its commits, and nothing of others': %s", async (_, commits, expected) => {
    sample.commit({ "releases/dev.yaml": "old", "infra/index.ts": "old", "README.md": "old" });
    sample.git(["checkout", "--quiet", "-b", "change"]);
    for (const files of commits) sample.commit(files);
    sample.git(["checkout", "--quiet", "main"]);
    sample.commit({ "README.md": "somebody else's" });
    sample.git(["merge", "--quiet", "--no-ff", "--no-edit", "change"]);
    expect(await isLeftOut(pullRequest)).toBe(expected);
  });

  it("what is merged is compared with what passed, not with a push whose run was replaced while it waited", async () => {
    const { concurrency, jobs } = workflow("main.yml");
    expect([concurrency, jobs["checks"]?.needs, jobs["checks"]?.with]).toEqual([
      "main",
      "passed",
      { since: "${{ needs.passed.outputs.commit }}" },
    ]);
    expect(jobs["passed"]?.outputs).toEqual({ commit: "${{ steps.last.outputs.commit }}" });
    const passed = sample.commit({ "releases/dev.yaml": "old", "infra/index.ts": "old" });
    sample.commit({ "infra/index.ts": "its run was replaced" });
    sample.commit({ "releases/dev.yaml": "new" });
    const last = async (answer: string): Promise<string> => {
      sample.standIn("gh", answer);
      sample.write({ "../last.sh": jobs["passed"]?.steps.find(({ id }) => id === "last")?.run ?? "exit 9", "../output": "" });
      const { exitCode } = await sample.run(path.join(sample.root, "last.sh"), [], { GITHUB_OUTPUT: path.join(sample.root, "output") });
      expect(exitCode).toBe(0);
      return sample.read("../output");
    };
    expect(await last(`echo ${passed}`)).toBe(`commit=${passed}\n`);
    expect(sample.calls()).toEqual([
      "gh run list --workflow main.yml --branch main --event push --status success --limit 1 --json headSha --jq .[].headSha",
    ]);
    expect(await isLeftOut(passed)).toBe(false);
    // Nothing has passed yet, or nobody answers: it is tried.
    expect([await last(""), await last("exit 1")]).toEqual(["commit=\n", "commit=\n"]);
  });
});
