/** Package `aws`, networks: VPC, subnets, routes, gateways, endpoints, flow logs. */
import type { Tag, TagSpecification, ResourceType, VpcEndpointType } from "@aws-sdk/client-ec2";
import type { Unwrap } from "@pulumi/pulumi";
import type {
  DefaultSecurityGroupArgs,
  EipArgs,
  FlowLogArgs,
  InternetGatewayArgs,
  NatGatewayArgs,
  RouteArgs,
  RouteTableArgs,
  RouteTableAssociationArgs,
  SubnetArgs,
  VpcArgs,
  VpcEndpointArgs,
} from "@pulumi/aws/ec2";
import type { Clients } from "./clients";
import { ACCOUNT, keyAndValue, orGone, told, type } from "./resource";

type Tags = Record<string, string> | undefined;

/** Tags of something that is being made; none is no list. */
export const tagged = (kind: ResourceType, tags: Tags): { TagSpecifications: TagSpecification[] } | object =>
  tags && Object.keys(tags).length > 0 ? { TagSpecifications: [{ ResourceType: kind, Tags: keyAndValue(tags) }] } : {};

/** Sets the tags that are wanted, and takes the others away. */
export async function retag(id: string, tags: Tags, { ec2 }: Clients): Promise<void> {
  const { Tags: found = [] } = await ec2.describeTags({ Filters: [{ Name: "resource-id", Values: [id] }] });
  const gone = found.flatMap(({ Key }): Tag[] => (Key !== undefined && !(Key in (tags ?? {})) ? [{ Key }] : []));
  if (gone.length > 0) await ec2.deleteTags({ Resources: [id], Tags: gone });
  if (tags && Object.keys(tags).length > 0) await ec2.createTags({ Resources: [id], Tags: keyAndValue(tags) });
}

export const arnOf = (kind: string, id: string, { region }: Clients): string => `arn:aws:ec2:${region}:${ACCOUNT}:${kind}/${id}`;

const vpc = type<Unwrap<VpcArgs>>({
  replaces: ["cidrBlock", "instanceTenancy"],
  updates: ["enableDnsHostnames", "enableDnsSupport", "tags"],
  create: async (inputs, aws) => {
    const { Vpc } = await aws.ec2.createVpc({ CidrBlock: inputs.cidrBlock, ...tagged("vpc", inputs.tags) });
    const id = told(Vpc?.VpcId, "id of a VPC");
    await names(id, inputs, aws);
    return id;
  },
  read: async ({ id }, aws) => {
    const { Vpcs: [found] = [] } = (await orGone(aws.ec2.describeVpcs({ VpcIds: [id] }))) ?? {};
    if (!found) return undefined;
    const [group, table, acl] = await Promise.all([
      aws.ec2.describeSecurityGroups({ Filters: [...inVpc(id), { Name: "group-name", Values: ["default"] }] }),
      aws.ec2.describeRouteTables({ Filters: [...inVpc(id), { Name: "association.main", Values: ["true"] }] }),
      aws.ec2.describeNetworkAcls({ Filters: [...inVpc(id), { Name: "default", Values: ["true"] }] }),
    ]);
    return {
      arn: arnOf("vpc", id, aws),
      cidrBlock: found.CidrBlock ?? "",
      defaultSecurityGroupId: group.SecurityGroups?.[0]?.GroupId ?? "",
      mainRouteTableId: table.RouteTables?.[0]?.RouteTableId ?? "",
      defaultNetworkAclId: acl.NetworkAcls?.[0]?.NetworkAclId ?? "",
    };
  },
  update: async ({ id, inputs }, _, aws) => {
    await names(id, inputs, aws);
    await retag(id, inputs.tags, aws);
  },
  delete: async ({ id }, { ec2 }) => {
    await ec2.deleteVpc({ VpcId: id });
  },
});

const inVpc = (id: string) => [{ Name: "vpc-id", Values: [id] }];

async function names(
  id: string,
  { enableDnsSupport = true, enableDnsHostnames = false }: Unwrap<VpcArgs>,
  { ec2 }: Clients,
): Promise<void> {
  await ec2.modifyVpcAttribute({ VpcId: id, EnableDnsSupport: { Value: enableDnsSupport } });
  await ec2.modifyVpcAttribute({ VpcId: id, EnableDnsHostnames: { Value: enableDnsHostnames } });
}

