/** Flowra as services of its server, with binaries from an archive and its settings in config.yaml; its databases in containers. */
import { createHash } from "node:crypto";
import { inMegabytes } from "../../components/kernel/size";
import { SIZES } from "../../stacks/flowra/sizes";
import { VARIABLE_NAMES } from "../../stacks/flowra/variables";
import { Flowra, UNLIMITED } from "./flowra";
import { REDIS, runsBlocks } from "./flowra-guide";
import { comesBackOnNewDisk, healsAfterKill, healsAfterStop, rotates, survivesReboot } from "./flowra-living";
import { releasesUnderLoad } from "./flowra-releases";
import { commandLinesDuring, FILES_WITH_SECRETS, findOnServer, ofAnyInstance, secretsOf } from "./leaks";
import { changesOf, succeeded } from "./world";

const settings = {
  "flowfleet:flowra.configuration": "file",
  "flowfleet:flowra.variables.FLOWRA_EVENTBUS_REDIS_CHANNEL_PREFIX": "told.",
};

/** Short, so that a release that never gets ready is known soon. */
const brief = {
  "flowfleet:flowra.api.deadline": "20 seconds",
  "flowfleet:flowra.api.drain": "10 seconds",
  "flowfleet:flowra.worker.drain": "10 seconds",
};

const SERVICES = ["api", "worker"] as const;
type Service = (typeof SERVICES)[number];

let flowra: Flowra;
const on = async (command: string): Promise<string> => (await flowra.on(command)).trim();
const folders = async (): Promise<string[]> => (await on("ls /opt/flowra/releases")).split("\n");

/** Each start that a service's log file tells of: in which form, and of which version. */
const starts = async (service: Service): Promise<string[]> => {
  const lines = (await on(`grep ' started"' /var/log/flowra/${service}.log`)).split("\n");
  return [...new Set(lines.map((line) => `${line.startsWith("{") ? "json" : "text"} ${/version(?:":"|=)(\w+)/.exec(line)?.[1] ?? ""}`))];
};

const variables = async (): Promise<string[]> =>
  (JSON.parse((await flowra.ask("/api/v1/version")).body) as { variables: string[] }).variables;

/** config.yaml, which leads into the only folder beside it. */
const configuration = async (): Promise<string> => {
  const text = await flowra.on("cat /opt/flowra/configs/config.yaml");
  const mark = createHash("sha256").update(text.trimEnd()).digest("hex").slice(0, 12);
  expect(await on("cd /opt/flowra/configs; ls -d */; readlink config.yaml")).toBe(`${mark}/\n${mark}/config.yaml`);
  return text;
};

beforeAll(async () => {
  flowra = await Flowra.open("systemd", { ...UNLIMITED, ...brief, ...settings });
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
    for (const service of SERVICES) expect([service, await starts(service)]).toEqual([service, ["json v1"]]);
  });

  test("they may take what production gives them, and are promised what it promises", async () => {
    for (const service of SERVICES) {
      const { limits, reservations } = SIZES.production[service];
      const shown = await on(`systemctl show flowra-${service} --property MemoryMax,MemoryMin,CPUQuotaPerSecUSec,TasksMax`);
      expect(shown.split("\n").sort()).toEqual([
        `CPUQuotaPerSecUSec=${limits.cpus}s`,
        `MemoryMax=${inMegabytes(limits.memory) * 1024 * 1024}`,
        `MemoryMin=${inMegabytes(reservations.memory) * 1024 * 1024}`,
        `TasksMax=${limits.pids}`,
      ]);
    }
  });

  test("a restart by hand restarts what serves, and is nothing to put right", async () => {
    const before = await flowra.pids(["api"]);
    await on("systemctl restart flowra-api");
    expect(await flowra.healed(before, 30)).toEqual({ api: expect.any(Number) as number });
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 120_000);
});

