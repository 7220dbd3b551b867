/** The Flatlogic VM in trouble: each row of the guide's troubleshooting, commits that break, a database that is to be emptied, what nginx answers meanwhile. */
import { standInFiles } from "../apps";
import type { Result } from "../engine";
import { AS_USER, Flatlogic, HOME, NGINX, online, WORKSPACE } from "./flatlogic";
import { eventually } from "./faults";
import { LISTEN } from "./hot-reload";
import { type Change, changesOf, reasons, type SourceRelease, succeeded, type World } from "./world";

const BACKEND = `${WORKSPACE}/backend`;
const FRONTEND = `${WORKSPACE}/frontend`;
/** A program of the workspace, started by hand without the variables of PM2. Ends by itself, or after so many seconds. */
const byHand = (folder: string, command: string): string =>
  `cd ${folder} && timeout 20 runuser -u flatlogic -- env -i PATH="$PATH" HOME=${HOME} ${command} 2>&1`;

let vm: Flatlogic;
let world: World;

const on: Flatlogic["on"] = (command, options) => vm.on(command, options);
/** What never answers is waited for no longer than this. */
const up = (change: Change = {}): Promise<Result> =>
  vm.up({ ...change, config: { "flowfleet:flatlogic.deadlines.backend": "80 seconds", ...change.config } });
/** The reasons why an update is refused or fails. */
const fails = async (change: Change): Promise<string> => {
  const result = await up(change);
  expect(result.succeeded).toBe(false);
  return reasons(result);
};
const refusedSetting = (key: string, value: string | number): Promise<string> =>
  fails({ config: { [`flowfleet:flatlogic.${key}`]: value } });
/** Status, and whether it is the page of the workspace. */
const answer = (path: string): Promise<string> =>
  on(`curl -s -o /run/answer -w '%{http_code}' ${NGINX}${path}; grep -q 'The application is starting' /run/answer && echo ' its page'`, {
    check: false,
  });
const users = async (): Promise<number> => (JSON.parse(await on(`curl -fsS ${NGINX}/api/tokens`)) as unknown[]).length;

beforeAll(async () => {
  vm = await Flatlogic.open("e2e-flatlogic-troubles");
  ({ world } = vm);
  succeeded(await up());
}, 1_500_000);

afterAll(async () => {
  await world.prepared.estate.destroy();
}, 300_000);

