import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { parseDocument } from "yaml";
import { exportState } from "../../rehearsal/engine";
import { PASSPHRASE, type Checkout } from "../../rehearsal/plan";
import { pretend } from "../../rehearsal/planner";
import { checkout } from "../checkout";
import { makeReport, type Other } from "./make-report";
import type { StackReport } from "./report";
import { plannedConfig } from "./stand-ins";
import { reportText } from "./text";

/** Changes of our own stacks, in a checkout of their own. */
let root: string;
beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), "flowfleet-changed-"));
  await execa("sh", ["-c", 'git archive HEAD | tar -x -C "$1"', "sh", root], { cwd: checkout });
  setSecret("v1:before");
  const git = (...args: string[]) => execa("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: root });
  await git("init", "--quiet");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "base");
  // After it: a link is no folder to .gitignore.
  symlinkSync(path.join(checkout, "node_modules"), path.join(root, "node_modules"));
}, 60_000);
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Whatever somebody has set there by now. */
function set(file: string, at: string[], value: unknown): void {
  const document = parseDocument(readFileSync(path.join(root, file), "utf8"));
  document.setIn(at, value);
  writeFileSync(path.join(root, file), document.toString());
}

const setSecret = (ciphertext: string): void => {
  set("Pulumi.staging.yaml", ["config", "flowfleet:flowmaster", "databases", "arango", "password"], { secure: ciphertext });
};

