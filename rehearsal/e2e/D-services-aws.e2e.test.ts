/** FlowMaster and Flowra's API on Fargate, in an AWS emulator: what AWS's own command line sees of them, a release, and the end of them. */
import type { Result } from "../engine";
import { AwsCli, standingIn } from "./aws-cli";
import { type Change, changesOf, succeeded, type StackFile, World } from "./world";

const STACK = "prod";
const aws = {
  account: "123456789012",
  region: "eu-central-1",
  network: { zones: ["eu-central-1a", "eu-central-1b"] },
  entrance: { zone: "Z0123456789ABCDEFGHIJ" },
  // What stands no longer than the test.
  protect: false,
};
const config = {
  "flowfleet:flowmaster": {
    environment: "production",
    databases: {
      arango: { host: "arango.example.com", user: "flowmaster", database: "flowmaster" },
      postgres: { host: "postgres.example.com", user: "flowmaster", database: "flowmaster" },
      redis: { host: "redis.example.com" },
    },
    aws,
  },
  "flowfleet:flowra": {
    environment: "production",
    databases: { redis: { address: "redis.example.com" } },
    account: { name: "flowra-first-00000000" },
    aws,
  },
};

const FILE: StackFile = {
  config,
  secrets: {
    "flowfleet:flowra.databases.mongodb.uri": "mongodb+srv://flowra:stand-in@mongodb.example.com/flowra",
    ...Object.fromEntries(
      ["FLOWRA_AUTH_JWT_SECRET", "FLOWRA_KEYCLOAK_CLIENT_SECRET", "FLOWRA_KEYCLOAK_ADMIN_PASSWORD"].map((name) => [
        `flowfleet:flowra.variables.${name}`,
        `stand-in-for-a-secret-${name}`,
      ]),
    ),
  },
};

/** `path`: where the load balancer asks for a task's health; `own`: where the task asks itself. */
const SERVICES = {
  backend: { of: "flowmaster-production", port: 8000, path: "/api/health", own: "/api/health" },
  frontend: { of: "flowmaster-production", port: 80, path: "/", own: "/" },
  api: { of: "flowra-production", port: 8080, path: "/ready", own: "/health" },
} as const;
type Service = keyof typeof SERVICES;
const NAMES = Object.keys(SERVICES) as Service[];
const nameOf = (service: Service): string => `${SERVICES[service].of}-${service}`;

let world: World;
let cli: AwsCli;
let before: string[];
let first: Result;

const up = (change: Change = {}): Promise<Result> => world.up(STACK, change);
const query = (question: string, about: string): Promise<unknown> => cli.ask(`${question} --query ${about}`);
const service = (of: Service, about: string): Promise<unknown> =>
  query(`ecs describe-services --cluster ${SERVICES[of].of} --services ${nameOf(of)}`, `services[0].${about}`);
const container = (of: Service, about: string): Promise<unknown> =>
  query(`ecs describe-task-definition --task-definition ${nameOf(of)}`, `taskDefinition.containerDefinitions[0].${about}`);
const balancerOf = async (name: string): Promise<string> =>
  String(await query(`elbv2 describe-load-balancers --names ${name}`, "LoadBalancers[0].LoadBalancerArn"));
/** What each service has, under its name. */
async function each(ask: (service: Service) => Promise<unknown>): Promise<Record<Service, unknown>> {
  const found: [string, unknown][] = [];
  for (const name of NAMES) found.push([name, await ask(name)]);
  return Object.fromEntries(found) as Record<Service, unknown>;
}
const targets = async (): Promise<Record<Service, string>> =>
  (await each((of) => service(of, "loadBalancers[0].targetGroupArn"))) as Record<Service, string>;
/** What comes to a load balancer goes where: priority, names, paths, target group. */
async function rulesOf(name: string): Promise<unknown> {
  const listener = await query(
    `elbv2 describe-listeners --load-balancer-arn ${await balancerOf(name)}`,
    "Listeners[?Port==`443`]|[0].ListenerArn",
  );
  const values = (field: string, config: string) => `Conditions[?Field=='${field}']|[0].${config}.Values`;
  return query(
    `elbv2 describe-rules --listener-arn ${String(listener)}`,
    `Rules[?Priority!='default'].[Priority,${values("host-header", "HostHeaderConfig")},${values("path-pattern", "PathPatternConfig")},Actions[0].TargetGroupArn]`,
  );
}

