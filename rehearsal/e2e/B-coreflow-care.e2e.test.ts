/** CoreFlow behind a CDN, its third way of a release, and what looks after it: the timers that look and that back up. */
import { AS_USER, CoreFlow, DOMAIN, SLOW } from "./coreflow";
import { eventually } from "./faults";
import { pause } from "./load";
import { underServerLoad } from "./server-load";
import { type Change, reasons, type SourceRelease, succeeded } from "./world";

/** The server itself, by its own address in a network of containers, stands for the CDN; the client is whom the header names. */
const CDN = { "flowfleet:coreflow.cdn": { from: ["10.0.0.0/8"] } };
const STOP = {
  "flowfleet:coreflow.services.coreflow-dashboard.switching": "stop",
  "flowfleet:coreflow.services.coreflow-dashboard.deadline": "20 seconds",
  "flowfleet:coreflow.services.blockchain-service.deadline": "15 seconds",
};

const UPLOADS = "/opt/coreflow/data/uploads";
const WRITING = { "flowfleet:coreflow.folders": ["uploads"], "flowfleet:coreflow.more.UPLOAD_DIR": UPLOADS };

let coreflow: CoreFlow;
let serving: Change["releases"] = {};
const on = (command: string, options: Parameters<CoreFlow["on"]>[1] = {}): Promise<string> => coreflow.on(command, options);
const up = (releases: Change["releases"] = {}) =>
  coreflow.world.up("prod", { config: { ...CDN, ...STOP, ...WRITING }, releases: { ...serving, ...releases } });
/** From the CDN, for a client. */
const as = (client: string, path: string, options = ""): Promise<string> =>
  coreflow.from("10.92.1.1", path, `-H 'CF-Connecting-IP: ${client}' ${options}`);
const alerts = (unit: string): Promise<string> => on(`journalctl --no-pager --priority alert --identifier ${unit}`, { check: false });

beforeAll(async () => {
  coreflow = await CoreFlow.open("e2e-coreflow-care");
  succeeded(await up());
}, 2_400_000);

afterAll(async () => {
  if (process.env["KEEP_TRIAL"] === undefined) await coreflow.world.prepared.estate.destroy();
}, 120_000);

describe("behind a CDN", () => {
  test("services are told the client, and whoever is not the CDN can name nobody", async () => {
    expect(await as("198.51.100.7", "/api/client")).toMatch(/"address":"198\.51\.100\.7".*\n200$/);
    expect(await coreflow.from("127.0.0.1", "/api/client", "-H 'CF-Connecting-IP: 198.51.100.7'")).toMatch(
      /"address":"127\.0\.0\.1".*\n200$/,
    );
  });

  test("the lists of networks are about the client", async () => {
    expect(await as("198.51.100.7", "/kafka-ui/")).toMatch(/\n403$/);
    expect(await as("192.168.1.9", "/kafka-ui/")).toMatch(/\n200$/);
    expect(await coreflow.from("127.0.0.1", "/kafka-ui/", "-H 'CF-Connecting-IP: 192.168.1.9'")).toMatch(/\n403$/);
  });

  test("and so are the limits: one client's requests use up nobody else's", async () => {
    const asked = (client: string): string =>
      `curl -sk --interface 10.92.1.1 --resolve ${DOMAIN}:443:10.92.1.1 -H 'CF-Connecting-IP: ${client}' -X POST -o /dev/null -w '%{http_code}\\n' https://${DOMAIN}/api/auth/login`;
    const one = await on(`for i in $(seq 30); do ${asked("198.51.100.7")} & done; wait`);
    expect(one).toContain("429");
    expect(await on(asked("198.51.100.8"))).toBe("200\n");
  });
});

test("pgAdmin lets its administrator in through nginx", async () => {
  const script = `set -e; jar=$(mktemp); at="--interface 10.92.1.1 --resolve ${DOMAIN}:443:10.92.1.1 -H CF-Connecting-IP:192.168.1.9 -sk -b $jar -c $jar"
token=$(curl $at https://${DOMAIN}/pgadmin/login | sed -n 's/.*name="csrf_token"[^>]*value="\\([^"]*\\)".*/\\1/p; s/.*"csrfToken": *"\\([^"]*\\)".*/\\1/p' | head -n 1)
tr -d '\\n' < /opt/coreflow/infra/secrets/pgadmin/password | curl $at -o /dev/null -w '%{http_code} %{redirect_url}\\n' --data-urlencode "csrf_token=$token" --data-urlencode email=admin@${DOMAIN} \\
  --data-urlencode password@- https://${DOMAIN}/pgadmin/authenticate/login
curl $at -o /dev/null -w '%{http_code}\\n' https://${DOMAIN}/pgadmin/browser/; rm $jar`;
  expect(await on(script)).toMatch(new RegExp(`^302 https://${DOMAIN.replaceAll(".", String.raw`\.`)}/pgadmin/.*\\n200\\n$`));
}, 120_000);

