import * as ec2 from "@pulumi/aws/ec2";
import type * as pulumi from "@pulumi/pulumi";
import { adopting } from "./adopted";
import type { Making } from "./new-network";
import { tagged } from "./place";
import type { Statement } from "./policy";
import { policyText } from "./policy";
import { SecurityGroup } from "./security-group";

/** What tasks of Fargate talk to: images, logs, secrets and their keys, `ecs exec`, certificates of roles; files and metrics. */
export const SERVICES = ["ecr.api", "ecr.dkr", "logs", "monitoring", "ssm", "ssmmessages", "kms", "sts", "elasticfilesystem"] as const;

/** A way to S3 that costs nothing and is not the internet. The layers of ECR's images lie there. */
export function storageEndpoint(
  { name, args: { place, nat, adopt }, parent, vpcId }: Making,
  tables: readonly { id: pulumi.Output<string> }[],
) {
  return new ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId,
      serviceName: `com.amazonaws.${place.region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: tables.map(({ id }) => id),
      tags: tagged(place, `${place.prefix}-s3`),
    },
    // Tables that have it already keep it; without NAT those that are made need it.
    { parent, ...adopting(adopt, "s3", nat === "none" ? [] : ["routeTableIds"]) },
  );
}

/** Ways to AWS's own services that are not the internet: an address of each in every zone, open to the network. */
export function interfaceEndpoints({ name, args: { place, cidr }, parent, vpcId }: Making, subnetIds: pulumi.Output<string>[]) {
  const group = new SecurityGroup(
    `${name}-endpoints`,
    { place, vpcId, role: "endpoints", description: "Ways to services of AWS", from: { network: { cidr, port: 443 } } },
    { parent },
  );
  return SERVICES.map(
    (service) =>
      new ec2.VpcEndpoint(
        `${name}-${service.replace(".", "-")}`,
        {
          vpcId,
          serviceName: `com.amazonaws.${place.region}.${service}`,
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds,
          securityGroupIds: [group.id],
          policy: policyText(ownAccountOnly(place.account)),
          tags: tagged(place, `${place.prefix}-${service.replace(".", "-")}`),
        },
        { parent },
      ),
  );
}

/** Nobody may use the way with rights of another account, e.g. to carry data there. */
const ownAccountOnly = (account: string): Statement[] => [
  {
    Effect: "Allow",
    Principal: "*",
    Action: "*",
    Resource: "*",
    Condition: { StringEquals: { "aws:PrincipalAccount": account } },
  },
];
