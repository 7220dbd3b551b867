import { both, passed } from "./aws-asks";
import type { Calls } from "./aws-asks";

/** What EC2 makes: the new thing, its tags, what it is made in, and what deletes it. */
const ec2 =
  (action: string, kind: string, within: readonly string[], deletes: readonly (readonly [string, ...string[]])[]): Calls =>
  ({ at, make, use }) => [
    make(`ec2:${action}`, at("ec2", `${kind}/new`)),
    make("ec2:CreateTags", at("ec2", `${kind}/new`), { "ec2:CreateAction": action }),
    ...within.map((one) => use(`ec2:${action}`, at("ec2", `${one}/own`))),
    use("ec2:CreateTags", at("ec2", `${kind}/own`)),
    use("ec2:DeleteTags", at("ec2", `${kind}/own`)),
    ...deletes.flatMap(([call, ...things]) => things.map((thing) => use(`ec2:${call}`, at("ec2", `${thing}/own`)))),
  ];

const rule = (way: "Ingress" | "Egress"): Calls =>
  ec2(
    `AuthorizeSecurityGroup${way}`,
    "security-group-rule",
    ["security-group"],
    [
      [`RevokeSecurityGroup${way}`, "security-group"],
      ["ModifySecurityGroupRules", "security-group", "security-group-rule"],
    ],
  );

/** What EC2 is asked for the networks of a plan. */
export const NETWORK_CALLS: Readonly<Record<string, Calls | undefined>> = {
  // Nobody makes it: it is tagged, and closed.
  "ec2/defaultSecurityGroup": ({ at, make, use }) => [
    make("ec2:CreateTags", at("ec2", "security-group/default")),
    ...["RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"].map((action) =>
      use(`ec2:${action}`, at("ec2", "security-group/default")),
    ),
  ],
  "ec2/eip": ec2(
    "AllocateAddress",
    "elastic-ip",
    [],
    [
      ["ReleaseAddress", "elastic-ip"],
      ["DisassociateAddress", "elastic-ip"],
    ],
  ),
  "ec2/flowLog": both(ec2("CreateFlowLogs", "vpc-flow-log", ["vpc"], [["DeleteFlowLogs", "vpc-flow-log"]]), (asks) => [
    passed(asks, "flow-log", "vpc-flow-logs.amazonaws.com"),
  ]),
  "ec2/internetGateway": ec2(
    "CreateInternetGateway",
    "internet-gateway",
    [],
    [
      ["AttachInternetGateway", "internet-gateway", "vpc"],
      ["DetachInternetGateway", "internet-gateway", "vpc"],
      ["DeleteInternetGateway", "internet-gateway"],
    ],
  ),
  "ec2/natGateway": ec2("CreateNatGateway", "natgateway", ["elastic-ip", "subnet", "vpc"], [["DeleteNatGateway", "natgateway"]]),
  "ec2/networkAcl": both(
    ec2(
      "CreateNetworkAcl",
      "network-acl",
      ["vpc"],
      [
        ["CreateNetworkAclEntry", "network-acl"],
        ["DeleteNetworkAclEntry", "network-acl"],
        ["ReplaceNetworkAclAssociation", "network-acl", "subnet"],
        ["DeleteNetworkAcl", "network-acl"],
      ],
    ),
    // To the network's own, when this one goes.
    ({ at, plain }) => [plain("ec2:ReplaceNetworkAclAssociation", at("ec2", "network-acl/default"))],
  ),
  "ec2/route": ({ at, use }) =>
    ["CreateRoute", "ReplaceRoute", "DeleteRoute"].map((action) => use(`ec2:${action}`, at("ec2", "route-table/own"))),
  "ec2/routeTable": ec2("CreateRouteTable", "route-table", ["vpc"], [["DeleteRouteTable", "route-table"]]),
  "ec2/routeTableAssociation": ({ at, use }) =>
    ["AssociateRouteTable", "ReplaceRouteTableAssociation", "DisassociateRouteTable"].flatMap((action) =>
      ["route-table", "subnet"].map((kind) => use(`ec2:${action}`, at("ec2", `${kind}/own`))),
    ),
  // Its first rule, which lets all out, is AWS's, and is taken away.
  "ec2/securityGroup": ec2(
    "CreateSecurityGroup",
    "security-group",
    ["vpc"],
    [
      ["RevokeSecurityGroupEgress", "security-group"],
      ["DeleteSecurityGroup", "security-group"],
    ],
  ),
  "ec2/subnet": ec2(
    "CreateSubnet",
    "subnet",
    ["vpc"],
    [
      ["ModifySubnetAttribute", "subnet"],
      ["DeleteSubnet", "subnet"],
    ],
  ),
  "ec2/vpc": ec2(
    "CreateVpc",
    "vpc",
    [],
    [
      ["ModifyVpcAttribute", "vpc"],
      ["DeleteVpc", "vpc"],
    ],
  ),
  "ec2/vpcEndpoint": both(
    ec2(
      "CreateVpcEndpoint",
      "vpc-endpoint",
      ["route-table", "security-group", "subnet", "vpc"],
      [
        ["ModifyVpcEndpoint", "vpc-endpoint", "route-table"],
        ["DeleteVpcEndpoints", "vpc-endpoint"],
      ],
    ),
    // With names of its own, which those of services have and that of S3 has not.
    ({ at, plain }) =>
      ["arn:aws:route53:::hostedzone/of-aws", at("ec2", "vpc/own")].map((thing) => plain("route53:AssociateVPCWithHostedZone", thing)),
  ),
  "vpc/securityGroupEgressRule": rule("Egress"),
  "vpc/securityGroupIngressRule": rule("Ingress"),
};
