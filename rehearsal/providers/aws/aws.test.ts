/** What the provider knows without an emulator: settings, names, what a change means, what it refuses. */
import { awsProvider } from ".";
import type { DiffRequest, Operation, Props } from "../../engine";
import { clientsAt } from "./clients";
import { isGone } from "./resource";
import { emulatorVariables } from "./variables";

const provider = awsProvider({ endpoint: "http://127.0.0.1:1" });
const about = (type: string) => ({ urn: `urn:pulumi:prod::flowfleet::${type}::flow`, name: "flow", type });
const operation = (type: string, more: Partial<Operation> = {}): Operation => ({
  ...about(type),
  preview: false,
  timeout: 0,
  signal: new AbortController().signal,
  log: () => undefined,
  ...more,
});
const change = (type: string, oldInputs: Props, newInputs: Props): DiffRequest => ({
  ...about(type),
  id: "id",
  oldInputs,
  oldOutputs: oldInputs,
  newInputs,
  ignoreChanges: [],
});
const seed = (number: number) => Buffer.alloc(32, number);
const VPC = "aws:ec2/vpc:Vpc";
const TARGET = "aws:lb/targetGroup:TargetGroup";
const ROUTE = "aws:ec2/route:Route";

describe("settings", () => {
  const check = async (inputs: Props) =>
    (await provider.checkConfig?.({ ...about("pulumi:providers:aws"), oldInputs: {}, newInputs: inputs, randomSeed: seed(0) }))?.failures;

  test("a region, tags for everything and the account that is meant are enough", async () => {
    expect(await check({ region: "eu-central-1", defaultTags: "{}", allowedAccountIds: '["123456789012"]', version: "7.48.0" })).toEqual(
      [],
    );
  });

  test("whatever would open a real account is refused, all at once, and so is no region", async () => {
    const failures = await check({ profile: "company", accessKey: "AKIA", endpoints: "[]" });
    expect(failures?.map(({ property }) => property)).toEqual(["profile", "accessKey", "endpoints", "region"]);
    expect(failures?.[0]?.reason).toContain("the offline engine uses an emulator and no account");
    expect(JSON.stringify(failures)).not.toContain("AKIA");
  });

  test.each(["https://ec2.eu-central-1.amazonaws.com", "http://10.0.0.1:5000", "http://127.0.0.1.example.com:5000"])(
    "an endpoint that is not on this machine is refused: %s",
    (endpoint) => {
      expect(() => clientsAt(endpoint, "eu-central-1")).toThrow(
        `AWS endpoint ${endpoint}: must be an emulator on a loopback address; for the real AWS run: pulumi up`,
      );
    },
  );

  test("without an emulator nothing is made", async () => {
    const planning = awsProvider();
    await planning.configure({ region: "eu-central-1" });
    await expect(planning.create({ ...operation(VPC), inputs: { cidrBlock: "10.0.0.0/16" } })).rejects.toThrow(
      "the offline engine has no AWS emulator here. To make this in AWS run: pulumi up",
    );
  });

  test("a program's own calls go to the emulator, whatever its user has set", () => {
    expect(emulatorVariables("http://127.0.0.1:5000")).toEqual({
      AWS_ENDPOINT_URL: "http://127.0.0.1:5000",
      AWS_ENDPOINT_URL_ECS: "http://127.0.0.1:5000",
      AWS_ACCESS_KEY_ID: "rehearsal",
      AWS_SECRET_ACCESS_KEY: "rehearsal",
      AWS_SESSION_TOKEN: "",
      AWS_PROFILE: "",
    });
  });
});

describe("names", () => {
  const check = (type: string, newInputs: Props, oldInputs: Props = {}, number = 1, name = "flowmaster-production-tg") =>
    provider.check({ ...about(type), name, oldInputs, newInputs, randomSeed: seed(number) });
  const named = async (...about: Parameters<typeof check>) => (await check(...about)).inputs;

  test("one is made where the program gives none, another for another resource", async () => {
    const [first, second] = [await named(TARGET, {}), await named(TARGET, {}, {}, 2)];
    expect(first["name"]).toMatch(/^flowmaster-production-tg-[0-9a-f]{7}$/);
    expect(first["name"]).toHaveLength(32);
    expect(first).not.toEqual(second);
  });

  test("one that is longer than AWS takes is refused, as by the official provider, and never cut", async () => {
    expect((await check(TARGET, {})).failures).toEqual([]);
    expect((await check(TARGET, {}, {}, 1, "flowmaster-backend-targets")).failures).toEqual([
      { property: "name", reason: 'the name "flowmaster-backend-targets-" and 7 random signs are longer than the 32 that AWS takes' },
    ]);
    expect((await check(TARGET, { name: "flow" }, {}, 1, "flowmaster-backend-targets")).failures).toEqual([]);
  });

  test("the program's own is kept, and so is one that was made before", async () => {
    expect(await named(TARGET, { name: "flow" })).toEqual({ name: "flow" });
    expect(await named(TARGET, {}, { name: "made-before" }, 3)).toEqual({ name: "made-before" });
    expect(await named(VPC, { cidrBlock: "10.0.0.0/16" })).toEqual({ cidrBlock: "10.0.0.0/16" });
  });
});

