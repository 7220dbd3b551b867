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
    "flowstack-development-deploy-services",
    "flowstack-development-deploy-state",
    "flowstack-production-boundary",
    "flowstack-production-deploy-data",
    "flowstack-production-deploy-ground",
    "flowstack-production-deploy-services",
    "flowstack-production-deploy-state",
    "flowstack-production-release-release",
  ]);
  const policy = (name: string) => String(inputsOf(found, "iam/policy:Policy", name)["policy"]);
  expect(policy("flowstack-production-deploy-services")).toContain("hostedzone/Z01");
  expect(policy("flowstack-production-deploy-state")).toContain("arn:aws:s3:::flowfleet-123456789012-state/.pulumi/stacks/flowfleet/*");
  expect(policy("flowstack-production-release-release")).toContain("service/flowstack-production/flowstack-production-app");
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
