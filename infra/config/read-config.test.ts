import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readConfig } from "./read-config";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs";
const DATABASE = { host: "db.example.com", user: "u", database: "d", password: "canary-database" };
const FLOWMASTER = {
  environment: "staging",
  host: { stack: "shared", name: "main" },
  databases: { arango: DATABASE, postgres: DATABASE, redis: { host: "redis.example.com", password: "canary-redis" } },
  apiKeys: { gemini: "canary-gemini", openai: "canary-openai", openrouter: "canary-openrouter" },
};

let registered: string[];

/** As Pulumi hands it over: text, objects as JSON; a key with any secret in it is secret as a whole. */
function configure(values: Record<string, unknown>): void {
  const texts = Object.entries(values).map(([key, value]) => [
    `flowfleet:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts) as Record<string, string>, ["flowfleet:flowmaster"]);
}

beforeEach(async () => {
  registered = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (resource) => {
        registered.push(resource.name);
        return { id: resource.name, state: {} };
      },
      call: () => ({}),
    },
    "flowfleet",
    "staging",
  );
});

const facts = async (output: pulumi.Output<unknown>) => [
  await (output as unknown as { isSecret: Promise<boolean> }).isSecret,
  await (output as unknown as { promise(): Promise<unknown> }).promise(),
];

it("fills in the guide's defaults, and only the secrets are secret", async () => {
  configure({
    flowmaster: FLOWMASTER,
    acme: { email: "ops@example.com" },
    hosts: {},
    registries: {},
    releases: join(__dirname, "../golden/releases"),
    reapply: "",
  });
  const config = readConfig();
  expect(config.reapply).toBeUndefined();
  const { databases, apiKeys, ...plain } = config.flowmaster ?? {};
  expect(plain).toEqual({
    environment: "staging",
    host: { stack: "shared", name: "main", os: "debian-12", state: "present" },
    domain: "staging.flow-master.ai",
    branch: "staging",
    directory: "/srv/flowmaster/staging",
    envFile: ".env.staging",
    composeFile: "docker-compose.staging.yml",
    subnet: "10.90.2.0/24",
    appUrl: "https://staging.flow-master.ai",
    certificate: { challenge: { type: "http" } },
    maxBody: "50 MB",
    apiTimeout: "3600 seconds",
    websocketTimeout: "24 hours",
    compression: { level: 5, minimum: "1 KB" },
    keys: { jwt: {}, encryption: {}, secret: {} },
    backend: {
      port: 4001,
      workers: 4,
      user: "10001:10001",
      readOnly: true,
      health: { interval: "30 seconds", timeout: "10 seconds", retries: 3, startPeriod: "40 seconds" },
      limits: { memory: "1 GB", cpus: 1, pids: 256 },
      drain: "30 seconds",
    },
    frontend: {
      port: 4000,
      user: "101:101",
      readOnly: true,
      health: { interval: "30 seconds", timeout: "3 seconds", retries: 3, startPeriod: "0 seconds" },
      limits: { memory: "128 MB", cpus: 0.5, pids: 64 },
      drain: "30 seconds",
    },
  });
  expect(databases?.arango).toMatchObject({ host: "db.example.com", port: 8529, user: "u", database: "d" });
  expect([databases?.postgres.port, databases?.redis.port]).toEqual([5432, 6379]);
  expect(apiKeys && (await facts(apiKeys.openai))).toEqual([true, "canary-openai"]);
  expect(databases && (await facts(databases.arango.password))).toEqual([true, "canary-database"]);
  expect(Object.keys(config.applicationReleases["flowmaster"] ?? {})).toEqual(["backend", "frontend"]);
});

it("stops with everything that is wrong, missing secrets included, before any resource is registered", () => {
  const { apiKeys, ...rest } = FLOWMASTER;
  configure({ flowmaster: { ...rest, apiKeys: { openai: apiKeys.openai }, maxBody: "big", domian: "x" }, releases: "nowhere" });
  let error: unknown;
  try {
    readConfig();
  } catch (thrown) {
    error = thrown;
  }
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  expect((error as Error).message.split("\n")).toEqual([
    'The configuration of stack "staging" is not right; nothing was touched.',
    '  Pulumi.staging.yaml flowfleet:flowmaster.maxBody: must be a size such as "50 MB"; got "big"; allowed: a whole number of MB or GB above zero',
    expect.stringMatching(/^ {2}Pulumi\.staging\.yaml flowfleet:flowmaster\.domian: is not known; allowed: .*; did you mean "domain"\?$/),
    "  Pulumi.staging.yaml flowfleet:flowmaster.apiKeys.gemini: this secret is missing; pulumi config set --stack staging --secret --path 'flowfleet:flowmaster.apiKeys.gemini'",
    "  Pulumi.staging.yaml flowfleet:flowmaster.apiKeys.openrouter: this secret is missing; pulumi config set --stack staging --secret --path 'flowfleet:flowmaster.apiKeys.openrouter'",
    "  Pulumi.staging.yaml flowfleet:acme.email: is missing; the ACME server writes to it when a certificate is about to expire",
    "  nowhere/staging.yaml: there is no such file; it says which release of each application runs in this stack",
  ]);
  expect((error as Error).message).not.toContain("canary");
  expect(registered).toEqual([]);
});

describe("Flowra", () => {
  const flowra = (variables: object) => {
    configure({
      hosts: { flowra: { address: "203.0.113.31", hostKey: KEY, size: { cpus: 4, memory: "8 GB" }, docker: {}, web: true } },
      flowra: { environment: "staging", host: { name: "flowra" }, variables },
      acme: { email: "ops@example.com" },
      releases: join(__dirname, "../golden/releases"),
    });
  };

  it("has its variables with the guide's defaults, and a given secret as a secret", async () => {
    flowra({ FLOWRA_LOG_LEVEL: "debug", FLOWRA_AUTH_JWT_SECRET: "canary-".repeat(6) });
    const config = readConfig();
    const { FLOWRA_AUTH_JWT_SECRET: secret, ...variables } = config.flowra?.variables ?? {};
    expect(variables).toMatchObject({ FLOWRA_LOG_LEVEL: "debug", FLOWRA_MONGODB_MAX_POOL_SIZE: 100, FLOWRA_ENV: "staging" });
    expect(secret && (await facts(secret))).toEqual([true, "canary-".repeat(6)]);
    expect(config.applicationReleases["flowra"]?.["keycloak-db"]).toMatchObject({ version: "15.10" });
  });

  it("refuses the guide's own secrets once they are known, without showing them", () => {
    flowra({ FLOWRA_AUTH_JWT_SECRET: "your-secure-jwt-secret", FLOWRA_REDIS_PASSWORD: "canary" });
    const refused = () => readConfig();
    expect(refused).toThrow(
      "flowfleet:flowra.variables.FLOWRA_REDIS_PASSWORD: is shorter than 16 characters; leave it out, and one of 256 bits is generated; if data that exist were made with it, change it there first\n" +
        "  Pulumi.staging.yaml flowfleet:flowra.variables.FLOWRA_AUTH_JWT_SECRET: is a default or a placeholder that everybody knows; leave it out, and one of 256 bits is generated; if data that exist were made with it, change it there first",
    );
    expect(refused).not.toThrow(/your-secure|canary/);
  });
});

it("a machine of another stack is looked up in that stack's file", () => {
  configure({ flowra: { environment: "staging", host: { stack: "shared", name: "main" } }, acme: { email: "ops@example.com" } });
  expect(() => readConfig(join(__dirname, "../.."))).toThrow(
    "  Pulumi.staging.yaml flowfleet:flowra.host: Pulumi.shared.yaml flowfleet:hosts.main.size is missing: Flowra must know what its machine has; " +
      "the guide asks for cpus: 4, memory: 8 GB, disk: 50 GB in staging",
  );
});

it("a value that is no JSON is told as what it is", () => {
  configure({ hosts: "main" });
  expect(() => readConfig()).toThrow("Pulumi.staging.yaml flowfleet:hosts: must be a group of settings; got string");
});
