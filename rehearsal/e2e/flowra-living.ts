/** What happens to Flowra in its life, in either mode: processes that end or hang, other passwords, a reboot. */
import type { Flowra, Process } from "./flowra";
import { DATA, STACK } from "./flowra";
import { eventually } from "./faults";
import { atWork } from "./flowra-load";
import { addPerson, PERSON } from "./keycloak";
import { pause } from "./load";
import type { Result } from "../engine";
import { changesOf, succeeded } from "./world";

const numbers = (processes: readonly Process[]): Record<string, unknown> =>
  Object.fromEntries(processes.map((process) => [process, expect.any(Number)]));

/** Docker and systemd start what was killed. Keycloak takes its time. */
export function healsAfterKill(open: () => Flowra, processes: readonly Process[]): void {
  test("each process that is killed comes back and does its work; the next run has nothing to do", async () => {
    const flowra = open();
    const before = await flowra.pids(processes);
    await flowra.signal("KILL", before);
    expect(await flowra.healed(before, 180)).toEqual(numbers(processes));
    await flowra.logIn();
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 300_000);
}

/** Docker and systemd do not see that; the liveness checks do. Of Keycloak, which is compiled at each start, the page says how long that may take. */
export function healsAfterStop(open: () => Flowra, processes: readonly Process[]): void {
  test("each process that hangs is another one within a minute and serves by then, Keycloak when it has started", async () => {
    const flowra = open();
    const before = await flowra.pids(processes);
    await flowra.signal("STOP", before);
    const anew = async (process: Process): Promise<boolean> => process === "keycloak" || flowra.works(process);
    expect(await flowra.healed(before, 60, anew)).toEqual(numbers(processes));
    expect(await flowra.healed(before, 390)).toEqual(numbers(processes));
  }, 500_000);
}

export function rotates(open: () => Flowra, rotated: readonly Rotated[]): void {
  const config = Object.fromEntries(rotated.map((of) => [`flowfleet:flowra.rotation.${of}`, "second"]));
  const all = Object.fromEntries(NAMES.map((of) => [of, true]));

  test(`other passwords (${rotated.join(", ")}) reach all who use them without a lost request or job, and the old ones end`, async () => {
    const flowra = open();
    const old = await credentials(flowra);
    expect(await logins(flowra, old)).toEqual(all);
    const announced = announcement(succeeded(await flowra.preview({ config })));
    const before = await flowra.pids(DATA);
    const outage = watched(() => flowra.works("keycloak"));
    const { result, failed, undone } = await atWork(flowra, "/api/v1/jobs", () => flowra.up({ config }));
    const away = await outage.longest();
    succeeded(result);
    flowra.config = { ...flowra.config, ...config };
    expect([failed, undone]).toEqual([0, 0]);
    const after = await flowra.pids(DATA);
    expect(DATA.filter((process) => after.get(process) !== before.get(process))).toEqual([...announced.keys()]);
    for (const seconds of announced.values()) expect(away).toBeLessThanOrEqual(seconds);
    expect(await logins(flowra, await credentials(flowra))).toEqual(all);
    expect(await logins(flowra, old)).toEqual({ ...all, ...Object.fromEntries(rotated.map((of) => [of, false])) });
    await eventually(() => flowra.works("worker").catch(() => false), true);
    await flowra.logIn();
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 600_000);
}

/** Keycloak takes the old secret and the new one until all who use it have the new one; after a failed release, that of whoever serves. */
export function keepsLoggingIn(open: () => Flowra): void {
  test("another secret of Keycloak's client turns nobody away, even where the worker's release fails and the word is taken back", async () => {
    const flowra = open();
    const [bad, good] = [await flowra.release("v5", "bad-worker"), await flowra.release("v6")];
    const first = await credentials(flowra);
    const people = loggingIn(flowra);
    const failed = await flowra.up({ config: { "flowfleet:flowra.rotation.keycloakClient": "second" }, releases: bad });
    const second = await credentials(flowra);
    const both = [await logins(flowra, first), await logins(flowra, second)].map(({ keycloakClient }) => keycloakClient);
    const back = await flowra.up({ releases: good });
    const turnedAway = await people.turnedAway();
    expect([failed.succeeded, both]).toEqual([false, [true, true]]);
    succeeded(back);
    flowra.serving = good;
    expect(turnedAway).toEqual([]);
    const third = await credentials(flowra);
    const each = [await logins(flowra, first), await logins(flowra, second), await logins(flowra, third)];
    expect(each.map(({ keycloakClient }) => keycloakClient)).toEqual([false, false, true]);
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 600_000);
}

/** Somebody logs in by way of the API, on and on. `turnedAway`: what was said where it was in vain. */
function loggingIn(flowra: Flowra): { turnedAway: () => Promise<string[]> } {
  const state = { turnedAway: [] as string[], ended: false };
  const body = JSON.stringify({ username: PERSON.name, password: PERSON.password });
  const headers = { "content-type": "application/json" };
  const trying = (async () => {
    while (!state.ended) {
      const answer = await flowra.ask("/api/v1/login", { method: "POST", headers, body });
      if (answer.status !== 200) state.turnedAway.push(`${answer.status} ${answer.body}`);
      await pause(200);
    }
  })();
  return {
    turnedAway: async () => {
      state.ended = true;
      await trying;
      return state.turnedAway;
    },
  };
}

/** Services of data that a plan replaces, each with the seconds that it says they will be away at most. */
function announcement({ steps }: Result): Map<string, number> {
  const replaced = steps.filter(({ op, type }) => op === "replace" && type === "docker:index/container:Container");
  return new Map(
    replaced.map(({ urn }) => {
      const owner = (urn.split("::").at(-1) ?? "").replace(/-server-container$/, "");
      const said = JSON.stringify(steps.find((step) => step.urn.endsWith(`::${owner}`))?.new?.outputs["interruption"]);
      const [, stop, start] = /is down from its stop \(at most (\d+) s\) until .* \(at most (\d+) s\)/.exec(said) ?? [];
      return [owner.replace("flowra-databases-", ""), Number(stop) + Number(start)];
    }),
  );
}

/** Asks on and on. `longest`: how long there was no good answer, in seconds. */
function watched(works: () => Promise<boolean>): { longest: () => Promise<number> } {
  const state = { last: Date.now(), longest: 0, ended: false };
  const look = async (): Promise<void> => {
    while (!state.ended) {
      if (await works().catch(() => false)) {
        state.longest = Math.max(state.longest, (Date.now() - state.last) / 1000);
        state.last = Date.now();
      }
      await pause(500);
    }
  };
  const looking = look();
  return {
    longest: async () => {
      state.ended = true;
      await looking;
      return state.longest;
    },
  };
}

const MONGOSH = "docker exec -i flowra-mongodb mongosh --quiet --norc --nodb";
const pinged = (uri: string): string => `print(connect(${JSON.stringify(uri)}).runCommand({ ping: 1 }))`;
const inEnv = (name: string): string => `. /opt/flowra/.env; printf %s "$${name}"`;
const inFile = (path: string): string => `cat /opt/flowra/secrets/${path}`;
const REDIS = "docker exec -i flowra-redis redis-cli";
const KEYCLOAK = "curl -s -d @- http://127.0.0.1:8090/realms/master/protocol/openid-connect/token";
const asPerson = (login: string): string => `grant_type=password&client_id=admin-cli&${login}`;

/** Where the server keeps a password, to what it is said, and in which words; and what is said to who has the right one. */
const ACCOUNTS = {
  mongodb: { kept: inEnv("FLOWRA_MONGODB_URI"), to: MONGOSH, said: pinged, welcome: /ok: 1/ },
  mongodbRoot: {
    kept: inFile("mongodb/root-password"),
    to: MONGOSH,
    said: (password: string) => pinged(`mongodb://root:${password}@127.0.0.1/admin`),
    welcome: /ok: 1/,
  },
  redis: { kept: inEnv("FLOWRA_REDIS_PASSWORD"), to: REDIS, said: (password: string) => `AUTH ${password}`, welcome: /^OK/ },
  redisAdministrator: {
    kept: `python3 -c 'import json; print(json.load(open("/var/lib/flowfleet/redis/flowra-redis.json"))["passwords"][0])'`,
    to: REDIS,
    said: (password: string) => `AUTH administrator ${password}`,
    welcome: /^OK/,
  },
  keycloakDatabase: {
    kept: inFile("keycloak/database-password"),
    to: 'docker exec -i flowra-keycloak-db sh -c \'read -r PGPASSWORD && export PGPASSWORD && psql -h "$(hostname -i)" -U keycloak -Atc "SELECT 7*6" keycloak\'',
    said: (password: string) => password,
    welcome: /^42$/m,
  },
  keycloakAdministrator: {
    kept: `printf 'username=admin&password='; ${inFile("keycloak/admin-password")}`,
    to: KEYCLOAK,
    said: asPerson,
    welcome: /"access_token":/,
  },
  keycloakClient: {
    kept: inEnv("FLOWRA_KEYCLOAK_CLIENT_SECRET"),
    to: "curl -s -d @- http://127.0.0.1:8090/realms/flowra/protocol/openid-connect/token",
    said: (secret: string) => `grant_type=client_credentials&client_id=flowra-backend&client_secret=${secret}`,
    welcome: /"access_token":/,
  },
  keycloakAccount: {
    kept: '. /opt/flowra/.env; printf "username=%s&password=%s" "$FLOWRA_KEYCLOAK_ADMIN_USERNAME" "$FLOWRA_KEYCLOAK_ADMIN_PASSWORD"',
    to: KEYCLOAK,
    said: asPerson,
    welcome: /"access_token":/,
  },
} as const;
type Rotated = keyof typeof ACCOUNTS;
const NAMES = Object.keys(ACCOUNTS) as Rotated[];

type Of<T> = Record<Rotated, T>;
const each = async <T>(what: (of: Rotated) => Promise<T>): Promise<Of<T>> =>
  Object.fromEntries(await Promise.all(NAMES.map(async (of) => [of, await what(of)] as const))) as Of<T>;

const credentials = (flowra: Flowra): Promise<Of<string>> => each(async (of) => (await flowra.on(ACCOUNTS[of].kept)).trim());

/** Whom these let in. */
const logins = (flowra: Flowra, passwords: Of<string>): Promise<Of<boolean>> =>
  each(async (of) => {
    const { to, said, welcome } = ACCOUNTS[of];
    return welcome.test(await flowra.on(to, { input: `${said(passwords[of])}\n`, check: false }));
  });

export function survivesReboot(open: () => Flowra): void {
  test("a reboot brings all back: the same instances with their data, each doing its work; nothing is left to do", async () => {
    const flowra = open();
    const { world } = flowra;
    const job = (await flowra.tell()) ?? "none";
    const worker = await flowra.doneBy(job);
    const redis = (command: string): Promise<string> =>
      flowra.on(`. /opt/flowra/.env; REDISCLI_AUTH=$FLOWRA_REDIS_PASSWORD docker exec -e REDISCLI_AUTH flowra-redis redis-cli ${command}`);
    expect([worker, await redis("SET kept yes")]).toEqual([expect.any(String), "OK\n"]);
    const before = await flowra.pids(flowra.processes());
    const known = await flowra.standing();
    await world.prepared.estate.reboot(world.machine().name);
    expect(await flowra.healed(before, 180)).toEqual(numbers(flowra.processes()));
    expect(await flowra.standing()).toEqual(known);
    expect([await flowra.doneBy(job), await redis("GETDEL kept")]).toEqual([worker, "yes\n"]);
    await flowra.logIn();
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 400_000);
}

export function comesBackOnNewDisk(open: () => Flowra): void {
  test("a server with a new disk comes back by one new word, its databases empty", async () => {
    const flowra = open();
    const { world } = flowra;
    const before = (await flowra.standing()).length;
    await world.reimage();
    flowra.config = { ...flowra.config, "flowfleet:reapply": "a new disk" };
    succeeded(await flowra.up());
    expect((await flowra.standing()).length).toBe(before);
    await expect(flowra.logIn()).rejects.toThrow("not let in");
    await addPerson(world, STACK, PERSON);
    await flowra.logIn();
    expect(await flowra.works("worker")).toBe(true);
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 900_000);
}
