/** GitLab's `plan` is red where a mandatory rule is broken, after the plan was posted. */
import { readFileSync, rmSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { parse } from "yaml";
import { checkout } from "../../cli/checkout";

const SCRIPT = "ci/fleet/broken-rules.js";
const URN = "urn:pulumi:prod::flowfleet::aws:rds/instance:Instance::database";
const mandatory = { rule: "no-public-database", level: "mandatory", urn: URN, system: "flowstack", message: "is open to the world" };

async function ended(...violations: object[]): Promise<[number, string]> {
  const folder = mkdtempSync(path.join(tmpdir(), "flowfleet-rules-"));
  const plan = path.join(folder, "plan.json");
  writeFileSync(plan, JSON.stringify({ version: 1, stacks: [{ stack: "prod", violations }] }));
  const { exitCode, stderr } = await execa(process.execPath, [path.join(checkout, SCRIPT), plan], { reject: false });
  rmSync(folder, { recursive: true });
  return [exitCode, stderr];
}

test("a broken mandatory rule fails with what it is", async () => {
  expect(await ended(mandatory, { ...mandatory, urn: undefined, message: "all of it" })).toEqual([
    3,
    "prod: no-public-database: database: is open to the world\nprod: no-public-database: all of it",
  ]);
});

test("an advice, and what is excused, does not", async () => {
  const exception = { reason: "until it is moved", expires: "2099-01-01" };
  expect(await ended({ ...mandatory, level: "advisory" }, { ...mandatory, exception })).toEqual([0, ""]);
});

test("it is the last that `plan` does, and what it is about is kept", () => {
  const { plan } = parse(readFileSync(path.join(checkout, ".gitlab-ci.yml"), "utf8")) as {
    plan: { script: string[]; artifacts: { when: string } };
  };
  expect([plan.script[0], plan.script.at(-1), plan.artifacts.when]).toEqual([
    "npx flowfleet review",
    `node ${SCRIPT} flowfleet-plan/plan.json`,
    "always",
  ]);
});