beforeAll(async () => {
  world = await World.open([STACK], { folder: "e2e-services-aws", file: FILE });
  cli = new AwsCli(world);
  before = await standingIn(cli);
  first = succeeded(await up());
}, 1_200_000);

afterAll(async () => {
  await world.prepared.estate.destroy();
}, 120_000);

test("a second run changes nothing", async () => {
  expect(changesOf(succeeded(await up()))).toEqual([]);
}, 400_000);

test("applications are told where they are", () => {
  const on = (of: string, ...services: Service[]) => ({
    ...{ region: "eu-central-1", cluster: of, parameters: `/${of.replace("-", "/")}` },
    services: Object.fromEntries(services.map((one) => [one, { service: nameOf(one), logs: `/${of}/${one}` }])),
  });
  expect(first.outputs).toMatchObject({
    flowmaster: { url: "https://app.flow-master.ai", aws: on("flowmaster-production", "backend", "frontend") },
    flowra: { url: "https://api.flowra.com", aws: on("flowra-production", "api") },
  });
});

test("a load balancer sends each path to its service, and closes what was silent for as long as its guide says", async () => {
  const { backend, frontend, api } = await targets();
  expect(await rulesOf("flowmaster-production")).toEqual([
    ["1000", ["app.flow-master.ai"], ["/api", "/api/*", "/ws", "/ws/*"], backend],
    ["2000", ["app.flow-master.ai"], ["/*"], frontend],
  ]);
  expect(await rulesOf("flowra-production")).toEqual([["1000", ["api.flowra.com"], ["/api", "/api/*", "/health", "/ready"], api]]);
  const idle = "Attributes[?Key=='idle_timeout.timeout_seconds'].Value";
  for (const [name, seconds] of [
    ["flowmaster-production", "3600"],
    ["flowra-production", "300"],
  ] as const)
    expect(await query(`elbv2 describe-load-balancer-attributes --load-balancer-arn ${await balancerOf(name)}`, idle)).toEqual([seconds]);
}, 180_000);

test("tasks are asked for their health: by the load balancer, and each by itself", async () => {
  const groups = await targets();
  const about = "TargetGroups[0].[Port,HealthCheckPath,TargetType,HealthCheckIntervalSeconds,Matcher.HttpCode]";
  expect(await each((of) => query(`elbv2 describe-target-groups --target-group-arns ${groups[of]}`, about))).toEqual(
    Object.fromEntries(NAMES.map((of) => [of, [SERVICES[of].port, SERVICES[of].path, "ip", 10, "200-399"]])),
  );
  const commands = await each((of) => container(of, "healthCheck.command"));
  for (const of of NAMES) {
    const { port, own } = SERVICES[of];
    expect(commands[of]).toEqual([
      "CMD-SHELL",
      expect.stringMatching(new RegExp(` http://(127\\.0\\.0\\.1|localhost)(:${port})?${own}( |$)`)),
    ]);
  }
}, 180_000);

test("services run what was asked for, in private subnets, and go back by themselves", async () => {
  const arns = await each((of) =>
    query(`ecs describe-task-definition --task-definition ${nameOf(of)}`, "taskDefinition.taskDefinitionArn"),
  );
  const about =
    "[desiredCount,runningCount,deployments[].[status,taskDefinition,rolloutState],networkConfiguration.awsvpcConfiguration.assignPublicIp]";
  expect(await each((of) => service(of, about))).toEqual(
    Object.fromEntries(NAMES.map((of) => [of, [3, 3, [["PRIMARY", arns[of], "COMPLETED"]], "DISABLED"]])),
  );
  expect(await query("servicediscovery list-namespaces", "Namespaces[].[Name,Type]")).toEqual([["flowmaster-production", "HTTP"]]);
}, 180_000);

