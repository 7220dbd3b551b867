/** What happens to Flowra's server in its life, with the application in containers: see 9-flowra-systemd for the other mode. */
import { refused } from "./faults";
import { Flowra, PROCESSES, UNLIMITED } from "./flowra";
import { healsAfterKill, healsAfterStop, keepsLoggingIn, rotates, survivesReboot } from "./flowra-living";
import { changesOf, succeeded } from "./world";

let flowra: Flowra;

beforeAll(async () => {
  // The application's own login page is the one that tells whether Keycloak knows its secret.
  flowra = await Flowra.open("containers", { ...UNLIMITED, "flowfleet:flowra.client.directAccess": true });
}, 1_800_000);

/** The world is as it was for the next file. */
afterAll(async () => {
  flowra.config = {};
  succeeded(await flowra.up());
}, 300_000);

healsAfterKill(() => flowra, PROCESSES);
healsAfterStop(() => flowra, PROCESSES);

describe("a database, or Keycloak, in another major version", () => {
  test.each([
    ["mongodb", "7.0.1", "MongoDB 6; MongoDB 7", "mongodump"],
    ["redis", "8.0.1", "Redis 7; Redis 8", "RDB file"],
    ["keycloak-db", "16.1", "PostgreSQL 15; PostgreSQL 16", "pg_dumpall"],
    ["keycloak", "24.0.1", "Keycloak 23; Keycloak 24", "kc.sh export"],
  ] as const)(
    "of %s is refused, with what to do, and nothing is stopped",
    async (service, version, named, dump) => {
      const release = { ...(await flowra.world.release({ service, version })), version };
      const before = await flowra.pids(flowra.processes());
      const told = await refused(flowra.world, () => flowra.up({ releases: { [service]: release } }));
      expect(told).toContain(`holds data of ${named} is another major version`);
      expect(told).toMatch(
        new RegExp(`dump the data \\(.*${dump}\\), declare a volume of another name \\(of Flowra: volumes\\.\\w+\\), deploy, and restore`),
      );
      // Its image is on the server now, and that is all.
      expect(changesOf(succeeded(await flowra.up()))).toEqual([`update flowra-databases-${service}-server-image`]);
      expect(await flowra.pids(flowra.processes())).toEqual(before);
    },
    180_000,
  );
});

/** What an update does that looks first at what is there. */
const refreshed = async (): Promise<string[]> =>
  changesOf(succeeded(await flowra.up({ engine: { refreshFirst: true } }))).filter((change) => !change.startsWith("refresh "));

test("a container of data that somebody removed comes back, with its data", async () => {
  // Their number is none to go by: MongoDB counts wrong for a while after it was killed.
  const kept = async (): Promise<unknown[]> =>
    (JSON.parse((await flowra.ask("/api/v1/messages")).body) as { messages: unknown[] }).messages;
  const messages = await kept();
  expect(messages).not.toEqual([]);
  await flowra.on("docker rm --force flowra-mongodb");
  expect(await refreshed()).toContain("create flowra-databases-mongodb-server-container");
  expect(await kept()).toEqual(messages);
  expect(await flowra.works("worker")).toBe(true);
  expect(await refreshed()).toEqual([]);
}, 300_000);

rotates(() => flowra, ["mongodb", "mongodbRoot", "redis", "redisAdministrator", "keycloakAdministrator", "keycloakAccount"]);
keepsLoggingIn(() => flowra);
survivesReboot(() => flowra);
