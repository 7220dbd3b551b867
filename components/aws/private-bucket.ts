import * as s3 from "@pulumi/aws/s3";
import type * as pulumi from "@pulumi/pulumi";
import type { Adopted } from "./adopted";
import { adopting } from "./adopted";
import type { AwsPlace } from "./place";
import { tagged } from "./place";
import type { Statement } from "./policy";
import { policyText } from "./policy";

export interface PrivateBucketArgs {
  place: AwsPlace;
  /** Names of buckets are the world's, so the account belongs into it. */
  bucket: string;
  /** ARN of the key that encrypts it. @default S3's own */
  key?: pulumi.Input<string>;
  /** Days in which nobody can take back what was written, not even who may delete. @default it is not kept so */
  lockedDays?: number;
  /** Rules of the life cycle. */
  life: NonNullable<s3.BucketLifecycleConfigurationArgs["rules"]>;
  /** What the policy says beside "only by TLS" and "only this account". */
  statements?: readonly Statement[];
  protect: boolean;
  adopt?: Adopted | undefined;
}

/**
 * A bucket that nobody outside the account can be let into, encrypted, with every version of what was written. `ready`: its name, once its
 * policy holds.
 */
export function privateBucket(name: string, args: PrivateBucketArgs, parent: pulumi.Resource) {
  const { place, bucket: full, key, lockedDays, life, statements = [], protect, adopt } = args;
  const bucket = new s3.Bucket(
    `${name}-bucket`,
    { bucket: full, ...(lockedDays !== undefined && { objectLockEnabled: true }), tags: tagged(place, full) },
    { parent, protect, ...adopting(adopt, "bucket", ["bucket", "objectLockEnabled"]) },
  );
  const of = { bucket: bucket.id };
  const closed = new s3.BucketPublicAccessBlock(
    `${name}-closed`,
    { ...of, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    { parent },
  );
  const owned = new s3.BucketOwnershipControls(`${name}-owned`, { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } }, { parent });
  new s3.BucketServerSideEncryptionConfiguration(`${name}-encrypted`, { ...of, rules: [encryptionOf(key)] }, { parent });
  const versions = new s3.BucketVersioning(`${name}-versions`, { ...of, versioningConfiguration: { status: "Enabled" } }, { parent });
  const after = { parent, dependsOn: [closed, owned, versions] };
  new s3.BucketLifecycleConfiguration(`${name}-life`, { ...of, rules: life }, after);
  if (lockedDays !== undefined) {
    const rule = { defaultRetention: { mode: "GOVERNANCE", days: lockedDays } };
    new s3.BucketObjectLockConfiguration(`${name}-lock`, { ...of, rule }, after);
  }
  const policy = policyText([...statements, ...bucketStatements(full, place.account)]);
  const ready = new s3.BucketPolicy(`${name}-policy`, { ...of, policy }, after).bucket;
  return { bucket, ready };
}

const encryptionOf = (key: pulumi.Input<string> | undefined) =>
  key === undefined
    ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
    : { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key }, bucketKeyEnabled: true };

/** Nobody without TLS, and no other account, whatever else says so. */
const bucketStatements = (bucket: string, account: string): Statement[] => {
  const all = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  return [
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
      // Services of AWS, such as the one that writes access logs, belong to no account.
      Condition: { StringNotEquals: { "aws:PrincipalAccount": account }, Bool: { "aws:PrincipalIsAWSService": "false" } },
    },
  ];
};
