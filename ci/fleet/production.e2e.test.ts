/** Production's and the nightly job with the official command line, on a throwaway machine: what they do, and where they stop. */
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import execa from "execa";
import { checkout, homeFolder } from "../../cli/checkout";
import { removeRehearsal } from "../../cli/rehearse";
import { configOf, OfficialProject, withOfficialCli } from "../../rehearsal/e2e/official";
import { World } from "../../rehearsal/e2e/world";

const STACK = "shared";

withOfficialCli((cli) => {
  let project: OfficialProject;
  let bin: string;
  const git = (...args: string[]): string =>
    execa.sync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], at()).stdout;
  const at = (): { cwd: string; env: Record<string, string> } => ({
    cwd: project.cwd,
    env: { ...project["env"], GIT_CONFIG_GLOBAL: "/dev/null", NO_COLOR: "1" },
  });

  /** A job's script, which finds the official command line where its machine has npm's. */
  async function job(script: string, ...args: string[]) {
    const { env, cwd } = at();
    const PATH = `${bin}${path.delimiter}${env["PATH"] ?? ""}`;
    const { exitCode, stdout, stderr } = await execa("sh", [`ci/fleet/${script}`, STACK, ...args], {
      cwd,
      env: { ...env, PATH },
      reject: false,
    });
    return { exitCode, stdout, stderr };
  }
  const commit = (): void => {
    git("add", "--all");
    git("commit", "--quiet", "--message", "A change");
  };
  const resources = async (): Promise<{ urn: string; dependencies?: string[] }[]> => {
    const { text } = await project.pulumi(["stack", "export", "--stack", STACK]);
    return (JSON.parse(text) as { deployment: { resources?: { urn: string; dependencies?: string[] }[] } }).deployment.resources ?? [];
  };
  /** Plans what is merged and not deployed, and gives the digest that the job says. */
  const digest = async (): Promise<string> => {
    const { exitCode, stdout, stderr } = await job("production.sh");
    expect([exitCode, stderr]).toEqual([0, ""]);
    return /digest of the plan of shared: ([0-9a-f]{64})/.exec(stdout)?.[1] ?? stdout;
  };

  beforeAll(async () => {
    const world = await World.open([STACK, "staging"], { folder: "e2e-production" });
    project = new OfficialProject(cli, { sshAgent: world.prepared.sshAgent, passphrase: world.engine(STACK).passphrase });
    await project.init(STACK, configOf(world, STACK));
    for (const folder of ["ci", "cli", "rehearsal", "docs", "schemas"])
      cpSync(path.join(checkout, folder), path.join(project.cwd, folder), { recursive: true });
    cpSync(path.join(checkout, "package-lock.json"), path.join(project.cwd, "package-lock.json"));

    bin = path.join(project.cwd, "../bin");
    mkdirSync(bin);
    const program = (name: string, text: string): void => {
      writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(path.join(bin, name), 0o755);
    };
    // Plug-ins are there: their download is not what is tried.
    program(
      "npx",
      `case "$*" in "pulumi install"*) ;; pulumi*) shift; exec ${cli} "$@" ;; flowfleet*) shift; exec node cli/flowfleet.js "$@" ;; esac`,
    );
    program("npm", `ln -s ${path.join(checkout, "node_modules")} node_modules`);

    git("init", "--quiet", "--initial-branch", "main");
    writeFileSync(path.join(project.cwd, ".git/info/exclude"), "node_modules\nflowfleet-plan\n");
    commit();
  }, 900_000);

  afterAll(async () => {
    project.remove();
    await removeRehearsal(path.join(homeFolder(), "e2e-production"), () => undefined);
  }, 120_000);

  test("a stack that is not there is planned, not touched without the digest of that plan, and made with it", async () => {
    const read = await digest();
    const other = await job("production.sh", "0".repeat(64));
    expect([other.exitCode, other.stderr]).toEqual([
      3,
      expect.stringContaining(`is not this plan of ${STACK}. Read this one; its digest is ${read}`),
    ]);
    expect(await resources()).toEqual([]);

    const { exitCode, stdout, stderr } = await job("production.sh", read);
    expect([exitCode, stdout, stderr]).toEqual([
      0,
      expect.stringMatching(/shared runs: nothing\n[^]* \+ \d+ created\n/),
      expect.any(String),
    ]);
  }, 900_000);

  test("a night in which nothing is wrong passes", async () => {
    const { exitCode, stdout } = await job("drift.sh");
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/Resources:\n {4}\d+ unchanged$/)]);
  }, 300_000);

  test("what is not as it was deployed stops production, whose plan does not know of it, and is seen by night", async () => {
    const deployed = git("rev-parse", "HEAD");
    await project.set(STACK, { "flowfleet:hosts.main.journal": "600 MB" });
    commit();
    const read = await digest();
    const state = (await project.pulumi(["stack", "export", "--stack", STACK])).text;
    const all = await resources();
    const lost = all.findLast(({ urn }) => !all.some(({ dependencies = [] }) => dependencies.includes(urn)))?.urn ?? "";
    await project.pulumi(["state", "delete", lost, "--stack", STACK, "--yes", "--force"]);

    const stopped = await job("production.sh", read);
    expect(stopped).toMatchObject({ exitCode: 3, stdout: expect.stringContaining(`${STACK} runs: ${deployed}`) as string });
    expect(stopped.stderr).toBe(`--preview: ${lost}: plan: same, pulumi preview: create`);
    const night = await job("drift.sh");
    expect([night.exitCode === 0, night.stdout + night.stderr]).toEqual([
      false,
      expect.stringContaining("no changes were expected for preview but changes were proposed"),
    ]);

    await project.pulumi(["stack", "import", "--stack", STACK], { input: state });
    const { exitCode, stdout } = await job("production.sh", read);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/~ \d+ updated\n/)]);
    expect(readFileSync(path.join(project.cwd, "flowfleet-plan/plan.html"), "utf8")).toContain("600M");
  }, 900_000);
});
