import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { builtinProviders } from "..";
import { dockerProvider } from ".";
import type { EngineOptions, Result } from "../../engine";
import { play } from "../../engine/recordings/play";
import { TestProject } from "../../engine/testing/project";
import { ensureDocker, openEstate, startRegistry, type Estate, type Machine } from "../../machines";

jest.setTimeout(600_000);

/** A data container as components make it: its own address, a volume, limits, a health check. */
const PROGRAM = `
const docker = require("@pulumi/docker");
const [image, memory, healthy] = process.env.WISH.split(" ");
const provider = new docker.Provider("machine", {
  host: process.env.MACHINE,
  sshOpts: ["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=/dev/null", "-o", "KnownHostsCommand=/bin/echo %H " + process.env.KEY],
});
const volume = new docker.Volume("data", { name: "mongodb_data", labels: [{ label: "com.docker.compose.project", value: "flowra" }] }, { provider });
const container = new docker.Container("mongodb", {
  name: "flowra-mongodb",
  image,
  command: ["sh", "-c", "echo hello from the log; date >> /data/starts; trap 'exit 0' TERM; while :; do busybox sleep 1; done"],
  envs: ["B=2", "A=1"],
  user: "0:0",
  readOnly: true,
  tmpfs: { "/tmp": "size=8m" },
  mounts: [{ type: "volume", source: volume.name, target: "/data" }],
  networksAdvanced: [{ name: "flowra-network", ipv4Address: "10.91.9.38", aliases: ["mongodb"] }],
  capabilities: { drops: ["ALL"] },
  securityOpts: ["no-new-privileges"],
  logDriver: "json-file",
  logOpts: { "max-size": "5m", "max-file": "2" },
  memory: Number(memory),
  memorySwap: Number(memory),
  cpus: "0.5",
  restart: "unless-stopped",
  healthcheck: { tests: ["CMD", "busybox", healthy === "ill" ? "false" : "true"], interval: "1s", timeout: "1s", retries: 1 },
  wait: true,
  waitTimeout: healthy === "ill" ? 4 : 60,
  destroyGraceSeconds: 10,
}, { provider, replaceOnChanges: ["healthcheck", "tmpfs", "mounts"] });
exports.address = container.networkDatas.apply((found) => found[0].ipAddress);
`;

const stateDir = mkdtempSync(path.join(tmpdir(), "flowfleet-e2e-docker-"));
const project = new TestProject(PROGRAM);
const tag = `flowfleet-e2e-${process.pid}`;
const images: string[] = [];
let estate: Estate;
let machine: Machine;
let more: Partial<EngineOptions>;

beforeAll(async () => {
  await ensureDocker({ stateDir });
  estate = await openEstate({ stateDir, name: "e2e-docker" });
  machine = await estate.boot("data", { ports: [22] });
  await sh("apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends docker.io busybox-static");
  await sh("useradd --create-home --shell /bin/bash deploy && cp -r /root/.ssh /home/deploy/ && chown -R deploy /home/deploy/.ssh");
  await sh("docker network create --subnet 10.91.9.0/24 flowra-network");
  const registry = await startRegistry(estate, ["registry.example.com"]);
  await registry.trust(machine);
  const packed = `docker exec ${machine.containerName} tar -C / -c bin/busybox`;
  execFileSync("sh", ["-c", `${packed} | docker import -c "ENV PATH=/bin" - golden-busybox:1`], { stdio: "ignore", timeout: 60_000 });
  for (const version of ["1", "2"]) {
    const local = `${tag}:${version}`;
    execFileSync("sh", ["-c", `${packed} | docker import -c "LABEL version=${version}" -c "ENV PATH=/bin" - ${local}`], {
      stdio: "ignore",
      timeout: 60_000,
    });
    // A shell is what it is called by.
    execFileSync("docker", ["build", "-q", "-t", local, "-"], {
      input: `FROM ${local}\nRUN ["busybox", "ln", "-s", "busybox", "/bin/sh"]\n`,
      stdio: ["pipe", "ignore", "ignore"],
      timeout: 60_000,
    });
    images.push(`registry.example.com/flowra/mongodb@${await registry.push(local, "registry.example.com/flowra/mongodb")}`);
  }
  const hosts = [{ address: machine.address, port: machine.port, hostKey: machine.hostKey }];
  more = { providers: builtinProviders({ hosts, sshAgent: await estate.agent() }) };
});
afterAll(async () => {
  await estate.destroy();
  project.remove();
  rmSync(stateDir, { recursive: true, force: true });
  execFileSync("docker", ["rmi", "-f", `${tag}:1`, `${tag}:2`, "golden-busybox:1"], { stdio: "ignore", timeout: 60_000 });
});

const sh = async (script: string) => (await estate.exec("data", ["sh", "-ec", script], { timeout: 300_000 })).stdout.trim();
const env = (wish: string): Record<string, string> => ({
  WISH: wish,
  MACHINE: `ssh://deploy@${machine.address}:${machine.port}`,
  KEY: machine.hostKey,
});
/** @param wish Version of the image, memory, and `ill` where it is not healthy. */
const wishing = (wish: string, options: Partial<EngineOptions> = {}): Partial<EngineOptions> => {
  const [version, ...rest] = wish.split(" ");
  return { ...more, ...options, env: env([images[Number(version) - 1], ...rest].join(" ")) };
};
const steps = ({ steps: all }: Result): string[] =>
  all
    .filter(({ type, op }) => type.startsWith("docker:") && op !== "refresh")
    .map(({ op, urn, diffs, outcome }) => [op, urn.split("::").at(-1), diffs.join(","), outcome].filter(Boolean).join(" "));