const subnet = type<Unwrap<SubnetArgs>>({
  replaces: ["vpcId", "cidrBlock", "availabilityZone"],
  updates: ["mapPublicIpOnLaunch", "tags"],
  create: async (inputs, { ec2 }) => {
    const { vpcId, cidrBlock, availabilityZone, mapPublicIpOnLaunch = false, tags } = inputs;
    const { Subnet } = await ec2.createSubnet({
      VpcId: vpcId,
      CidrBlock: cidrBlock,
      AvailabilityZone: availabilityZone,
      ...tagged("subnet", tags),
    });
    const id = told(Subnet?.SubnetId, "id of a subnet");
    await ec2.modifySubnetAttribute({ SubnetId: id, MapPublicIpOnLaunch: { Value: mapPublicIpOnLaunch } });
    return id;
  },
  read: async ({ id }, aws) => {
    const { Subnets: [found] = [] } = (await orGone(aws.ec2.describeSubnets({ SubnetIds: [id] }))) ?? {};
    return found && { arn: arnOf("subnet", id, aws), availabilityZoneId: found.AvailabilityZoneId ?? "" };
  },
  update: async ({ id, inputs: { mapPublicIpOnLaunch = false, tags } }, _, aws) => {
    await aws.ec2.modifySubnetAttribute({ SubnetId: id, MapPublicIpOnLaunch: { Value: mapPublicIpOnLaunch } });
    await retag(id, tags, aws);
  },
  delete: async ({ id }, { ec2 }) => {
    await ec2.deleteSubnet({ SubnetId: id });
  },
});

const internetGateway = type<Unwrap<InternetGatewayArgs>>({
  replaces: ["vpcId"],
  updates: ["tags"],
  create: async ({ vpcId, tags }, { ec2 }) => {
    const { InternetGateway } = await ec2.createInternetGateway(tagged("internet-gateway", tags));
    const id = told(InternetGateway?.InternetGatewayId, "id of an internet gateway");
    await ec2.attachInternetGateway({ InternetGatewayId: id, VpcId: vpcId });
    return id;
  },
  read: async ({ id }, aws) => {
    const { InternetGateways: [found] = [] } = (await orGone(aws.ec2.describeInternetGateways({ InternetGatewayIds: [id] }))) ?? {};
    return found && { arn: arnOf("internet-gateway", id, aws) };
  },
  update: ({ id, inputs }, _, aws) => retag(id, inputs.tags, aws),
  delete: async ({ id, inputs: { vpcId } }, { ec2 }) => {
    await ec2.detachInternetGateway({ InternetGatewayId: id, VpcId: vpcId });
    await ec2.deleteInternetGateway({ InternetGatewayId: id });
  },
});

const eip = type<Unwrap<EipArgs>>({
  replaces: ["domain"],
  updates: ["tags"],
  create: async ({ tags }, { ec2 }) => {
    const { AllocationId } = await ec2.allocateAddress({ Domain: "vpc", ...tagged("elastic-ip", tags) });
    return told(AllocationId, "id of an address");
  },
  read: async ({ id }, { ec2 }) => {
    const { Addresses: [found] = [] } = (await orGone(ec2.describeAddresses({ AllocationIds: [id] }))) ?? {};
    return found && { allocationId: id, publicIp: found.PublicIp ?? "" };
  },
  update: ({ id, inputs }, _, aws) => retag(id, inputs.tags, aws),
  delete: async ({ id }, { ec2 }) => {
    await ec2.releaseAddress({ AllocationId: id });
  },
});

const natGateway = type<Unwrap<NatGatewayArgs>>({
  replaces: ["allocationId", "subnetId", "connectivityType"],
  updates: ["tags"],
  create: async ({ allocationId, subnetId, tags }, { ec2 }) => {
    const { NatGateway } = await ec2.createNatGateway({ AllocationId: allocationId, SubnetId: subnetId, ...tagged("natgateway", tags) });
    return told(NatGateway?.NatGatewayId, "id of a NAT gateway");
  },
  read: async ({ id }, { ec2 }) => {
    const { NatGateways: [found] = [] } = (await orGone(ec2.describeNatGateways({ NatGatewayIds: [id] }))) ?? {};
    if (!found || found.State === "deleted") return undefined;
    return { publicIp: found.NatGatewayAddresses?.[0]?.PublicIp ?? "" };
  },
  update: ({ id, inputs }, _, aws) => retag(id, inputs.tags, aws),
  delete: async ({ id }, { ec2 }) => {
    await ec2.deleteNatGateway({ NatGatewayId: id });
  },
});

const routeTable = type<Unwrap<RouteTableArgs>>({
  replaces: ["vpcId"],
  updates: ["tags"],
  create: async ({ vpcId, tags }, { ec2 }) => {
    const { RouteTable } = await ec2.createRouteTable({ VpcId: vpcId, ...tagged("route-table", tags) });
    return told(RouteTable?.RouteTableId, "id of a route table");
  },
  read: async ({ id }, aws) => {
    const { RouteTables: [found] = [] } = (await orGone(aws.ec2.describeRouteTables({ RouteTableIds: [id] }))) ?? {};
    return found && { arn: arnOf("route-table", id, aws) };
  },
  update: ({ id, inputs }, _, aws) => retag(id, inputs.tags, aws),
  delete: async ({ id }, { ec2 }) => {
    await ec2.deleteRouteTable({ RouteTableId: id });
  },
});

