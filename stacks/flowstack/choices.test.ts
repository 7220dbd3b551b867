import type { Recording } from "../../components/host/recording";
import { onAws, runOnAws } from "./testing/program";

const ENTRANCE = "      entrance: {zone: Z0123456789ABCDEFGHIJ}\n";
const network = (more = "") => `      network: {zones: [eu-central-1a, eu-central-1b, eu-central-1c]${more}}\n`;
const chosen = (aws = "", text = "", net = network()): Promise<Recording> => runOnAws(onAws(text, `${net}${ENTRANCE}${aws}`));

const ofType = ({ resources }: Recording, type: string) => resources.filter((one) => one.type === `aws:${type}`);
const only = (found: Recording, type: string) => {
  const [one, ...more] = ofType(found, type);
  if (!one || more.length > 0) throw new Error(`${more.length + (one ? 1 : 0)} of ${type}`);
  return one;
};
const TASK = "ecs/taskDefinition:TaskDefinition";
const SERVICE = "ecs/service:Service";
const SERVER = "rds/instance:Instance";
const task = (found: Recording) => only(found, TASK).inputs;
const container = (found: Recording) => (JSON.parse(String(task(found)["containerDefinitions"])) as Record<string, unknown>[])[0] ?? {};
const endpoints = (found: Recording) =>
  ofType(found, "ec2/vpcEndpoint:VpcEndpoint").filter(({ inputs }) => inputs["vpcEndpointType"] === "Interface");

it.each([
  ["one", 1, 0],
  ["per-zone", 3, 0],
])("NAT %s: so many gateways, no endpoints", async (nat, gateways, interfaces) => {
  const found = await chosen("", "", network(`, nat: ${nat}`));
  expect([ofType(found, "ec2/natGateway:NatGateway").length, endpoints(found).length]).toEqual([gateways, interfaces]);
  expect(container(found)["image"]).toMatch(/^docker\.io\/leadevs\/fastflow@sha256:/);
});

it("without NAT: AWS' services by endpoints, the image from a mirror in ECR by the same digest", async () => {
  const mirror = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/leadevs/fastflow";
  const found = await chosen(`      mirror: ${mirror}\n`, "", network(", nat: none"));
  expect(ofType(found, "ec2/natGateway:NatGateway")).toEqual([]);
  expect(endpoints(found).map(({ inputs }) => String(inputs["serviceName"]).split(".").slice(3).join("."))).toEqual(
    expect.arrayContaining(["ecr.api", "ecr.dkr", "logs", "ssm", "kms"]),
  );
  expect(container(found)["image"]).toMatch(new RegExp(`^${mirror}@sha256:1a2b3c4d`));
});

it("endpoints beside NAT, where they are asked for", async () => {
  expect(endpoints(await chosen("", "", network(", endpoints: true"))).length).toBeGreaterThan(5);
});

it("a database in two zones, or in one", async () => {
  expect(only(await chosen(), SERVER).inputs["multiAz"]).toBe(true);
  expect(only(await chosen("      database: {multiAz: false}\n"), SERVER).inputs["multiAz"]).toBe(false);
});

it("a database leaves a last snapshot when it may go, unless it is told otherwise", async () => {
  expect(only(await chosen(), SERVER)).toMatchObject({ protect: true, inputs: { deletionProtection: true, skipFinalSnapshot: false } });
  const open = only(await chosen("", "    protect: false\n"), SERVER);
  expect(open).toMatchObject({ protect: false, inputs: { deletionProtection: false, skipFinalSnapshot: false } });
  const gone = only(await chosen("      database: {lastSnapshot: false}\n", "    protect: false\n"), SERVER);
  expect(gone.inputs).toMatchObject({ skipFinalSnapshot: true, deleteAutomatedBackups: true });
});

it("spare machines, which the cluster offers before the service asks", async () => {
  const spot = await chosen("      spot: true\n");
  expect(only(spot, SERVICE).inputs).toMatchObject({ capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] });
  expect(only(spot, SERVICE).inputs).not.toHaveProperty("launchType");
  expect(only(spot, "ecs/clusterCapacityProviders:ClusterCapacityProviders").inputs["capacityProviders"]).toContain("FARGATE_SPOT");
  const usual = await chosen();
  expect(only(usual, SERVICE).inputs).toMatchObject({ capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }] });
});

it.each([
  ["x86_64", "X86_64"],
  ["arm64", "ARM64"],
])("the processor %s", async (architecture, cpuArchitecture) => {
  expect(task(await chosen(`      architecture: ${architecture}\n`))["runtimePlatform"]).toEqual({
    operatingSystemFamily: "LINUX",
    cpuArchitecture,
  });
});

it("the application's own pipeline deploys, or the program does", async () => {
  expect(only(await chosen("      deployedBy: ci\n"), SERVICE).ignoreChanges).toContain("taskDefinition");
  expect(only(await chosen(), SERVICE).ignoreChanges).not.toContain("taskDefinition");
});

it.each(["/usr/src/.flowise", "/root/data"])(
  "files of the application at %s, encrypted on the way and by an access point",
  async (mount) => {
    const found = await chosen("", `    mount: ${mount}\n`);
    const [share] = (task(found)["volumes"] as { name: string; efsVolumeConfiguration?: object }[]).filter(
      (one) => one.efsVolumeConfiguration,
    );
    expect(share?.efsVolumeConfiguration).toMatchObject({
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId: "flowstack-files-flowstack-id", iam: "ENABLED" },
    });
    expect(container(found)["mountPoints"]).toContainEqual({ sourceVolume: share?.name, containerPath: mount, readOnly: false });
  },
);

it("starts tasks with the rights to read these secrets, by this key and by way of Parameter Store alone", async () => {
  const found = await chosen("", "    secrets: {OPENAI_API_KEY: canary}\n");
  const rights = found.resources.find(({ name }) => name === "flowstack-app-execution-rights")?.inputs["policy"];
  const { Statement: statements } = JSON.parse(String(rights)) as {
    Statement: { Action: unknown; Resource: unknown; Condition?: unknown }[];
  };
  expect(statements.filter(({ Action }) => Action === "ssm:GetParameters").map(({ Resource }) => Resource)).toEqual([
    ["DATABASE_PASSWORD", "FLOWISE_PASSWORD", "OPENAI_API_KEY"].map((name) => `arn:made-up:Parameter:flowstack-secrets-${name}`),
  ]);
  expect(statements.filter(({ Action }) => Action === "kms:Decrypt")).toMatchObject([
    { Resource: "arn:made-up:Key:flowstack-key-key", Condition: { StringEquals: { "kms:ViaService": "ssm.eu-central-1.amazonaws.com" } } },
  ]);
});
