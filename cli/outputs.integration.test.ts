import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { type ConfigValue, type Props, up } from "../rehearsal/engine";
import { pretendingProviders } from "../rehearsal/pretending-providers";
import { statePassphrase } from "../rehearsal/stand-ins";
import { checkout } from "./checkout";
import { goldenConfig } from "./plan/stand-ins";

/** Whatever addresses the stacks have by now. */
const ADDRESSES: Record<string, Record<string, string>> = {
  shared: { "flowfleet:hosts.main.address": "203.0.113.10" },
  demo: { "flowfleet:flowmaster.databases.arango.host": "arango.example.com" },
};

let home: string;
/** A rehearsal's state of stack demo, as an update would have left it. */
beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), "flowfleet-outputs-"));
  const folder = path.join(home, "shared");
  mkdirSync(folder);
  const bringUp = async (stack: string): Promise<Props> => {
    const result = await up({
      cwd: checkout,
      stack,
      stateDir: path.join(folder, "state"),
      passphrase: statePassphrase(folder),
      config: { ...canaries(goldenConfig(checkout, stack)), ...ADDRESSES[stack] },
      ignoreConfigFile: true,
      providers: pretendingProviders(),
      assumedOutputs: (referred) => bringUp(referred.split("/").at(-1) ?? referred),
      command: "up",
    });
    expect(result.succeeded).toBe(true);
    return result.outputs;
  };
  await bringUp("demo");
}, 120_000);
afterAll(() => {
  rmSync(home, { recursive: true });
});

/** An export with secrets of FlowStack alone. */
const exportOf = (stack: string): string => {
  const urn = `urn:pulumi:${stack}::flowfleet::`;
  const type = "aws:ssm/parameter:Parameter";
  const value = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: '"canary"' };
  const resources = [
    {
      urn: `${urn}pulumi:pulumi:Stack::flowfleet-${stack}`,
      type: "pulumi:pulumi:Stack",
      outputs: { flowmaster: { url: "u" }, flowstack: { url: "u" } },
    },
    { urn: `${urn}flowfleet:flowstack:FlowStack$${type}::KEY`, type, inputs: { name: "/flowstack/production/KEY", value } },
  ];
  return JSON.stringify({ version: 3, deployment: { resources } });
};

/** Every secret as a word that is looked for. */
const canaries = (config: Record<string, ConfigValue>): Record<string, ConfigValue> =>
  Object.fromEntries(
    Object.entries(config).map(([at, value]) => [at, value instanceof Object && "secret" in value ? { secret: `canary ${at}` } : value]),
  );

const outputs = (...args: string[]): Promise<execa.ExecaReturnValue> =>
  execa(process.execPath, [path.join(checkout, "cli/flowfleet.js"), "outputs", "--stack", "demo", ...args], {
    cwd: home,
    reject: false,
    env: { NO_COLOR: "1", FLOWFLEET_HOME: home },
  });

it("prints the guide's variables of a system from a rehearsal's state, and no secret", async () => {
  const { stdout, exitCode } = await outputs("--rehearsal", "--system", "flowmaster");
  expect(exitCode).toBe(0);
  const lines = stdout.split("\n");
  expect(lines).toContain("APP_URL='https://demo.flow-master.ai'");
  expect(lines).toContain("SERVER_HOST='203.0.113.10'");
  expect(lines).toContain("DEPLOY_PATH='/srv/flowmaster/demo'");
  expect(stdout).not.toMatch(/canary|JWT_SECRET/);
});

it("writes secrets into a file of mode 0600, and nowhere else", async () => {
  const file = path.join(home, "env");
  writeFileSync(file, "", { mode: 0o644 });
  const { stdout, stderr, exitCode } = await outputs("--rehearsal", "--system", "flowmaster", "--secrets", "--out", file);
  expect([exitCode, stdout, stderr]).toEqual([0, "", ""]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(/^JWT_SECRET='[0-9a-f]{64}'$/m);
  expect(text).toMatch(/^ARANGO_PASSWORD='canary flowfleet:flowmaster\.databases\.arango\.password'$/m);
  expect(text).toMatch(/^ARANGO_HOST='arango\.example\.com'$/m);
});

it("reads a file", async () => {
  const file = path.join(home, "outputs.json");
  await outputs("--rehearsal", "--format", "json", "--out", file);
  const { stdout } = await outputs("--file", file, "--format", "github");
  expect(stdout).toContain("FLOWMASTER_APP_URL=https://demo.flow-master.ai\n");
});

it.each([
  [["--format", "xml"], "--format xml: must be one of dotenv, json, yaml, ts, k8s, github, gitlab."],
  [["--secrets", "--rehearsal"], "--secrets needs --out FILE: secrets are never printed."],
  [
    ["--rehearsal", "--secrets", "--format", "github", "--out", "x"],
    "--format github is not for secrets: GitHub prints $GITHUB_ENV at the head of every later step's log, and masks only secrets that it knows. Take --format dotenv, and read the file in the step that needs it.",
  ],
  [
    ["--rehearsal", "--secrets", "--format", "gitlab", "--out", "x"],
    "--format gitlab is not for secrets: GitLab keeps this report as an artifact, for whoever sees the pipeline to download.",
  ],
  [
    ["--file", "own.json", "--system", "flowmaster", "--secrets", "--out", "x"],
    "--secrets: the state of stack demo has no variables of flowmaster; it has those of flowstack.",
  ],
  [["--file", "foreign.json"], "foreign.json is of stack prod, not of demo."],
  [["--rehearsal", "--file", "x"], "--file and --rehearsal exclude each other"],
  [["--rehearsal", "--system", "flowra"], "--system flowra: stack demo has no such output; it has flowmaster."],
  [["--file", "none.json"], "--file none.json: there is no such file."],
  [
    ["--file", "outputs.json", "--secrets", "--out", "x"],
    "has no secret in clear: make it by pulumi stack export --stack demo --show-secrets",
  ],
])("%j is refused with what to do", async (args, message) => {
  writeFileSync(path.join(home, "foreign.json"), exportOf("prod"));
  writeFileSync(path.join(home, "own.json"), exportOf("demo"));
  const { exitCode, stderr } = await outputs(...args);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)]);
  expect(existsSync(path.join(home, "x"))).toBe(false);
});
