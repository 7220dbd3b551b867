import type { Op, PlannedStep, Props } from "./engine";
import { interruptionsOf } from "./interruptions";

const urn = (type: string, name: string): string => `urn:pulumi:prod::flowfleet::${type}::${name}`;
const STACK = urn("pulumi:pulumi:Stack", "flowfleet-prod");
const CONTAINER = "docker:index/container:Container";
const COMMAND = "command:remote:Command";

function step(op: Op, type: string, name: string, parent: string, { inputs = {}, outputs = {} }: { inputs?: Props; outputs?: Props } = {}) {
  const state = { urn: urn(type, name), type, custom: !type.startsWith("flowfleet:"), parent, dependencies: [], inputs, outputs };
  return {
    op,
    urn: state.urn,
    type,
    new: state,
    diffs: [],
    detailedDiff: {},
    replaceKeys: [],
    outcome: "done",
    durationMs: 0,
  } as PlannedStep;
}

const DOWN = "mongodb is down from its stop (at most 60 s) until the new container is healthy (at most 100 s)";
const mongo = (...below: PlannedStep[]): PlannedStep[] => [
  step("same", "flowfleet:data:Mongo", "mongodb", STACK, { outputs: { interruption: DOWN } }),
  step("same", "flowfleet:data:DataContainer", "mongodb-server", urn("flowfleet:data:Mongo", "mongodb"), {
    outputs: { interruption: DOWN },
  }),
  ...below,
];
const inServer = (op: Op, type: string, name: string, inputs: Props = {}) =>
  step(op, type, name, urn("flowfleet:data:DataContainer", "mongodb-server"), { inputs });

it("tells once, by the outermost component, what a replaced container takes down", () => {
  const replaced = (["delete-replaced", "replace", "create-replacement"] as const).map((op) =>
    inServer(op, CONTAINER, "mongodb-container"),
  );
  expect(interruptionsOf(mongo(...replaced))).toEqual([
    { urn: urn("flowfleet:data:Mongo", "mongodb"), name: "mongodb", what: DOWN, steps: [urn(CONTAINER, "mongodb-container")] },
  ]);
});

it.each<[string, PlannedStep]>([
  ["a container that is made for the first time", inServer("create", CONTAINER, "mongodb-container")],
  ["a container whose limits change while it runs", inServer("update", CONTAINER, "mongodb-container")],
  ["a container that stays", inServer("same", CONTAINER, "mongodb-container")],
  ["files", inServer("update", COMMAND, "mongodb-secrets", { create: "sudo -n /usr/local/lib/flowfleet/helper files apply" })],
  [
    "an image that is fetched",
    inServer("create", COMMAND, "mongodb-image", { create: "sudo -n /usr/local/lib/flowfleet/helper image apply" }),
  ],
])("says nothing of %s", (_, below) => {
  expect(interruptionsOf(mongo(below))).toEqual([]);
});

it.each<[string, string[], boolean]>([
  ["another class", ["instanceClass"], true],
  ["another version", ["engineVersion", "parameterGroupName"], true],
  ["a second zone", ["multiAz"], false],
  ["another password", ["password"], false],
])("tells of a database of RDS with %s", (_, diffs, told) => {
  const component = urn("flowfleet:aws:RdsPostgres", "database");
  const what = "PostgreSQL flowstack-production is down";
  const found = interruptionsOf([
    step("same", "flowfleet:aws:RdsPostgres", "database", STACK, { outputs: { interruption: what } }),
    { ...step("update", "aws:rds/instance:Instance", "database-server", component), diffs },
  ]);
  expect(found.map((one) => [one.name, one.what])).toEqual(told ? [["database", what]] : []);
});

it.each([
  [
    ["nginx", "docker"],
    [{ urn: urn("flowfleet:data:Mongo", "mongodb"), name: "mongodb", what: DOWN, steps: [urn(COMMAND, "mongodb-predecessor")] }],
  ],
  [["nginx", "pm2"], []],
])("a container that is made for the first time may take over from one made by hand where takeOver is %j", (takeOver, told) => {
  const first = step("create", COMMAND, "main-claim", STACK, {
    inputs: { create: "helper claim apply", stdin: JSON.stringify({ takeOver }) },
  });
  const called = { create: "sudo -n /usr/local/lib/flowfleet/helper predecessor apply", stdin: "{}" };
  const made = [inServer("create", COMMAND, "mongodb-predecessor", called), inServer("create", CONTAINER, "mongodb-container")];
  expect(interruptionsOf([first, ...mongo(...made)])).toEqual(told);
  expect(interruptionsOf(mongo(...made))).toEqual([]);
});