const route = type<Unwrap<RouteArgs>>({
  replaces: ["routeTableId", "destinationCidrBlock"],
  updates: ["gatewayId", "natGatewayId"],
  deleteFirst: true,
  create: async (inputs, { ec2 }) => {
    await ec2.createRoute(wayOf(inputs));
    return `r-${inputs.routeTableId}-${inputs.destinationCidrBlock ?? ""}`;
  },
  read: async ({ inputs: { routeTableId, destinationCidrBlock } }, { ec2 }) => {
    const { RouteTables: [table] = [] } = (await orGone(ec2.describeRouteTables({ RouteTableIds: [routeTableId] }))) ?? {};
    return table?.Routes?.some(({ DestinationCidrBlock }) => DestinationCidrBlock === destinationCidrBlock)
      ? { state: "active" }
      : undefined;
  },
  update: async ({ inputs }, _, { ec2 }) => {
    await ec2.replaceRoute(wayOf(inputs));
  },
  delete: async ({ inputs: { routeTableId, destinationCidrBlock } }, { ec2 }) => {
    await ec2.deleteRoute({ RouteTableId: routeTableId, DestinationCidrBlock: destinationCidrBlock });
  },
});

const wayOf = ({ routeTableId, destinationCidrBlock, gatewayId, natGatewayId }: Unwrap<RouteArgs>) => ({
  RouteTableId: routeTableId,
  DestinationCidrBlock: destinationCidrBlock,
  GatewayId: gatewayId,
  NatGatewayId: natGatewayId,
});

/** Another table gives the association another id, so it is asked for by its subnet, which has one at a time. */
const routeTableAssociation = type<Unwrap<RouteTableAssociationArgs>>({
  replaces: ["subnetId"],
  updates: ["routeTableId"],
  create: async ({ routeTableId, subnetId }, { ec2 }) => {
    const { AssociationId } = await ec2.associateRouteTable({ RouteTableId: routeTableId, SubnetId: subnetId });
    return told(AssociationId, "id of a route table's association");
  },
  read: async ({ inputs }, aws) => ((await associationOf(inputs, aws)) === undefined ? undefined : {}),
  update: async ({ inputs }, _, aws, before) => {
    const AssociationId = told(await associationOf(before, aws), "association of a subnet");
    await aws.ec2.replaceRouteTableAssociation({ AssociationId, RouteTableId: inputs.routeTableId });
  },
  delete: async ({ inputs }, aws) => {
    const AssociationId = await associationOf(inputs, aws);
    if (AssociationId !== undefined) await aws.ec2.disassociateRouteTable({ AssociationId });
  },
});

async function associationOf({ subnetId = "" }: Unwrap<RouteTableAssociationArgs>, { ec2 }: Clients): Promise<string | undefined> {
  const { RouteTables = [] } = await ec2.describeRouteTables({ Filters: [{ Name: "association.subnet-id", Values: [subnetId] }] });
  return RouteTables.flatMap(({ Associations = [] }) => Associations).find(({ SubnetId }) => SubnetId === subnetId)
    ?.RouteTableAssociationId;
}

const vpcEndpoint = type<Unwrap<VpcEndpointArgs>>({
  replaces: ["vpcId", "serviceName", "vpcEndpointType"],
  updates: ["routeTableIds", "subnetIds", "securityGroupIds", "privateDnsEnabled", "policy", "tags"],
  create: async (inputs, { ec2 }) => {
    const { VpcEndpoint } = await ec2.createVpcEndpoint({
      VpcId: inputs.vpcId,
      ServiceName: inputs.serviceName,
      VpcEndpointType: inputs.vpcEndpointType as VpcEndpointType,
      RouteTableIds: inputs.routeTableIds,
      SubnetIds: inputs.subnetIds,
      SecurityGroupIds: inputs.securityGroupIds,
      PrivateDnsEnabled: inputs.privateDnsEnabled,
      ...(inputs.policy !== undefined && { PolicyDocument: inputs.policy }),
      ...tagged("vpc-endpoint", inputs.tags),
    });
    return told(VpcEndpoint?.VpcEndpointId, "id of an endpoint");
  },
  read: async ({ id }, aws) => {
    const { VpcEndpoints: [found] = [] } = (await orGone(aws.ec2.describeVpcEndpoints({ VpcEndpointIds: [id] }))) ?? {};
    return found && (found.State as string) !== "deleted" ? { arn: arnOf("vpc-endpoint", id, aws), state: "available" } : undefined;
  },
  update: async ({ id, inputs }, changed, aws, before) => {
    const added = (now: string[] = [], then: string[] = []) => now.filter((one) => !then.includes(one));
    await aws.ec2.modifyVpcEndpoint({
      VpcEndpointId: id,
      AddRouteTableIds: added(inputs.routeTableIds, before.routeTableIds),
      RemoveRouteTableIds: added(before.routeTableIds, inputs.routeTableIds),
      AddSubnetIds: added(inputs.subnetIds, before.subnetIds),
      RemoveSubnetIds: added(before.subnetIds, inputs.subnetIds),
      ...(changed.has("policy") && { PolicyDocument: inputs.policy }),
    });
    await retag(id, inputs.tags, aws);
  },
  delete: async ({ id }, { ec2 }) => {
    await ec2.deleteVpcEndpoints({ VpcEndpointIds: [id] });
  },
});

