/** What happens to Flowra in its life, in either mode: processes that end or hang, other passwords, a reboot. */
import type { Flowra, Process } from "./flowra";
import { DATA, STACK } from "./flowra";
import { eventually } from "./faults";
import { pause, underLoad } from "./load";
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

/** Docker and systemd do not see that; the liveness checks do. */
export function healsAfterStop(open: () => Flowra, processes: readonly Process[]): void {
  test("each process that hangs serves again within a minute", async () => {
    const flowra = open();
    const before = await flowra.pids(processes);
    await flowra.signal("STOP", before);
    expect(await flowra.healed(before, 60)).toEqual(numbers(processes));
  }, 120_000);
}

type Rotated = "mongodb" | "redis" | "keycloakDatabase";

export function rotates(open: () => Flowra, rotated: readonly Rotated[]): void {
  const config = Object.fromEntries(rotated.map((of) => [`flowfleet:flowra.rotation.${of}`, "second"]));

  test(`other passwords (${rotated.join(", ")}) reach all who use them without a lost request, and the old ones end`, async () => {
    const flowra = open();
    const old = await credentials(flowra);
    expect(await logins(flowra, old)).toEqual({ redis: true, mongodb: true, keycloakDatabase: true });
    const announced = announcement(succeeded(await flowra.preview({ config })));
    const before = await flowra.pids(DATA);
    const outage = watched(() => flowra.works("keycloak"));
    const { result, failed } = await underLoad(flowra.world, STACK, "/api/v1/jobs", () => flowra.up({ config }));
    const away = await outage.longest();
    succeeded(result);
    flowra.config = { ...flowra.config, ...config };
    expect(failed).toBe(0);
    const after = await flowra.pids(DATA);
    expect(DATA.filter((process) => after.get(process) !== before.get(process))).toEqual([...announced.keys()]);
    for (const seconds of announced.values()) expect(away).toBeLessThanOrEqual(seconds);
    expect(await logins(flowra, await credentials(flowra))).toEqual({ redis: true, mongodb: true, keycloakDatabase: true });
    const still = { redis: true, mongodb: true, keycloakDatabase: true, ...Object.fromEntries(rotated.map((of) => [of, false])) };
    expect(await logins(flowra, old)).toEqual(still);
    await eventually(() => flowra.works("worker").catch(() => false), true);
    await flowra.logIn();
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 600_000);
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

/** What a machine's files say that its programs log in with. */
interface Credentials {
  redis: string;
  mongodb: string;
  keycloakDatabase: string;
}

async function credentials(flowra: Flowra): Promise<Credentials> {
  const files =
    '. /opt/flowra/.env; printf \'%s\\n\' "$FLOWRA_REDIS_PASSWORD" "$FLOWRA_MONGODB_URI"; cat /opt/flowra/secrets/keycloak/database-password';
  const [redis = "", mongodb = "", keycloakDatabase = ""] = (await flowra.on(files)).split("\n");
  return { redis, mongodb, keycloakDatabase };
}

async function logins(flowra: Flowra, { redis, mongodb, keycloakDatabase }: Credentials): Promise<Record<Rotated, boolean>> {
  const told = (command: string, input: string): Promise<string> => flowra.on(command, { input, check: false });
  const asked = await Promise.all([
    told("docker exec -i flowra-redis redis-cli", `AUTH ${redis}\n`),
    told(
      "docker exec -i flowra-mongodb mongosh --quiet --norc --nodb",
      `print(connect(${JSON.stringify(mongodb)}).runCommand({ ping: 1 }))\n`,
    ),
    told(
      'docker exec -i flowra-keycloak-db sh -c \'read -r PGPASSWORD && export PGPASSWORD && psql -h "$(hostname -i)" -U keycloak -Atc "SELECT 7*6" keycloak\'',
      `${keycloakDatabase}\n`,
    ),
  ]);
  return { redis: /^OK/.test(asked[0]), mongodb: /ok: 1/.test(asked[1]), keycloakDatabase: /^42$/m.test(asked[2]) };
}

export function survivesReboot(open: () => Flowra): void {
  test("a reboot brings all back: the same instances, each doing its work; nothing is left to do", async () => {
    const flowra = open();
    const { world } = flowra;
    const before = await flowra.pids(flowra.processes());
    const known = await flowra.standing();
    await world.prepared.estate.reboot(world.machine().name);
    expect(await flowra.healed(before, 180)).toEqual(numbers(flowra.processes()));
    expect(await flowra.standing()).toEqual(known);
    await flowra.logIn();
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 400_000);
}
