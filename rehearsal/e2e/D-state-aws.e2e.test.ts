/** What a stack has in AWS beside systems, in an emulator: Pulumi's own state, the roles of pipelines, and the mirror of the outputs. */
import type { Result } from "../engine";
import { AwsCli } from "./aws-cli";
import { changesOf, reasons, succeeded, World } from "./world";

const STACK = "shared";
const ACCOUNT = "123456789012";
const BUCKET = `flowfleet-${ACCOUNT}-state`;
const on = { account: ACCOUNT, region: "eu-central-1" };
const jobs = { github: { repository: "acme/flowfleet", environment: "production" } };
const config = {
  "flowfleet:state": { ...on, pipelines: { production: { deploy: jobs } } },
  "flowfleet:outputs": { mirror: on },
};

let world: World;
let aws: AwsCli;
let first: Result;

const query = (question: string, about: string): Promise<unknown> => aws.ask(`${question} --query ${about}`);
const bucket = (question: string, about: string): Promise<unknown> => query(`s3api ${question} --bucket ${BUCKET}`, about);

beforeAll(async () => {
  world = await World.open([STACK], { folder: "e2e-state-aws", file: { config, secrets: {} } });
  aws = new AwsCli(world);
  first = succeeded(await world.up(STACK));
}, 600_000);

afterAll(async () => {
  await world.prepared.estate.destroy();
}, 120_000);

test("a second run changes nothing", async () => {
  expect(changesOf(succeeded(await world.up(STACK)))).toEqual([]);
}, 300_000);

test("states are kept, locked and encrypted by the key that their secrets have, and nobody outside sees them", async () => {
  const key = /awskms:\/\/\/(arn:[^?]+)/.exec(first.outputs["secretsProvider"] as string)?.[1];
  expect({
    versions: await bucket("get-bucket-versioning", "Status"),
    locked: await bucket("get-object-lock-configuration", "ObjectLockConfiguration.Rule.DefaultRetention.[Mode,Days]"),
    key: await bucket(
      "get-bucket-encryption",
      "ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault.[SSEAlgorithm,KMSMasterKeyID]",
    ),
    history: await bucket("get-bucket-lifecycle-configuration", "Rules[].NoncurrentVersionExpiration.NoncurrentDays"),
    closed: await bucket("get-public-access-block", "PublicAccessBlockConfiguration.[BlockPublicAcls,BlockPublicPolicy]"),
    turns: await query(`kms get-key-rotation-status --key-id ${key ?? ""}`, "KeyRotationEnabled"),
  }).toEqual({
    versions: "Enabled",
    locked: ["GOVERNANCE", 14],
    key: [["aws:kms", key]],
    history: [90],
    closed: [true, true],
    turns: true,
  });
}, 120_000);

test("the pipeline's role is for its jobs alone, by the forge's own tokens", async () => {
  const role = "flowstack-production-deploy";
  const trust = await query(`iam get-role --role-name ${role}`, "Role.AssumeRolePolicyDocument.Statement[0].[Action,Principal,Condition]");
  const issuer = await query("iam list-open-id-connect-providers", "OpenIDConnectProviderList[0].Arn");
  expect(trust).toEqual(["sts:AssumeRoleWithWebIdentity", { Federated: issuer }, expect.anything()]);
  expect(JSON.stringify(trust)).toContain("repo:acme/flowfleet:environment:production");
  const policies = (await query(`iam list-attached-role-policies --role-name ${role}`, "AttachedPolicies[].PolicyName")) as string[];
  expect(policies).toContain(`${role}-state`);
}, 60_000);

test("outputs are in Parameter Store as they are in the state", async () => {
  const found = (await query(
    `ssm get-parameters-by-path --recursive --path /flowfleet/${STACK}`,
    "Parameters[].[Name,Type,Value]",
  )) as string[][];
  const of = (name: string) => found.find(([full]) => full === `/flowfleet/${STACK}/${name}`)?.slice(1);
  expect(of("backendUrl")).toEqual(["String", first.outputs["backendUrl"]]);
  expect(of("secretsProvider")).toEqual(["String", first.outputs["secretsProvider"]]);
}, 60_000);

test("the bucket is not destroyed", async () => {
  const refused = await world.destroy(STACK);
  expect([refused.succeeded, reasons(refused)]).toEqual([false, expect.stringContaining("protect")]);
  expect(await bucket("get-bucket-versioning", "Status")).toBe("Enabled");
}, 120_000);