const flowLog = type<Unwrap<FlowLogArgs>>({
  replaces: ["vpcId", "trafficType", "logDestination", "logDestinationType", "iamRoleArn", "maxAggregationInterval"],
  updates: ["tags"],
  create: async (inputs, { ec2 }) => {
    const { FlowLogIds, Unsuccessful } = await ec2.createFlowLogs({
      ResourceIds: [told(inputs.vpcId, "VPC")],
      ResourceType: "VPC",
      TrafficType: inputs.trafficType as "ALL",
      LogDestination: inputs.logDestination,
      LogDestinationType: (inputs.logDestinationType ?? "cloud-watch-logs") as "cloud-watch-logs",
      DeliverLogsPermissionArn: inputs.iamRoleArn,
      MaxAggregationInterval: inputs.maxAggregationInterval,
      ...tagged("vpc-flow-log", inputs.tags),
    });
    return told(FlowLogIds?.[0], `id of a flow log: ${Unsuccessful?.[0]?.Error?.Message ?? ""}`);
  },
  read: async ({ id }, aws) => {
    const { FlowLogs: [found] = [] } = await aws.ec2.describeFlowLogs({ FlowLogIds: [id] });
    return found && { arn: arnOf("vpc-flow-log", id, aws) };
  },
  update: ({ id, inputs }, _, aws) => retag(id, inputs.tags, aws),
  delete: async ({ id }, { ec2 }) => {
    await ec2.deleteFlowLogs({ FlowLogIds: [id] });
  },
});

/** A VPC brings it along; here it loses what it lets through. Deleting it only forgets it. */
const defaultSecurityGroup = type<Unwrap<DefaultSecurityGroupArgs>>({
  replaces: ["vpcId"],
  // It is closed, or it is none of ours.
  updates: ["tags", "ingress", "egress"],
  create: async ({ vpcId, tags }, aws) => {
    const found = await aws.ec2.describeSecurityGroups({
      Filters: [...inVpc(told(vpcId, "VPC")), { Name: "group-name", Values: ["default"] }],
    });
    const group = told(found.SecurityGroups?.[0], "default security group");
    const id = told(group.GroupId, "id of the default security group");
    if (group.IpPermissions?.length) await aws.ec2.revokeSecurityGroupIngress({ GroupId: id, IpPermissions: group.IpPermissions });
    if (group.IpPermissionsEgress?.length)
      await aws.ec2.revokeSecurityGroupEgress({ GroupId: id, IpPermissions: group.IpPermissionsEgress });
    await retag(id, tags, aws);
    return id;
  },
  read: async ({ id }, aws) => {
    const { SecurityGroups: [found] = [] } = (await orGone(aws.ec2.describeSecurityGroups({ GroupIds: [id] }))) ?? {};
    return found && { arn: arnOf("security-group", id, aws), name: "default" };
  },
  update: ({ id, inputs }, _, aws) => retag(id, inputs.tags, aws),
  delete: () => Promise.resolve(),
});

export const VPC_TYPES = {
  "aws:ec2/vpc:Vpc": vpc,
  "aws:ec2/subnet:Subnet": subnet,
  "aws:ec2/internetGateway:InternetGateway": internetGateway,
  "aws:ec2/eip:Eip": eip,
  "aws:ec2/natGateway:NatGateway": natGateway,
  "aws:ec2/routeTable:RouteTable": routeTable,
  "aws:ec2/route:Route": route,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": routeTableAssociation,
  "aws:ec2/vpcEndpoint:VpcEndpoint": vpcEndpoint,
  "aws:ec2/flowLog:FlowLog": flowLog,
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": defaultSecurityGroup,
};
