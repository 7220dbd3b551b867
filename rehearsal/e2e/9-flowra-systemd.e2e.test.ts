/** Flowra as services of its server, with binaries from an archive; its databases in containers. */
import { Flowra, UNLIMITED } from "./flowra";
import { healsAfterKill, healsAfterStop, rotates, survivesReboot } from "./flowra-living";
import { releasesUnderLoad } from "./flowra-releases";
import { changesOf, succeeded } from "./world";

/** Short, so that a release that never gets ready is known soon. */
const brief = {
  "flowfleet:flowra.api.deadline": "20 seconds",
  "flowfleet:flowra.api.drain": "10 seconds",
  "flowfleet:flowra.worker.drain": "10 seconds",
};

let flowra: Flowra;
const on = async (command: string): Promise<string> => (await flowra.on(command)).trim();
const folders = async (): Promise<string[]> => (await on("ls /opt/flowra/releases")).split("\n");

beforeAll(async () => {
  flowra = await Flowra.open("systemd", { ...UNLIMITED, ...brief });
}, 1_800_000);

describe("what stands there", () => {
  test("a second run changes nothing", async () => {
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 300_000);

  test("API and worker are services of the machine, the databases containers", async () => {
    expect(await on("systemctl is-active flowra-api flowra-worker; systemctl is-enabled flowra-api flowra-worker")).toBe(
      "active\nactive\nalias\nalias",
    );
    expect((await on("docker ps --format '{{.Names}}' | sort")).split("\n")).toEqual([
      "flowra-keycloak",
      "flowra-keycloak-db",
      "flowra-mongodb",
      "flowra-redis",
    ]);
    expect(await on("ps -o user= -p $(systemctl show flowra-api flowra-worker -p MainPID --value | xargs | tr ' ' ,)")).toBe(
      "flowra\nflowra",
    );
  });

  test("both are locked in: an exposure of 2.0 at most, by systemd's own count", async () => {
    for (const service of ["flowra-api", "flowra-worker"]) {
      const said = await on(`systemd-analyze security --no-pager "$(systemctl show ${service} --property Id --value)" | tail -n 1`);
      const level = Number(/exposure level for \S+: ([\d.]+)/.exec(said)?.[1]);
      expect([service, level, level <= 2]).toEqual([service, level, true]);
    }
  });

  test("secrets are in .env, for root alone, and bin leads to the programs of the release", async () => {
    expect(await on("stat -c '%a %U:%G' /opt/flowra/.env")).toBe("600 root:root");
    const [folder = "none", ...others] = await folders();
    expect(others).toEqual([]);
    for (const program of ["api", "worker", "migrator"])
      expect(await on(`readlink -e /opt/flowra/bin/${program}`)).toBe(`/opt/flowra/releases/${folder}/bin/${program}`);
    expect(await on("tail -n 1 /var/log/flowra/api.log /var/log/flowra/worker.log")).toMatch(/"msg"/);
  });

  test("a restart by hand restarts what serves, and is nothing to put right", async () => {
    const before = await flowra.pids(["api"]);
    await on("systemctl restart flowra-api");
    expect(await flowra.healed(before, 30)).toEqual({ api: expect.any(Number) as number });
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 120_000);
});

describe("releases", () => {
  releasesUnderLoad(() => flowra);

  test("going back is a release as well; five of those before stay for that", async () => {
    const older = ["1", "2", "3", "4", "5"].map((digit) => digit.repeat(16));
    for (const folder of older)
      await on(`mkdir /opt/flowra/releases/${folder} && touch -d 2026-01-0${folder[0] ?? ""} /opt/flowra/releases/${folder}`);
    const releases = flowra.rollback();
    succeeded(await flowra.up({ releases }));
    flowra.serving = releases;
    expect(await flowra.version()).toBe("v1");
    const kept = await folders();
    expect([kept.length, older.filter((folder) => kept.includes(folder))]).toEqual([5, older.slice(2)]);
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 300_000);
});

describe("in its life", () => {
  healsAfterKill(() => flowra, ["api", "worker"]);
  healsAfterStop(() => flowra, ["api", "worker"]);
  rotates(() => flowra, ["mongodb", "redis", "keycloakDatabase"]);
  survivesReboot(() => flowra);
});
