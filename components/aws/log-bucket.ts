import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../kernel/duration";
import { inSeconds } from "../kernel/duration";
import { refuse } from "../kernel/refuse";
import { secondOrMoreProblems } from "../kernel/workload-problems";
import type { AwsPlace } from "./place";
import { placeProblems, tagged } from "./place";
import { policyText } from "./policy";

export interface LogBucketArgs {
  place: AwsPlace;
  /** How long a file is kept. @default "90 days" */
  retention?: Duration;
  /** AWS refuses to delete it as long as something is in it, which there always is. @default true */
  protect?: boolean;
}

/** Whole days, as S3 counts. */
const daysOf = (retention: Duration): number => Math.max(1, Math.ceil(inSeconds(retention) / 86_400));

/**
 * Where a load balancer writes who asked for what: private, encrypted by S3's own key (it writes to no other), forgetting.
 *
 * @example const logs = new LogBucket("prod-access-logs", { place });
 */
export class LogBucket extends pulumi.ComponentResource {
  readonly bucketName: string;
  /** The name, once a load balancer may write there: it tries as soon as it is told. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: LogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:LogBucket", name, {}, opts);
    const { place, retention = "90 days", protect = true } = args;
    refuse(this, name, [...placeProblems("place", place), ...secondOrMoreProblems({ retention })]);

    // Names of buckets are the world's, so the account is part of it.
    this.bucketName = `${place.prefix}-${place.account}-access-logs`;
    const here = { parent: this };
    const bucket = new s3.Bucket(
      `${name}-bucket`,
      { bucket: this.bucketName, ...(!protect && { forceDestroy: true }), tags: tagged(place, this.bucketName) },
      here,
    );
    const of = { bucket: bucket.id };
    const closed = new s3.BucketPublicAccessBlock(
      `${name}-closed`,
      { ...of, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      here,
    );
    const owned = new s3.BucketOwnershipControls(`${name}-owned`, { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } }, here);
    const encryption = { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
    new s3.BucketServerSideEncryptionConfiguration(`${name}-encrypted`, { ...of, rules: [encryption] }, here);
    new s3.BucketLifecycleConfiguration(`${name}-life`, { ...of, rules: [lifeOf(daysOf(retention))] }, here);
    const rights = new s3.BucketPolicy(
      `${name}-rights`,
      { ...of, policy: rightsText(this.bucketName, place) },
      { ...here, dependsOn: [closed, owned] },
    );

    this.ready = rights.bucket;
    this.registerOutputs({ ready: this.ready });
  }
}

const lifeOf = (days: number) => ({
  id: "forget",
  status: "Enabled",
  filter: { prefix: "" },
  expiration: { days },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
});

/** Load balancers of this account may write, and nobody may do anything without TLS. */
const rightsText = (bucket: string, { account, region }: AwsPlace): string => {
  const all = `arn:aws:s3:::${bucket}`;
  return policyText([
    {
      Sid: "LoadBalancersWrite",
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${all}/AWSLogs/${account}/*`,
      Condition: { ArnLike: { "aws:SourceArn": `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/*` } },
    },
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [all, `${all}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
};
