import * as ec2 from "@pulumi/aws/ec2";
import * as iam from "@pulumi/aws/iam";
import { logGroup } from "./log-group";
import type { Making } from "./new-network";
import { arnOf, bounded, tagged } from "./place";
import { policyText, trustOf } from "./policy";

/** How long refused connections stay on record, where nothing else is said. */
export const FLOW_LOGS = "90 days";

/** A record of the connections that the network refused. */
export function flowLog({ name, args: { place, flowLogs = FLOW_LOGS, key }, parent, vpcId }: Making): void {
  const path = `/${place.prefix}/network`;
  const group = logGroup(`${name}-flow`, { place, path, retention: flowLogs, key }, { parent });
  const full = `${place.prefix}-flow-log`;
  const role = new iam.Role(
    `${name}-flow-role`,
    { name: full, assumeRolePolicy: trustOf("vpc-flow-logs.amazonaws.com", place.account), ...bounded(place), tags: tagged(place, full) },
    { parent },
  );
  const policy = policyText([
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
      Resource: [arnOf(place, "logs", `log-group:${path}`), arnOf(place, "logs", `log-group:${path}:*`)],
    },
    // It looks for its group among all.
    { Effect: "Allow", Action: "logs:DescribeLogGroups", Resource: arnOf(place, "logs", "log-group:*") },
  ]);
  const rights = new iam.RolePolicy(`${name}-flow-rights`, { role: role.name, name: "write", policy }, { parent });
  new ec2.FlowLog(
    `${name}-flow-log`,
    {
      vpcId,
      trafficType: "REJECT",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      tags: tagged(place, full),
    },
    { parent, dependsOn: rights },
  );
}
