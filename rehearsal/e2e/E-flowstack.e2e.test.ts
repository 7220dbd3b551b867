/** FlowStack's development on a throwaway server: what its users see, what is kept, a release, one that fails, and a reboot. */
import { serves } from "./flowstack";
import { FILES, FlowStackServer, STACK } from "./flowstack-server";
import { blocksOf } from "./guide";
import { changesOf, reasons, succeeded, type World } from "./world";

let server: FlowStackServer;
let world: World;

beforeAll(async () => {
  server = await FlowStackServer.open();
  ({ world } = server);
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
    await server.on(`set -e\n${script}`);
  },
  180_000,
);

serves(() => server.flowStack);

test("the health path answers at the guide's port on the server, too", async () => {
  expect(await server.on("curl -fsS http://127.0.0.1:3000/api/v1/ping")).toBe("pong");
});

test("secrets are root's alone, and from another machine only SSH and nginx answer", async () => {
  expect(await server.on(`stat -c %a ${FILES}/.env`)).toBe("600\n");
  const neighbour = await world.prepared.estate.neighbour();
  expect(await neighbour.scan(world.machine().internalAddress)).toEqual([22, 80, 443]);
}, 300_000);

test("a release that ends at once is refused, and the one before serves on", async () => {
  const result = await world.up(STACK, { releases: { app: await world.release({ service: "app", version: "broken", startup: "crash" }) } });
  expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("this version is made to crash")]);
  await server.answers("/api/v1/ping");
  expect(await server.flowStack.version()).toBe("v1");
}, 600_000);

test("a release replaces the container: flows, files and sessions are kept", async () => {
  const before = await server.flowStack.kept();
  succeeded(await world.up(STACK, { releases: { app: await world.release({ service: "app", version: "v2" }) } }));
  expect(await server.flowStack.version()).toBe("v2");
  expect(await server.flowStack.kept()).toEqual(before);
}, 600_000);

test("another container of the database, and a reboot: everything is kept", async () => {
  const before = await server.flowStack.kept();
  await server.on("docker restart $(docker ps -q --filter name=flowstack-postgres)");
  await server.answers("/api/v1/chatflows");
  await world.prepared.estate.reboot(world.machine().name);
  await server.answers("/api/v1/chatflows");
  expect(await server.flowStack.kept()).toEqual(before);
}, 600_000);