describe("the guide's troubleshooting", () => {
  test("Unknown option --hostname: what Vite says, and a commit without the wrapper is refused before anything is moved", async () => {
    expect(await on(byHand(FRONTEND, "node_modules/.bin/vite --hostname 0.0.0.0 --port 3001"), { check: false })).toContain(
      "Unknown option `--hostname`",
    );
    const before = await vm.state();
    const { repository, ref, builtAt } = await world.commit("workspace", "v1");
    const files = await standInFiles({ system: "flatlogic", service: "workspace", version: "v1" });
    delete files["frontend/scripts/serve.mjs"];
    const commit = (await world.prepared.git?.push(repository, files, { branch: ref, message: "without" })) ?? "";
    expect(await fails({ releases: { workspace: { repository, ref, commit, builtAt } } })).toContain(
      `${WORKSPACE} stays as it is\n  - needs: frontend/scripts/serve.mjs is not in ${commit.slice(0, 12)}: ` +
        "Vite would refuse the flag --hostname (Unknown option), and the frontend would not start",
    );
    expect(await vm.state()).toBe(before);
    await vm.serves(5);
  }, 400_000);

  test("ALLOWED_ORIGINS must be configured: what the backend says, and NODE_ENV=production without it is refused beforehand", async () => {
    expect(await on(byHand(BACKEND, "NODE_ENV=production npm run db:migrate"), { check: false })).toContain(
      "ALLOWED_ORIGINS must be configured",
    );
    expect(await refusedSetting("variables.NODE_ENV", "production")).toContain(
      "flowfleet:flatlogic.variables.NODE_ENV: cannot be strict production: it requires ALLOWED_ORIGINS, which the platform doesn't set, " +
        'and the backend will crash on startup; got "production"; allowed: dev_stage; leave it out: compiled builds are flowfleet:flatlogic.mode; ' +
        "or set flowfleet:flatlogic.variables.ALLOWED_ORIGINS",
    );
  }, 120_000);

  test("SECRET_KEY required: what the backend says, and an empty one is refused beforehand", async () => {
    expect(await on(byHand(BACKEND, "NODE_ENV=dev_stage npm run db:migrate"), { check: false })).toContain("SECRET_KEY required");
    expect(await refusedSetting("variables.SECRET_KEY", "")).toContain(
      "flowfleet:flatlogic.variables.SECRET_KEY: must be text that is not empty",
    );
  }, 120_000);

  test("Missing required database credentials: what the backend says, and others than the machine's are refused beforehand", async () => {
    expect(await on(byHand(BACKEND, "NODE_ENV=dev_stage SECRET_KEY=x npm run db:migrate"), { check: false })).toContain(
      "Missing required database credentials: DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASS",
    );
    expect(await refusedSetting("variables.DB_HOST", "db.example.com")).toContain(
      "flowfleet:flatlogic.variables.DB_HOST: is decided by the stack: the stack runs PostgreSQL on the machine; leave it out",
    );
  }, 120_000);

  test("tsx: not found, vite: not found: nothing installed after a pull; the clean-up alerts meanwhile, and another commit installs it", async () => {
    await on(`mv ${BACKEND}/node_modules /root/backend; mv ${FRONTEND}/node_modules /root/frontend`);
    expect(await on(byHand(BACKEND, "npm run db:migrate"), { check: false })).toContain("tsx: not found");
    expect(await on(byHand(FRONTEND, "npm run build"), { check: false })).toContain("vite: not found");
    await on("systemctl start flatlogic-token-cleanup.service", { check: false });
    await eventually(
      async () =>
        (await on("journalctl --no-pager --priority alert --identifier flatlogic-token-cleanup", { check: false })).includes(
          "flatlogic-token-cleanup",
        ),
      true,
    );
    expect(await on(`tail -n 5 ${HOME}/token-cleanup.log`)).toContain("tsx: not found");
    vm.workspace = await world.commit("workspace", "v2");
    succeeded(await up());
    expect([await vm.version(), await vm.processes()]).toEqual(["v2", online("development")]);
    await on("rm -rf /root/backend /root/frontend; systemctl start flatlogic-token-cleanup.service");
  }, 600_000);

  test("502 on the domain: the workspace's page, and with a page that nginx may not read its own; never another status", async () => {
    await on(`${AS_USER} pm2 stop backend-dev`);
    expect(await answer("/api-docs/")).toBe("502 its page\n");
    await on(`chmod 600 ${WORKSPACE}/502.html`);
    expect(await answer("/api-docs/")).toBe("502");
    await on(`mv ${WORKSPACE}/502.html ${WORKSPACE}/503.html`);
    expect(await answer("/api-docs/")).toBe("502");
    await on(`mv ${WORKSPACE}/503.html ${WORKSPACE}/502.html; chmod 644 ${WORKSPACE}/502.html`);
    expect(await on(`curl -s -o /dev/null -w 'api %{http_code}' http://127.0.0.1:3000/api-docs/`, { check: false })).toContain("api 000");
    await on(`${AS_USER} pm2 start backend-dev`);
    await vm.serves();
    expect(await refusedSetting("variables.PORT", 8080)).toContain(
      "flowfleet:flatlogic.variables.PORT: is where nginx listens for the tunnel; got 8080; set another one, such as 3000",
    );
  }, 300_000);
});

describe.each([
  ["nginx", "127.0.0.1:8080"],
  ["the tunnel and nginx", "127.0.0.1:7844"],
])("hot reload through %s", (_, at) => {
  test("says what was changed", async () => {
    const name = (await on(`sed -n "s/^FULL_DOMAIN='\\(.*\\)'/\\1/p" ${HOME}/executor/.env`)).trim();
    await on(`curl -fsS -o /dev/null -H 'Host: ${name}' http://${at}/`);
    const change = `(sleep 4; runuser -u flatlogic -- sh -c 'echo "<!-- changed -->" >> ${FRONTEND}/index.html') &`;
    const heard = await on(`${change} timeout 90 python3 -I - ${at} ${name}`, { input: LISTEN });
    await on(`runuser -u flatlogic -- git -C ${WORKSPACE} checkout --quiet frontend/index.html`);
    expect(heard.trim().split("\n")).toEqual(["HTTP/1.1 101 Switching Protocols", "connected", "full-reload"]);
  }, 180_000);
});

