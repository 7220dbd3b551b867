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
  const { jobs } = read(".github/workflows/checks.yml") as { jobs: Record<string, { steps: Step[] }> };
  const steps = jobs["end-to-end"]?.steps ?? [];
  let sample: Sample;
  beforeEach(() => {
    sample = new Sample();
  });
  afterEach(() => {
    sample.remove();
  });

  it.each([
    ["a release", { "releases/dev.yaml": "new" }, true],
    ["a release beside another change", { "releases/dev.yaml": "new", "infra/index.ts": "new" }, false],
    ["a name that only begins so", { "releases.md": "new" }, false],
  ])("after %s", async (_, files, isLeftOut) => {
    const base = sample.commit({ "releases/dev.yaml": "old", "infra/index.ts": "old" });
    sample.commit(files);
    sample.write({ "../changed.sh": steps.find(({ id }) => id === "changed")?.run ?? "exit 9", "../output": "" });
    for (const BASE of [base, "0".repeat(40)]) {
      const env = { BASE, GITHUB_OUTPUT: path.join(sample.root, "output") };
      expect((await sample.run(path.join(sample.root, "changed.sh"), [], env)).exitCode).toBe(0);
    }
    // Without a commit to compare with it is tried.
    expect(sample.read("../output")).toBe(isLeftOut ? "only=releases\n" : "");
    const tried = steps.filter(({ run = "" }) => run.includes("npm"));
    expect(tried.map((step) => step.if)).toEqual(Array(2).fill("steps.changed.outputs.only != 'releases'"));
  });
});