const release = (op: Op, noun = "release"): PlannedStep[] => [
  step("same", "flowfleet:service:ContainerService", "api", STACK, { outputs: { interruption: "not interrupted: …" } }),
  step("same", "flowfleet:service:Release", "api-release", urn("flowfleet:service:ContainerService", "api")),
  step(op, COMMAND, "api-release-step", urn("flowfleet:service:Release", "api-release"), {
    inputs: { create: `sudo -n /usr/local/lib/flowfleet/helper ${noun} apply` },
  }),
];

it("tells which service a release takes over, and not of its first one", () => {
  expect(interruptionsOf(release("update"))).toEqual([
    {
      urn: urn("flowfleet:service:ContainerService", "api"),
      name: "api",
      what: "not interrupted: …",
      steps: [urn(COMMAND, "api-release-step")],
    },
  ]);
  expect(interruptionsOf(release("update", "static"))).toEqual(interruptionsOf(release("update")));
  expect(interruptionsOf(release("create"))).toEqual([]);
  expect(interruptionsOf(release("same"))).toEqual([]);
});

it("tells of a release under another component's name that is not the one that serves", () => {
  const document = (owner: string, image: string): Props => ({
    create: "helper release apply",
    stdin: JSON.stringify({ owner, service: "shop-api", release: { image } }),
  });
  const [component] = release("create");
  const step = (op: Op, name: string, inputs: Props): PlannedStep => {
    const [, , made] = release(op);
    const { new: view, ...others } = { ...made, urn: urn(COMMAND, name) } as PlannedStep;
    const state = { ...view, urn: others.urn, inputs } as NonNullable<PlannedStep["new"]>;
    return op === "delete" ? { ...others, old: { ...state, parent: STACK } } : { ...others, new: state };
  };
  const told = (image: string) =>
    interruptionsOf([
      component as PlannedStep,
      ...release("create").slice(1, 2),
      step("create", "api-release-step", document("new", image)),
      step("delete", "web-release-step", document("old", "a")),
    ]).map(({ name, steps }) => [name, steps]);
  expect(told("b")).toEqual([["api", [urn(COMMAND, "api-release-step")]]]);
  expect(told("a")).toEqual([]);
});

const DOWN_503 = "down: requests get 503 until …";
const fargate = (...below: PlannedStep[]): PlannedStep[] => [
  step("same", "flowfleet:aws:FargateService", "app", STACK, { outputs: { interruption: "not interrupted: …", replaced: DOWN_503 } }),
  ...below,
];
const inService = (op: Op, type: string): PlannedStep => step(op, type, `app-${type}`, urn("flowfleet:aws:FargateService", "app"));
const TASK = "aws:ecs/taskDefinition:TaskDefinition";

it.each(["aws:ecs/service:Service", "aws:lb/targetGroup:TargetGroup"])("tells that nobody serves while another %s takes over", (type) => {
  const told = (...steps: PlannedStep[]) => interruptionsOf(fargate(...steps)).map(({ what }) => what);
  expect(told(inService("replace", type))).toEqual([DOWN_503]);
  expect(told(inService("replace", TASK), inService("create-replacement", type))).toEqual([DOWN_503]);
  expect(told(inService("create-replacement", type), inService("replace", TASK))).toEqual([DOWN_503]);
  expect(told(inService("replace", TASK), inService("update", type))).toEqual(["not interrupted: …"]);
  expect(told(inService("create", type))).toEqual([]);
});

it("tells what becomes of the requests of a load balancer that is taken over", () => {
  const balancer = step("create", "flowfleet:aws:LoadBalancer", "balancer", STACK, { outputs: { interruption: "requests get …" } });
  const listener = (op: Op) => step(op, "aws:lb/listener:Listener", "balancer-https", balancer.urn);
  expect(interruptionsOf([balancer, listener("import")]).map(({ what }) => what)).toEqual(["requests get …"]);
  expect(interruptionsOf([balancer, listener("create")])).toEqual([]);
});
