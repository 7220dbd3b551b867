import type { Recording } from "../../components/host/recording";
import { crossStackProblems } from "../../infra/config/stacks";
import { HEALTH_COMMANDS } from "./guide";
import { onAws, PLACE, problemsOf, runOnAws, stackOf } from "./testing/program";

const of = ({ resources }: Recording, name: string) => {
  const found = resources.find((one) => one.name === name);
  if (!found) throw new Error(`${name} is none of ${resources.map((one) => one.name).join(", ")}`);
  return found.inputs;
};
const definition = (found: Recording, service: string) =>
  (JSON.parse(String(of(found, `flowmaster-${service}-task`)["containerDefinitions"])) as Record<string, unknown>[])[0] ?? {};
const names = (entries: unknown) => (entries as { name: string }[]).map(({ name }) => name);

let found: Recording;
beforeAll(async () => {
  found = await runOnAws();
});

it("sends the API and WebSockets to the backend and all else to the frontend, with an hour's patience", () => {
  const rule = (service: string) => {
    const { priority, conditions, actions } = of(found, `flowmaster-${service}-rule-0`);
    return { priority, conditions, actions };
  };
  const to = (service: string) => [{ type: "forward", targetGroupArn: `arn:made-up:TargetGroup:flowmaster-${service}-tg` }];
  const host = { hostHeader: { values: ["staging.flow-master.ai"] } };
  expect(rule("backend")).toEqual({
    priority: 1000,
    conditions: [host, { pathPattern: { values: ["/api", "/api/*", "/ws", "/ws/*"] } }],
    actions: to("backend"),
  });
  expect(rule("frontend")).toEqual({
    priority: 2000,
    conditions: [host, { pathPattern: { values: ["/*"] } }],
    actions: to("frontend"),
  });
  expect(of(found, "flowmaster-balancer-balancer")).toMatchObject({ idleTimeout: 3600, name: "flowmaster-staging" });
});

it("has the guide's health checks", () => {
  const check = (service: "backend" | "frontend", times: object) => ({
    command: ["CMD-SHELL", HEALTH_COMMANDS[service]],
    retries: 3,
    interval: 30,
    ...times,
  });
  expect(definition(found, "backend")["healthCheck"]).toEqual(check("backend", { timeout: 10, startPeriod: 40 }));
  expect(definition(found, "frontend")["healthCheck"]).toEqual(check("frontend", { timeout: 3, startPeriod: 0 }));
  expect(of(found, "flowmaster-backend-tg")).toMatchObject({ port: 8000, healthCheck: { path: "/api/health" } });
  expect(of(found, "flowmaster-frontend-tg")).toMatchObject({ port: 80, healthCheck: { path: "/" } });
});

it("has the guide's variables but for those of a machine, the secret ones by reference", () => {
  const backend = definition(found, "backend");
  expect(names(backend["environment"])).toEqual([
    "APP_URL",
    "ARANGO_DB",
    "ARANGO_HOST",
    "ARANGO_PORT",
    "ARANGO_USER",
    "POSTGRES_GLOBAL_DB",
    "POSTGRES_GLOBAL_HOST",
    "POSTGRES_GLOBAL_PORT",
    "POSTGRES_GLOBAL_USER",
    "REDIS_HOST",
    "REDIS_PORT",
    "UVICORN_TIMEOUT_KEEP_ALIVE",
    "WEB_CONCURRENCY",
  ]);
  expect(backend["environment"]).toContainEqual({ name: "UVICORN_TIMEOUT_KEEP_ALIVE", value: "3660" });
  expect(names(backend["secrets"])).toEqual([
    "ARANGO_PASSWORD",
    "ENCRYPTION_KEY",
    "GEMINI_API_KEY",
    "JWT_SECRET",
    "OPENAI_API_KEY",
    "OPENROUTER_API_KEY",
    "POSTGRES_GLOBAL_PASSWORD",
    "REDIS_PASSWORD",
    "SECRET_KEY",
  ]);
  expect([definition(found, "frontend")["environment"], definition(found, "frontend")["secrets"]]).toEqual([[], []]);
});

it("says no secret but to Parameter Store", () => {
  const told = found.resources.filter(({ inputs }) => JSON.stringify(inputs).includes("canary"));
  expect(told.map(({ type, secrets }) => [type, secrets])).toEqual(told.map(() => ["aws:ssm/parameter:Parameter", ["value"]]));
  expect(told).toHaveLength(6);
});

it("lets the frontend's nginx find the backend by the name that it has on a machine", () => {
  const namespace = "arn:made-up:HttpNamespace:flowmaster-names-namespace";
  expect(of(found, "flowmaster-backend-service")["serviceConnectConfiguration"]).toEqual({
    enabled: true,
    namespace,
    services: [{ portName: "backend", discoveryName: "backend", clientAlias: [{ port: 8000, dnsName: "backend" }] }],
  });
  expect(definition(found, "backend")["portMappings"]).toEqual([{ containerPort: 8000, hostPort: 8000, protocol: "tcp", name: "backend" }]);
  expect(of(found, "flowmaster-frontend-service")["serviceConnectConfiguration"]).toEqual({ enabled: true, namespace });
});