describe("changes", () => {
  test("the same inputs in another order are none", async () => {
    const inputs = { cidrBlock: "10.0.0.0/16", tags: { a: "1", b: "2" } };
    const answer = await provider.diff(change(VPC, inputs, { tags: { b: "2", a: "1" }, cidrBlock: "10.0.0.0/16" }));
    expect(answer).toMatchObject({ changes: "none", diffs: [], replaces: [] });
  });

  test.each([
    ["an update", VPC, { cidrBlock: "10.0.0.0/16" }, { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true }, [], false],
    ["another one first", VPC, { cidrBlock: "10.0.0.0/16" }, { cidrBlock: "10.1.0.0/16" }, ["cidrBlock"], false],
    ["the old one goes first where both would have one name", TARGET, { name: "flow", port: 1 }, { name: "flow", port: 2 }, ["port"], true],
    ["another name, another one first", TARGET, { name: "flow", port: 1 }, { name: "flow2", port: 2 }, ["name", "port"], false],
    [
      "the old one goes first where there can be one at a time",
      ROUTE,
      { routeTableId: "a" },
      { routeTableId: "b" },
      ["routeTableId"],
      true,
    ],
  ] as const)("%s", async (_, type, before, after, replaces, deleteBeforeReplace) => {
    const answer = await provider.diff(change(type, before, after));
    expect(answer).toMatchObject({ changes: "some", deleteBeforeReplace });
    expect(answer.replaces).toEqual(replaces);
  });

  test("what nobody has told of may replace: a plan says so, and nothing does it", async () => {
    const request = change(VPC, { cidrBlock: "10.0.0.0/16" }, { cidrBlock: "10.0.0.0/16", ipv6CidrBlock: "::/56" });
    const text = `may replace: what the official provider does about a change of ipv6CidrBlock of ${VPC} is not known here. To have it run: pulumi up`;
    const said: string[] = [];
    await provider.update({ ...request, ...operation(VPC, { preview: true, log: (_, message) => said.push(message) }) });
    expect(said).toEqual([text]);
    await expect(provider.update({ ...request, ...operation(VPC) })).rejects.toThrow(text);
  });
});

test("other machines for a service are no other service, and need a new deployment", async () => {
  const type = "aws:ecs/service:Service";
  const on = (capacityProvider: string, more: Props = {}) => ({
    name: "flow",
    capacityProviderStrategies: [{ capacityProvider }],
    ...more,
  });
  const forced = { forceNewDeployment: true };
  expect(await provider.diff(change(type, on("FARGATE", forced), on("FARGATE_SPOT", forced)))).toMatchObject({
    changes: "some",
    replaces: [],
  });
  await expect(provider.diff(change(type, on("FARGATE"), on("FARGATE_SPOT")))).rejects.toThrow("forceNewDeployment has to be true");
});

describe("refused", () => {
  test("a type that nobody has told of, with those that there are", async () => {
    await expect(provider.diff(change("aws:sqs/queue:Queue", {}, {}))).rejects.toThrow(
      /^the offline engine has no aws:sqs\/queue:Queue; of the package aws it has .*aws:ec2\/vpc:Vpc/,
    );
  });

  test("properties that nobody has told of, all at once, in a plan as well", async () => {
    const inputs = { cidrBlock: "10.0.0.0/16", ipv4IpamPoolId: "a", ipv6CidrBlock: "b" };
    const text = `the offline engine knows nothing of ipv4IpamPoolId, ipv6CidrBlock of ${VPC}. To have it run: pulumi up`;
    await expect(provider.create({ ...operation(VPC, { preview: true }), inputs })).rejects.toThrow(text);
  });

  test("functions", async () => {
    await expect(
      provider.invoke({
        token: "aws:index/getCallerIdentity:getCallerIdentity",
        args: {},
        preview: true,
        signal: new AbortController().signal,
      }),
    ).rejects.toThrow("the offline engine has no function aws:index/getCallerIdentity:getCallerIdentity");
  });
});

test.each([
  ["InvalidVpcID.NotFound", true],
  ["NoSuchEntityException", true],
  ["DBInstanceNotFoundFault", true],
  ["ResourceNotFoundException", true],
  ["AccessDenied", false],
  ["DependencyViolation", false],
])("%s says that something is gone: %s", (name, gone) => {
  expect(isGone(Object.assign(new Error("no"), { name }))).toBe(gone);
});
