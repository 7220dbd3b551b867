/** Networks, and who may come and go in them. */
import type { Props } from "../../../engine";
import { type Made, type Sample, TAGS } from "./sample";

const onePort = (port: number): Props => ({ fromPort: port, toPort: port });

export const networkSamples = (of: Made): (() => Sample)[] => [
  () => ({ key: "vpc", type: "ec2/vpc:Vpc", inputs: { cidrBlock: "10.40.0.0/16" }, change: { enableDnsHostnames: true, ...TAGS } }),
  () => ({
    key: "subnet-a",
    type: "ec2/subnet:Subnet",
    inputs: { vpcId: of("vpc"), cidrBlock: "10.40.0.0/20", availabilityZone: "eu-central-1a" },
    change: TAGS,
  }),
  () => ({
    key: "subnet-b",
    type: "ec2/subnet:Subnet",
    inputs: { vpcId: of("vpc"), cidrBlock: "10.40.16.0/20", availabilityZone: "eu-central-1b" },
  }),
  () => ({ key: "internet", type: "ec2/internetGateway:InternetGateway", inputs: { vpcId: of("vpc") }, change: TAGS }),
  () => ({ key: "address", type: "ec2/eip:Eip", inputs: { domain: "vpc" }, change: TAGS }),
  () => ({
    key: "nat",
    type: "ec2/natGateway:NatGateway",
    inputs: { allocationId: of("address"), subnetId: of("subnet-a") },
    change: TAGS,
  }),
  () => ({ key: "table", type: "ec2/routeTable:RouteTable", inputs: { vpcId: of("vpc") }, change: TAGS }),
  () => ({ key: "table-2", type: "ec2/routeTable:RouteTable", inputs: { vpcId: of("vpc") } }),
  () => ({
    key: "route",
    type: "ec2/route:Route",
    inputs: { routeTableId: of("table"), destinationCidrBlock: "0.0.0.0/0", natGatewayId: of("nat") },
  }),
  () => ({
    key: "association",
    type: "ec2/routeTableAssociation:RouteTableAssociation",
    inputs: { routeTableId: of("table"), subnetId: of("subnet-b") },
    change: { routeTableId: of("table-2") },
  }),
  () => ({
    key: "default-group",
    type: "ec2/defaultSecurityGroup:DefaultSecurityGroup",
    inputs: { vpcId: of("vpc"), ingress: [], egress: [] },
    change: TAGS,
  }),
  () => ({
    key: "group",
    type: "ec2/securityGroup:SecurityGroup",
    inputs: { name: "flow-app", vpcId: of("vpc"), description: "Tasks" },
    change: TAGS,
  }),
  () => ({ key: "group-2", type: "ec2/securityGroup:SecurityGroup", inputs: { vpcId: of("vpc"), description: "Database" } }),
  () => ({
    key: "in",
    type: "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    inputs: { securityGroupId: of("group-2"), ipProtocol: "tcp", ...onePort(5432), referencedSecurityGroupId: of("group") },
    change: TAGS,
  }),
  () => ({
    key: "out",
    type: "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    inputs: { securityGroupId: of("group"), ipProtocol: "tcp", ...onePort(443), cidrIpv4: "0.0.0.0/0" },
    change: TAGS,
  }),
  () => ({
    key: "acl",
    type: "ec2/networkAcl:NetworkAcl",
    inputs: {
      vpcId: of("vpc"),
      subnetIds: [of("subnet-b")],
      ingress: [{ ruleNo: 100, action: "allow", protocol: "-1", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 }],
      egress: [{ ruleNo: 100, action: "allow", protocol: "-1", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 }],
    },
    change: TAGS,
  }),
  () => ({
    key: "endpoint",
    type: "ec2/vpcEndpoint:VpcEndpoint",
    inputs: {
      vpcId: of("vpc"),
      serviceName: "com.amazonaws.eu-central-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: [of("table")],
    },
    change: TAGS,
  }),
];