test("a service writes into the folder that it is told, and nowhere else", async () => {
  expect(await on("curl -sS --data kept http://127.0.0.1:3001/files")).toMatch(/"service":"cms-service"/);
  expect(await on(`cat ${UPLOADS}/note.txt; stat -c ' %a %U' ${UPLOADS}`)).toBe("kept 750 coreflow\n");
  const into = (folder: string): Promise<string> => on(`curl -sS --data x 'http://127.0.0.1:3001/files?folder=${folder}'`);
  expect(await into("/opt/coreflow/data")).toContain('"error":"EACCES');
  for (const folder of ["/opt/coreflow/apps", "/opt/coreflow", "/etc", "/var/lib"]) expect(await into(folder)).toContain('"error":"EROFS');
});

/** What people are shown below /dashboard that is not its own, while something is done: status, title, and whether the site's headers are there. */
async function shownWhile<T>(work: () => Promise<T>): Promise<{ done: T; shown: Set<string> }> {
  const shown = new Set<string>();
  const ended = new AbortController();
  const looking = (async () => {
    while (!ended.signal.aborted) {
      const { status, body, headers } = await coreflow.ask("/dashboard/version");
      if (status !== 200) shown.add(`${status} ${/<title>(.*)<\/title>/.exec(body)?.[1] ?? body}, ${String(headers["x-frame-options"])}`);
      await pause(100);
    }
  })();
  const done = await work().finally(() => {
    ended.abort();
  });
  await looking;
  return { done, shown };
}

describe("releases", () => {
  test("of the gateway under load: nobody notices", async () => {
    const release = await coreflow.world.commit("api-gateway", "v2");
    const { result, paths } = await underServerLoad(coreflow.world, "http://127.0.0.1:3000", ["/version", "/health", SLOW], () =>
      up({ "api-gateway": release }),
    );
    succeeded(result);
    serving = { ...serving, "api-gateway": release };
    for (const [asked, lost] of Object.entries(paths))
      expect([asked, lost.failed, lost.answered > (asked === SLOW ? 20 : 200)]).toEqual([asked, 0, true]);
    expect(await coreflow.version(3000)).toBe("v2");
  }, 600_000);

  test("one after the other (stop): away for no longer than the plan says, with a page for it, and the old one is back when the new one is broken", async () => {
    const deploy = async (release: SourceRelease) => {
      const { result, paths } = await underServerLoad(coreflow.world, "http://127.0.0.1:3003", ["/version"], () =>
        shownWhile(() => up({ "coreflow-dashboard": release })),
      );
      expect([...result.shown]).toEqual(["502 502 Bad Gateway, DENY"]);
      // 30 s to stop and 20 s to get healthy.
      expect(paths["/version"]?.away).toBeLessThan(50);
      return result.done;
    };
    const good = await coreflow.world.commit("coreflow-dashboard", "v2");
    succeeded(await deploy(good));
    serving = { ...serving, "coreflow-dashboard": good };
    expect(await coreflow.version(3003)).toBe("v2");
    const result = await deploy(await coreflow.world.commit("coreflow-dashboard", "broken", "crash"));
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("this version was built to crash")]);
    expect(await coreflow.version(3003)).toBe("v2");
  }, 900_000);

  test.each([
    ["never", "was not healthy"],
    ["error", "500"],
    ["short", "this version was built to end soon"],
  ] as const)(
    "that shares its port and is broken (%s) gets no request",
    async (startup, why) => {
      const broken = await coreflow.world.commit("blockchain-service", `broken-${startup}`, startup);
      const { result, paths } = await underServerLoad(coreflow.world, "http://127.0.0.1:3002", ["/version", SLOW], () =>
        up({ "blockchain-service": broken }),
      );
      expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining(why)]);
      expect(Object.values(paths).map(({ failed }) => failed)).toEqual([0, 0]);
      expect(await coreflow.version(3002)).toBe("v1");
    },
    600_000,
  );
});

