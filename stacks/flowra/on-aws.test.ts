import type { Recording } from "../../components/host/recording";
import { databases, onAws, problemsOf, runOnAws, SHARED } from "./testing/on-aws";
import { CORS, documentOf, run } from "./testing/program";

const of = ({ resources }: Recording, name: string) => {
  const found = resources.find((one) => one.name === name);
  if (!found) throw new Error(`${name} is none of ${resources.map((one) => one.name).join(", ")}`);
  return found.inputs;
};

describe("the API on AWS", () => {
  let found: Recording;
  let container: Record<string, unknown>;
  beforeAll(async () => {
    found = await runOnAws();
    container = (JSON.parse(String(of(found, "flowra-api-task")["containerDefinitions"])) as Record<string, unknown>[])[0] ?? {};
  });

  it("is asked for its paths alone: not for metrics, profiles or details of its health", () => {
    expect(of(found, "flowra-api-rule-0")["conditions"]).toEqual([
      { hostHeader: { values: ["api.staging.flowra.com"] } },
      { pathPattern: { values: ["/api", "/api/*", "/health", "/ready"] } },
    ]);
    expect(of(found, "flowra-balancer-balancer")).toMatchObject({ idleTimeout: 300 });
    const [action] = of(found, "flowra-balancer-https")["defaultActions"] as { fixedResponse: object }[];
    expect(action?.fixedResponse).toMatchObject({ statusCode: "404" });
  });

  it("finds databases and Keycloak where the configuration has them", () => {
    const environment = container["environment"] as { name: string; value: string }[];
    const value = (of: string) => environment.find(({ name }) => name === of)?.value;
    expect(value("FLOWRA_REDIS_ADDR")).toBe("redis.example.com:6379");
    expect(value("FLOWRA_KEYCLOAK_URL")).toBe("https://auth.staging.flowra.com");
    expect(value("FLOWRA_SERVER_HOST")).toBe("0.0.0.0");
    expect(value("FLOWRA_ENV")).toBe("staging");
    expect((container["secrets"] as { name: string }[]).map(({ name }) => name)).toEqual([
      "FLOWRA_AUTH_JWT_SECRET",
      "FLOWRA_KEYCLOAK_ADMIN_PASSWORD",
      "FLOWRA_KEYCLOAK_ADMIN_USERNAME",
      "FLOWRA_KEYCLOAK_CLIENT_SECRET",
      "FLOWRA_MONGODB_URI",
      "FLOWRA_REDIS_PASSWORD",
    ]);
  });

  it("has the guide's health check, and is sent requests once it is ready", () => {
    expect(container["healthCheck"]).toEqual({
      command: ["CMD-SHELL", "curl -fsS http://localhost:8080/health"],
      interval: 30,
      timeout: 10,
      retries: 3,
      startPeriod: 30,
    });
    expect(of(found, "flowra-api-tg")).toMatchObject({ port: 8080, healthCheck: { path: "/ready" } });
  });

  it("says no secret but to Parameter Store", () => {
    const told = found.resources.filter(({ inputs }) => JSON.stringify(inputs).includes("canary"));
    expect(told.map(({ type, secrets }) => [type, secrets])).toEqual(told.map(() => ["aws:ssm/parameter:Parameter", ["value"]]));
    expect(told).toHaveLength(5);
  });

  it("makes nothing on a machine", () => {
    expect(found.steps).toEqual([]);
  });
});

describe("the machine whose databases are elsewhere", () => {
  it("has the application and Keycloak, which are told where those are", async () => {
    const found = await run(databases() + CORS);
    const containers = found.resources
      .filter(({ type }) => type === "docker:index/container:Container")
      .map(({ inputs }) => inputs["name"]);
    expect(containers.sort()).toEqual(["flowra-keycloak", "flowra-keycloak-db"]);
    for (const service of ["api", "worker"])
      expect(documentOf(found, `flowra-${service}-release-switch`)["environment"]).toMatchObject({
        FLOWRA_REDIS_ADDR: "redis.example.com:6379",
        FLOWRA_KEYCLOAK_URL: "http://keycloak:8080",
      });
    const steps = found.steps.filter(({ noun }) => noun === "mongo" || noun === "redis" || noun === "volume");
    expect(steps.map(({ name }) => name)).toEqual([
      "flowra-databases-keycloak-db-server-version",
      "flowra-databases-keycloak-server-version",
    ]);
    const watched = found.steps.filter(({ noun }) => noun === "liveness").map(({ name }) => name);
    expect(watched.filter((name) => /mongodb|redis/.test(name))).toEqual([]);
  });
});

