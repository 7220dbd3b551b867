/** What production's job does, in which order, and where it stops. */
import * as path from "node:path";
import { Sample } from "../testing/sample";

const DIGEST = "ab".repeat(32);
let sample: Sample;
let first: string;

beforeEach(() => {
  sample = new Sample();
  sample.copy("fleet", "ci/fleet");
  first = sample.commit({ "Pulumi.yaml": "name: flowfleet\n" });
  sample.commit({ "releases/prod.yaml": "{}\n" });
});
afterEach(() => {
  sample.remove();
});

const FAILED = JSON.stringify({
  steps: [{ newState: { inputs: "all of them" } }],
  diagnostics: [
    { severity: "info", message: "looking" },
    { urn: "urn:x", severity: "error", message: "error: no such region " },
  ],
});
const update = (result: string, commit = first, kind = "update") => ({ kind, result, environment: { "git.head": commit } });
/** Programs that answer as Pulumi and Flowfleet do; `failing` names the one that fails, by its first words. */
function machine(history: object[], failing = "none"): void {
  sample.write({ "../history.json": JSON.stringify(history) });
  sample.standIn(
    "npx",
    `case "$1" in
pulumi)
  if ! [ -e ../installed ]; then
    [ -z "\${AWS_TOKEN:-}\${ACTIONS_ID_TOKEN_REQUEST_TOKEN:-}" ] || exit 9
    touch ../installed
    echo "=== Installing Pulumi 🍹 v3.265.0 ==="
  fi ;;
esac
case "$*" in
"pulumi preview"*) if [ "${failing}" = "pulumi preview" ]; then echo '${FAILED}'; exit 3; fi ;;
"flowfleet plan"*"--format json"*) for last; do :; done; echo '{"stacks": [{"stack": "prod", "digest": "${DIGEST}"}]}' >"$last" ;;
esac
case "$*" in "${failing}"*) exit 3 ;; esac
case "$*" in
"pulumi stack history"*) cat ../history.json ;;
"pulumi preview"*) echo '{"steps": []}' ;;
esac`,
  );
}
const production = (...args: string[]) => sample.run(path.join(sample.folder, "ci/fleet/production.sh"), args);
/** Without the names of temporary folders. */
const calls = () => sample.calls().map((call) => call.replace(/\/tmp\/tmp\.\w+/g, "TMP"));
const VERSION = "npx pulumi version";
const HISTORY = "npx pulumi stack history --stack prod --json --page-size 50";

it("without a digest plans all that is merged and not deployed, tells its digest, and touches nothing", async () => {
  machine([update("succeeded")]);
  const { exitCode, stdout } = await production("prod");
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`digest of the plan of prod: ${DIGEST}\nNothing was deployed.`);
  expect(calls()).toEqual([
    VERSION,
    HISTORY,
    `npx flowfleet plan --stack prod --against ${first} --no-cache --format json --out TMP/plan.json`,
    "npx flowfleet review --report TMP/plan.json",
  ]);
});

it("with the digest deploys after both comparisons, and what was compared", async () => {
  machine([update("succeeded"), update("failed")]);
  expect((await production("prod", DIGEST)).exitCode).toBe(0);
  expect(calls()).toEqual([
    VERSION,
    HISTORY,
    "npx pulumi install --no-dependencies",
    "npx pulumi preview --stack prod --json --non-interactive --policy-pack infra/policy",
    `npx flowfleet plan --stack prod --against ${first} --no-cache --expect ${DIGEST} --preview TMP/preview.json`,
    HISTORY,
    "npx pulumi up --stack prod --yes --skip-preview --non-interactive --policy-pack infra/policy",
  ]);
});

it.each(["pulumi stack history", "pulumi preview", "flowfleet plan"])(
  "a failing `%s` stops it before anything is changed",
  async (failing) => {
    machine([update("succeeded")], failing);
    expect((await production("prod", DIGEST)).exitCode).not.toBe(0);
    expect(calls().at(-1)).toContain(failing);
    expect(calls().join("\n")).not.toContain("pulumi up");
  },
);

it("after an update that failed half-way goes on from the last one that succeeded", async () => {
  machine([update("failed", "9".repeat(40)), update("succeeded")]);
  const { stdout } = await production("prod", DIGEST);
  expect(stdout).toContain(`prod runs: ${first} (a later update failed)`);
  expect(calls()[4]).toMatch(new RegExp(`--against ${first} --no-cache --expect ${DIGEST} --preview \\S+ --resumed$`));
});

