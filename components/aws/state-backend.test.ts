import { StateBackend } from "./state-backend";
import type { StateBackendArgs } from "./state-backend";
import { inputsOf, PLACE, recorded } from "./testing/tier";

const SHARED = { ...PLACE, prefix: "flowfleet" };
const made = (more: Partial<StateBackendArgs> = {}) => recorded(() => new StateBackend("state", { place: SHARED, ...more }));
const policyOf = (found: Awaited<ReturnType<typeof made>>, name: string) =>
  JSON.parse(String(inputsOf(found, "s3/bucketPolicy:BucketPolicy", name)["policy"])) as { Statement: unknown[] };

it("is a bucket of this account with every version, which nobody can erase for two weeks", async () => {
  const found = await made();
  const of = { bucket: "state-bucket-id" };
  expect(inputsOf(found, "s3/bucket:Bucket", "state-bucket")).toEqual({
    bucket: "flowfleet-123456789012-state",
    objectLockEnabled: true,
    tags: { project: "flowfleet", environment: "prod", Name: "flowfleet-123456789012-state" },
  });
  expect(inputsOf(found, "s3/bucketVersioning:BucketVersioning", "state-versions")).toEqual({
    ...of,
    versioningConfiguration: { status: "Enabled" },
  });
  expect(inputsOf(found, "s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")).toEqual({
    ...of,
    rule: { defaultRetention: { mode: "GOVERNANCE", days: 14 } },
  });
  expect(inputsOf(found, "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "state-life")).toMatchObject({
    rules: [{ status: "Enabled", noncurrentVersionExpiration: { noncurrentDays: 90 } }],
  });
  expect(found.resources.filter(({ protect }) => protect).map(({ name }) => name)).toEqual(
    expect.arrayContaining(["state-bucket", "state-records-bucket", "state-key-key"]),
  );
});

it("is closed to the world, to other accounts and to who comes without TLS; encrypted by a key of its own", async () => {
  const found = await made();
  expect(inputsOf(found, "s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "state-closed")).toEqual({
    bucket: "state-bucket-id",
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  expect(inputsOf(found, "s3/bucketOwnershipControls:BucketOwnershipControls", "state-owned")).toMatchObject({
    rule: { objectOwnership: "BucketOwnerEnforced" },
  });
  expect(
    inputsOf(found, "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "state-encrypted"),
  ).toMatchObject({
    rules: [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:made-up:Key:state-key-key" },
        bucketKeyEnabled: true,
      },
    ],
  });
  const all = ["arn:aws:s3:::flowfleet-123456789012-state", "arn:aws:s3:::flowfleet-123456789012-state/*"];
  expect(policyOf(found, "state-policy").Statement).toEqual([
    {
      Sid: "OnlyByTls",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: all,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "OnlyThisAccount",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: all,
      Condition: { StringNotEquals: { "aws:PrincipalAccount": "123456789012" }, Bool: { "aws:PrincipalIsAWSService": "false" } },
    },
  ]);
});

it("keeps on record who asked for a state, in a bucket that S3 alone writes to", async () => {
  const found = await made();
  expect(inputsOf(found, "s3/bucketLogging:BucketLogging")).toEqual({
    bucket: "state-bucket-id",
    targetBucket: "state-records-bucket-id",
    targetPrefix: "state/",
  });
  expect(
    inputsOf(found, "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "state-records-encrypted"),
  ).toMatchObject({ rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] });
  expect(policyOf(found, "state-records-policy").Statement[0]).toEqual({
    Sid: "RecordsOfTheStatesBucket",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: "arn:aws:s3:::flowfleet-123456789012-state-records/state/*",
    Condition: {
      ArnLike: { "aws:SourceArn": "arn:aws:s3:::flowfleet-123456789012-state" },
      StringEquals: { "aws:SourceAccount": "123456789012" },
    },
  });
});

it("tells what Pulumi is told", async () => {
  expect((await made()).outputs["state"]).toEqual({
    backendUrl: "s3://flowfleet-123456789012-state?region=eu-central-1&awssdk=v2",
    secretsProvider: "awskms:///arn:made-up:Key:state-key-key?region=eu-central-1",
  });
});

it("may be a bucket that stands, under its own name", async () => {
  const found = await made({ adopt: { bucket: { id: "acme-state" } } });
  expect(found.resources.find(({ name }) => name === "state-bucket")).toMatchObject({
    imported: "acme-state",
    ignoreChanges: ["bucket", "objectLockEnabled"],
  });
  expect(inputsOf(found, "s3/bucket:Bucket", "state-bucket")).toMatchObject({ bucket: "acme-state" });
});

it("encrypts the secrets of each stack that is named by a key of its own, and the bucket by none of these", async () => {
  const found = await made({ stacks: ["prod", "dev"] });
  const aliases = found.resources.filter(({ type }) => type.includes("kms/alias")).map(({ inputs }) => inputs["name"]);
  expect(aliases.sort()).toEqual(["alias/flowfleet", "alias/flowfleet-dev", "alias/flowfleet-prod"]);
  expect(inputsOf(found, "kms/key:Key", "state-prod-key-key")).toMatchObject({
    description: "Secrets of the stack prod",
    enableKeyRotation: true,
  });
  expect(found.resources.find(({ name }) => name === "state-prod-key-key")).toMatchObject({ protect: true });
  expect(
    JSON.stringify(
      inputsOf(found, "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "state-encrypted"),
    ),
  ).toContain("arn:made-up:Key:state-key-key");
});

it("refuses times that are no days, and a lock that outlasts the history", async () => {
  await expect(made({ history: "36 hours", locked: "0 days" })).rejects.toThrow(
    new Error(
      'state/history: must be whole days; got "36 hours"; allowed: 1 day or more\n' +
        'state/locked: must be whole days; got "0 days"; allowed: 1 day or more',
    ),
  );
  await expect(made({ stacks: ["Prod", "prod-of-another-country"] })).rejects.toThrow(
    new Error(
      'state/stacks/Prod: must make the name of an alias, of lower-case letters, digits and hyphens; got "flowfleet-Prod"; allowed: up to 24 signs\n' +
        "state/stacks/prod-of-another-country: must make the name of an alias, of lower-case letters, digits and hyphens; " +
        'got "flowfleet-prod-of-another-country"; allowed: up to 24 signs',
    ),
  );
  await expect(made({ history: "7 days", adopt: { key: { id: "1" } } })).rejects.toThrow(
    new Error(
      'state/locked: must not be longer than `history`; got "14 days"; allowed: up to 7 days\n' +
        "state/adopt/key: is nothing that is made here; allowed: bucket",
    ),
  );
});