it("lets the frontend's user listen on port 80, as Docker does", () => {
  expect(definition(found, "frontend")["systemControls"]).toEqual([{ namespace: "net.ipv4.ip_unprivileged_port_start", value: "80" }]);
  expect(definition(found, "backend")["systemControls"]).toBeUndefined();
});

it("lets each tier reach the next and its databases, and nobody else", () => {
  const rules = (direction: string) =>
    found.resources
      .filter(({ type }) => type.endsWith(`:SecurityGroup${direction}Rule`))
      .map(({ inputs: { securityGroupId, referencedSecurityGroupId, cidrIpv4, fromPort } }) =>
        [securityGroupId, referencedSecurityGroupId ?? cidrIpv4, fromPort]
          .join(" ")
          .replaceAll("flowmaster-", "")
          .replaceAll("-group-group-id", ""),
      )
      .sort();
  expect(rules("Ingress")).toEqual([
    "backend balancer 8000",
    "backend frontend 8000",
    "balancer 0.0.0.0/0 443",
    "balancer 0.0.0.0/0 80",
    "frontend balancer 80",
  ]);
  expect(rules("Egress")).toEqual([
    "backend 0.0.0.0/0 443",
    "backend 0.0.0.0/0 5432",
    "backend 0.0.0.0/0 6379",
    "backend 0.0.0.0/0 8529",
    "balancer backend 8000",
    "balancer frontend 80",
    "frontend 0.0.0.0/0 443",
    "frontend backend 8000",
  ]);
});

it("has a container's own folders where it may write everywhere", async () => {
  expect(names(of(found, "flowmaster-frontend-task")["volumes"])).toEqual(["tmp", "var-cache-nginx", "run"]);
  const writable = await runOnAws(onAws("    frontend: {readOnly: false}\n"));
  expect(of(writable, "flowmaster-frontend-task")["volumes"]).toEqual([]);
});

describe("a configuration that could not work", () => {
  const at = "Pulumi.staging.yaml flowfleet:flowmaster";

  it("is right as the tests have it", () => {
    expect(problemsOf(onAws())).toEqual([]);
  });

  it("is told everything at once", () => {
    const text = `    host: {stack: shared, name: main}
    directory: /srv/flowmaster/staging
    websocketTimeout: 24 hours
    apiTimeout: 2 hours
    backend: {port: 4001, limits: {memory: 1 GB, pids: 100}}
`;
    const place = `      network: {zones: [eu-central-1a], nat: none}
      instances: {frontend: {min: 2, max: 1}}
`;
    expect(problemsOf(onAws(text, place))).toEqual([
      `${at}.aws.network.nat: is none of the values allowed; got "none"; allowed: one, per-zone`,
      `${at}.host: is not for what runs on AWS; leave out host, or aws`,
      `${at}.directory: is for what runs on a machine; leave it out`,
      `${at}.websocketTimeout: is for what runs on a machine; leave it out`,
      `${at}.aws.network.zones: must be two or three zones; got "eu-central-1a"; allowed: such as eu-central-1a, eu-central-1b; ` +
        "load balancers and databases need a second one for when the first is gone",
      `${at}.aws.entrance.zone: is missing: HTTPS needs a certificate, which AWS gives to whoever can write into the domain's zone; ` +
        "set the id of the hosted zone in Route 53, or the ARN of a certificate in certificate",
      `${at}.apiTimeout: is longer than a load balancer waits; got "2 hours"; allowed: at most 4000 seconds`,
      `${at}.backend.port: is for what runs on a machine; leave it out`,
      `${at}.backend.limits.pids: is for what runs on a machine; leave it out`,
      expect.stringContaining(`${at}.backend.limits: is no pair of CPU and memory that Fargate has; got "1 vCPU, 1 GB"`),
      `${at}.aws.instances.frontend.max: must be at least frontend.min, which is 2; got 1`,
      expect.stringContaining(`${at}.frontend.health: would let a bad release go on for`),
    ]);
  });

  it("says neither machine nor AWS", () => {
    const neither = onAws().replace(/ {4}aws:[\s\S]*$/, "");
    expect(problemsOf(neither)).toContain(
      `${at}: says neither on which machine nor where on AWS it runs; allowed: host, aws; set one of them`,
    );
  });

  it("may answer beside the machine that has its name, until somebody leads that to AWS", () => {
    const machine = onAws().replace(/ {4}aws:[\s\S]*$/, "    host: {stack: shared, name: main}\n");
    const beside = (place: string) => crossStackProblems([stackOf(machine, "staging"), stackOf(onAws("", place), "staging-aws")]);
    expect(
      beside(PLACE.replace("zone: Z0123456789ABCDEFGHIJ", "certificate: 'arn:aws:acm:eu-central-1:123456789012:certificate/1'")),
    ).toEqual([]);
    expect(beside(PLACE)).toMatchObject([
      {
        file: "Pulumi.staging-aws.yaml",
        path: "flowfleet:flowmaster.domain",
        wrong: "domain staging.flow-master.ai is already taken by Pulumi.staging.yaml flowfleet:flowmaster.domain",
      },
    ]);
  });
});