const errors = (result: Result): string => result.diagnostics.map(({ message }) => message).join("\n");
const idOf = (): Promise<string> => sh("docker inspect -f '{{.Id}}' flowra-mongodb");

test("a user who may not use Docker is told so", async () => {
  const refused = await project.up(wishing("1 64"));
  expect(refused.succeeded).toBe(false);
  expect(errors(refused)).toMatch(
    /docker system dial-stdio on deploy@127\.\S+ ended with status 1: .*permission denied.*\n.*group docker/is,
  );
  await sh("gpasswd --add deploy docker");
});

test("volume and container come up healthy, the image pulled by its digest; then nothing changes, whatever is compared", async () => {
  const made = await project.up(wishing("1 64"));
  expect([errors(made).includes("error"), steps(made)]).toEqual([false, ["create data done", "create mongodb done"]]);
  expect(made.outputs["address"]).toBe("10.91.9.38");
  expect(
    await sh(
      "docker inspect -f '{{.State.Health.Status}} {{.HostConfig.Memory}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}' flowra-mongodb",
    ),
  ).toBe("healthy 67108864 true [ALL]");
  expect(steps(await project.preview(wishing("1 64")))).toEqual(["same data done", "same mongodb done"]);
  expect(steps(await project.preview(wishing("1 64", { refreshFirst: true })))).toEqual(["same data done", "same mongodb done"]);
});

test("a limit changes while it runs", async () => {
  const before = await idOf();
  expect(steps(await project.up(wishing("1 96")))).toEqual(["same data done", "update mongodb memory,memorySwap done"]);
  expect([await idOf(), await sh("docker inspect -f '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}' flowra-mongodb")]).toEqual([
    before,
    "100663296 100663296",
  ]);
});

test("another image: the old one stops first, the data stays", async () => {
  const before = await idOf();
  const replaced = await project.up(wishing("2 96"));
  expect(steps(replaced)).toEqual([
    "same data done",
    "delete-replaced mongodb done",
    "replace mongodb image done",
    "create-replacement mongodb image done",
  ]);
  expect(await idOf()).not.toBe(before);
  expect(await sh("docker exec flowra-mongodb busybox wc -l /data/starts")).toBe("2 /data/starts");
});

test("one that was stopped by hand is seen and started, one that was removed is gone from the state and made again", async () => {
  await sh("docker stop -t 1 flowra-mongodb");
  expect(steps(await project.up(wishing("2 96")))).toEqual(["same data done", "same mongodb done"]);
  expect(steps(await project.up(wishing("2 96", { refreshFirst: true })))).toEqual(["same data done", "update mongodb mustRun done"]);
  expect(await sh("docker inspect -f '{{.State.Running}}' flowra-mongodb")).toBe("true");
  await sh("docker rm -f flowra-mongodb");
  expect((await project.refresh(wishing("2 96"))).changes["delete"]).toBe(1);
  expect(steps(await project.up(wishing("2 96")))).toEqual(["same data done", "create mongodb done"]);
});

test("an unhealthy one fails the run with what it said, and the next good one replaces it", async () => {
  const failed = await project.up(wishing("1 96 ill"));
  expect([failed.succeeded, steps(failed).at(-1)]).toEqual([false, "create-replacement mongodb healthcheck,image,waitTimeout failed"]);
  expect(errors(failed)).toMatch(
    /container failed to be in healthy state within 4 s: it is unhealthy\nlast probe: status 1\n[^]*last lines of its log:\n {2}hello from the log/,
  );
  const retried = await project.up(wishing("2 96"));
  expect([retried.succeeded, steps(retried)[1]]).toEqual([true, "delete-replaced mongodb done"]);
});

/** On this machine's own Docker, where the scenarios' shell commands work, too. */
const here = () =>
  dockerProvider({}, () => ({ docker: new Docker(), explained: (error) => Promise.resolve(error as Error), close: () => undefined }));
/** What is another thing in each run, and what ours says in its own words or not at all. */
const OTHERWISE = [
  /(ipAddress|gateway|macAddress): recorded "<\w+>"/,
  /\.name: recorded "c-[0-9a-f]{7}", got "c-[0-9a-f]{7}"$/,
  /\.initErrors\[0\]: recorded "creating .* healthy state\\n\\n", got "creating .*: container failed to be in healthy state within 6 s: /,
  /\.diagnostics: recorded .*container failed to be in healthy state.*, got .*container failed to be in healthy state within 6 s: /,
  // Our engine tells of a refresh that something changed, not what.
  /\.events\[refresh .*\]\.(diffs|detailedDiff): recorded /,
];
test.each(["42-refresh-drift-volume", "62-docker-unhealthy-create-first", "63-docker-unhealthy-stop-first"])(
  "what the official provider did, step by step: %s",
  async (name) => {
    const differences = await play(`docker/${name}`, { docker: here });
    expect(differences.filter((difference) => !OTHERWISE.some((known) => known.test(difference)))).toEqual([]);
  },
);

test("destroy leaves nothing", async () => {
  expect((await project.destroy(more)).succeeded).toBe(true);
  expect(await sh("docker ps -aq; docker volume ls -q")).toBe("");
});