describe("a commit that breaks", () => {
  let broken: SourceRelease;
  let before: string;
  let version: string;

  test("fails with its last log lines, and the former one is back in both halves", async () => {
    [before, version] = [await vm.state(), await vm.version()];
    broken = await world.commit("workspace", "broken", "crash");
    const told = await fails({ releases: { workspace: broken } });
    expect(told).toContain("this version was built to crash");
    expect(told).toMatch(/workspace is at [0-9a-f]{12} again\n {2}- backend-dev was started again\n {2}- backend-dev serves as before/);
    await vm.serves(5);
    expect([await vm.version(), await vm.state(), await vm.processes()]).toEqual([version, before, online("development")]);
  }, 900_000);

  test("fails again, the same way", async () => {
    expect(await fails({ releases: { workspace: broken } })).toContain("this version was built to crash");
    await vm.serves(5);
    expect([await vm.version(), await vm.state()]).toEqual([version, before]);
  }, 900_000);

  test("the former one named again is up, and a second time there is nothing to do", async () => {
    succeeded(await up());
    expect([await vm.version(), changesOf(succeeded(await up()))]).toEqual([version, []]);
  }, 300_000);

  test("stays where the agent has worked on it; the former one named again comes up or says that it does not", async () => {
    const worker = on(
      `until [ "$(git -c safe.directory='*' -C ${WORKSPACE} rev-parse HEAD)" = ${broken.commit} ]; do sleep 0.5; done; sleep 3; ` +
        `runuser -u flatlogic -- sh -c 'cd ${WORKSPACE} && echo x > notes.md && git add notes.md && git -c user.name=a -c user.email=a@example.com commit --quiet -m mine'`,
      { timeout: 600_000 },
    );
    const told = await fails({ releases: { workspace: broken } });
    await worker;
    expect(told).toMatch(/workspace stays at [0-9a-f]{12}, for it was changed meanwhile: what starts there is that/);
    expect(await fails({})).toMatch(
      /backend-dev: started again with what stands in \/home\/flatlogic\/executor\/workspace, and did not answer/,
    );
    expect(await on(`cat ${WORKSPACE}/notes.md`)).toBe("x\n");
    await on(
      `runuser -u flatlogic -- sh -c 'cd ${WORKSPACE} && sed -i s/crash/now/ release.json && git -c user.name=a -c user.email=a@example.com commit --quiet -am mended'`,
    );
    succeeded(await up());
    await vm.serves(5);
    expect(await vm.version()).toBe("broken");
  }, 1_500_000);
});

describe("db:reset", () => {
  const reset = (word: string, confirm = "app_40227"): Change => ({ config: { "flowfleet:flatlogic.reset": { word, confirm } } });

  test("is refused without the name of the database", async () => {
    expect(await fails(reset("november", "yes"))).toContain(
      "flowfleet:flatlogic.reset.confirm: must be the name of the database: db:reset deletes all data in it",
    );
  }, 120_000);

  test("empties it once for a word, and not again for the same", async () => {
    const add = `curl -fsS -H 'content-type: application/json' --data '{"expiresAt":"2999-01-01T00:00:00Z"}' ${NGINX}/api/tokens`;
    await on(add);
    expect(await users()).toBeGreaterThan(0);
    succeeded(await up(reset("november")));
    expect(await users()).toBe(0);
    await on(add);
    expect(changesOf(succeeded(await up(reset("november"))))).toEqual([]);
    succeeded(await up());
    expect(await users()).toBe(1);
    succeeded(await up(reset("november")));
    expect(await users()).toBe(1);
    succeeded(await up());
  }, 900_000);
});
