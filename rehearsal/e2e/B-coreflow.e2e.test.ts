/** CoreFlow on a throwaway server: what its users see and what nobody sees, releases of each way, and what may befall it. */
import { CoreFlow, DOMAIN, HEALTHY, INSTANCES, SLOW, STACK } from "./coreflow";
import { eventually } from "./faults";
import { blocksOf } from "./guide";
import { commandLinesDuring, findOnServer } from "./leaks";
import { underLoad } from "./load";
import { webSocket, type Answer } from "./request";
import { underServerLoad } from "./server-load";
import { changesOf, reasons, type SourceRelease, succeeded } from "./world";

let coreflow: CoreFlow;
const on = (command: string, options: Parameters<CoreFlow["on"]>[1] = {}): Promise<string> => coreflow.on(command, options);

const running = (): Promise<Record<string, number>> => coreflow.running();

beforeAll(async () => {
  coreflow = await CoreFlow.open();
}, 1_800_000);

afterAll(async () => {
  if (process.env["KEEP_TRIAL"] === undefined) await coreflow.world.prepared.estate.destroy();
}, 120_000);

describe("what stands there", () => {
  test("a second run changes nothing", async () => {
    expect(changesOf(succeeded(await coreflow.up()))).toEqual([]);
  }, 300_000);

  test("the guide's processes are online in PM2, and its containers are healthy", async () => {
    expect(await running()).toEqual(INSTANCES);
    expect(await coreflow.containers()).toEqual(HEALTHY);
  });

  const blocks = blocksOf("coreflow.md").filter(({ where }) => where === "server");
  test.each(blocks)(
    "the page's commands work on the server: $script",
    async ({ script }) => {
      await on(`set -e\n${script}`);
      await coreflow.serves();
    },
    180_000,
  );

  test("a service that is told something keeps it in PostgreSQL, in Redis and in Kafka, and the gateway knows all others", async () => {
    const kept = async (): Promise<Record<string, number>> => JSON.parse((await coreflow.ask("/api/items")).body) as Record<string, number>;
    const before = await kept();
    expect((await coreflow.ask("/api/items", { method: "POST", body: "one" })).status).toBe(200);
    expect(await kept()).toEqual(Object.fromEntries(["postgres", "redis", "kafka"].map((store) => [store, (before[store] ?? NaN) + 1])));
    expect(JSON.parse((await coreflow.ask("/api/services")).body)).toEqual({
      ai: "v1",
      blockchain: "v1",
      cms: "v1",
      dashboard: "v1",
      payments: "v1",
    });
  }, 60_000);

  test("from another machine only SSH and nginx answer", async () => {
    const neighbour = await coreflow.world.prepared.estate.neighbour();
    expect(await neighbour.scan(coreflow.world.machine().internalAddress)).toEqual([22, 80, 443]);
  }, 300_000);
});

