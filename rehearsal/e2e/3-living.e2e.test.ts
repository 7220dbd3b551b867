/** What happens to a server in its life: restarts, renewals, a person's own commands, new keys. Nothing of it may need an `up`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { checkout } from "../../cli/checkout";
import { sshArguments } from "../../cli/rehearse";
import { builtinProviders } from "../providers";
import { differences, everything, instances, served, servedSerial, withoutTimes } from "./living";
import { underLoad } from "./load";
import { changesOf, ENVIRONMENTS, succeeded, World } from "./world";

let world: World;
const on = (command: string, timeout = 120_000): Promise<string> => world.on(world.machine(), command, { timeout });
const failedUnits = async (): Promise<string[]> =>
  (await on("systemctl list-units --failed --plain --no-legend | awk '{print $1}'")).trim().split("\n").filter(Boolean);

beforeAll(async () => {
  world = await World.open();
  await world.settle("shared", ...ENVIRONMENTS);
}, 1_200_000);

describe("a reboot", () => {
  let before: { instances: string[]; failed: string[] };

  beforeAll(async () => {
    before = { instances: withoutTimes(await instances(world)), failed: await failedUnits() };
    await world.prepared.estate.reboot(world.machine().name);
  }, 180_000);

  test("is followed by every environment serving again, on the same addresses", async () => {
    await served(world);
    expect(withoutTimes(await instances(world))).toEqual(before.instances);
  }, 120_000);

  test("leaves every service up and no unit failed", async () => {
    expect((await on("systemctl is-active ssh nginx docker fail2ban || true")).trim().split("\n")).toEqual(Array(4).fill("active"));
    expect(await on("ufw status")).toContain("Status: active");
    expect(await failedUnits()).toEqual(before.failed.filter((unit) => !/flowfleet|nginx|docker|ssh|fail2ban|ufw|certbot/.test(unit)));
  });

  test("gives the next run nothing to do", async () => {
    for (const stack of ["shared", ...ENVIRONMENTS]) expect(changesOf(succeeded(await world.up(stack)))).toEqual([]);
  }, 120_000);
});

test("a restart of Docker's daemon loses no request and stops no container", async () => {
  const before = await instances(world);
  const { failed } = await underLoad(world, "prod", "/api/echo?a=1", () => on("systemctl restart docker && systemctl is-active docker"));
  expect(failed).toBe(0);
  expect(await instances(world)).toEqual(before);
  await served(world);
}, 180_000);

/** As the timer's unit does it, at once and whatever the age of the certificates. */
const renewal =
  "env $(systemctl show certbot.service -p Environment --value) certbot renew --force-renewal --no-random-sleep-on-renew 2>&1";

test("a certificate that is renewed is served", async () => {
  const before = await Promise.all(ENVIRONMENTS.map((stack) => servedSerial(world, stack)));
  const { failed } = await underLoad(world, "prod", "/api/echo", () => on(renewal, 180_000));
  const after = await Promise.all(ENVIRONMENTS.map((stack) => servedSerial(world, stack)));
  expect(after.map((serial, index) => serial === before[index])).toEqual(ENVIRONMENTS.map(() => false));
  expect(failed).toBe(0);
  for (const stack of ENVIRONMENTS) expect(changesOf(succeeded(await world.up(stack)))).toEqual([]);
}, 300_000);

