import { isEverybody } from "../../../components/kernel/everybody";
import { group, list, shown, UNKNOWN, type Resource } from "../resource";
import { hasBeside, type Rule, setting } from "../rule";
import { ACCESS_LISTS, doorsOpen } from "./access-lists";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
const INGRESS = ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"];
const VPC = ["aws:ec2/vpc:Vpc"];
const MACHINE = ["aws:ec2/instance:Instance"];
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const DISK = "aws:ebs/volume:Volume";

/** Of a rule, whichever resource it is written in. */
interface Opening {
  from: readonly unknown[];
  low: unknown;
  high: unknown;
  protocol: unknown;
}

function openingsOf({ type, props }: Resource): Opening[] {
  const inline = (of: Readonly<Record<string, unknown>>): Opening => ({
    from: [...list(of["cidrBlocks"]), ...list(of["ipv6CidrBlocks"])],
    low: of["fromPort"],
    high: of["toPort"],
    protocol: of["protocol"],
  });
  if (type === GROUP) return list(props["ingress"]).map((one) => inline(group(one)));
  if (type === GROUP_RULE) return props["type"] === "ingress" ? [inline(props)] : [];
  return [{ from: [props["cidrIpv4"], props["cidrIpv6"]], low: props["fromPort"], high: props["toPort"], protocol: props["ipProtocol"] }];
}

/** What is open to everybody must be the web's ports. */
function publicPorts(resource: Resource): string[] {
  return openingsOf(resource).flatMap(({ from, low, high, protocol }) => {
    if (!from.some(isEverybody) || low === UNKNOWN || high === UNKNOWN) return [];
    const isWeb = protocol !== "-1" && low === high && (low === 80 || low === 443);
    const ports = low === high ? shown(low) : `${shown(low)} to ${shown(high)}`;
    return isWeb ? [] : [`${protocol === "-1" ? "everything" : `port ${ports}`} is open to everybody; allowed: 80 and 443`];
  });
}

const ENDPOINTS = ["ecr.api", "ecr.dkr", "ssm"];

const encryption = (of: unknown, path: string): string[] => {
  const { encrypted } = group(of);
  return [true, "true", UNKNOWN].includes(encrypted as string) ? [] : [`${path} must be true; got ${shown(encrypted)}`];
};

function diskEncryption({ type, props }: Resource): string[] {
  if (type === DISK) return encryption(props, "encrypted");
  if (type === TEMPLATE)
    return list(props["blockDeviceMappings"]).flatMap((disk, index) => {
      const { ebs } = group(disk);
      return ebs === undefined || ebs === UNKNOWN ? [] : encryption(ebs, `blockDeviceMappings[${index}].ebs.encrypted`);
    });
  const root = props["rootBlockDevice"];
  return [
    ...(root === UNKNOWN ? [] : encryption(root, "rootBlockDevice.encrypted")),
    ...list(props["ebsBlockDevices"]).flatMap((disk, index) => encryption(disk, `ebsBlockDevices[${index}].encrypted`)),
  ];
}

/** Of networks in AWS. */
export const networks = {
  "no-public-ports": {
    asks: "No database and no management port is open to everybody in AWS: nothing but 80 and 443 is",
    controls: ["EC2.13", "EC2.14", "EC2.18", "EC2.19"],
    on: [GROUP, GROUP_RULE, ...INGRESS],
    check: publicPorts,
  },
  "access-lists-closed": {
    asks: "Access lists let nobody from outside to 22 and 3389",
    controls: ["EC2.21"],
    on: ACCESS_LISTS,
    whole: true,
    check: doorsOpen,
  },
  "default-group-closed": {
    asks: "The default security group of a network lets nothing through",
    controls: ["EC2.2"],
    on: VPC,
    whole: true,
    check: hasBeside(
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
      "vpcId",
      ({ props }) => list(props["ingress"]).length === 0 && list(props["egress"]).length === 0,
      "there is no DefaultSecurityGroup for it without any rule",
    ),
  },
  "network-flow-logs": {
    asks: "What goes through a network, or is refused there, is written down",
    controls: ["EC2.6"],
    on: VPC,
    whole: true,
    check: hasBeside("aws:ec2/flowLog:FlowLog", "vpcId", () => true, "there is no FlowLog for it"),
  },
  "subnet-without-addresses": {
    asks: "Subnets give out no public addresses",
    controls: ["EC2.15"],
    on: ["aws:ec2/subnet:Subnet"],
    check: setting("mapPublicIpOnLaunch", (value) => value !== true, "must be false"),
  },
  "endpoints-without-nat": {
    asks: "A network without NAT has endpoints for images and for Systems Manager",
    controls: ["EC2.55", "EC2.56", "EC2.57"],
    on: VPC,
    whole: true,
    check: (_, { resources }) => {
      if (resources.some(({ type }) => type === "aws:ec2/natGateway:NatGateway")) return [];
      const there = resources.filter(({ type }) => type === "aws:ec2/vpcEndpoint:VpcEndpoint").map(({ props }) => props["serviceName"]);
      return ENDPOINTS.filter((service) => !there.some((one) => one === UNKNOWN || String(one).endsWith(`.${service}`))).map(
        (service) => `there is no endpoint of ${service}`,
      );
    },
  },
  "machine-metadata": {
    asks: "A machine's metadata is read with a token only (IMDSv2)",
    controls: ["EC2.8", "EC2.170"],
    on: [...MACHINE, TEMPLATE],
    check: setting("metadataOptions.httpTokens", "required", 'must be "required"'),
  },
  "machine-disk-encrypted": {
    asks: "Disks of a machine in AWS are encrypted",
    controls: ["EC2.3"],
    on: [...MACHINE, DISK, TEMPLATE],
    check: diskEncryption,
  },
} satisfies Record<string, Rule>;
