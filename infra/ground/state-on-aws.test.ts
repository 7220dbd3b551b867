import { inputsOf, recorded } from "../../components/aws/testing/tier";
import type { Config } from "../config/read-config";
import { inspect } from "../config/stacks";
import { stateOnAws } from "./state-on-aws";

const STATE = `config:
  flowfleet:state:
    account: "123456789012"
    region: eu-central-1
`;
const run = (more = "") =>
  recorded(() => {
    const { config, problems } = inspect("shared", STATE + more, () => undefined);
    expect(problems).toEqual([]);
    stateOnAws(config?.state as NonNullable<Config["state"]>);
  });
const GITHUB = "{github: {repository: acme/fleet, environment: prod}}";

it("is a bucket and a key, and no role of anybody", async () => {
  const found = await run();
  expect(found.outputs["state"]).toMatchObject({
    backendUrl: "s3://flowfleet-123456789012-state?region=eu-central-1&awssdk=v2",
    secretsProvider: "awskms:///arn:made-up:Key:state-key-key?region=eu-central-1",
  });
  expect(found.resources.filter(({ type }) => type.startsWith("aws:iam"))).toEqual([]);
});

it("lets pipelines in that bring up an environment within its boundary, or release to it; one issuer for each forge", async () => {
  const found = await run(`    pipelines:
      production: {hostedZones: [Z01], deploy: ${GITHUB}, release: {gitlab: {project: acme/stack, branch: main}}}
      development: {deploy: ${GITHUB}}
`);
  const names = (kind: string) =>
    found.resources
      .filter(({ type }) => type.endsWith(`:${kind}`))
      .map(({ inputs }) => String(inputs["name"] ?? inputs["url"]))
      .sort();
  expect(names("OpenIdConnectProvider")).toEqual(["https://gitlab.com", "https://token.actions.githubusercontent.com"]);
  expect(names("Role")).toEqual(["flowstack-development-deploy", "flowstack-production-deploy", "flowstack-production-release"]);
  expect(names("Policy")).toEqual([
    "flowstack-development-boundary",
    "flowstack-development-deploy-data",
    "flowstack-development-deploy-ground",
    "flowstack-development-deploy-network",
    "flowstack-development-deploy-services",
    "flowstack-development-deploy-state",
    "flowstack-production-boundary",
    "flowstack-production-deploy-data",
    "flowstack-production-deploy-ground",
    "flowstack-production-deploy-network",
    "flowstack-production-deploy-services",
    "flowstack-production-deploy-state",
    "flowstack-production-release-release",
  ]);
  const policy = (name: string) => String(inputsOf(found, "iam/policy:Policy", name)["policy"]);
  expect(policy("flowstack-production-deploy-services")).toContain("hostedzone/Z01");
  expect(policy("flowstack-production-deploy-state")).toContain(
    "arn:aws:s3:::flowfleet-123456789012-state/.pulumi/stacks/flowfleet/prod.json*",
  );
  expect(policy("flowstack-development-deploy-state")).toContain(
    "arn:aws:s3:::flowfleet-123456789012-state/.pulumi/stacks/flowfleet/dev.json*",
  );
  expect(policy("flowstack-production-deploy-state")).toContain("arn:made-up:Key:state-prod-key-key");
  for (const other of ["/dev.json", "/shared.json", "state-dev-key"])
    expect(policy("flowstack-production-deploy-state")).not.toContain(other);
  expect(policy("flowstack-production-release-release")).toContain("service/flowstack-production/flowstack-production-app");
});

it("lets a pipeline read the state of this stack only where its own borrows machines of it", async () => {
  const found = await run(`    pipelines: {production: {stack: live, borrows: true, deploy: ${GITHUB}}}\n`);
  const policy = String(inputsOf(found, "iam/policy:Policy", "flowstack-production-deploy-state")["policy"]);
  expect(policy).toContain("/stacks/flowfleet/live.json*");
  expect(policy).toMatch(/"StateThatIsRead","Effect":"Allow","Action":\["s3:GetObject"\]/);
});

