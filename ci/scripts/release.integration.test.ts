/** The deploy job: a new digest gets into Flowfleet's repository, by a push or by a merge request. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import execa from "execa";
import { checkout } from "../../cli/checkout";
import { readReleases } from "../../infra/config/releases";
import { Sample } from "../testing/sample";

const DIGEST = `sha256:${"d".repeat(64)}`;
const COMMIT = "1234567890abcdef1234567890abcdef12345678";
const RELEASES = path.join(checkout, "infra/golden/releases");
const staging = readFileSync(path.join(RELEASES, "staging.yaml"), "utf8");
const NOTED = `registry.example.com/flowmaster/backend ${DIGEST} 2026-11-21T22:00:00Z\n`;

let sample: Sample;
let fleet: string;
beforeEach(() => {
  sample = new Sample();
  const seed = sample.repository("seed");
  sample.commit({ "releases/staging.yaml": staging, "releases/prod.yaml": staging }, "First", seed);
  fleet = path.join(sample.root, "fleet.git");
  sample.git(["clone", "--quiet", "--bare", seed, fleet]);
  sample.git(["config", "receive.advertisePushOptions", "true"], fleet);
});
afterEach(() => {
  sample.remove();
});

const env = (): Record<string, string> => ({ FLEET_URL: fleet, FLEET_TOKEN: "canary" });
const release = (way: string, environment = "staging", more: Record<string, string> = {}) =>
  sample.run("scripts/release.sh", [environment, "flowmaster", COMMIT, way], { ...env(), ...more });
/** What the server does when a branch is pushed. */
function hook(script: string, name = "update"): void {
  writeFileSync(path.join(fleet, "hooks", name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(fleet, "hooks", name), 0o755);
}
const released = (ref: string, file = "staging") => sample.git(["show", `${ref}:releases/${file}.yaml`], fleet);

describe("write-release.sh", () => {
  it.each(readdirSync(RELEASES))("changes three lines of %s, and nothing else", async (name) => {
    const text = readFileSync(path.join(RELEASES, name), "utf8");
    const before = readReleases(text, { flowmaster: {}, flowstack: {} }).releases as Record<string, Record<string, object>>;
    sample.write({ "releases.yaml": text, noted: `registry.example.com/new ${DIGEST} 2026-11-21T22:00:00Z\n` });
    expect((await sample.run("scripts/write-release.sh", ["releases.yaml", "flowmaster", "frontend", "noted"])).exitCode).toBe(0);
    const after = readReleases(sample.read("releases.yaml"), { flowmaster: {}, flowstack: {} });
    expect(after.releases).toEqual({
      ...before,
      flowmaster: {
        ...before["flowmaster"],
        frontend: { image: "registry.example.com/new", digest: DIGEST, builtAt: "2026-11-21T22:00:00Z", rollback: false },
      },
    });
    const lines = [text, sample.read("releases.yaml")].map((one) => one.split("\n"));
    expect(lines[1]?.filter((line, index) => line !== lines[0]?.[index])).toHaveLength(3);
  });

  it("takes a rollback back", async () => {
    sample.write({ "r.yaml": staging.replace("  backend:\n", "  backend:\n    rollback: true\n"), noted: NOTED });
    expect((await sample.run("scripts/write-release.sh", ["r.yaml", "flowmaster", "backend", "noted"])).exitCode).toBe(0);
    expect(sample.read("r.yaml")).not.toContain("rollback");
  });

  it.each([
    ["flowmaster", "worker"],
    ["flowra", "backend"],
    ["flowmast", "backend"],
  ])("refuses %s.%s, which is not there, and leaves the file", async (system, service) => {
    sample.write({ "r.yaml": staging, noted: NOTED });
    expect(await sample.run("scripts/write-release.sh", ["r.yaml", system, service, "noted"])).toMatchObject({
      exitCode: 1,
      stderr: `r.yaml: ${system}.${service} is not there with image, digest and builtAt: add it by a merge request first`,
    });
    expect(sample.read("r.yaml")).toBe(staging);
  });
});

describe("release.sh push", () => {
  beforeEach(() => {
    sample.write({ "released/backend": NOTED });
  });

  it("commits to the default branch, notes the application's commit, and does nothing a second time", async () => {
    expect(await release("push")).toMatchObject({ exitCode: 0, stdout: "flowmaster in staging: 1234567890ab: pushed" });
    expect(released("main")).toContain(DIGEST);
    expect(sample.git(["log", "-1", "--format=%an|%B", "main"], fleet)).toBe(
      `flowmaster release|flowmaster in staging: 1234567890ab\n\nReleased-flowmaster: ${COMMIT}\n`,
    );
    expect((await release("push")).stdout).toBe("flowmaster in staging: 1234567890ab: is there already");
    expect(sample.git(["rev-list", "--count", "main"], fleet)).toBe("2");

    const last = (environment: string) => sample.run("scripts/last-released.sh", [environment, "flowmaster"], env());
    expect(await last("staging")).toEqual({ exitCode: 0, stdout: COMMIT, stderr: "" });
    expect((await last("prod")).stdout).toBe("");
  });

  it("goes on top of what another one pushed meanwhile", async () => {
    // The first push meets a branch that has moved on.
    hook(`[ -e moved ] && exit 0
touch moved
other=$(git -c user.name=Bob -c user.email=bob@example.com commit-tree -p main -m Other main^{tree})
git update-ref refs/heads/main "$other"
exit 1`);
    expect((await release("push")).stdout).toBe("flowmaster in staging: 1234567890ab: pushed");
    expect(sample.git(["log", "--format=%s", "main"], fleet).split("\n")).toEqual([
      "flowmaster in staging: 1234567890ab",
      "Other",
      "First",
    ]);
  });

  it("fails where it may not push, without the token in what it says", async () => {
    hook("exit 1");
    const { exitCode, stdout, stderr } = await release("push");
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("flowmaster in staging: 1234567890ab: could not be pushed to main")]);
    expect(stdout + stderr).not.toContain("canary");
  });
});

