/** What goes wrong ends in a clear error and leaves nothing half done: one test each, on a server of its own. */
import { ed25519 } from "../providers/command/testing/key-pair";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { checkout } from "../../cli/checkout";
import { plainLine } from "../../infra/config/places";
import { crossStackProblems, inspect, readStack } from "../../infra/config/stacks";
import type { Result } from "../engine";
import { eventually, FullDisk, listener, reaching, refused, when } from "./faults";
import { pause } from "./load";
import { request, webSocket } from "./request";
import { snapshot } from "./snapshot";
import { type Change, changesOf, type ImageRelease, reasons, succeeded, World } from "./world";

const stack = "staging";
/** Short, so that what fails is known soon. */
const config = { "flowfleet:flowmaster.backend.deadline": "30 seconds", "flowfleet:flowmaster.backend.drain": "8 seconds" };
/** Makes every step on the machine run again. */
const again = { "flowfleet:reapply": "again" };

let world: World;
/** What serves. */
let releases: NonNullable<Change["releases"]> = {};

const up = (change: Change = {}): Promise<Result> => world.up(stack, { releases, ...change, config: { ...config, ...change.config } });
const on = (command: string): Promise<string> => world.on(world.machine(), command);
const now = (): Promise<string> => snapshot(world, world.machine());
const backend = async (version: string, startup: number | "now" = "now"): Promise<typeof releases> => ({
  ...releases,
  backend: await world.release({ service: "backend", version, startup }),
});
const version = async (): Promise<string> =>
  (JSON.parse((await request(world, stack, "/api/version")).body) as { version: string }).version;
const containers = async (): Promise<number> => (await on("docker ps -aq --filter name=flowmaster-staging")).trim().split("\n").length;
const nothingToDo = async (): Promise<void> => {
  expect(changesOf(succeeded(await up()))).toEqual([]);
};
const door = (): string => `deploy@${world.machine().address}:${world.machine().port}`;
/** By their numbers: the processes of the machine whose command line matches. */
const kill = (signal: string, pattern: string): Promise<string> =>
  on(`kill -${signal} $(ps -eo pid=,args= | awk '/${pattern}/ && !/awk/ { print $1 }')`);

beforeAll(async () => {
  world = await World.open(["shared", stack, "demo"], { folder: "e2e-faults" });
  await world.settle("shared");
  // Younger than whatever an earlier run of this file has left there.
  releases = {
    backend: await world.release({ service: "backend", version: "v1" }),
    frontend: await world.release({ service: "frontend", version: "v1" }),
  };
  succeeded(await up());
}, 1_200_000);

describe("the way to the machine", () => {
  test("another host key than the pinned one", async () => {
    const { address, port } = world.machine();
    const hostKey = ed25519().public;
    const engine = reaching([{ address, port, hostKey }], world.prepared.sshAgent);
    const told = await refused(world, () => world.up("shared", { config: { "flowfleet:hosts.main.hostKey": hostKey }, engine }));
    expect(told).toContain("ssh: host key mismatch");
    expect(told).toContain(`${door()} shows another host key than the pinned one; nothing was sent to it.`);
    expect(changesOf(succeeded(await world.up("shared")))).toEqual([]);
  }, 120_000);

  test("an SSH agent without the right key", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "agent-"));
    const socket = path.join(folder, "socket");
    const agent = execa("ssh-agent", ["-D", "-a", socket], { reject: false });
    try {
      await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path.join(folder, "key")]);
      await execa("ssh-add", ["-q", path.join(folder, "key")], { env: { SSH_AUTH_SOCK: socket } });
      const told = await refused(world, () => up({ config: again, engine: reaching([world.machine()], socket) }));
      expect(told).toContain("ssh: unable to authenticate");
      expect(told).toContain(`${door()} lets none of the offered keys in.`);
    } finally {
      agent.kill();
      await agent;
      await rm(folder, { recursive: true });
    }
    await nothingToDo();
    succeeded(await up({ config: again }));
    succeeded(await up());
  }, 180_000);

  test("a machine that is down", async () => {
    const { estate } = world.prepared;
    const { name } = world.machine();
    const before = await now();
    await estate.stop(name);
    const begun = Date.now();
    const result = await up({ config: again });
    expect(result.succeeded).toBe(false);
    expect(Date.now() - begun).toBeLessThan(90_000);
    expect(reasons(result)).toContain(`${door()} does not answer.`);
    await estate.start(name);
    await eventually(now, before);
    await nothingToDo();
  }, 240_000);
});

