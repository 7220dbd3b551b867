import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../kernel/refuse";
import type { Adopted } from "./adopted";
import { adopting, adoptionProblems } from "./adopted";
import type { AwsPlace } from "./place";
import { arnOf, placeProblems, tagged } from "./place";
import type { Statement } from "./policy";
import { policyText } from "./policy";

export interface EncryptionKeyArgs {
  place: AwsPlace;
  /** What it encrypts, as AWS shows it: `"Data of FlowStack in production"`. */
  description: string;
  /** Pulumi refuses to delete it: without the key everything that it encrypted is lost. @default true */
  protect?: boolean;
  /** A key that stands already: `{ key: { id: "1234abcd-…" } }`. */
  adopt?: Adopted;
}

/** For so long AWS can still give a deleted key back. */
const DAYS_TO_REGRET = 30;

/**
 * The key of an environment: parameters, database, files and logs are encrypted by it. AWS makes new key material every year.
 *
 * @example
 * const key = new EncryptionKey("prod-key", { place, description: "Data of FlowStack in production" });
 */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:EncryptionKey", name, {}, opts);
    const { place, description, protect = true, adopt } = args;
    refuse(this, name, [...placeProblems("place", place), ...adoptionProblems(adopt, ["key", "alias"])]);

    const key = new kms.Key(
      `${name}-key`,
      {
        description,
        enableKeyRotation: true,
        deletionWindowInDays: DAYS_TO_REGRET,
        policy: policyText(keyStatements(place)),
        tags: tagged(place, place.prefix),
      },
      { parent: this, protect, ...adopting(adopt, "key") },
    );
    new kms.Alias(
      `${name}-alias`,
      { name: `alias/${place.prefix}`, targetKeyId: key.keyId },
      { parent: this, ...adopting(adopt, "alias", ["name"]) },
    );

    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** Who may use the key: whom the account's policies let, and the services of AWS that write for it. Pure, so that a test reads it whole. */
export const keyStatements = (place: AwsPlace): Statement[] => [
  {
    Sid: "RightsAreGivenByPolicies",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${place.account}:root` },
    Action: "kms:*",
    Resource: "*",
  },
  {
    Sid: "LogsOfThisAccount",
    Effect: "Allow",
    Principal: { Service: `logs.${place.region}.amazonaws.com` },
    Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
    Resource: "*",
    Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arnOf(place, "logs", "log-group:*") } },
  },
  {
    Sid: "AlarmsOfThisAccount",
    Effect: "Allow",
    Principal: { Service: ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
    Condition: { StringEquals: { "aws:SourceAccount": place.account } },
  },
  // EventBridge does not say whose rule it is; what a message is for, SNS always says.
  {
    Sid: "EventsToTopicsOfThisAccount",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
    Condition: { ArnLike: { "kms:EncryptionContext:aws:sns:topicArn": arnOf(place, "sns", "*") } },
  },
];

/** What somebody needs who reads what one of AWS's services encrypted by the key. */
export const decryptStatement = (place: AwsPlace, key: string, service: "ssm" | "s3"): Statement => ({
  Effect: "Allow",
  Action: "kms:Decrypt",
  Resource: key,
  Condition: { StringEquals: { "kms:ViaService": `${service}.${place.region}.amazonaws.com` } },
});