describe("a configuration that could not work", () => {
  const at = "Pulumi.staging.yaml flowfleet:flowra";

  it("is right as the tests have it", () => {
    expect(problemsOf(onAws())).toEqual([]);
  });

  it("names no databases that AWS reaches, and no secrets that the rest of Flowra has", () => {
    expect(problemsOf(onAws(""))).toEqual([
      `${at}.databases: is missing: on AWS the API reaches no MongoDB and no Redis that are containers of a machine; ` +
        "move both to where machine and AWS reach them, and name them here and in the machine's stack",
      `${at}.account.name: is missing: the account in Keycloak is made by the machine's stack; ` +
        "take FLOWRA_KEYCLOAK_ADMIN_USERNAME of the machine's .env",
      ...["FLOWRA_AUTH_JWT_SECRET", "FLOWRA_KEYCLOAK_CLIENT_SECRET", "FLOWRA_KEYCLOAK_ADMIN_PASSWORD"].map(
        (name) =>
          `${at}.variables.${name}: is missing: on AWS it must be what the rest of Flowra has; ` +
          `take it from the machine's .env: pulumi config set --secret --path 'flowfleet:flowra.variables.${name}'`,
      ),
    ]);
  });

  it("names databases that only a machine's own containers reach, and says no password of theirs", () => {
    const wrong = "is no address that Fargate reaches: it means the one that asks, or a name that nobody else knows";
    for (const uri of ["mongodb://u:canary@mongodb:27017", "mongodb://u:canary@db.example.com,localhost:27018/flowra"])
      expect(problemsOf(onAws(databases(uri, "127.0.0.1") + SHARED))).toEqual([
        `${at}.databases.mongodb.uri: ${wrong}; allowed: such as "mongodb.example.com"`,
        `${at}.databases.redis.address: ${wrong}; got "127.0.0.1"; allowed: such as "redis.example.com"`,
      ]);
    expect(problemsOf(onAws(databases("https://canary.example.com") + SHARED))).toEqual([
      `${at}.databases.mongodb.uri: must be the address of a MongoDB; allowed: mongodb://… or mongodb+srv://…`,
    ]);
  });

  it("is told all that a machine does and a load balancer does not", () => {
    const text = `${databases()}${SHARED}    host: {name: flowra, stack: shared}
    mode: systemd
    cors: {origins: [https://app.flowra.com]}
    rateLimit: {perSecond: 10}
    worker: {drain: 20 seconds}
    apiTimeout: 30 seconds
    websocketTimeout: 2 hours
    sizes: {worker: {limits: {cpus: 1}}, api: {limits: {cpus: 2, memory: 2 GB}}}
`;
    expect(problemsOf(onAws(text))).toEqual([
      `${at}.host: is not for what runs on AWS; leave out host, or aws`,
      `${at}.mode: is for what runs on a machine; leave it out`,
      `${at}.rateLimit: is for what runs on a machine; leave it out`,
      `${at}.worker: is for what runs on a machine; leave it out`,
      `${at}.apiTimeout: is for what runs on a machine; leave it out`,
      `${at}.cors.origins: cannot be let in by a load balancer, which answers no preflight requests; ` +
        "leave it out, and let the application itself answer them",
      `${at}.sizes.worker: is for what runs on a machine; leave it out`,
      expect.stringContaining(`${at}.sizes.api.limits: is no pair of CPU and memory that Fargate has; got "2 vCPU, 2 GB"`),
      `${at}.websocketTimeout: is longer than a load balancer waits; got "2 hours"; allowed: at most 4000 seconds`,
    ]);
  });
});
