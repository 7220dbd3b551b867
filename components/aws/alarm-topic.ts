import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../kernel/refuse";
import type { AwsPlace } from "./place";
import { arnOf, placeProblems, tagged } from "./place";
import { policyText } from "./policy";

export interface AlarmTopicArgs {
  place: AwsPlace;
  /** Who is told. Each has to confirm by a link that AWS sends. @default nobody: alarms are only seen in the console */
  emails?: readonly string[];
  /** ARN of the key that encrypts it; CloudWatch and EventBridge must be let to use it. @default none */
  key?: pulumi.Input<string> | undefined;
}

/**
 * Where alarms go: whoever is on call reads it.
 *
 * @example const topic = new AlarmTopic("prod-alarms-topic", { place, emails: ["ops@example.com"] });
 */
export class AlarmTopic extends pulumi.ComponentResource {
  /** Once those that raise alarms may write to it. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:AlarmTopic", name, {}, opts);
    const { place, emails = [], key } = args;
    refuse(this, name, placeProblems("place", place));

    const here = { parent: this };
    const full = `${place.prefix}-alarms`;
    const topic = new sns.Topic(
      `${name}-topic`,
      { name: full, ...(key !== undefined && { kmsMasterKeyId: key }), tags: tagged(place, full) },
      here,
    );
    const policy = new sns.TopicPolicy(`${name}-rights`, { arn: topic.arn, policy: rightsText(place, full) }, here);
    for (const endpoint of emails)
      new sns.TopicSubscription(`${name}-${endpoint}`, { topic: topic.arn, protocol: "email", endpoint }, here);

    this.arn = policy.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** AWS' own watchers, of this account as far as they say whose they are, and nobody else. */
const rightsText = (place: AwsPlace, name: string): string =>
  policyText([
    {
      Sid: "WatchersOfThisAccount",
      Effect: "Allow",
      Principal: { Service: ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] },
      Action: "sns:Publish",
      Resource: arnOf(place, "sns", name),
      Condition: { StringEquals: { "aws:SourceAccount": place.account } },
    },
    // EventBridge tells a topic neither account nor rule: by a condition nothing of it would ever come through.
    {
      Sid: "Events",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sns:Publish",
      Resource: arnOf(place, "sns", name),
    },
  ]);
