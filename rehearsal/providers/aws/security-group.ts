/** Package `aws`, who gets through: security groups and their rules, one resource each, and the lists of subnets. */
import type { IpPermission } from "@aws-sdk/client-ec2";
import type { NetworkAclArgs, SecurityGroupArgs } from "@pulumi/aws/ec2";
import type { SecurityGroupEgressRuleArgs, SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc";
import type { Unwrap } from "@pulumi/pulumi";
import type { Clients } from "./clients";
import { orGone, told, type, type AwsType } from "./resource";
import { arnOf, retag, tagged } from "./vpc";

const securityGroup = type<Unwrap<SecurityGroupArgs>>({
  named: "name",
  longest: 255,
  replaces: ["name", "vpcId", "description"],
  updates: ["tags"],
  create: async ({ name = "", description = "Managed by Pulumi", vpcId, tags }, { ec2 }) => {
    const { GroupId } = await ec2.createSecurityGroup({
      GroupName: name,
      Description: description,
      VpcId: vpcId,
      ...tagged("security-group", tags),
    });
    const id = told(GroupId, "id of a security group");
    // As the official provider does: what may go out is said by rules, too.
    const { SecurityGroups } = await ec2.describeSecurityGroups({ GroupIds: [id] });
    const out = SecurityGroups?.[0]?.IpPermissionsEgress ?? [];
    if (out.length > 0) await ec2.revokeSecurityGroupEgress({ GroupId: id, IpPermissions: out });
    return id;
  },
  read: async ({ id }, aws) => {
    const { SecurityGroups: [found] = [] } = (await orGone(aws.ec2.describeSecurityGroups({ GroupIds: [id] }))) ?? {};
    return found && { arn: arnOf("security-group", id, aws), ownerId: found.OwnerId ?? "" };
  },
  update: ({ id, inputs }, _, aws) => retag(id, inputs.tags, aws),
  delete: async ({ id }, { ec2 }) => {
    await ec2.deleteSecurityGroup({ GroupId: id });
  },
});

/** A list of who may do what beside the security groups; its entries are its own, in one piece. */
const networkAcl = type<Unwrap<NetworkAclArgs>>({
  replaces: ["vpcId"],
  updates: ["ingress", "egress", "subnetIds", "tags"],
  create: async (inputs, aws) => {
    const { NetworkAcl } = await aws.ec2.createNetworkAcl({ VpcId: inputs.vpcId, ...tagged("network-acl", inputs.tags) });
    const id = told(NetworkAcl?.NetworkAclId, "id of a network ACL");
    await enter(id, inputs, aws);
    await guard(id, inputs.subnetIds ?? [], aws);
    return id;
  },
  read: async ({ id }, aws) => {
    const { NetworkAcls: [found] = [] } = (await orGone(aws.ec2.describeNetworkAcls({ NetworkAclIds: [id] }))) ?? {};
    return found && { arn: arnOf("network-acl", id, aws) };
  },
  update: async ({ id, inputs }, _, aws, before) => {
    await clear(id, before, aws);
    await enter(id, inputs, aws);
    await guard(id, inputs.subnetIds ?? [], aws);
    await retag(id, inputs.tags, aws);
  },
  delete: async ({ id, inputs: { vpcId } }, aws) => {
    const { NetworkAcls: [found] = [] } = await aws.ec2.describeNetworkAcls({ NetworkAclIds: [id] });
    const filters = [
      { Name: "vpc-id", Values: [vpcId] },
      { Name: "default", Values: ["true"] },
    ];
    const { NetworkAcls: [usual] = [] } = await aws.ec2.describeNetworkAcls({ Filters: filters });
    const subnets = found?.Associations?.flatMap(({ SubnetId }) => SubnetId ?? []) ?? [];
    // Subnets always have one: without this they have that of the VPC again.
    await guard(told(usual?.NetworkAclId, "default network ACL"), subnets, aws);
    await aws.ec2.deleteNetworkAcl({ NetworkAclId: id });
  },
});

type Entries = Pick<Unwrap<NetworkAclArgs>, "ingress" | "egress">;

const entriesOf = ({ ingress = [], egress = [] }: Entries) => [
  ...ingress.map((entry) => ({ ...entry, Egress: false })),
  ...egress.map((entry) => ({ ...entry, Egress: true })),
];

async function enter(id: string, of: Entries, { ec2 }: Clients): Promise<void> {
  for (const { Egress, ruleNo, protocol, action, cidrBlock, fromPort, toPort } of entriesOf(of))
    await ec2.createNetworkAclEntry({
      NetworkAclId: id,
      Egress,
      RuleNumber: ruleNo,
      // By number: of what is written out AWS takes a few names only.
      Protocol: PROTOCOLS[protocol] ?? protocol,
      RuleAction: action as "allow",
      CidrBlock: cidrBlock,
      PortRange: { From: fromPort, To: toPort },
    });
}

const PROTOCOLS: Record<string, string> = { tcp: "6", udp: "17", icmp: "1", all: "-1" };

async function clear(id: string, of: Entries, { ec2 }: Clients): Promise<void> {
  for (const { Egress, ruleNo } of entriesOf(of)) await orGone(ec2.deleteNetworkAclEntry({ NetworkAclId: id, Egress, RuleNumber: ruleNo }));
}

/** Puts the list in the place of the one that a subnet has. */
async function guard(id: string, subnets: readonly string[], { ec2 }: Clients): Promise<void> {
  for (const subnet of subnets) {
    const { NetworkAcls = [] } = await ec2.describeNetworkAcls({ Filters: [{ Name: "association.subnet-id", Values: [subnet] }] });
    const associations = NetworkAcls.flatMap(({ Associations = [] }) => Associations);
    const found = associations.find(({ SubnetId }) => SubnetId === subnet);
    if (found?.NetworkAclId !== id)
      await ec2.replaceNetworkAclAssociation({ AssociationId: found?.NetworkAclAssociationId, NetworkAclId: id });
  }
}

type RuleArgs = Unwrap<SecurityGroupIngressRuleArgs> | Unwrap<SecurityGroupEgressRuleArgs>;

const permission = ({
  ipProtocol,
  fromPort,
  toPort,
  cidrIpv4,
  cidrIpv6,
  referencedSecurityGroupId,
  prefixListId,
  description,
}: RuleArgs): IpPermission => ({
  IpProtocol: ipProtocol,
  FromPort: fromPort,
  ToPort: toPort,
  ...(cidrIpv4 !== undefined && { IpRanges: [{ CidrIp: cidrIpv4, Description: description }] }),
  ...(cidrIpv6 !== undefined && { Ipv6Ranges: [{ CidrIpv6: cidrIpv6, Description: description }] }),
  ...(referencedSecurityGroupId !== undefined && { UserIdGroupPairs: [{ GroupId: referencedSecurityGroupId, Description: description }] }),
  ...(prefixListId !== undefined && { PrefixListIds: [{ PrefixListId: prefixListId, Description: description }] }),
});

const rule = (way: "Ingress" | "Egress"): AwsType =>
  type<RuleArgs>({
    // AWS can change a rule in place; with a group that has it already that is another rule, so it is made anew here.
    replaces: [
      "securityGroupId",
      "ipProtocol",
      "fromPort",
      "toPort",
      "cidrIpv4",
      "cidrIpv6",
      "referencedSecurityGroupId",
      "prefixListId",
      "description",
    ],
    updates: ["tags"],
    create: async (inputs, { ec2 }) => {
      const wanted = {
        GroupId: inputs.securityGroupId,
        IpPermissions: [permission(inputs)],
        ...tagged("security-group-rule", inputs.tags),
      };
      const { SecurityGroupRules } = await (way === "Ingress"
        ? ec2.authorizeSecurityGroupIngress(wanted)
        : ec2.authorizeSecurityGroupEgress(wanted));
      return told(SecurityGroupRules?.[0]?.SecurityGroupRuleId, "id of a security group's rule");
    },
    read: async ({ id, inputs }, aws) => {
      const { SecurityGroupRules = [] } =
        (await orGone(aws.ec2.describeSecurityGroupRules({ Filters: [{ Name: "group-id", Values: [inputs.securityGroupId] }] }))) ?? {};
      if (!SecurityGroupRules.some(({ SecurityGroupRuleId }) => SecurityGroupRuleId === id)) return undefined;
      return { arn: arnOf("security-group-rule", id, aws), securityGroupRuleId: id };
    },
    update: ({ id, inputs }, _, aws) => retag(id, inputs.tags, aws),
    delete: async ({ id, inputs: { securityGroupId } }, { ec2 }) => {
      const gone = { GroupId: securityGroupId, SecurityGroupRuleIds: [id] };
      await (way === "Ingress" ? ec2.revokeSecurityGroupIngress(gone) : ec2.revokeSecurityGroupEgress(gone));
    },
  });

export const SECURITY_GROUP_TYPES = {
  "aws:ec2/securityGroup:SecurityGroup": securityGroup,
  "aws:ec2/networkAcl:NetworkAcl": networkAcl,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("Ingress"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("Egress"),
};
