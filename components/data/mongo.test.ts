import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { record } from "../host/recording";
import { ContainerNetwork } from "../service/container-network";
import { exampleHost, examplePlace } from "./example-place";
import { cacheGigabytes, Mongo } from "./mongo";
import type { MongoArgs, MongoUser } from "./mongo";
import { MongoUsers } from "./mongo-users";

const FLOWRA: MongoUser = {
  name: "flowra-first",
  password: pulumi.secret("p@ss/word"),
  database: "flowra",
  roles: ["readWrite", "dbAdmin"],
};

const program = (more: (mongo: Mongo, host: Host) => unknown = () => undefined, args: Partial<MongoArgs> = {}) =>
  record(() => {
    const host = exampleHost();
    const network = new ContainerNetwork("net", { host, network: "flowra-network", subnet: "10.91.1.0/24" });
    return more(
      new Mongo("mongo", {
        ...examplePlace(host, network, "mongodb", 3),
        volume: "mongodb_data",
        rootPassword: pulumi.secret("boss"),
        ...args,
      }),
      host,
    );
  });

it("is a container that asks for a login, whose first administrator comes from a file", async () => {
  const { resources, steps, outputs } = await program();
  const container = resources.find(({ type }) => type === "docker:index/container:Container");
  expect(container?.inputs).toMatchObject({
    name: "flowra-mongodb",
    envs: ["HOME=/nonexistent", "MONGO_INITDB_ROOT_PASSWORD_FILE=/run/flowfleet/root-password", "MONGO_INITDB_ROOT_USERNAME=root"],
    mounts: [
      { type: "volume", source: "mongodb_data", target: "/data/db" },
      { type: "bind", source: "/opt/flowra/secrets/mongodb", target: "/run/flowfleet" },
    ],
    readOnly: true,
    command: ["mongod", "--wiredTigerCacheSizeGB", "0.25"],
    healthcheck: {
      // Not 127.0.0.1, where a server without logins answers while a volume is set up.
      tests: ["CMD", "mongosh", "--quiet", "--norc", "--host", "10.91.1.16", "--eval", "db.adminCommand('ping')"],
      interval: "10s",
      timeout: "5s",
      retries: 5,
    },
  });
  expect(JSON.stringify(container)).not.toContain("boss");
  expect(steps.find(({ name }) => name === "mongo-server-secrets-files")?.document).toMatchObject({
    files: { "/opt/flowra/secrets/mongodb/root-password": { text: ["boss"] } },
  });
  expect(steps.find(({ name }) => name === "mongo-server-version")?.document).toMatchObject({ engine: "mongodb", volume: "mongodb_data" });
  expect(steps.find(({ name }) => name === "mongo-server-limits")?.document).toMatchObject({ pids: 1024 });
  expect(outputs["mongo"]).toMatchObject({ container: "flowra-mongodb", address: "10.91.1.16" });
});

it("is reached by containers under its name and by the host at its address, as a secret", async () => {
  const uris: unknown[] = [];
  await program(async (mongo) => {
    for (const uri of [mongo.uri(FLOWRA), mongo.hostUri(FLOWRA)]) {
      uris.push(await new Promise((resolve) => uri.apply(resolve)), await pulumi.isSecret(uri));
    }
  });
  expect(uris).toEqual([
    "mongodb://flowra-first:p%40ss%2Fword@mongodb:27017/flowra?authSource=flowra",
    true,
    "mongodb://flowra-first:p%40ss%2Fword@10.91.1.16:27017/flowra?authSource=flowra",
    true,
  ]);
});

it("has its users made in one secret step after it", async () => {
  const { steps } = await program((mongo, host) => new MongoUsers("users", { host, mongo, users: [FLOWRA], retire: true }));
  const step = steps.find(({ noun }) => noun === "mongo");
  expect(step).toMatchObject({ name: "users-accounts", removable: false, secrets: ["connection", "stdin"] });
  expect(step?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:data:MongoUsers::users",
    container: "flowra-mongodb",
    volume: "mongodb_data",
    root: { user: "root", password: "boss" },
    users: [{ name: "flowra-first", password: "p@ss/word", database: "flowra", roles: ["dbAdmin", "readWrite"] }],
    retire: true,
  });
});

it("has a cache that its limit of memory decides, as the server itself would", async () => {
  expect((["704 MB", "1536 MB", "4 GB", "16 GB"] as const).map(cacheGigabytes)).toEqual([0.25, 0.25, 1.5, 7.5]);
  const { resources } = await program(undefined, { limits: { memory: "4 GB", cpus: 2 } });
  const container = resources.find(({ type }) => type === "docker:index/container:Container");
  expect(container?.inputs["command"]).toEqual(["mongod", "--wiredTigerCacheSizeGB", "1.5"]);
});

it("has users whose names are known later than they are declared", async () => {
  const named = (name: string) => ({ ...FLOWRA, name: pulumi.output(Promise.resolve(name)) });
  const { steps } = await program((mongo, host) => new MongoUsers("users", { host, mongo, users: [named("flowra-1a")] }));
  expect(steps.find(({ noun }) => noun === "mongo")?.document).toMatchObject({ users: [{ name: "flowra-1a", password: "p@ss/word" }] });
});

it("refuses users that are none", async () => {
  const users = [{ ...FLOWRA, name: "root" }, { ...FLOWRA, database: "a b", roles: [] }, FLOWRA, FLOWRA];
  await expect(program((mongo, host) => new MongoUsers("users", { host, mongo, users }))).rejects.toThrow(
    [
      'users/users[0]/name: must be letters, digits, dots and hyphens, and not the administrator\'s; got "root"',
      'users/users[1]/database: must be letters, digits, underscores and hyphens; got "a b"',
      'users/users[1]/roles: must name what the user may do; allowed: such as ["readWrite"]',
      'users/users[3]: is there twice; got "flowra.flowra-first"',
    ].join("\n"),
  );
});
