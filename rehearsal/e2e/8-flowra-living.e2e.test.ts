/** What happens to Flowra's server in its life, with the application in containers: see 9-flowra-systemd for the other mode. */
import { refused } from "./faults";
import { Flowra, PROCESSES, STACK, UNLIMITED } from "./flowra";
import { healsAfterKill, healsAfterStop, keepsLoggingIn, rotates, survivesReboot } from "./flowra-living";
import { addPerson, PERSON } from "./keycloak";
import { changesOf, succeeded } from "./world";

let flowra: Flowra;

beforeAll(async () => {
  // The application's own login page is the one that tells whether Keycloak knows its secret.
  flowra = await Flowra.open("containers", { ...UNLIMITED, "flowfleet:flowra.client.directAccess": true });
}, 1_800_000);

/** The world is as it was for the next file. */
afterAll(async () => {
  flowra.config = {};
  succeeded(await flowra.up({ releases: flowra.rollback() }));
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
        new RegExp(
          `dump the data \\(.*${dump}\\), declare a volume of another name \\(of Flowra(?: and CoreFlow)?: volumes\\.\\w+(?:, of CoreFlow: volumes\\.\\w+)?\\), deploy, and restore`,
        ),
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

/** Their number is none to go by: MongoDB counts wrong for a while after it was killed. */
const kept = async (): Promise<unknown[]> => (await flowra.messages()).messages;

test("a container of data that somebody removed comes back, with its data", async () => {
  const messages = await kept();
  expect(messages).not.toEqual([]);
  await flowra.on("docker rm --force flowra-mongodb");
  expect(await refreshed()).toContain("create flowra-databases-mongodb-server-container");
  expect(await kept()).toEqual(messages);
  expect(await flowra.works("worker")).toBe(true);
  expect(await refreshed()).toEqual([]);
}, 300_000);

test("data move to volumes of other names and back; those before stay as they were", async () => {
  const password = "/opt/flowra/secrets/mongodb/root-password";
  const tool = (name: string): string =>
    `docker exec -i flowra-mongodb ${name} --quiet --username=root --authenticationDatabase=admin --archive --gzip`;
  await flowra.tell();
  const before = await kept();
  expect(before).not.toEqual([]);
  await flowra.on(`${tool("mongodump")} --db=flowra < ${password} > /root/moved.gz`);
  const former = flowra.config;
  flowra.config = { ...former, "flowfleet:flowra.protect": false };
  succeeded(await flowra.up());
  const others = { "flowfleet:flowra.volumes.mongodb": "moved_mongodb", "flowfleet:flowra.volumes.keycloakDatabase": "moved_keycloak" };
  expect(changesOf(succeeded(await flowra.up({ config: others })))).toEqual(
    expect.arrayContaining(["mongodb", "keycloak-db", "keycloak"].map((service) => `replace flowra-databases-${service}-server-container`)),
  );
  expect(changesOf(succeeded(await flowra.up({ config: others })))).toEqual([]);
  expect((await flowra.on("docker volume ls --quiet")).split("\n")).toEqual(
    expect.arrayContaining(["mongodb_data", "keycloak_db_data", "moved_mongodb", "moved_keycloak"]),
  );
  // A realm as it is declared, without the people of the one before.
  await expect(flowra.logIn()).rejects.toThrow("not let in");
  await addPerson(flowra.world, STACK, PERSON);
  await flowra.logIn();
  expect(await kept()).not.toEqual(before);
  await flowra.on(`cat ${password} /root/moved.gz | ${tool("mongorestore")} --drop; rm /root/moved.gz`);
  expect(await kept()).toEqual(before);
  expect(await flowra.works("worker")).toBe(true);
  succeeded(await flowra.up());
  flowra.config = former;
  succeeded(await flowra.up());
  expect(await kept()).toEqual(before);
  await flowra.logIn();
  await flowra.on("docker volume rm moved_mongodb moved_keycloak");
}, 900_000);

rotates(() => flowra, ["mongodb", "mongodbRoot", "redis", "redisAdministrator", "keycloakAdministrator", "keycloakAccount"]);
keepsLoggingIn(() => flowra);
survivesReboot(() => flowra);