describe("what users see", () => {
  const HEADERS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "x-xss-protection": "1; mode=block",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
  };

  test("the site at both names, the API and the dashboard, with the guide's headers everywhere", async () => {
    const script = await asset();
    const bodies = { "/": 'content="v1"', "/about/": "About", "/nowhere": 'content="v1"', [script]: "CoreFlow v1" };
    for (const [asked, body] of Object.entries({ ...bodies, "/api/version": '"api-gateway"', "/dashboard": "<title>Dashboard" })) {
      const answer = await coreflow.ask(asked);
      expect([asked, answer.status, answer.body]).toEqual([asked, 200, expect.stringContaining(body)]);
      expect([asked, answer.headers]).toEqual([asked, expect.objectContaining(HEADERS)]);
    }
    expect((await coreflow.ask("/", { name: `www.${DOMAIN}` })).status).toBe(200);
    expect((await coreflow.ask("/", { plain: true })).headers.location).toBe(`https://${DOMAIN}/`);
  }, 60_000);

  test("hashed files are kept for a year, and are compressed beforehand", async () => {
    const answer = await coreflow.ask(await asset(), { headers: { "accept-encoding": "gzip" } });
    expect(answer.headers).toMatchObject({ "cache-control": expect.stringMatching(/max-age=31536000.*immutable/) as string });
    expect([answer.headers["content-encoding"], answer.headers["content-length"]]).toEqual(["gzip", String(answer.length)]);
  });

  test("a WebSocket below /dashboard", async () => {
    const socket = await webSocket(coreflow.world, STACK, "/dashboard/ws");
    const answered = new Promise((resolve) =>
      socket.once("message", (text: Buffer) => {
        resolve(text.toString());
      }),
    );
    socket.send("through nginx");
    expect(await answered).toBe("through nginx");
    socket.close();
  });

  test("who asks too often is told so: ten a second and twenty more below /api/, one a second at the login", async () => {
    const statuses = async (asked: string, count: number): Promise<number[]> =>
      (await Promise.all(Array.from({ length: count }, (): Promise<Answer> => coreflow.ask(asked, { method: "POST" })))).map(
        ({ status }) => status,
      );
    const of = (found: number[], status: number): number => found.filter((one) => one === status).length;
    const login = await statuses("/api/auth/login", 30);
    expect(of(login, 200)).toBeGreaterThanOrEqual(1);
    expect([of(login, 429) > 0, of(login, 200) + of(login, 429)]).toEqual([true, 30]);
    const api = await statuses("/api/auth/login-of-none", 120);
    expect(of(api, 404)).toBeGreaterThanOrEqual(21);
    expect([of(api, 429) > 0, of(api, 404) + of(api, 429)]).toEqual([true, 120]);
  }, 120_000);

  test("pgAdmin and Kafka UI are for listed networks alone, where they really work", async () => {
    for (const below of ["/pgadmin/", "/kafka-ui/"])
      expect([below, await coreflow.from("127.0.0.1", below)]).toEqual([below, expect.stringMatching(/\n403$/)]);
    const inside = (asked: string, options?: string): Promise<string> => coreflow.from("10.92.1.1", asked, options);
    expect(await inside("/kafka-ui/")).toMatch(
      /<link rel="stylesheet" href="\/kafka-ui\/topics.css" \/>.*<li>items-api-gateway<\/li>.*\n200$/,
    );
    expect(await inside("/kafka-ui/topics.css")).toMatch(/\n200$/);
    const page = await inside("/pgadmin/login");
    expect(page).toMatch(/<title>pgAdmin 4<\/title>[^]*\n200$/);
    const script = /src="(\/pgadmin\/static\/[^"]+)"/.exec(page)?.[1] ?? "none";
    expect([script, await inside(script, "-o /dev/null")]).toEqual([expect.stringMatching(/\.js/), "\n200"]);
  }, 120_000);
});

/** The site's script, by the name that its page has. */
const asset = async (): Promise<string> => /"(\/_astro\/app\.[0-9a-f]{8}\.js)"/.exec((await coreflow.ask("/")).body)?.[1] ?? "none";