describe("config.yaml", () => {
  const KEPT = [
    "FLOWRA_AUTH_JWT_SECRET",
    "FLOWRA_KEYCLOAK_ADMIN_PASSWORD",
    "FLOWRA_KEYCLOAK_ADMIN_USERNAME",
    "FLOWRA_KEYCLOAK_CLIENT_SECRET",
    "FLOWRA_MONGODB_URI",
    "FLOWRA_REDIS_PASSWORD",
  ];

  test("is in the place of all variables but those in .env and what it has no word for", async () => {
    expect(await variables()).toEqual([...KEPT, "FLOWRA_ENV", "FLOWRA_SERVER_HOST"].sort());
    const worker = await on(
      "tr '\\0' '\\n' < /proc/$(systemctl show flowra-worker -p MainPID --value)/environ | grep -o '^FLOWRA_[A-Z_]*'",
    );
    expect(worker.split("\n").sort()).toEqual([...KEPT, "FLOWRA_ENV"].sort());
  });

  test("leads to what API and worker see, and cannot write; what it says is in force", async () => {
    const text = await configuration();
    const look = "ls -l /opt/flowra/configs; cat /opt/flowra/configs/config.yaml; touch /opt/flowra/configs/config.yaml";
    for (const pid of (await flowra.pids(SERVICES)).values()) {
      const seen = await flowra.on(`nsenter --target ${pid} --mount sh -c '${look}'`, { check: false });
      expect(seen).toMatch(/^total \d+\n-rw-r--r-- 1 root root .* config\.yaml\n# Written by Flowfleet/);
      expect(seen).toContain(text);
      expect(seen).toMatch(/Read-only file system\n$/);
    }
    expect(text).toContain('\n  redis_channel_prefix: "told."\n');
    expect(await on(`${REDIS} PUBSUB CHANNELS`)).toBe("told.message");
  });
});

describe("the page's commands", () => {
  runsBlocks(() => flowra, "", "mode=systemd");
});

describe("releases", () => {
  releasesUnderLoad(() => flowra, { "flowfleet:flowra.variables.FLOWRA_LOG_FORMAT": "text" });

  test("each had the config.yaml of its own; their logs are in the same files", async () => {
    expect(await starts("api")).toEqual(["json v1", "text v2", "text broken"]);
    expect(await starts("worker")).toEqual(["json v1", "text v2"]);
    expect(await configuration()).toContain('\n  format: "text"\n');
  });

  test("going back is a release as well, and may leave config.yaml; five of those before stay for that", async () => {
    const older = ["1", "2", "3", "4", "5"].map((digit) => digit.repeat(16));
    for (const folder of older)
      await on(`mkdir /opt/flowra/releases/${folder} && touch -d 2026-01-0${folder[0] ?? ""} /opt/flowra/releases/${folder}`);
    const releases = flowra.rollback();
    flowra.config = { ...flowra.config, "flowfleet:flowra.configuration": "environment" };
    succeeded(await flowra.up({ releases }));
    flowra.serving = releases;
    expect([await flowra.version(), await variables()]).toEqual(["v1", [...VARIABLE_NAMES].sort()]);
    expect(await on("ls -A /opt/flowra/configs 2>/dev/null || true")).toBe("");
    const kept = await folders();
    expect([kept.length, older.filter((folder) => kept.includes(folder))]).toEqual([5, older.slice(2)]);
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 300_000);
});

describe("in its life", () => {
  healsAfterKill(() => flowra, SERVICES);
  healsAfterStop(() => flowra, SERVICES);

  describe("secrets", () => {
    let before: string[];
    let over: () => void;
    let watched: ReturnType<typeof commandLinesDuring>;

    beforeAll(async () => {
      before = await secretsOf(flowra);
      watched = commandLinesDuring(() => new Promise<void>((end) => (over = end)));
    });

    rotates(() => flowra, ["mongodb", "redis", "keycloakDatabase"]);

    test("none of before or after was in an argument of any process, and only their owners read the files that have one", async () => {
      over();
      const { lines } = await watched;
      const after = await secretsOf(flowra);
      const secrets = [...new Set([...before, ...after])];
      expect(secrets.length).toBe(before.length + 3);
      expect(lines.filter((line) => secrets.some((one) => line.includes(one)))).toEqual([]);
      const { files, readable, told } = await findOnServer(flowra, secrets);
      expect([readable, told]).toEqual([[], []]);
      // Keycloak itself has to know the secret of its client.
      const own = files.filter((file) => !file.startsWith("600 /var/lib/docker/volumes/keycloak_db_data/"));
      expect(own.map(ofAnyInstance)).toEqual(FILES_WITH_SECRETS);
    }, 180_000);
  });

  survivesReboot(() => flowra);

  test("a reboot starts API and worker after Docker and nginx", async () => {
    const since = async (...units: string[]): Promise<number[]> =>
      (await on(`systemctl show ${units.join(" ")} --property ActiveEnterTimestampMonotonic --value`)).split(/\n+/).map(Number);
    expect(Math.min(...(await since("flowra-api", "flowra-worker")))).toBeGreaterThan(Math.max(...(await since("docker", "nginx"))));
  });

  comesBackOnNewDisk(() => flowra);
});