it.each([
  ["FLEET_URL", /FLEET_URL: is not set in this job: the https address/, false],
  ["FLEET_TOKEN", /^FLEET_TOKEN is not set in this job: a token that may read/, true],
])("a job without %s says so", async (name, message, goesOn) => {
  const others = Object.fromEntries(Object.entries(env()).filter(([one]) => one !== name));
  const { exitCode, stderr } = await sample.run("scripts/clone-fleet.sh", [path.join(sample.root, "clone")], others);
  expect([exitCode === 0, stderr]).toEqual([goesOn, expect.stringMatching(message)]);
});

describe("release.sh merge-request", () => {
  it("GitLab: a branch with the options that make the merge request; the default branch stays", async () => {
    sample.write({ "released/backend": NOTED });
    hook("env | sed -n 's/^GIT_PUSH_OPTION_[0-9]*=//p' | sort >options", "pre-receive");
    expect(await release("merge-request", "prod")).toMatchObject({
      exitCode: 0,
      stdout: "flowmaster in prod: 1234567890ab: waits for its merge request",
    });
    expect(sample.read("options", fleet)).toBe(
      "merge_request.create\nmerge_request.remove_source_branch\nmerge_request.target=main\nmerge_request.title=flowmaster in prod: 1234567890ab\n",
    );
    expect(released("release-flowmaster-prod", "prod")).toContain(DIGEST);
    expect(released("main", "prod")).not.toContain(DIGEST);
    expect((await release("merge-request", "prod")).exitCode).toBe(0);
  });

  it("GitHub: a pull request, unless one is open", async () => {
    sample.write({ "released/backend": NOTED });
    const gh = (open: string): void => {
      sample.standIn("gh", `[ "$GH_TOKEN" = canary ] || exit 4\ncase "$2" in list) echo '${open}' ;; esac`);
    };
    gh("[]");
    expect((await release("merge-request", "prod", { FLEET_FORGE: "github" })).exitCode).toBe(0);
    gh('[{"number":7}]');
    expect((await release("merge-request", "prod", { FLEET_FORGE: "github" })).exitCode).toBe(0);
    expect(sample.calls().map((call) => call.split(" ").slice(0, 3).join(" "))).toEqual(["gh pr list", "gh pr create", "gh pr list"]);
  });

  it("GitHub: fails where gh does, and where it is not there before anything is pushed", async () => {
    sample.write({ "released/backend": NOTED });
    sample.standIn("gh", "echo HTTP 401 >&2; exit 4");
    const { exitCode, stdout } = await release("merge-request", "prod", { FLEET_FORGE: "github" });
    expect([exitCode, stdout]).toEqual([4, ""]);
    expect(sample.calls()).toHaveLength(1);

    // An image with git and without gh.
    sample.git(["branch", "--quiet", "-D", "release-flowmaster-prod"], fleet);
    const bin = path.join(sample.root, "few");
    mkdirSync(bin);
    for (const name of ["sh", "git", "dirname", "mktemp", "rm", "cut"])
      symlinkSync(execa.sync("which", [name]).stdout, path.join(bin, name));
    const without = await release("merge-request", "prod", { FLEET_FORGE: "github", PATH: bin });
    expect(without).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("gh is not in this job's image") as string });
    expect(() => released("release-flowmaster-prod", "prod")).toThrow();
  });

  it.each([
    [["merge-request"], { FLEET_FORGE: "gitea" }, "FLEET_FORGE: must be gitlab or github, got gitea"],
    [["by-hand"], {}, "release.sh: by-hand: must be push or merge-request"],
  ])("refuses %j %j", async ([way = ""], more, message) => {
    sample.write({ "released/backend": NOTED });
    expect(await release(way, "prod", more)).toMatchObject({ exitCode: 2, stderr: message });
  });

  it("refuses when nothing was published", async () => {
    expect(await release("merge-request", "prod")).toMatchObject({ exitCode: 1, stderr: "released/: nothing was published" });
  });
});