it.each([
  ["has never been deployed", []],
  ["was destroyed", [update("succeeded", "9".repeat(40), "destroy"), update("succeeded")]],
])("a stack that %s is planned from nothing", async (_, history) => {
  machine(history);
  await production("prod");
  expect(calls()[2]).toContain("--against nothing");
});

it.each([
  ["outside of a git checkout", {}],
  ["with changes that were in no commit", { "git.head": "9".repeat(40), "git.dirty": "true" }],
])("an update %s cannot be compared with", async (where, environment) => {
  machine([{ kind: "update", result: "succeeded", environment }, update("succeeded")]);
  const { exitCode, stderr } = await production("prod");
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringMatching(`${where}: nobody knows what runs. Deploy once by hand from a clean checkout`),
  ]);
});

it("a job's first start of the command line installs it: in front of what is read, and without the job's token", async () => {
  machine([update("succeeded")]);
  const tokens = { AWS_TOKEN: "signed", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request" };
  const { exitCode, stdout } = await sample.run(path.join(sample.folder, "ci/fleet/production.sh"), ["prod"], tokens);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^=== Installing Pulumi .*\nprod runs: [0-9a-f]{40}\n/)]);
});

it("a plan that breaks a mandatory rule is shown with its digest, and fails", async () => {
  machine([update("succeeded")], "flowfleet plan");
  const { exitCode, stdout } = await production("prod");
  expect([exitCode, stdout]).toEqual([3, expect.stringContaining(`digest of the plan of prod: ${DIGEST}\nNothing was deployed.`)]);
  expect(calls().at(-1)).toBe("npx flowfleet review --report TMP/plan.json");
});

it("what `pulumi preview` has against it is in the log, and none of what it would do", async () => {
  machine([update("succeeded")], "pulumi preview");
  const { exitCode, stderr } = await production("prod", DIGEST);
  expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/^error: urn:x: no such region\n.*Nothing was deployed/)]);
  expect(stderr).not.toMatch(/looking|all of them/);
});

it("an update that somebody else made after the comparison stops it", async () => {
  machine([update("succeeded")]);
  const other = JSON.stringify([update("succeeded"), update("succeeded")]);
  sample.write({ "../later.json": other });
  const npx = sample.read("../bin/npx");
  sample.write({ "../bin/npx": `${npx}\ncase "$*" in "flowfleet plan"*) cp ../later.json ../history.json ;; esac\n` });
  const { exitCode, stderr } = await production("prod", DIGEST);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("was updated by somebody else while this was compared")]);
  expect(calls().at(-1)).toBe(HISTORY);
});

describe("up", () => {
  const up = () => sample.run(path.join(sample.folder, "ci/fleet/up.sh"), ["prod"]);
  const UP = "npx pulumi up --stack prod --yes --non-interactive --policy-pack infra/policy";

  it.each([
    ["an older commit", () => [update("succeeded")]],
    ["nothing", () => []],
    ["what no commit has", () => [{ kind: "update", result: "succeeded", environment: { "git.head": first, "git.dirty": "true" } }]],
  ])("deploys over %s", async (_, history) => {
    machine(history());
    expect((await up()).exitCode).toBe(0);
    expect(calls()).toEqual([VERSION, HISTORY, "npx pulumi install --no-dependencies", UP]);
  });

  it("does not deploy an older commit over a newer one, nor over one that its checkout does not know", async () => {
    const newer = sample.commit({ "releases/prod.yaml": "newer: {}\n" });
    sample.git(["checkout", "--quiet", "--detach", "HEAD~"]);
    for (const commit of [newer, "9".repeat(40)]) {
      machine([update("succeeded", commit)]);
      const { exitCode, stderr } = await up();
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`prod runs ${commit}, which`)]);
    }
    expect(calls()).not.toContain(UP);
  });
});

describe("drift", () => {
  const drift = () => sample.run(path.join(sample.folder, "ci/fleet/drift.sh"), ["prod"]);

  it("is looked for by the program of the commit that runs", async () => {
    machine([update("succeeded")]);
    sample.standIn("npm", "[ -e Pulumi.yaml ] && [ ! -e releases ]");
    expect((await drift()).exitCode).toBe(0);
    expect(calls()).toEqual([
      VERSION,
      HISTORY,
      "npm ci",
      "npx pulumi install --no-dependencies",
      "npx pulumi preview --stack prod --refresh --expect-no-changes --diff --non-interactive",
    ]);
  });

  it("fails the job; a stack that is not there has none", async () => {
    machine([update("succeeded")], "pulumi preview");
    sample.standIn("npm");
    expect((await drift()).exitCode).toBe(3);
    machine([]);
    expect(await drift()).toMatchObject({ exitCode: 0, stdout: "prod has never been deployed" });
  });
});
