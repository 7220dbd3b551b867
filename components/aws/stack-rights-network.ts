import type { AwsPlace } from "./place";
import { arnOf } from "./place";
import type { Statement } from "./policy";
import { allow, tagsOf, without } from "./policy";
import { NETWORKS } from "./stack-actions";

/**
 * What EC2 makes, and as what kinds of things: AWS asks for each thing that a call is about, for the new one by the tags that it is to
 * get, for the others by those that they have. No kind stands beside an action that takes one of somebody else's.
 */
const MAKES: Readonly<Record<string, { actions: readonly string[]; kinds: readonly string[] }>> = {
  MakeNetworks: { actions: ["CreateVpc"], kinds: ["vpc"] },
  MakeParts: {
    actions: ["AllocateAddress", "CreateInternetGateway", "CreateNetworkAcl", "CreateRouteTable", "CreateSecurityGroup", "CreateSubnet"],
    kinds: ["elastic-ip", "internet-gateway", "network-acl", "route-table", "security-group", "subnet"],
  },
  MakeWays: {
    actions: ["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateFlowLogs", "CreateNatGateway", "CreateVpcEndpoint"],
    kinds: ["natgateway", "security-group-rule", "vpc-endpoint", "vpc-flow-log"],
  },
};

/** Of the networks of an environment. What AWS names itself is known by its tags. */
export function networkStatements(place: AwsPlace): Statement[] {
  const { prefix, region, tags } = place;
  const every = (...kinds: string[]) => kinds.map((kind) => arnOf(place, "ec2", `${kind}/*`));
  const ec2 = (actions: readonly string[]) => actions.map((action) => `ec2:${action}`);
  const request = tagsOf("RequestTag", tags);
  const own = Object.keys(tagsOf("ResourceTag", tags));
  // As `Network` names the group that AWS makes with each network.
  const closed = `${prefix}-default-closed`;
  return [
    ...Object.entries(MAKES).map(([sid, { actions, kinds }]) => allow(sid, ec2(actions), every(...kinds), { StringEquals: request })),
    // Only while it is made: who could tag what stands would own it.
    allow("NameWhatIsMade", ec2(["CreateTags"]), every("*"), {
      StringEquals: { ...request, "ec2:CreateAction": Object.values(MAKES).flatMap(({ actions }) => actions) },
    }),
    allow("Networks", NETWORKS, "*", { StringEquals: { "aws:RequestedRegion": region, ...tagsOf("ResourceTag", tags) } }),
    // AWS makes a network's default group, without tags. Whichever is taken for one can be closed, and never opened.
    allow("DefaultGroup", ec2(["CreateTags"]), every("security-group"), {
      StringEquals: { ...request, "aws:RequestTag/Name": closed },
      Null: without(...own, "ec2:CreateAction"),
    }),
    {
      Sid: "DefaultGroupStaysClosed",
      Effect: "Deny",
      Action: ec2([
        "AuthorizeSecurityGroupEgress",
        "AuthorizeSecurityGroupIngress",
        "CreateTags",
        "DeleteSecurityGroup",
        "DeleteTags",
        "ModifySecurityGroupRules",
      ]),
      Resource: every("security-group"),
      Condition: { StringEquals: { "aws:ResourceTag/Name": closed } },
    },
    // When an access list goes, its subnets, which are the environment's, go back to the network's own, which has no tags.
    allow("BackToDefaultAccess", ec2(["ReplaceNetworkAclAssociation"]), every("network-acl"), { Null: without(...own) }),
    // The names of an endpoint are in a zone of AWS's own, which EC2 ties to the network by the rights of who asks for the endpoint.
    allow("NamesOfEndpoints", ["route53:AssociateVPCWithHostedZone"], ["arn:aws:route53:::hostedzone/*", ...every("vpc")]),
    // EFS makes the interface of a mount target, in a subnet of the environment, without tags, by the rights of who asks it to.
    allow("MountTargets", ec2(["CreateNetworkInterface"]), every("network-interface")),
    allow("MountTargetsByEfs", ec2(["DeleteNetworkInterface", "ModifyNetworkInterfaceAttribute"]), every("network-interface"), {
      Bool: { "aws:ViaAWSService": "true" },
    }),
  ];
}