describe("the configuration", () => {
  test("an environment that there is not", async () => {
    const told = await refused(world, () => up({ config: { "flowfleet:flowmaster.environment": "qa" } }));
    expect(told).toContain(
      'flowfleet:flowmaster.environment: is none of the values allowed; got "qa"; allowed: production, staging, demo, development, local',
    );
    await nothingToDo();
  }, 120_000);

  test("a stack that there is not", async () => {
    const { exitCode, stderr } = await execa("node", ["cli/flowfleet.js", "rehearse", "--stack", "qa"], { cwd: checkout, reject: false });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("--stack qa: there is no Pulumi.qa.yaml. Stacks of this checkout: demo, dev, local, prod, shared, staging.");
  }, 60_000);

  test("one domain for two stacks is found in the files", () => {
    const text = readFileSync(path.join(checkout, "Pulumi.demo.yaml"), "utf8").replace(
      "environment: demo",
      "environment: demo\n    domain: app.flow-master.ai",
    );
    const release = readFileSync(path.join(checkout, "releases/demo.yaml"), "utf8");
    const found = crossStackProblems([readStack(checkout, "prod"), inspect("demo", text, () => release)]);
    expect(found.map(plainLine)).toEqual([
      "Pulumi.demo.yaml flowfleet:flowmaster.domain: domain app.flow-master.ai is already taken by Pulumi.prod.yaml flowfleet:flowmaster.domain; " +
        "choose another on one of the two sides",
    ]);
  });

  test("and one domain for two stacks is refused by the machine", async () => {
    const told = await refused(world, () => world.up("demo", { config: { "flowfleet:flowmaster.domain": world.domain(stack) } }));
    expect(told).toContain("flowmaster of stack demo cannot go onto this machine; nothing was changed.");
    expect(told).toContain(`names: ${world.domain(stack)} belongs to flowmaster of stack staging`);
  }, 120_000);

  test("one port twice", async () => {
    const told = await refused(world, () => up({ config: { "flowfleet:flowmaster.backend.port": "4000" } }));
    expect(told).toContain("flowfleet:flowmaster.backend.port: port 4000 is already taken by flowfleet:flowmaster.frontend.port");
    const claimed = await refused(world, () => world.up("demo", { config: { "flowfleet:flowmaster.backend.port": "4001" } }));
    expect(claimed).toContain("ports: 4001 belongs to flowmaster of stack staging");
    await nothingToDo();
  }, 180_000);

  test("an image that is not there", async () => {
    const missing: ImageRelease = { ...world.builtRelease("backend"), digest: `sha256:${"0".repeat(64)}`, builtAt: "2099-01-01T00:00:00Z" };
    const told = await refused(world, () => up({ releases: { ...releases, backend: missing } }));
    expect(told).toContain(`image ${missing.image}@${missing.digest}: the registry`);
    expect(told).toContain("has no such image; was it pushed, and is the digest right?");
    await nothingToDo();
  }, 120_000);
});

