import { group, list, UNKNOWN, valueAt, type Resource } from "../resource";
import { hasBeside, names, type Rule } from "../rule";
import { statementsOf } from "./statements";

const BUCKET = "aws:s3/bucket:Bucket";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const CLOSED = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

/** Whether a bucket receives logs: logs of who read logs would have no end, and what was written there never changes. */
const receivesLogs = (bucket: Resource, resources: readonly Resource[]): boolean =>
  resources.some(({ type, props }) => {
    const target =
      type === "aws:s3/bucketLogging:BucketLogging"
        ? props["targetBucket"]
        : type === "aws:lb/loadBalancer:LoadBalancer"
          ? valueAt(props, "accessLogs.bucket")
          : undefined;
    return target !== undefined && names(target, bucket);
  });

const unlessLogs =
  (check: Rule["check"]): Rule["check"] =>
  (bucket, stack) =>
    receivesLogs(bucket, stack.resources) ? [] : check(bucket, stack);

const deniesWithoutTls = (policy: unknown): boolean =>
  statementsOf(policy).some(
    ({ Effect, Condition }) => Effect === "Deny" && String(group(group(Condition)["Bool"])["aws:SecureTransport"]) === "false",
  );

/** Of S3. Settings of a bucket are resources of their own. */
export const buckets = {
  "bucket-closed": {
    asks: "Nothing in a bucket is public",
    controls: ["S3.1", "S3.2", "S3.3", "S3.8"],
    on: [BUCKET],
    whole: true,
    check: hasBeside(
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "bucket",
      ({ props }) => CLOSED.every((key) => props[key] === true),
      `there is no BucketPublicAccessBlock for it with ${CLOSED.join(", ")}`,
    ),
  },
  "bucket-tls-only": {
    asks: "Buckets answer over TLS only",
    controls: ["S3.5"],
    on: [BUCKET],
    whole: true,
    check: hasBeside(
      POLICY,
      "bucket",
      ({ props }) => props["policy"] === UNKNOWN || deniesWithoutTls(props["policy"]),
      "there is no BucketPolicy for it that denies what comes without TLS (aws:SecureTransport)",
    ),
  },
  "bucket-for-nobody-else": {
    asks: "A bucket's policy lets nobody in who is not named, and no other account",
    controls: ["S3.6"],
    on: [POLICY],
    check: ({ props }) =>
      statementsOf(props["policy"]).flatMap(({ Effect, Principal, Condition }) =>
        Effect === "Allow" && [Principal, group(Principal)["AWS"]].some((one) => one === "*") && Condition === undefined
          ? ['policy allows Principal "*" without a condition']
          : [],
      ),
  },
  "bucket-without-acls": {
    asks: "Rights on a bucket are given by policies, not by ACLs",
    controls: ["S3.12"],
    on: [BUCKET],
    whole: true,
    check: hasBeside(
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      "bucket",
      ({ props }) => [UNKNOWN, "BucketOwnerEnforced"].includes(valueAt(props, "rule.objectOwnership") as string),
      "there is no BucketOwnershipControls for it with BucketOwnerEnforced",
    ),
  },
  "bucket-forgets": {
    asks: "A bucket has a life cycle",
    controls: ["S3.13"],
    on: [BUCKET],
    whole: true,
    check: hasBeside(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "bucket",
      ({ props }) => props["rules"] === UNKNOWN || list(props["rules"]).some((rule) => group(rule)["status"] === "Enabled"),
      "there is no BucketLifecycleConfiguration for it with a rule that is enabled",
    ),
  },
  "bucket-logged": {
    asks: "Who reads a bucket is written down; not of buckets that receive logs",
    controls: ["S3.9"],
    on: [BUCKET],
    whole: true,
    check: unlessLogs(hasBeside("aws:s3/bucketLogging:BucketLogging", "bucket", () => true, "there is no BucketLogging for it")),
  },
  "bucket-versions": {
    asks: "A bucket keeps what was there before, locked for a while, and encrypts by a key of ours; not one that receives logs",
    controls: ["S3.14", "S3.15", "S3.17"],
    on: [BUCKET],
    whole: true,
    check: unlessLogs((bucket, stack) => [
      ...hasBeside(
        "aws:s3/bucketVersioning:BucketVersioning",
        "bucket",
        ({ props }) => valueAt(props, "versioningConfiguration.status") === "Enabled",
        "there is no BucketVersioning for it that is enabled",
      )(bucket, stack),
      ...hasBeside(
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "bucket",
        () => true,
        "there is no BucketObjectLockConfiguration for it",
      )(bucket, stack),
      ...hasBeside(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "bucket",
        ({ props }) =>
          list(props["rules"]).some((rule) => valueAt(group(rule), "applyServerSideEncryptionByDefault.sseAlgorithm") === "aws:kms"),
        "there is no BucketServerSideEncryptionConfiguration for it with aws:kms",
      )(bucket, stack),
    ]),
  },
} satisfies Record<string, Rule>;