function edit(file: string, from: string, to: string): void {
  const at = path.join(root, file);
  const text = readFileSync(at, "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not have: ${from}`);
  writeFileSync(at, text.replace(from, to));
}

const planned = async (stack: string, other: Other): Promise<{ stack: StackReport; text: string }> => {
  const folders = { modules: path.join(root, "libraries"), kept: path.join(root, "kept") };
  const report = await makeReport({ root, stacks: [stack], other, ...folders });
  return { stack: report.stacks[0] as StackReport, text: reportText(report) };
};
const HEAD: Other = { kind: "commit", ref: "HEAD" };

describe("staging, with another image, secret, volume, port, address, component's name, and a service that stops first", () => {
  let found: StackReport;
  let text: string;
  beforeAll(async () => {
    set("releases/staging.yaml", ["flowmaster", "backend", "digest"], `sha256:${"1".repeat(64)}`);
    setSecret("v1:after");
    set("Pulumi.staging.yaml", ["config", "flowfleet:hosts", "flowra", "ssh", "ports"], [22, 2222]);
    set("Pulumi.staging.yaml", ["config", "flowfleet:flowra", "api", "overlap"], "never");
    set("Pulumi.staging.yaml", ["config", "aws:region"], "eu-central-1");
    edit("stacks/flowra/guide.ts", '"redis_data"', '"cache_data"');
    set("Pulumi.staging.yaml", ["config", "flowfleet:hosts", "flowra", "address"], "203.0.113.42");
    edit("stacks/flowra/application.ts", "`${name}-worker`, { ...served", "`${name}-jobs`, { ...served");
    ({ stack: found, text } = await planned("staging", HEAD));
  }, 900_000);

  it("says in one line per system what is done", () => {
    expect(found.summary.map(({ system, environment }) => [system, environment])).toEqual([
      ["flowmaster", "staging"],
      ["flowra", "staging"],
      ["host flowra", "staging"],
    ]);
  });

  it("says what goes down, how and for how long, the longest first", () => {
    const told = found.interruptions.map(({ name, way, seconds }) => [name, way, seconds]);
    expect(told).toContainEqual(["flowmaster-backend", "side by side", 0]);
    expect(told).toContainEqual(["flowra-databases-redis", "stop-first", expect.any(Number)]);
    expect(told).toContainEqual(["flowra-api", "stop-first", expect.any(Number)]);
    const backend = found.interruptions.find(({ name }) => name === "flowmaster-backend");
    expect(backend?.because).toContain("release.image");
    expect(found.interruptions.map(({ seconds = Infinity }) => seconds)).toEqual(
      found.interruptions.map(({ seconds = Infinity }) => seconds).sort((a, b) => b - a),
    );
  });

  it("tells a machine with another address once, and that it is the same one", () => {
    expect(found.interruptions.filter(({ way }) => way === "other").map(({ name, what }) => `${name}: ${what}`)).toEqual([
      "flowra: 203.0.113.32 becomes 203.0.113.42, with the same host key: the same machine, on which all goes on; users reach it once its names lead to 203.0.113.42",
    ]);
    const shown = found.resources.filter(
      ({ properties, files }) => files.length === 0 && properties.every(({ path: at }) => at === "connection.host"),
    );
    expect(shown.filter(({ op, properties }) => op === "update" && properties.length > 0).length).toBeLessThanOrEqual(2);
    expect(found.folded.filter(({ why }) => why.startsWith("only its machine is reached otherwise")).length).toBeGreaterThan(20);
  });

  it("does not call a service down whose component has another name", () => {
    expect(found.interruptions.filter(({ name }) => name === "flowra-jobs").map(({ way, seconds, what }) => [way, seconds, what])).toEqual([
      ["side by side", 0, "not interrupted: it takes over what serves as flowra-worker, which is the same, without a restart"],
    ]);
  });

  it("is loud about the volume, which Pulumi refuses to replace as long as it is protected", () => {
    expect(found.data.filter(({ data }) => data !== "kept").map(({ data, what }) => [data, what])).toEqual([
      [
        "left",
        "volume redis_data is replaced by an empty one (cache_data), because of name: the old one stays where it is, with all that is in it, and Pulumi forgets it. It is protected: Pulumi refuses to replace it until its protection is taken off",
      ],
    ]);
  });

  it("tells the opened port and the other secret by name", () => {
    const told = found.security.map(({ what }) => what);
    expect(told).toContainEqual("port 2222/tcp from everywhere is opened on flowra");
    expect(told).toContainEqual("secret flowfleet:flowmaster.databases.arango.password is encrypted anew, as for another value");
  });

  it("shows that the secret reaches the machine, by its variable and without its value", () => {
    const changed = found.resources.flatMap(({ properties }) => properties.filter(({ secret }) => secret).map(({ path: at }) => at));
    expect(changed.join("\n")).toMatch(/ARANGO\w*PASSWORD/);
    expect(text).not.toMatch(/stand-in for|v1:(?:before|after)/);
  });

  it("masks private addresses and names what is set and not used, with its line", () => {
    expect(text).not.toMatch(/\b10\.\d+\.\d+\.\d+/);
    expect(found.unused).toContainEqual({
      file: "Pulumi.staging.yaml",
      line: expect.any(Number) as number,
      path: "aws:region",
      what: "the stack has no resource of the package aws: take it out",
    });
  });

  it("shows the image where it is used, and folds what only follows", () => {
    const image = found.resources.flatMap(({ op, name, properties }) =>
      op === "update" ? properties.filter(({ path: at }) => at === "release.image").map(() => name) : [],
    );
    expect(image).toEqual(["flowmaster-backend-release-switch"]);
    for (const { urn } of found.folded) expect(found.resources.map((one) => one.urn)).not.toContain(urn);
  });

  it("is the same bytes a second time, the digest among them, when no program of the other side runs", async () => {
    expect(readdirSync(path.join(root, "kept")).filter((name) => /^(staging|shared)-/.test(name)).length).toBe(2);
    const pathBefore = process.env["PATH"];
    // Where `tar` is not found, nothing can be unpacked.
    process.env["PATH"] = path.join(root, "bin");
    mkdirSync(path.join(root, "bin"));
    symlinkSync((await execa("which", ["git"], { env: { PATH: pathBefore } })).stdout, path.join(root, "bin", "git"));
    try {
      expect((await planned("staging", HEAD)).stack).toEqual(found);
    } finally {
      process.env["PATH"] = pathBefore;
    }
  }, 900_000);

  it("is another plan with another clear setting of a document that is secret as a whole, and with protection taken off", async () => {
    set("Pulumi.staging.yaml", ["config", "flowfleet:hosts", "flowra", "protect"], false);
    const plans: StackReport[] = [];
    for (const uri of ["https://app2.example.com/*", "https://elsewhere.example.net/*"]) {
      set("Pulumi.staging.yaml", ["config", "flowfleet:flowra", "client", "redirectUris"], [uri]);
      plans.push((await planned("staging", HEAD)).stack);
    }
    const [first, second] = plans;
    expect(new Set([found, ...plans].map(({ digest }) => digest)).size).toBe(3);
    expect({ ...second, digest: "" }).toEqual({ ...first, digest: "" });
    expect(first?.security.filter(({ kind }) => kind === "protection").map(({ opens, system, what }) => [opens, system, what])).toEqual([
      [
        true,
        "host flowra",
        "flowra-guard, flowra, flowra-base, flowra-nginx: no longer protected, so that Pulumi no longer refuses to delete or replace it",
      ],
    ]);
  }, 900_000);
});

describe("an exported state", () => {
  let file: string;
  beforeAll(async () => {
    const stateDir = mkdtempSync(path.join(root, "states-"));
    const here: Checkout & { name: string } = { cwd: root, name: "here", config: (stack) => plannedConfig(root, stack) };
    const referred = async (stack: string) => (await pretend(here, stack, stateDir, referred)).outputs;
    await pretend(here, "demo", stateDir, referred);
    file = path.join(stateDir, "state.json");
    writeFileSync(file, JSON.stringify(await exportState({ cwd: root, stack: "demo", stateDir, passphrase: PASSPHRASE })));
  }, 300_000);

  it("of the same program changes nothing, and its secrets are not decrypted", async () => {
    expect(readFileSync(file, "utf8")).toContain("ciphertext");
    const { text } = await planned("demo", { kind: "state", file });
    expect(text).toContain("Plan of stack demo against the state in state.json: nothing changes");
    expect(text).toContain("secrets of the state were not decrypted");
  }, 300_000);

  it("shows what the program no longer has as deleted, and what it has otherwise by lines", async () => {
    const state = JSON.parse(readFileSync(file, "utf8")) as {
      deployment: { resources: { urn: string; type: string; inputs?: { stdin?: unknown } }[] };
    };
    const claim = state.deployment.resources.find(({ urn }) => urn.endsWith("::flowmaster-claim-tenant"));
    state.deployment.resources.push({
      ...(claim as object),
      urn: `${claim?.urn ?? ""}-of-old`,
    } as (typeof state.deployment.resources)[number]);
    const release = state.deployment.resources.find(({ urn }) => urn.endsWith("flowmaster-backend-release-switch"));
    if (release?.inputs) release.inputs.stdin = String(release.inputs.stdin).replace(/sha256:[0-9a-f]{64}/, `sha256:${"2".repeat(64)}`);
    const other = path.join(root, "other.json");
    writeFileSync(other, JSON.stringify(state));
    const { stack } = await planned("demo", { kind: "state", file: other });
    expect(stack.counts).toMatchObject({ delete: 1, create: 0 });
    expect(stack.interruptions.map(({ name }) => name)).toContain("flowmaster-backend");
  }, 300_000);

  it("of another stack is refused", async () => {
    await expect(planned("staging", { kind: "state", file })).rejects.toThrow("state.json: is of another stack (demo), not of staging.");
  });
});
