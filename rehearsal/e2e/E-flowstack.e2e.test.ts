/** FlowStack's development on a throwaway server: what its users see, what is kept, a release, one that fails, and a reboot. */
import { eventually } from "./faults";
import { blocksOf } from "./guide";
import { request, type Answer, type Ask } from "./request";
import { changesOf, reasons, succeeded, World } from "./world";

const STACK = "dev";
const FILES = "/opt/flowstack";
const PROGRAMS = ["core", "proxy", "ui"];

let world: World;
let token: string;

const on = (command: string, options: Parameters<World["on"]>[2] = {}): Promise<string> =>
  world.on(world.machine(), command, { timeout: 180_000, ...options });
const ask = (path: string, more: Ask = {}): Promise<Answer> => request(world, STACK, path, more);
const asUser = (path: string, body?: string): Promise<Answer> =>
  ask(path, { headers: { authorization: `Bearer ${token}` }, ...(body !== undefined && { method: "POST", body }) });
const login = (email: string, password: string): Promise<Answer> =>
  ask("/api/v1/auth/login", { method: "POST", body: JSON.stringify({ email, password }) });
const version = async (): Promise<unknown> => JSON.parse((await ask("/api/v1/version")).body);
const secret = async (name: string): Promise<string> =>
  (await on(`sed -n "s/^${name}=//p" ${FILES}/.env`)).trim().replace(/^'(.*)'$/, "$1");
const serves = (): Promise<void> => eventually(async () => (await ask("/api/v1/ping").catch(() => undefined))?.status, 200, 120);
const kept = async (): Promise<unknown> => [
  JSON.parse((await asUser("/api/v1/chatflows")).body),
  JSON.parse((await asUser("/api/v1/files")).body),
];

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

test("the health path answers through the proxy, outside and at the guide's port on the server", async () => {
  const answer = await ask("/api/v1/ping");
  expect([answer.status, answer.body]).toEqual([200, "pong"]);
  expect(await on("curl -fsS http://127.0.0.1:3000/api/v1/ping")).toBe("pong");
});

test("the UI answers on its routes, the API on its own, and nobody answers elsewhere", async () => {
  for (const path of ["/", "/login", "/chatflows"]) expect((await ask(path)).body).toContain("<title>FlowStack v1</title>");
  const statuses = await Promise.all(["/assets/app.js", "/assets/none.js", "/api/v1/version", "/api/v1/none"].map((path) => ask(path)));
  expect(statuses.map(({ status }) => status)).toEqual([200, 404, 200, 404]);
});

test("the seed user logs in with the password that was generated; another password, the guide's, and nobody are refused", async () => {
  const answer = await login("hafiz@leadevs.com", await secret("FLOWISE_PASSWORD"));
  expect(answer.status).toBe(200);
  ({ token } = JSON.parse(answer.body) as { token: string });
  expect([(await login("hafiz@leadevs.com", "wrong")).status, (await login("hafiz@leadevs.com", "Password1@#")).status]).toEqual([
    401, 401,
  ]);
  expect((await ask("/api/v1/chatflows")).status).toBe(401);
});

test("what is made is in PostgreSQL, what is uploaded in the folder of the server", async () => {
  expect((await asUser("/api/v1/chatflows", '{"name":"first flow"}')).status).toBe(201);
  const { name } = JSON.parse((await asUser("/api/v1/files", "hello")).body) as { name: string };
  const rows =
    "docker exec $(docker ps -q --filter name=flowstack-postgres) psql -At -U flowstack_admin flowstack -c 'select name from flows'";
  expect(await on(rows)).toBe("first flow\n");
  expect(await on(`cat ${FILES}/data/storage/${name}`)).toBe("hello");
});

test("a flow's answer comes while it is made", async () => {
  expect((await asUser("/api/v1/stream")).body).toBe("data: one\n\ndata: two\n\ndata: three\n\n");
});

test("the logs of all three programs arrive", async () => {
  const lines = await on('docker logs "$(docker ps -q --filter name=flowstack-app-)" 2>&1');
  const programs = lines.split("\n").flatMap((line) => /^\{"program":"(\w+)"/.exec(line)?.[1] ?? []);
  expect([...new Set(programs)].sort()).toEqual(PROGRAMS);
  for (const name of ["FLOWISE_PASSWORD", "DATABASE_PASSWORD"]) expect(lines).not.toContain(await secret(name));
});

test("secrets are root's alone, and from another machine only SSH and nginx answer", async () => {
  expect(await on(`stat -c %a ${FILES}/.env`)).toBe("600\n");
  const neighbour = await world.prepared.estate.neighbour();
  expect(await neighbour.scan(world.machine().internalAddress)).toEqual([22, 80, 443]);
}, 300_000);

test("a release that ends at once is refused, and the one before serves on", async () => {
  const result = await world.up(STACK, { releases: { app: await world.release({ service: "app", version: "broken", startup: "crash" }) } });
  expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("this version is made to crash")]);
  await serves();
  expect(await version()).toEqual({ version: "v1" });
}, 600_000);

test("a release replaces the container: flows, files and sessions are kept", async () => {
  const before = await kept();
  succeeded(await world.up(STACK, { releases: { app: await world.release({ service: "app", version: "v2" }) } }));
  expect(await version()).toEqual({ version: "v2" });
  expect(await kept()).toEqual(before);
}, 600_000);

test("another container of the database, and a reboot: everything is kept", async () => {
  const before = await kept();
  await on("docker restart $(docker ps -q --filter name=flowstack-postgres)");
  await eventually(async () => (await asUser("/api/v1/chatflows")).status, 200, 120);
  await world.prepared.estate.reboot(world.machine().name);
  await serves();
  await eventually(async () => (await asUser("/api/v1/chatflows")).status, 200, 120);
  expect(await kept()).toEqual(before);
}, 600_000);
