/** The Flatlogic VM on a throwaway server: the commands of its page, another commit, the other mode and back, and what may befall it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Result } from "../engine";
import { Flatlogic, HOME, NGINX, online, PATHS } from "./flatlogic";
import { blocksOf } from "./guide";
import { commandLinesDuring } from "./leaks";
import { underServerLoad } from "./server-load";
import { type Change, changesOf, reasons, succeeded, type World } from "./world";

/** Seconds that a half may be away at most, as the plan says: its deadline and the time to stop. */
const MOST: Record<string, number> = { "/": 90, "/api-docs/": 210, "/api/version": 210 };

let vm: Flatlogic;
let world: World;

const on: Flatlogic["on"] = (command, options) => vm.on(command, options);
const up = (change: Change = {}): Promise<Result> => vm.up(change);

beforeAll(async () => {
  vm = await Flatlogic.open();
  ({ world } = vm);
  succeeded(await up());
}, 1_200_000);

afterAll(async () => {
  await world.prepared.estate.destroy();
}, 300_000);

test("a second run changes nothing", async () => {
  expect(changesOf(succeeded(await up()))).toEqual([]);
}, 300_000);

test("what runs has the guide's names", async () => {
  expect(await vm.processes()).toEqual(online("development"));
});

const blocks = blocksOf("flatlogic.md").filter(({ where, about }) => where === "server" && about !== "mode=compiled");
test.each(blocks)(
  "on the server: $script",
  async ({ script }) => {
    await on(`set -e\n${script}`);
    await vm.serves();
  },
  180_000,
);

test("an expired token is gone after the clean-up, which tells so in its log; one that is valid is not", async () => {
  const add = (expiresAt: string): Promise<string> =>
    on(`curl -fsS -H 'content-type: application/json' --data '{"expiresAt":"${expiresAt}"}' ${NGINX}/api/tokens`);
  await add("2020-01-01T00:00:00Z");
  await add("2999-01-01T00:00:00Z");
  await on("systemctl start flatlogic-token-cleanup.service");
  expect(await on(`tail -n 1 ${HOME}/token-cleanup.log`)).toMatch(/^removed 1 refresh tokens that expired before /);
  expect(JSON.parse(await on(`curl -fsS ${NGINX}/api/tokens`))).toHaveLength(1);
}, 300_000);

test("the tunnel was given its token, by a file and in no other way", async () => {
  const file = path.join(world.prepared.estate.stateDir, `secrets-dev.json`);
  const token = (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>)["flowfleet:flatlogic.tunnel.token"] ?? "";
  const sum = createHash("sha256").update(token).digest("hex");
  expect(await on("journalctl --no-pager --unit cloudflared")).toContain(`Registered tunnel connection with token sha256:${sum}`);
  expect(await on("cat /proc/$(systemctl show cloudflared --property MainPID --value)/environ")).not.toContain(token);
});

test("secrets are in no file that others may read, and not in the workspace", async () => {
  const folders = `/etc /home /opt /root /tmp /usr/local/lib/flowfleet /var/lib/flowfleet /var/log ${HOME}/executor/workspace`;
  const find = `find ${folders} -xdev -name node_modules -prune -o -type f \\( -perm -o=r -o -path '*/workspace/*' \\) -print0`;
  const command = `umask 077; cat > /root/patterns; ${find} | xargs -0 grep -lF -f /root/patterns; rm /root/patterns`;
  const values = await vm.secrets();
  expect(values.length).toBeGreaterThan(1);
  expect(await on(command, { input: values.map((value) => `${value}\n`).join("") })).toBe("");
});

test("nobody outside reaches anything but SSH", async () => {
  const neighbour = await world.prepared.estate.neighbour();
  expect(await neighbour.scan(world.machine().internalAddress)).toEqual([22]);
}, 300_000);

describe("another commit", () => {
  test("takes one half after the other down, for no longer than the plan says, and nginx tells users meanwhile; no command line has a secret", async () => {
    vm.workspace = await world.commit("workspace", "v2");
    const values = await vm.secrets();
    const { result, lines } = await commandLinesDuring(() => underServerLoad(world, NGINX, PATHS, () => up()));
    succeeded(result.result);
    expect(await vm.version()).toBe("v2");
    expect(values.length).toBeGreaterThan(0);
    expect(lines.filter((line) => values.some((value) => line.includes(value)))).toEqual([]);
    for (const one of PATHS) {
      expect(result.paths[one]?.statuses.filter((status) => status !== 502)).toEqual([]);
      expect(result.paths[one]?.away).toBeLessThan(MOST[one] ?? 0);
    }
    expect(await vm.processes()).toEqual(online("development"));
    expect(changesOf(succeeded(await up()))).toEqual([]);
  }, 600_000);

  test("is refused where the agent has work that is not committed, which stays as it is", async () => {
    await on(`echo work >> ${HOME}/executor/workspace/frontend/index.html`);
    const result = await up({ releases: { workspace: await world.commit("workspace", "v3") } });
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("frontend/index.html")]);
    expect(await on(`tail -n 1 ${HOME}/executor/workspace/frontend/index.html`)).toBe("work\n");
    await on(`runuser -u flatlogic -- git -C ${HOME}/executor/workspace checkout --quiet frontend/index.html`);
    expect(await vm.version()).toBe("v2");
  }, 300_000);
});

describe("what may befall it", () => {
  test("PM2's daemon is killed: the same processes are back", async () => {
    await on("kill -KILL $(systemctl show pm2-flatlogic --property MainPID --value)");
    await vm.serves();
    expect(await vm.processes()).toEqual(online("development"));
  }, 180_000);

  test("a reboot: everything is back, and nothing is to be done", async () => {
    await world.prepared.estate.reboot(world.machine().name);
    await vm.serves(180);
    expect(await vm.processes()).toEqual(online("development"));
    expect(await on(`stat -c '%a %U' ${HOME}/.pm2/dump.pm2 ${HOME}/executor/.env`)).toBe("600 flatlogic\n600 flatlogic\n");
    expect(changesOf(succeeded(await up()))).toEqual([]);
  }, 400_000);
});

test("compiled: the other two names, none of the former is left, and NODE_ENV stays", async () => {
  succeeded(await up({ config: { "flowfleet:flatlogic.mode": "compiled" } }));
  expect(await vm.processes()).toEqual(online("compiled"));
  expect(JSON.parse(await on(`curl -fsS ${NGINX}/api/version`))).toMatchObject({ version: "v2", mode: "dev_stage" });
  const [logs] = blocksOf("flatlogic.md").filter(({ about }) => about === "mode=compiled");
  expect(await on(logs?.script ?? "false")).toContain("listening on 3000");
}, 600_000);

test("and back: the first two names, and nothing that runs is of the other mode", async () => {
  succeeded(await up());
  expect(await vm.processes()).toEqual(online("development"));
  expect(await on("pgrep -u flatlogic -af 'start:production|dist/index.js|vite.js preview'", { check: false })).toBe("");
  expect(JSON.parse(await on(`curl -fsS ${NGINX}/api/version`))).toMatchObject({ version: "v2", mode: "dev_stage" });
}, 600_000);
