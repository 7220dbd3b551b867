/** Every command of docs/systems/flowmaster.md, run as it is printed there: on the server as root, here as an operator. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import execa from "execa";
import { checkout } from "../../cli/checkout";
import type { ConfigValue } from "../engine";
import { request } from "./request";
import { succeeded, World } from "./world";

const stack = "staging";
const text = readFileSync(path.join(checkout, "docs", "systems", "flowmaster.md"), "utf8");
const blocks = [...text.matchAll(/^```sh (server|here) ?(.*)\n([\s\S]*?)^```$/gm)].map(([, where = "", needs = "", script = ""]) => ({
  where,
  needs,
  script,
}));
const onServer = blocks.filter(({ where }) => where === "server");
const here = blocks.filter(({ where }) => where === "here").flatMap(({ script }) => script.trim().split("\n"));

let world: World;
const config: Record<string, ConfigValue> = {};

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
  async ({ needs, script }) => {
    const command = needs === "needs=compose" ? script.replaceAll("docker compose", "docker-compose") : script;
    await expect(world.on(world.machine(), `set -e\n${command}`, { timeout: 120_000 })).resolves.toEqual(expect.any(String));
  },
  180_000,
);

test("it serves again after the restarts", async () => {
  await expect(eventually(async () => (await request(world, stack, "/api/health")).status)).resolves.toBe(200);
}, 120_000);

test("Docker's own word for the backend is healthy, once its first interval is over", async () => {
  const command = blocks.find(({ script }) => script.includes("State.Health.Status"))?.script ?? "";
  await expect(eventually(async () => ((await world.on(world.machine(), command)).trim() === "healthy" ? 200 : 0))).resolves.toBe(200);
}, 120_000);

test.each(here)(
  "here: %s",
  async (line) => {
    if (line.startsWith("npx flowfleet ")) {
      const { exitCode } = await execa.command(line.replace("npx flowfleet", `${process.execPath} cli/flowfleet.js`), { cwd: checkout });
      expect(exitCode).toBe(0);
      return;
    }
    // What needs the official CLI is run by it in its own test; here the same is done with the offline engine.
    const set = /^pulumi config set --stack staging (--secret --path )?'?([\w:.-]+)'?(?: (\S+))?$/.exec(line);
    if (set) config[set[2] ?? ""] = set[1] === undefined ? (set[3] ?? "") : { secret: "another value" };
    else {
      expect(line).toBe("pulumi up --stack staging --yes");
      succeeded(await world.up(stack, { config }));
    }
  },
  180_000,
);

async function eventually(status: () => Promise<number>): Promise<number> {
  for (const end = Date.now() + 100_000; ; await new Promise((done) => setTimeout(done, 1000))) {
    const seen = await status().catch(() => 0);
    if (seen === 200 || Date.now() > end) return seen;
  }
}