it("lets an environment's roles read its own parameters, and those that are named", async () => {
  const found = await run(`    pipelines: {production: {parameters: [/terraform/db_password], deploy: ${GITHUB}}}\n`);
  const { Statement } = JSON.parse(String(inputsOf(found, "iam/policy:Policy", "flowstack-production-deploy-boundary")["policy"])) as {
    Statement: { Sid: string; Resource: unknown }[];
  };
  expect(Statement.find(({ Sid }) => Sid === "Parameters")?.Resource).toEqual([
    "arn:aws:ssm:eu-central-1:123456789012:parameter/flowstack/production/*",
    "arn:aws:ssm:eu-central-1:123456789012:parameter/terraform/db_password",
  ]);
});

it("lets a pipeline read the key of the machines' deploy user, where its stack has some, and no role of a task", async () => {
  const found = await run(`    pipelines: {production: {deployKey: /flowfleet/deploy-key/prod, deploy: ${GITHUB}}}\n`);
  const text = (name: string) => String(inputsOf(found, "iam/policy:Policy", name)["policy"]);
  expect(JSON.parse(text("flowstack-production-deploy-key"))).toMatchObject({
    Statement: [
      {
        Effect: "Allow",
        Action: ["ssm:GetParameter"],
        Resource: "arn:aws:ssm:eu-central-1:123456789012:parameter/flowfleet/deploy-key/prod",
      },
    ],
  });
  expect(text("flowstack-production-deploy-boundary")).not.toContain("deploy-key");
});

it("gives no right to a key that the runner's own agent has", async () => {
  const found = await run(`    stacks: {staging: {deployKey: agent, deploy: ${GITHUB}}}\n`);
  const policies = found.resources.filter(({ type }) => type === "aws:iam/policy:Policy").map(({ inputs }) => inputs["name"]);
  expect(policies).toEqual(["flowfleet-staging-deploy-state"]);
});

it("uses the issuer that the account has already, and the bucket", async () => {
  const found = await run(`    adopt: acme-pulumi
    issuers: {token.actions.githubusercontent.com: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}
    pipelines: {production: {deploy: ${GITHUB}}}
`);
  expect(found.resources.some(({ type }) => type.includes("OpenIdConnectProvider"))).toBe(false);
  expect(String(inputsOf(found, "iam/role:Role")["assumeRolePolicy"])).toContain("oidc-provider/token.actions");
  expect(found.resources.filter(({ imported }) => imported !== undefined).map(({ imported }) => imported)).toContain("acme-pulumi");
});

it("lets a pipeline write the outputs of a stack that mirrors its outputs", async () => {
  const found = await run(`    pipelines: {production: {outputs: /flowfleet/prod, deploy: ${GITHUB}}}\n`);
  const policy = String(inputsOf(found, "iam/policy:Policy", "flowstack-production-deploy-outputs")["policy"]);
  expect(policy).toContain('"Resource":"arn:aws:ssm:eu-central-1:123456789012:parameter/flowfleet/prod/*"');
});

it("lets the pipeline of a stack that has machines alone read its state, its secrets and its key, and nothing of AWS besides", async () => {
  const found = await run(`    stacks: {staging: {borrows: true, deployKey: /flowfleet/deploy-key/staging, deploy: ${GITHUB}}}\n`);
  expect(found.outputs["flowfleet-staging-deploy"]).toBeDefined();
  const policies = found.resources.filter(({ type }) => type === "aws:iam/policy:Policy").map(({ inputs }) => String(inputs["name"]));
  expect(policies.sort()).toEqual(["flowfleet-staging-deploy-key", "flowfleet-staging-deploy-state"]);
  const text = (name: string) => String(inputsOf(found, "iam/policy:Policy", name)["policy"]);
  expect(text("flowfleet-staging-deploy-state")).toContain("/stacks/flowfleet/staging.json*");
  expect(text("flowfleet-staging-deploy-state")).toContain("arn:made-up:Key:state-staging-key-key");
  expect(text("flowfleet-staging-deploy-key")).toContain("parameter/flowfleet/deploy-key/staging");
  expect(inputsOf(found, "iam/role:Role")).toMatchObject({ name: "flowfleet-staging-deploy", path: "/deploy/" });
});
