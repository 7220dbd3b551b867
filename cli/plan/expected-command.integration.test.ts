/** `flowfleet plan --expect`, as a pipeline calls it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { checkout } from "../checkout";
import type { PlanReport } from "./report";

const folder = mkdtempSync(path.join(tmpdir(), "flowfleet-expected-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const plan = (...args: string[]): Promise<execa.ExecaReturnValue> =>
  execa(process.execPath, [path.join(checkout, "cli/flowfleet.js"), "plan", "--stack", "shared", "--against", "nothing", ...args], {
    cwd: checkout,
    reject: false,
    env: { NO_COLOR: "1" },
  });

it("takes the plan that was read, refuses another one, and writes either", async () => {
  const file = path.join(folder, "plan.json");
  expect((await plan("--format", "json", "--out", file)).exitCode).toBe(0);
  const { stacks } = JSON.parse(readFileSync(file, "utf8")) as PlanReport;
  const { digest = "", resources = [], folded = [] } = stacks[0] ?? {};

  const preview = path.join(folder, "preview.json");
  const steps = [...resources, ...folded].map(({ urn, op }) => ({ urn, op, newState: { custom: true } }));
  writeFileSync(preview, JSON.stringify({ steps }));
  const read = await plan("--expect", digest, "--preview", preview, "--out", path.join(folder, "plan.txt"));
  expect([read.exitCode, read.stderr]).toEqual([0, ""]);

  writeFileSync(preview, JSON.stringify({ steps: steps.slice(1) }));
  const other = path.join(folder, "other.txt");
  const changed = await plan("--expect", "0".repeat(64), "--preview", preview, "--out", other);
  expect(changed.exitCode).toBe(3);
  expect(changed.stderr.split("\n")).toEqual([
    `--expect ${"0".repeat(64)}: is not this plan of shared. Read this one; its digest is ${digest}`,
    `--preview: ${steps[0]?.urn ?? ""}: plan: create, pulumi preview: same`,
  ]);
  expect(readFileSync(other, "utf8")).toContain("shared");
}, 120_000);

it.each([
  [["--out", "/proc/plan.txt"], 1, "error: --out /proc/plan.txt: cannot be written (ENOENT)."],
  [
    ["--expect", "0".repeat(64), "--preview", __filename],
    1,
    "error: --preview: is no JSON. Make it with: pulumi preview --json --stack STACK",
  ],
  [["--limit", "65536", "--format", "json"], 2, "error: --limit goes with --format markdown, not with json."],
])(
  "%j is refused before anything is planned",
  async (args, status, message) => {
    const { exitCode, stderr } = await execa(
      process.execPath,
      // A stack that could not be planned.
      [path.join(checkout, "cli/flowfleet.js"), "plan", "--stack", "shared", "--against", "no-such-branch", ...args],
      { cwd: checkout, reject: false, env: { NO_COLOR: "1" } },
    );
    expect([exitCode, stderr.split("\n")[0]]).toEqual([status, message]);
  },
  60_000,
);
