import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../kernel/duration";
import { daysOf } from "./log-retention";
import type { AwsPlace } from "./place";
import { tagged } from "./place";

export { retentionProblems } from "./log-retention";

export interface LogGroupArgs {
  place: AwsPlace;
  /** Its name, whole: `"/flowstack/prod/service"`. */
  path: string;
  /** How long lines are kept. */
  retention: Duration;
  /** ARN of the key that encrypts it. @default CloudWatch's own */
  key?: pulumi.Input<string> | undefined;
}

/** A group of log streams that forgets. */
export const logGroup = (name: string, { place, path, retention, key }: LogGroupArgs, opts: pulumi.CustomResourceOptions) =>
  new cloudwatch.LogGroup(
    name,
    { name: path, retentionInDays: daysOf(retention), ...(key !== undefined && { kmsKeyId: key }), tags: tagged(place, path) },
    opts,
  );
