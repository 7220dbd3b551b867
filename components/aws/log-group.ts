import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../kernel/duration";
import { inSeconds } from "../kernel/duration";
import type { Problem } from "../kernel/refuse";
import { problemsOf } from "../kernel/refuse";
import type { AwsPlace } from "./place";
import { tagged } from "./place";

export interface LogGroupArgs {
  place: AwsPlace;
  /** Its name, whole: `"/flowstack/prod/service"`. */
  path: string;
  /** How long lines are kept. */
  retention: Duration;
  /** ARN of the key that encrypts it. @default CloudWatch's own */
  key?: pulumi.Input<string> | undefined;
}

/** Days that CloudWatch can keep logs for. */
const RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

const daysOf = (retention: Duration): number => inSeconds(retention) / 86_400;

/** A group of log streams that forgets. */
export const logGroup = (name: string, { place, path, retention, key }: LogGroupArgs, opts: pulumi.CustomResourceOptions) =>
  new cloudwatch.LogGroup(
    name,
    { name: path, retentionInDays: daysOf(retention), ...(key !== undefined && { kmsKeyId: key }), tags: tagged(place, path) },
    opts,
  );

export const retentionProblems = (path: string, retention: Duration): Problem[] => {
  const unreadable = problemsOf(path, () => inSeconds(retention));
  if (unreadable.length > 0 || RETENTIONS.includes(daysOf(retention))) return unreadable;
  return [{ path, wrong: "is no time that CloudWatch can keep logs for", got: retention, allowed: `${RETENTIONS.join(", ")} days` }];
};