test("secrets are in no command line, and in no file that others read", async () => {
  const secrets = await coreflow.secrets();
  expect(secrets.length).toBeGreaterThan(4);
  const found = await findOnServer(coreflow, secrets);
  expect([found.readable, found.told]).toEqual([[], []]);
  expect(found.files.filter((one) => !/^[46]00 /.test(one))).toEqual([]);
  expect(await on("stat -c '%a %U' /opt/coreflow/.env /opt/coreflow/.pm2/dump.pm2")).toBe("600 root\n600 coreflow\n");
  const { lines } = await commandLinesDuring(() => on("systemctl restart pm2-coreflow"), "God Daemon (/opt/coreflow/.pm2)");
  expect(lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
  await coreflow.serves();
}, 300_000);

describe("a release", () => {
  test("on a port of its own: nobody notices, and no command line has a secret", async () => {
    const release = await coreflow.world.commit("coreflow-dashboard", "v2");
    const secrets = await coreflow.secrets();
    const { result: lost, lines } = await commandLinesDuring(() =>
      underLoad(coreflow.world, STACK, "/dashboard/version", () => coreflow.deploy("coreflow-dashboard", release)),
    );
    expect(lost.failed).toBe(0);
    expect([secrets.length > 4, lines.filter((line) => secrets.some((secret) => line.includes(secret)))]).toEqual([true, []]);
    expect(await coreflow.version(3003)).toBe("v2");
    expect(await running()).toEqual(INSTANCES);
  }, 400_000);

  test("that shares its port with the one before: nobody notices", async () => {
    const release = await coreflow.world.commit("blockchain-service", "v2");
    const work = (): Promise<void> => coreflow.deploy("blockchain-service", release);
    const { paths } = await underServerLoad(coreflow.world, "http://127.0.0.1:3002", ["/version", "/health", SLOW], work);
    for (const [asked, lost] of Object.entries(paths))
      expect([asked, lost.failed, lost.answered > (asked === SLOW ? 20 : 200)]).toEqual([asked, 0, true]);
    expect(await coreflow.version(3002)).toBe("v2");
    expect(await running()).toEqual(INSTANCES);
  }, 400_000);

  test.each([
    ["crash", "this version was built to crash"],
    ["never", "3001"],
    ["error", "500"],
    ["short", "was healthy, and ended by itself since (exit status 1)"],
  ] as const)(
    "that is broken (%s) leaves the one before serving, and says why",
    async (startup, why) => {
      const result = await coreflow.up({ "cms-service": await coreflow.world.commit("cms-service", `broken-${startup}`, startup) });
      expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining(why)]);
      expect(await coreflow.version(3001)).toBe("v1");
      expect(await running()).toEqual(INSTANCES);
    },
    300_000,
  );

  test("that shares its port and crashes gets no request", async () => {
    const broken = await coreflow.world.commit("blockchain-service", "broken", "crash");
    const { result, paths } = await underServerLoad(coreflow.world, "http://127.0.0.1:3002", ["/version", SLOW], () =>
      coreflow.up({ "blockchain-service": broken }),
    );
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("this version was built to crash")]);
    expect(Object.values(paths).map(({ failed }) => failed)).toEqual([0, 0]);
    expect([await coreflow.version(3002), await running()]).toEqual(["v2", INSTANCES]);
  }, 300_000);

  test("of the site: its files are there at once, and those of the one before stay", async () => {
    const before = await asset();
    const release = await coreflow.world.commit("coreflow-astro", "v2");
    const lost = await underLoad(coreflow.world, STACK, "/", () => coreflow.deploy("coreflow-astro", release));
    expect(lost.failed).toBe(0);
    const now = await asset();
    expect(now).not.toBe(before);
    expect([(await coreflow.ask(now)).body, (await coreflow.ask(before)).body]).toEqual([
      expect.stringContaining("CoreFlow v2"),
      expect.stringContaining("CoreFlow v1"),
    ]);
  }, 300_000);

  test("is gone back from by the name of the one before", async () => {
    const first: SourceRelease = coreflow.world.builtCommit("coreflow-dashboard");
    const refused = await coreflow.up({ "coreflow-dashboard": first });
    expect([refused.succeeded, reasons(refused)]).toEqual([false, expect.stringContaining("rollback")]);
    await coreflow.deploy("coreflow-dashboard", { ...first, rollback: true });
    expect(await coreflow.version(3003)).toBe("v1");
  }, 300_000);
});

describe("what may befall it", () => {
  test("PM2's daemon is killed: the same processes are back", async () => {
    await on("kill -KILL $(systemctl show pm2-coreflow --property MainPID --value)");
    await coreflow.serves();
    expect(await running()).toEqual(INSTANCES);
  }, 180_000);

  test("a reboot: everything is back, and nothing is to be done", async () => {
    await coreflow.world.prepared.estate.reboot(coreflow.world.machine().name);
    await coreflow.serves(300);
    await eventually(async () => JSON.stringify(await coreflow.containers()), JSON.stringify(HEALTHY), 180);
    expect(await running()).toEqual(INSTANCES);
    expect((await coreflow.ask("/api/services")).status).toBe(200);
    expect(changesOf(succeeded(await coreflow.up()))).toEqual([]);
  }, 500_000);
});