describe("the look every five minutes", () => {
  /** Not at once: releases that failed have left errors in logs, which are told once. */
  const content = () =>
    eventually(
      async () => (await on("systemctl start coreflow-health-check && echo well", { check: false })).endsWith("well\n"),
      true,
      180,
    );

  test("is content", async () => {
    await content();
    expect(await on("systemctl list-timers --no-pager coreflow-health-check.timer")).toContain("coreflow-health-check.service");
  }, 240_000);

  test("alerts while a container is away, a process is stopped, and logs are full of errors, and is content again", async () => {
    const ai = (await coreflow.processes()).find(({ name }) => name.startsWith("ai-service"))?.name ?? "none";
    await on("docker stop coreflow-kafka-ui");
    await on(`${AS_USER} pm2 stop ${ai}`);
    await on("for i in $(seq 30); do echo 'error: none'; done >> /opt/coreflow/logs/cms-service.log");
    await on("systemctl start coreflow-health-check", { check: false });
    const said = await on("journalctl --no-pager --lines 20 --output cat --unit coreflow-health-check");
    expect(said).toContain("container coreflow-kafka-ui is exited (docker logs coreflow-kafka-ui)");
    expect(said).toMatch(new RegExp(`process ${ai} \\d+ of PM2 is stopped`));
    expect(said).toMatch(/logs: \d+ new lines with errors in .*cms-service\.log.*, 20 may be/);
    expect(said).not.toContain("error: none");
    await eventually(async () => (await alerts("coreflow-health-check")).includes("systemctl status coreflow-health-check says why"), true);
    await on("docker start coreflow-kafka-ui");
    await on(`${AS_USER} pm2 start ${ai}`);
    await content();
  }, 400_000);
});

describe("the backup of every night", () => {
  const FOLDER = "/opt/backups/coreflow";

  test("is for root alone, holds the database, the applications and the logs, and can be restored", async () => {
    await on(`install -d -m 0755 ${FOLDER}; touch ${FOLDER}/database_20200101_023000.dump`);
    expect((await coreflow.ask("/api/items", { method: "POST", body: "kept" })).status).toBe(200);
    await on("systemctl start coreflow-backup", { timeout: 600_000 });
    const listed = await on(`stat -c '%a %U %n' ${FOLDER} ${FOLDER}/*`);
    expect(
      listed
        .replace(/_\d{8}_\d{6}/g, "")
        .trim()
        .split("\n"),
    ).toEqual([
      `700 root ${FOLDER}`,
      `600 root ${FOLDER}/apps.tar.gz`,
      `600 root ${FOLDER}/data.tar.gz`,
      `600 root ${FOLDER}/database.dump`,
      `600 root ${FOLDER}/logs.tar.gz`,
    ]);
    const restore = `docker exec -i coreflow-postgres sh -c 'createdb -U postgres drill && pg_restore -U postgres --no-owner --dbname=drill && psql -U postgres -At drill -c "SELECT count(*) FROM items"; dropdb -U postgres drill' < "$(ls ${FOLDER}/database_*.dump)"`;
    expect(Number(await on(restore))).toBeGreaterThan(0);
    const packed = await on(`tar -tzf ${FOLDER}/apps_*.tar.gz`);
    expect(packed).toMatch(/opt\/coreflow\/apps\/api-gateway\/releases\/[^/]+\/dist\/main\.js/);
    expect(packed).not.toContain("node_modules/");
    expect(await on(`tar -xzOf ${FOLDER}/data_*.tar.gz opt/coreflow/data/uploads/note.txt`)).toBe("kept");
  }, 700_000);

  test("alerts when the database is away, and keeps what is older", async () => {
    const before = await on(`ls ${FOLDER}`);
    await on("docker rename coreflow-postgres away");
    await on("systemctl start coreflow-backup", { check: false, timeout: 600_000 });
    await on("docker rename away coreflow-postgres");
    expect(await on(`ls ${FOLDER}`)).toContain(before.split("\n").find((file) => file.startsWith("database_")));
    await eventually(async () => (await alerts("coreflow-backup")).includes("systemctl status coreflow-backup says why"), true);
    await on("systemctl start coreflow-backup", { timeout: 600_000 });
  }, 900_000);
});