test("a server that somebody built by hand: all that is in the way in one error, and nothing of it is touched", async () => {
  const image = (await on("docker inspect --format '{{.Image}}' $(docker ps -q | head -1)")).trim();
  const domain = world.domain("demo");
  const byHand = [
    `printf 'server {\\n  listen 80;\\n  server_name ${domain};\\n}\\n' > /etc/nginx/flowfleet/sites/by-hand.conf`,
    `mkdir -p /etc/letsencrypt/renewal /etc/letsencrypt/live/by-hand /srv/flowmaster/demo`,
    `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /etc/letsencrypt/live/by-hand/privkey.pem -out /etc/letsencrypt/live/by-hand/cert.pem -days 9 -subj /CN=x -addext subjectAltName=DNS:${domain} 2>/dev/null`,
    "echo '# by hand' > /etc/letsencrypt/renewal/by-hand.conf",
    `docker create --name flowmaster-demo-backend ${image} >/dev/null`,
    "systemd-run --quiet --unit by-hand python3 -m http.server 5001 --bind 127.0.0.1",
    "echo 'precious' > /srv/flowmaster/demo/notes.txt",
  ];
  try {
    await on(`set -e\n${byHand.join("\n")}`);
    await eventually(() => on("ss -Hltn 'sport = :5001' | wc -l"), "1\n");
    const told = await refused(world, () => world.up("demo"));
    expect(told.match(/cannot go onto this machine/g)).toHaveLength(1);
    expect(
      told
        .split("\n")
        .filter((line) => line.startsWith("  - "))
        .sort(),
    ).toEqual([
      "  - containers: flowmaster-demo-backend exists already and is not ours; takeOver: [docker] takes it over, or remove it by hand",
      "  - names: demo.flow-master.ai is on certbot's certificate by-hand (certbot delete --cert-name by-hand removes it); takeOver: [nginx] takes it over, or remove it by hand",
      "  - names: demo.flow-master.ai is served by nginx, see /etc/nginx/flowfleet/sites/by-hand.conf; takeOver: [nginx] takes it over, or remove it by hand",
      "  - paths: /srv/flowmaster/demo exists and holds something that Flowfleet did not make; takeOver: [pm2] or takeOver: [docker] takes it over, or remove it by hand",
      "  - ports: 5001 is listened on by python3",
    ]);
    expect(await on("cat /srv/flowmaster/demo/notes.txt; systemctl is-active by-hand")).toBe("precious\nactive\n");
  } finally {
    await on(
      "systemctl stop by-hand; docker rm flowmaster-demo-backend; " +
        "rm -r /etc/nginx/flowfleet/sites/by-hand.conf /etc/letsencrypt/renewal/by-hand.conf /etc/letsencrypt/live/by-hand /srv/flowmaster/demo",
    );
  }
}, 180_000);

describe("a full disk", () => {
  let disk: FullDisk;
  afterEach(() => disk.gone());

  test("under the file of variables: the old file stays, and the next run works once there is room", async () => {
    disk = await FullDisk.over(world, "/srv/flowmaster/staging/environments");
    const change = { config: { "flowfleet:flowmaster.apiKeys.openai": { secret: "x".repeat(8000) } } };
    const told = await refused(world, () => up(change));
    expect(told).toContain("/srv/flowmaster/staging/environments/.env.staging: no space left on the disk. Everything is as it was");
    await nothingToDo();
    await disk.free();
    succeeded(await up(change));
    expect(await on("grep -c xxxxxxxx /srv/flowmaster/staging/environments/.env.staging")).toBe("1\n");
    succeeded(await up());
  }, 300_000);

  test("while a release is being switched: the old one goes on serving, and the next run works once there is room", async () => {
    disk = await FullDisk.over(world, "/etc/nginx/flowfleet/services");
    const next = await backend("v2");
    const told = await refused(world, () => up({ releases: next }));
    expect(told).toMatch(/\/etc\/nginx\/flowfleet\/services\/flowmaster-staging-backend\.conf: no space left on the disk/);
    expect(await version()).toBe("v1");
    await nothingToDo();
    await disk.free();
    releases = next;
    succeeded(await up());
    expect(await version()).toBe("v2");
  }, 300_000);
});