describe("a person's docker-compose in the guide's folder", () => {
  const compose = (words: string): Promise<string> =>
    on(`cd /srv/flowmaster/demo && docker-compose -f docker-compose.demo.yml ${words} 2>&1`);

  beforeAll(async () => {
    await on("DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends docker-compose 2>&1", 300_000);
  }, 300_000);

  afterAll(async () => {
    await on("DEBIAN_FRONTEND=noninteractive apt-get purge -y docker-compose 2>&1", 120_000);
  }, 120_000);

  test("lists both services and shows their logs", async () => {
    const listed = await compose("ps");
    for (const service of ["backend", "frontend"]) expect(listed).toMatch(new RegExp(`^flowmaster-demo-${service}-\\S+ .* Up`, "m"));
    expect(await compose("logs --tail 50 backend")).toContain("Uvicorn running on");
  });

  test("restarts a service, which serves again; the next run changes nothing", async () => {
    const before = await instances(world, "flowmaster-demo");
    await compose("restart backend");
    await served(world, ["demo"]);
    const after = await instances(world, "flowmaster-demo");
    expect(withoutTimes(after)).toEqual(withoutTimes(before));
    expect(after.filter((line) => !before.includes(line))).toEqual([expect.stringContaining("flowmaster-demo-backend")]);
    expect(changesOf(succeeded(await world.up("demo")))).toEqual([]);
    expect(await instances(world, "flowmaster-demo")).toEqual(after);
  }, 120_000);
});

describe("a new SSH key, as docs/operations.md says", () => {
  let folder: string;
  let socket: string;
  let pid: string;
  let before: string[];
  const files = (): { old: string; next: string } => ({ old: world.prepared.estate.identityFile, next: path.join(folder, "next") });
  const agent = (program: string, ...words: string[]) => execa(program, words, { env: { SSH_AUTH_SOCK: socket, SSH_AGENT_PID: pid } });
  const bootstrap = (...flags: string[]) => {
    const { address, port, hostKey } = world.machine();
    return agent(
      "node",
      path.join(checkout, "cli/flowfleet.js"),
      "bootstrap",
      `deploy@${address}`,
      "--port",
      String(port),
      "--host-key",
      hostKey,
      ...flags,
    );
  };
  const mayLogIn = async (identityFile: string): Promise<boolean> => {
    const words = [...sshArguments({ ...world.machine(), identityFile }), "-o", "IdentityAgent=none", "-o", "BatchMode=yes", "true"];
    return (await execa("ssh", words, { reject: false })).exitCode === 0;
  };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "flowfleet-keys-"));
    socket = path.join(folder, "agent");
    before = await everything(world);
    pid = /SSH_AGENT_PID=(\d+)/.exec((await execa("ssh-agent", ["-s", "-a", socket])).stdout)?.[1] ?? "";
    await agent("ssh-add", "-q", files().old);
  }, 60_000);

  afterAll(async () => {
    // The rehearsal goes on with its own key.
    await bootstrap("--only-these-keys", "--authorized-key", `${files().old}.pub`);
    await agent("ssh-agent", "-k");
    rmSync(folder, { recursive: true });
    succeeded(await world.up("demo"));
  }, 120_000);

  const changed = async (): Promise<string[]> => differences(before, await everything(world));

  test("is let in beside the old one", async () => {
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "next", "-f", files().next]);
    await agent("ssh-add", "-q", files().next);
    expect(await mayLogIn(files().next)).toBe(false);
    await bootstrap();
    expect([await mayLogIn(files().old), await mayLogIn(files().next)]).toEqual([true, true]);
  }, 120_000);

  test("takes the old one's place: nothing restarts and no resource changes", async () => {
    await agent("ssh-add", "-q", "-d", files().old);
    await bootstrap("--only-these-keys");
    expect([await mayLogIn(files().old), await mayLogIn(files().next)]).toEqual([false, true]);
    expect(await changed()).toEqual([]);
    for (const stack of ["shared", ...ENVIRONMENTS]) expect(changesOf(succeeded(await world.up(stack)))).toEqual([]);
  }, 180_000);

  test("deploys from then on", async () => {
    const { address, port, hostKey } = world.machine();
    const providers = builtinProviders({ hosts: [{ address, port, hostKey }], localDirs: [checkout], sshAgent: socket });
    const result = await world.up("demo", {
      config: { "flowfleet:reapply": "with the new key" },
      engine: { providers, env: { SSH_AUTH_SOCK: socket } },
    });
    expect(changesOf(succeeded(result)).length).toBeGreaterThan(5);
    expect(await changed()).toEqual([]);
  }, 180_000);
});
