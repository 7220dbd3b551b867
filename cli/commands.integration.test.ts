/** The command line as a person or a script calls it: its own process, exit status, both streams. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import execa from "execa";
import { checkout } from "./checkout";

const flowfleet = (...args: string[]): Promise<execa.ExecaReturnValue> =>
  execa(process.execPath, [path.join(checkout, "cli", "flowfleet.js"), ...args], { cwd: checkout, reject: false, env: { NO_COLOR: "1" } });

const commands = ["doctor", "validate", "plan", "review", "outputs", "bootstrap", "rehearse", "engine", "bench"];

test("--help names every command, and README every one that users need", async () => {
  const { stdout, exitCode } = await flowfleet("--help");
  expect(exitCode).toBe(0);
  for (const command of commands) expect(stdout).toContain(`\n  ${command}`);
  const readme = readFileSync(path.join(checkout, "README.md"), "utf8");
  for (const command of commands.filter((name) => name !== "bench")) expect(readme).toContain(`npx flowfleet ${command}`);
}, 30_000);

test.each(commands)(
  "%s has a help of its own with an example",
  async (command) => {
    const { stdout, exitCode } = await flowfleet(command, "--help");
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/Examples?:\n {2}flowfleet/)]);
  },
  30_000,
);

test("a word that is no command is refused with exit status 2", async () => {
  const { exitCode, stderr } = await flowfleet("deploy");
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("unknown command 'deploy'")]);
}, 30_000);

test.each([
  [["plan", "--stack", "qa"], "--stack qa: there is no Pulumi.qa.yaml. Stacks of this checkout: demo, dev, local, prod, shared, staging."],
  [["rehearse", "--stack", "qa"], "--stack qa: there is no Pulumi.qa.yaml."],
  [["review", "--report", "package.json"], "--report package.json: is no plan. Make it with: flowfleet plan --format json"],
  [["plan", "--stack", "prod", "--against", "no-such-branch"], "--against no-such-branch: is no branch, tag or commit of this checkout."],
  [
    ["plan", "--stack", "prod", "--against-state", "no.json"],
    "--against-state no.json: there is no such file. Make it with: pulumi stack export",
  ],
  [["rehearse", "--stack", "local", "--os", "arch"], "--os arch: must be one of debian-12, ubuntu-22.04, ubuntu-24.04."],
  [["rehearse", "--stack", "local", "--images", "best"], "--images best: must be local or real."],
  [["rehearse", "--stack", "local", "--down", "--status"], "--down, --status and --ssh exclude each other"],
  [["rehearse", "--stack", "prod", "--systems", "fastflow"], "--systems fastflow: the stack has no such system. Systems: flowmaster"],
  [["rehearse", "--stack", "local", "--json", "--twice"], "--json says how --status prints"],
  [["engine", "fly", "--cwd", ".", "--stack", "local"], "engine fly: there is no such operation. Operations: preview, up,"],
  [["bootstrap", "203.0.113.10", "--authorized-key", "package.json"], "bootstrap 203.0.113.10: must be USER@ADDRESS"],
])(
  "%j is refused with what to do",
  async (args, message) => {
    const { exitCode, stderr } = await flowfleet(...args);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)]);
  },
  30_000,
);

test.each([
  [["review", "--report", "gone.json", "--stack", "prod"], "--report is a plan that is there: --stack and --against say how to make one."],
  [["review", "--merge-request", "!7"], "--merge-request !7: must be a number."],
  [["plan", "--stack", "prod", "--format", "pdf"], "--format pdf: must be one of text, markdown, html, json"],
  [["plan", "--stack", "prod", "--expect", "abc"], "--expect abc: must be the digest of a plan, 64 hexadecimal digits, as in its JSON."],
  [["plan", "--expect", "ab".repeat(32)], "--expect is the digest of one stack's plan: name it with --stack."],
  [["plan", "--stack", "prod", "--preview", "no.json"], "--preview goes with --expect."],
  [["plan", "--stack", "prod", "--fail-on", "rain"], "--fail-on rain: must be one of data, down, violations."],
])(
  "%j is a wrong command line, refused with what to do",
  async (args, message) => {
    const { exitCode, stderr } = await flowfleet(...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  },
  30_000,
);

test("engine without a passphrase says how to give one", async () => {
  const result = await execa(
    process.execPath,
    [path.join(checkout, "cli", "flowfleet.js"), "engine", "export", "--cwd", checkout, "--stack", "local"],
    {
      reject: false,
      extendEnv: false,
      env: { PATH: process.env["PATH"] ?? "" },
    },
  );
  expect([result.exitCode, result.stderr]).toEqual([1, expect.stringContaining("set PULUMI_CONFIG_PASSPHRASE")]);
}, 30_000);

describe("validate", () => {
  test("finds nothing wrong and lists the command for each missing secret", async () => {
    const { exitCode, stdout } = await flowfleet("validate", "--stack", "prod", "dev");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("prod, dev: the configuration is right");
    expect(stdout).toContain("pulumi config set --stack prod --secret --path 'flowfleet:flowmaster.databases.arango.password'");
  }, 30_000);

  test("with --strict a missing secret is a failure", async () => {
    expect((await flowfleet("validate", "--stack", "prod", "--strict")).exitCode).toBe(1);
  }, 30_000);

  test("does not load Pulumi's package, which takes longer than all that it does", async () => {
    const script = `require("tsx/cjs/api").register(); require("./cli/validate.ts");
      console.log(Object.keys(require.cache).filter((file) => /@pulumi\\/(?!pulumi\\/(errors|utils)\\.js)/.test(file)).join());`;
    const { stdout } = await execa(process.execPath, ["-e", script], { cwd: checkout });
    expect(stdout).toBe("");
  }, 30_000);

  test("--json is for programs", async () => {
    const found = JSON.parse((await flowfleet("validate", "--json")).stdout) as { problems: string[]; missingSecrets: { stack: string }[] };
    expect([found.problems, new Set(found.missingSecrets.map(({ stack }) => stack)).size]).toEqual([[], 6]);
  }, 30_000);
});

describe("plan", () => {
  test("from nothing is the same bytes every time, for people and for programs, without a secret", async () => {
    const [first, second, json] = await Promise.all([
      flowfleet("plan", "--stack", "demo", "--against", "nothing"),
      flowfleet("plan", "--stack", "demo", "--against", "nothing"),
      flowfleet("plan", "--stack", "demo", "--against", "nothing", "--format", "json"),
    ]);
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toContain("+ release flowmaster-backend-release-switch");
    expect(first.stdout).toContain("the outputs of organization/flowfleet/shared are the planned ones");
    expect(second.stdout).toBe(first.stdout);
    expect(JSON.parse(json.stdout)).toMatchObject({ version: 1, against: { kind: "nothing" }, stacks: [{ stack: "demo", isNew: true }] });
    expect(first.stdout + json.stdout).not.toContain("stand-in for");
  }, 240_000);

  test("without --against compares with the committed plan", async () => {
    const { stdout } = await flowfleet("plan", "--stack", "demo", "shared");
    expect(stdout).toContain("Plan of stack demo against the committed plan: nothing changes");
    expect(stdout).toContain("Plan of stack shared against the committed plan: nothing changes");
  }, 240_000);
});

test("a log of events that cannot be written is refused before anything runs", async () => {
  const args = ["engine", "preview", "--cwd", ".", "--stack", "local", "--events", "/no/such/folder/events.jsonl"];
  const { exitCode, stderr } = await execa(process.execPath, [path.join(checkout, "cli", "flowfleet.js"), ...args], {
    cwd: checkout,
    reject: false,
    env: { NO_COLOR: "1", PULUMI_CONFIG_PASSPHRASE: "test" },
  });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("--events /no/such/folder/events.jsonl: cannot be written")]);
}, 30_000);
