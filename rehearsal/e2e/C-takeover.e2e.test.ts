/** A server that somebody set up by hand as CoreFlow's guide says, and what becomes of it: nothing, until its `takeOver` says so; then nobody notices. */
import { CoreFlow, HEALTHY, INSTANCES, STACK } from "./coreflow";
import { eventually, when } from "./faults";
import { blocksOf } from "./guide";
import { HandBuilt, ITEMS } from "./hand-built";
import { contentsOf, dataOf, everythingOf, logsOf, lostSince, type Kept } from "./hand-built-state";
import { differences } from "./living";
import { pause } from "./load";
import {
  DATA,
  expectAllInTheWay,
  expectNoneLost,
  expectTakenOver,
  inTheWay,
  TAKE_OVER,
  underAllLoads,
  untouchedBy,
  WORDS,
} from "./taking-over";
import type { Result } from "../engine";
import { changesOf, reasons, succeeded, type Change } from "./world";

/** Some of what is there beforehand. */
const GUIDES = [
  "/opt/coreflow/.env",
  "/opt/coreflow/apps/api-gateway/ecosystem.config.js",
  "/opt/coreflow/apps/coreflow-astro/dist/index.html",
  "/opt/coreflow/infra/docker-compose.yml",
  "/opt/coreflow/scripts/backup.sh",
  "/etc/nginx/nginx.conf",
  "/etc/nginx/sites-enabled/coreflow",
  "/etc/letsencrypt/renewal/coreflow.example.com.conf",
  "/home/ubuntu/.pm2/dump.pm2",
];

let server: HandBuilt;
let coreflow: CoreFlow;
/** What was on it when its operator had finished. */
let before: { contents: Kept[]; logs: Record<string, string>; daemon: string };
const on = (command: string, options: Parameters<HandBuilt["on"]>[1] = {}): Promise<string> => server.on(command, options);

const up = (words: readonly string[], more: Change = {}): Promise<Result> =>
  server.world.up(STACK, {
    ...more,
    config: { ...server.settings(), ...(words.length > 0 && { [TAKE_OVER]: [...words] }) },
  });

const dockerd = (): Promise<string> => on("systemctl show --property MainPID docker");

beforeAll(async () => {
  server = await HandBuilt.open("e2e-takeover");
  coreflow = new CoreFlow(server.world);
  before = { contents: await contentsOf(server), logs: await logsOf(server), daemon: await dockerd() };
}, 1_800_000);

afterAll(async () => {
  if (process.env["KEEP_TRIAL"] === undefined) await server.world.prepared.estate.destroy();
}, 120_000);

test("the server is what the guide makes, and has data", async () => {
  expect(await dataOf(server)).toEqual(DATA);
  expect((await coreflow.ask("/")).body).toContain('content="v1"');
  expect(JSON.parse((await coreflow.ask("/api/services")).body)).toEqual({
    ai: "v1",
    blockchain: "v1",
    cms: "v1",
    dashboard: "v1",
    payments: "v1",
  });
}, 60_000);

describe("without the words", () => {
  /** Gives what is in the way, once it was seen that nothing was touched. */
  async function refused(words: readonly string[]): Promise<Result> {
    const result = await untouchedBy(server, () => up(words));
    expect(result.succeeded).toBe(false);
    return result;
  }

  test("everything that is in the way is listed at once, and nothing is touched", async () => {
    expectAllInTheWay(reasons(await refused([])));
  }, 300_000);

  test("with one of them it is the same, and lists what the others are for", async () => {
    const found = inTheWay(reasons(await refused(["nginx"])));
    expect(WORDS.map((word) => found[`takeOver: [${word}]`] !== undefined)).toEqual([false, true, true]);
  }, 300_000);
});

describe("with them", () => {
  test("nobody notices, also when it is cut in the midst of a service and done again", async () => {
    const cut = when("in PM2 of ubuntu, at most", () =>
      on(`kill -KILL $(ps -eo pid=,args= | awk '/python3 .*current release apply/ && !/awk/ { print $1 }')`),
    );
    const { lost } = await underAllLoads(server, async () => {
      expect((await up(WORDS, { onEvent: cut.onEvent })).succeeded).toBe(false);
      await cut.acted();
      succeeded(await up(WORDS));
      // Whoever kept a connection has been led elsewhere by now.
      await pause(5000);
    });
    expectNoneLost(lost);
  }, 1_500_000);

  test("its containers and processes are ours, and those of before have ended and are still there", async () => {
    await expectTakenOver(server, coreflow);
    expect(await dockerd()).toBe(before.daemon);
  }, 200_000);

  test("all data is there, and more can be added", async () => {
    expect(await dataOf(server)).toEqual(DATA);
    expect((await coreflow.ask("/api/items", { method: "POST", body: "one more" })).status).toBe(200);
    expect((await dataOf(server))["api-gateway"]).toEqual({ postgres: ITEMS + 1, redis: ITEMS + 1, kafka: ITEMS + 1 });
  }, 60_000);

  test("no file of the guide's layout is lost, and log files go on", async () => {
    expect(before.contents.map(({ path }) => path)).toEqual(expect.arrayContaining(GUIDES));
    expect(await lostSince(server, before.contents)).toEqual([]);
    expect(Object.keys(before.logs)).toContain("api-gateway-0.log");
    const logs = await logsOf(server);
    for (const [name, text] of Object.entries(before.logs)) expect([name, logs[name]?.startsWith(text)]).toEqual([name, true]);
    expect(await on("stat -c '%a %U' /var/lib/flowfleet/before /opt/coreflow/.env")).toBe("700 root\n600 root\n");
  }, 120_000);

  const blocks = blocksOf("coreflow.md").filter(({ where }) => where === "server");
  test("the page's commands work on it", async () => {
    for (const { script } of blocks) {
      await on(`set -e\n${script}`);
      await coreflow.serves();
    }
  }, 600_000);

  test("from another machine only SSH and nginx answer", async () => {
    const neighbour = await server.world.prepared.estate.neighbour();
    expect(await neighbour.scan(server.world.machine().internalAddress)).toEqual([22, 80, 443]);
  }, 300_000);

  test("a second run changes nothing, and neither does one without the words, but for the step that had them", async () => {
    expect(changesOf(succeeded(await up(WORDS)))).toEqual([]);
    const untouched = await everythingOf(server);
    expect(changesOf(succeeded(await up([])))).toEqual(["update coreflow-base-claim-tenant"]);
    expect(changesOf(succeeded(await up([])))).toEqual([]);
    expect(differences(untouched, await everythingOf(server)).filter((line) => !line.includes(" /var/lib/flowfleet"))).toEqual([]);
  }, 400_000);

  test("after a reboot everything of ours is back, and nothing of before", async () => {
    await server.world.prepared.estate.reboot(server.world.machine().name);
    await coreflow.serves(300);
    const ours = async (): Promise<string[]> => (await coreflow.containers()).filter((one) => !one.includes("-before-flowfleet"));
    await eventually(async () => JSON.stringify(await ours()), JSON.stringify(HEALTHY), 180);
    expect((await coreflow.containers()).filter((one) => /-before-flowfleet Up/.test(one))).toEqual([]);
    expect(await coreflow.running()).toEqual(INSTANCES);
    expect(await on("pgrep -u ubuntu -l 'node|PM2|python'", { check: false })).toBe("");
    expect((await coreflow.ask("/api/services")).status).toBe(200);
    expect(changesOf(succeeded(await up([])))).toEqual([]);
  }, 500_000);
});
