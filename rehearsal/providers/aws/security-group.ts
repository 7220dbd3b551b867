/** Package `aws`, security groups and their rules, one resource each. */
import type { IpPermission } from "@aws-sdk/client-ec2";
import type { SecurityGroupArgs } from "@pulumi/aws/ec2";
import type { SecurityGroupEgressRuleArgs, SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc";
import type { Unwrap } from "@pulumi/pulumi";
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

type RuleArgs = Unwrap<SecurityGroupIngressRuleArgs> | Unwrap<SecurityGroupEgressRuleArgs>;

const permission = ({
  ipProtocol,
  fromPort,
  toPort,
  cidrIpv4,
  cidrIpv6,
  referencedSecurityGroupId,
  description,
}: RuleArgs): IpPermission => ({
  IpProtocol: ipProtocol,
  FromPort: fromPort,
  ToPort: toPort,
  ...(cidrIpv4 !== undefined && { IpRanges: [{ CidrIp: cidrIpv4, Description: description }] }),
  ...(cidrIpv6 !== undefined && { Ipv6Ranges: [{ CidrIpv6: cidrIpv6, Description: description }] }),
  ...(referencedSecurityGroupId !== undefined && { UserIdGroupPairs: [{ GroupId: referencedSecurityGroupId, Description: description }] }),
});

const rule = (way: "Ingress" | "Egress"): AwsType =>
  type<RuleArgs>({
    // AWS can change a rule in place; with a group that has it already that is another rule, so it is made anew here.
    replaces: ["securityGroupId", "ipProtocol", "fromPort", "toPort", "cidrIpv4", "cidrIpv6", "referencedSecurityGroupId", "description"],
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
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("Ingress"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("Egress"),
};