describe("a second run at the same time", () => {
  test("of the same stack is refused and names the first", async () => {
    const first = up({ config: again });
    await expect(up()).rejects.toThrow(
      /^stack "staging" is in use: "rehearse --stack staging" has run since \S+ as \S+ on this host \(process \d+\)\. Wait until it ends\./,
    );
    succeeded(await first);
    succeeded(await up());
  }, 120_000);

  test("from another place waits for the first on the machine, which it names", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "elsewhere-"));
    const next = await backend("v3", 5);
    try {
      await cp(path.join(world.prepared.estate.stateDir, "state"), folder, { recursive: true });
      const here = listener();
      const there = listener();
      const both = [
        up({ releases: next, onEvent: here.onEvent }),
        up({ releases: next, onEvent: there.onEvent, engine: { stateDir: folder } }),
      ];
      for (const result of await Promise.all(both)) succeeded(result);
      const waiting = "lock service-flowmaster-staging-backend: waiting for release apply of urn:pulumi:staging::";
      expect([here, there].filter(({ text }) => text().includes(waiting))).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
    releases = next;
    expect([await version(), await containers()]).toEqual(["v3", 2]);
    await nothingToDo();
  }, 180_000);
});

describe("a run that is cut off", () => {
  test("SSH ends while a release is being switched: it is taken back, and the next run converges", async () => {
    const next = await backend("v4");
    const [before, served] = [await now(), await version()];
    // Somebody is still connected, so the old instance drains for as long as it may.
    const socket = await webSocket(world, stack, "/ws/echo");
    const cut = when("draining flowmaster-staging-backend", () => kill("KILL", "sshd: deploy"));
    const result = await up({ releases: next, onEvent: cut.onEvent });
    await cut.acted();
    socket.terminate();
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining(`the connection to ${door()} was cut`)]);
    await eventually(now, before);
    expect(await version()).toBe(served);
    await nothingToDo();
    releases = next;
    succeeded(await up());
    expect([await version(), await containers()]).toEqual(["v4", 2]);
  }, 240_000);

  test("the helper is killed in the midst of a release: the next run says so and converges", async () => {
    const next = await backend("v5", 5);
    const served = await version();
    const cut = when("starting flowmaster-staging-backend", async () => {
      await pause(1500);
      await kill("KILL", "python3 .*current release apply");
    });
    const result = await up({ releases: next, onEvent: cut.onEvent });
    await cut.acted();
    expect([result.succeeded, await version()]).toEqual([false, served]);
    releases = next;
    const second = listener();
    succeeded(await up({ onEvent: second.onEvent }));
    expect(second.text()).toContain(
      "a release of flowmaster-staging-backend was cut short and put back: container flowmaster-staging-backend-",
    );
    expect([await version(), await containers()]).toEqual(["v5", 2]);
  }, 240_000);

  test("Ctrl-C lets the step in flight end and starts nothing more; the next run goes on", async () => {
    const next = { ...(await backend("v6", 3)), frontend: await world.release({ service: "frontend", version: "v6" }) };
    const interrupt = new AbortController();
    const cut = when("starting flowmaster-staging-backend", () => {
      interrupt.abort();
      return Promise.resolve();
    });
    const result = await up({ releases: next, onEvent: cut.onEvent, engine: { signal: interrupt.signal } });
    await cut.acted();
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("update canceled")]);
    expect([await version(), await containers()]).toEqual(["v6", 2]);
    releases = next;
    expect(changesOf(succeeded(await up()))).toEqual(["update flowmaster-frontend-release-switch"]);
  }, 240_000);

  test("a second Ctrl-C ends the step in flight, too: the machine takes it back", async () => {
    const next = await backend("v7", 10);
    const before = await now();
    const interrupt = new AbortController();
    const cut = when("starting flowmaster-staging-backend", async () => {
      await pause(1000);
      interrupt.abort();
    });
    const result = await up({ releases: next, onEvent: cut.onEvent, engine: { signal: interrupt.signal, killSignal: interrupt.signal } });
    await cut.acted();
    expect(result.succeeded).toBe(false);
    await eventually(now, before);
    await nothingToDo();
    releases = next;
    succeeded(await up());
    expect([await version(), await containers()]).toEqual(["v7", 2]);
  }, 240_000);
});
