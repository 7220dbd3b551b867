/** Every command of docs/systems/flowmaster.md, run as it is printed there: on the server as root, here as an operator. */
import { eventually } from "./faults";
import { blocksOf, linesOf, Operator } from "./guide";
import { request } from "./request";
import { succeeded, World } from "./world";

const stack = "staging";
const blocks = blocksOf("flowmaster.md");
const onServer = blocks.filter(({ where }) => where === "server");
const here = linesOf(blocks);

let world: World;
const operator = new Operator(stack, (config) => world.up(stack, { config }));

beforeAll(async () => {
  world = await World.open();
  await world.settle("shared", stack);
  // Debian's Compose is a program of its own, `docker-compose`; the guide's is Docker's plug-in.
  await world.on(world.machine(), "apt-get install -y -qq --no-install-recommends docker-compose", { timeout: 300_000 });
}, 1_200_000);

afterAll(async () => {
  succeeded(await world.up(stack));
}, 180_000);

test("the page has commands for both places", () => {
  expect([onServer.length, here.length].every((count) => count >= 5)).toBe(true);
});

test.each(onServer)(
  "on the server: $script",
  async ({ about, script }) => {
    const command = about === "needs=compose" ? script.replaceAll("docker compose", "docker-compose") : script;
    await expect(world.on(world.machine(), `set -e\n${command}`, { timeout: 120_000 })).resolves.toEqual(expect.any(String));
  },
  180_000,
);

test("it serves again after the restarts", async () => {
  const status = (): Promise<number> =>
    request(world, stack, "/api/health").then(
      (answer) => answer.status,
      () => 0,
    );
  await eventually(status, 200, 100);
}, 120_000);

test("Docker's own word for the backend is healthy, once its first interval is over", async () => {
  const command = blocks.find(({ script }) => script.includes("State.Health.Status"))?.script ?? "";
  await eventually(async () => (await world.on(world.machine(), command)).trim(), "healthy", 100);
}, 120_000);

test.each(here)("here: %s", (line) => operator.types(line), 180_000);
