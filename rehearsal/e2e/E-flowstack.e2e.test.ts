/** FlowStack's development on a throwaway server: what its users see, what is kept, a release, one that fails, and a reboot. */
import { eventually } from "./faults";
import { blocksOf } from "./guide";
import { FlowStack, serves } from "./flowstack";
import { request } from "./request";
import { changesOf, reasons, succeeded, World } from "./world";

const STACK = "dev";
const FILES = "/opt/flowstack";

let world: World;

const on = (command: string, options: Parameters<World["on"]>[2] = {}): Promise<string> =>
  world.on(world.machine(), command, { timeout: 180_000, ...options });
const flowStack = new FlowStack({
  ask: (path, more) => request(world, STACK, path, more),
  log: () => on('docker logs "$(docker ps -q --filter name=flowstack-app-)" 2>&1'),
  secret: async (name) => (await on(`sed -n "s/^${name}=//p" ${FILES}/.env`)).trim().replace(/^'(.*)'$/, "$1"),
  rows: (sql) => on(`docker exec $(docker ps -q --filter name=flowstack-postgres) psql -At -U flowstack_admin flowstack -c '${sql}'`),
  file: (path) => on(`cat ${FILES}/data/${path}`),
});
const answers = (path: string): Promise<void> =>
  eventually(async () => (await flowStack.ask(path).catch(() => undefined))?.status, 200, 120);

beforeAll(async () => {
  world = await World.open([STACK], { systems: ["flowstack"] });
  succeeded(await world.up(STACK));
}, 1_800_000);

afterAll(async () => {
  await world.prepared.estate.destroy();
}, 120_000);

test("a second run changes nothing", async () => {
  expect(changesOf(succeeded(await world.up(STACK)))).toEqual([]);
}, 400_000);

const blocks = blocksOf("flowstack.md").filter(({ where }) => where === "server");
test.each(blocks)(
  "the page's commands work on the server: $script",
  async ({ script }) => {
    await on(`set -e\n${script}`);
  },
  180_000,
);

serves(() => flowStack);

test("the health path answers at the guide's port on the server, too", async () => {
  expect(await on("curl -fsS http://127.0.0.1:3000/api/v1/ping")).toBe("pong");
});

test("secrets are root's alone, and from another machine only SSH and nginx answer", async () => {
  expect(await on(`stat -c %a ${FILES}/.env`)).toBe("600\n");
  const neighbour = await world.prepared.estate.neighbour();
  expect(await neighbour.scan(world.machine().internalAddress)).toEqual([22, 80, 443]);
}, 300_000);

test("a release that ends at once is refused, and the one before serves on", async () => {
  const result = await world.up(STACK, { releases: { app: await world.release({ service: "app", version: "broken", startup: "crash" }) } });
  expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("this version is made to crash")]);
  await answers("/api/v1/ping");
  expect(await flowStack.version()).toBe("v1");
}, 600_000);

test("a release replaces the container: flows, files and sessions are kept", async () => {
  const before = await flowStack.kept();
  succeeded(await world.up(STACK, { releases: { app: await world.release({ service: "app", version: "v2" }) } }));
  expect(await flowStack.version()).toBe("v2");
  expect(await flowStack.kept()).toEqual(before);
}, 600_000);

test("another container of the database, and a reboot: everything is kept", async () => {
  const before = await flowStack.kept();
  await on("docker restart $(docker ps -q --filter name=flowstack-postgres)");
  await answers("/api/v1/chatflows");
  await world.prepared.estate.reboot(world.machine().name);
  await answers("/api/v1/chatflows");
  expect(await flowStack.kept()).toEqual(before);
}, 600_000);
