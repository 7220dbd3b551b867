/** Buckets, and each of their settings. */
import type { Props } from "../../../engine";
import { document, type Made, type Sample, TAGS } from "./sample";

const setting = (name: string, inputs: Props, change?: Props): Sample => ({
  key: name,
  type: `s3/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`,
  inputs: { bucket: "flow-state", ...inputs },
  ...(change && { change }),
});
const LOGGED = document({
  Effect: "Allow",
  Principal: { Service: "logging.s3.amazonaws.com" },
  Action: "s3:PutObject",
  Resource: "arn:aws:s3:::flow-logs/*",
});
const FLAGS = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const expiry = (noncurrentDays: number): Props => ({
  rules: [{ id: "old", status: "Enabled", noncurrentVersionExpiration: { noncurrentDays } }],
});

const bucketSettings: ((of: Made) => Sample)[] = [
  () => setting("BucketVersioning", { versioningConfiguration: { status: "Enabled" } }),
  () => setting("BucketPublicAccessBlock", { ...FLAGS, blockPublicAcls: false }, { blockPublicAcls: true }),
  (of) =>
    setting("BucketServerSideEncryptionConfiguration", {
      rules: [
        { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: of("key", "arn") }, bucketKeyEnabled: true },
      ],
    }),
  () => setting("BucketLifecycleConfiguration", expiry(90), expiry(30)),
  () => setting("BucketPolicy", { bucket: "flow-logs", policy: LOGGED }, { policy: document() }),
  () => setting("BucketOwnershipControls", { rule: { objectOwnership: "BucketOwnerEnforced" } }),
  () => setting("BucketObjectLockConfiguration", { rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } } }),
  () => setting("BucketLogging", { targetBucket: "flow-logs", targetPrefix: "log/" }),
];

export const bucketSamples = (of: Made): (() => Sample)[] => [
  () => ({ key: "log-bucket", type: "s3/bucket:Bucket", inputs: { bucket: "flow-logs", forceDestroy: true } }),
  () => ({ key: "bucket", type: "s3/bucket:Bucket", inputs: { bucket: "flow-state", objectLockEnabled: true }, change: TAGS }),
  ...bucketSettings.map((make) => () => make(of)),
];