test("task definitions name images by their digests, and secrets by their parameters only", async () => {
  const image = (of: Service) => {
    const { image, digest } = world.builtRelease(of);
    return `${image}@${digest}`;
  };
  expect(await each((of) => container(of, "[image,portMappings[0].containerPort,readonlyRootFilesystem,privileged]"))).toEqual(
    Object.fromEntries(NAMES.map((of) => [of, [image(of), SERVICES[of].port, true, false]])),
  );
  const referred = (await each((of) => container(of, "secrets[].[name,valueFrom]"))) as Record<Service, [string, string][]>;
  const kept = async (folder: string) =>
    (await query(`ssm get-parameters-by-path --path ${folder} --with-decryption`, "Parameters[].[Name,Type,ARN,Value]")) as string[][];
  const parameters = { backend: await kept("/flowmaster/production"), frontend: [], api: await kept("/flowra/production") };
  for (const of of NAMES) {
    expect(referred[of].map(([, arn]) => arn).sort()).toEqual(parameters[of].map(([, , arn]) => arn).sort());
    expect(referred[of].map(([name, arn]) => arn.endsWith(`/${name}`))).toEqual(referred[of].map(() => true));
    const text = JSON.stringify(await container(of, "[environment,secrets,dockerLabels,healthCheck]"));
    expect(parameters[of].filter(([, type, , value = ""]) => type !== "SecureString" || text.includes(value))).toEqual([]);
  }
  expect(referred.backend.map(([name]) => name)).toEqual(expect.arrayContaining(["JWT_SECRET", "ARANGO_PASSWORD"]));
}, 180_000);

test("only the load balancer and the frontend reach the backend", async () => {
  const group = async (role: string) =>
    String(
      await query(
        `ec2 describe-security-groups --filters Name=group-name,Values=flowmaster-production-${role}`,
        "SecurityGroups[0].GroupId",
      ),
    );
  const [balancer, frontend] = [await group("balancer"), await group("frontend")];
  const about = "SecurityGroups[0].IpPermissions[].[FromPort,IpRanges[].CidrIp,UserIdGroupPairs[].GroupId]";
  const found = (await query("ec2 describe-security-groups --filters Name=group-name,Values=flowmaster-production-backend", about)) as [
    number,
    string[],
    string[],
  ][];
  expect(found.map(([port, addresses]) => [port, addresses])).toEqual(found.map(() => [8000, []]));
  expect(found.flatMap(([, , groups]) => groups).sort()).toEqual([balancer, frontend].sort());
}, 60_000);

test("another digest is a rollout of that service alone; once more, and there is none", async () => {
  const definitions = () => each((of) => service(of, "deployments[].[status,taskDefinition,rolloutState]"));
  const former = (await definitions()) as Record<Service, [string, string, string][]>;
  const digest = `sha256:${"b".repeat(64)}`;
  const change: Change = { releases: { backend: { ...world.builtRelease("backend"), digest, builtAt: new Date().toISOString() } } };
  const result = succeeded(await up(change));
  const steps = changesOf(result);
  expect(steps).toEqual(expect.arrayContaining(["update flowmaster-backend-service"]));
  expect(steps.filter((step) => !/flowmaster-backend-(service|task)$/.test(step))).toEqual([]);
  const now = await definitions();
  const arn = former.backend[0]?.[1].replace(/:1$/, ":2");
  expect(now).toEqual({ ...former, backend: [["PRIMARY", arn, "COMPLETED"]] });
  expect(await container("backend", "image")).toBe(`${world.builtRelease("backend").image}@${digest}`);
  expect((result.outputs["flowmaster"] as { release: object }).release).toMatchObject({
    backend: expect.stringContaining(digest) as unknown,
  });
  expect(changesOf(succeeded(await up(change)))).toEqual([]);
}, 400_000);

test("once it is destroyed, nothing is left", async () => {
  succeeded(await world.destroy(STACK));
  expect(await standingIn(cli)).toEqual(before);
}, 400_000);
