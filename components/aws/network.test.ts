import type { Recording } from "../host/recording";
import { entriesIn } from "./access-list";
import { Network } from "./network";
import type { ExistingNetwork, NetworkArgs, NewNetwork } from "./network-args";
import { inputsOf, PLACE, recorded, SUBNETS } from "./testing/tier";

const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];
const NEW: NewNetwork = { place: PLACE, cidr: "10.40.0.0/16", zones: ZONES.slice(0, 2), nat: "one" };
const EXISTING: ExistingNetwork["existing"] = { vpcId: "vpc-0abc", cidr: "10.0.0.0/16", ...SUBNETS };

const made = (args: NetworkArgs | Partial<NewNetwork> = {}): Promise<Recording> =>
  recorded(() => new Network("net", "existing" in args ? args : { ...NEW, ...args }));

const refused = (args: NetworkArgs | Partial<NewNetwork>, message: string) => expect(made(args)).rejects.toThrow(new Error(message));

const count = ({ resources }: Recording, type: string): number => resources.filter((one) => one.type === `aws:ec2/${type}`).length;
const named = ({ resources }: Recording, type: string): string[] =>
  resources
    .filter((one) => one.type === `aws:ec2/${type}`)
    .map(({ name }) => name)
    .sort();

describe("a new network", () => {
  it("has private and public subnets in each zone, none of which gives out public addresses", async () => {
    const found = await made();
    expect(inputsOf(found, "ec2/vpc:Vpc")).toEqual({
      cidrBlock: "10.40.0.0/16",
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { project: "flowfleet", environment: "prod", Name: "flowstack-prod" },
    });
    expect(inputsOf(found, "ec2/subnet:Subnet", "net-private-b")).toEqual({
      vpcId: "net-vpc-id",
      cidrBlock: "10.40.32.0/19",
      availabilityZone: "eu-central-1b",
      mapPublicIpOnLaunch: false,
      tags: { project: "flowfleet", environment: "prod", Name: "flowstack-prod-private-b" },
    });
    expect(inputsOf(found, "ec2/subnet:Subnet", "net-public-a")).toMatchObject({ cidrBlock: "10.40.128.0/20", mapPublicIpOnLaunch: false });
    expect(found.outputs["net"]).toEqual({
      vpcId: "net-vpc-id",
      publicSubnetIds: ["net-public-a-id", "net-public-b-id"],
      privateSubnetIds: ["net-private-a-id", "net-private-b-id"],
    });
  });

  it("closes the default group, and keeps on record what it refused", async () => {
    const found = await made({ key: "arn:aws:kms:eu-central-1:123456789012:key/1" });
    expect(inputsOf(found, "ec2/defaultSecurityGroup:DefaultSecurityGroup")).toMatchObject({ ingress: [], egress: [] });
    expect(inputsOf(found, "ec2/flowLog:FlowLog")).toMatchObject({
      vpcId: "net-vpc-id",
      trafficType: "REJECT",
      logDestination: "arn:made-up:LogGroup:net-flow",
      iamRoleArn: "arn:made-up:Role:net-flow-role",
    });
    expect(inputsOf(found, "cloudwatch/logGroup:LogGroup")).toMatchObject({
      name: "/flowstack-prod/network",
      retentionInDays: 90,
      kmsKeyId: "arn:aws:kms:eu-central-1:123456789012:key/1",
    });
    expect(JSON.parse(String(inputsOf(found, "iam/rolePolicy:RolePolicy")["policy"]))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
          Resource: [
            "arn:aws:logs:eu-central-1:123456789012:log-group:/flowstack-prod/network",
            "arn:aws:logs:eu-central-1:123456789012:log-group:/flowstack-prod/network:*",
          ],
        },
        { Effect: "Allow", Action: "logs:DescribeLogGroups", Resource: "arn:aws:logs:eu-central-1:123456789012:log-group:*" },
      ],
    });
    expect(JSON.parse(String(inputsOf(found, "iam/role:Role")["assumeRolePolicy"]))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        },
      ],
    });
  });

  it("keeps roles within the environment's boundary", async () => {
    const boundary = "arn:aws:iam::123456789012:policy/deploy/flowstack-prod-boundary";
    expect(inputsOf(await made({ place: { ...PLACE, boundary } }), "iam/role:Role")).toMatchObject({ permissionsBoundary: boundary });
    expect(inputsOf(await made(), "iam/role:Role")).not.toHaveProperty("permissionsBoundary");
  });

  it("with one NAT gateway: every zone goes through the first's", async () => {
    const found = await made({ zones: ZONES, nat: "one" });
    expect(named(found, "natGateway:NatGateway")).toEqual(["net-nat-a"]);
    expect(inputsOf(found, "ec2/natGateway:NatGateway")).toMatchObject({
      subnetId: "net-public-a-id",
      allocationId: "net-nat-a-address-id",
    });
    for (const letter of "abc") {
      expect(inputsOf(found, "ec2/route:Route", `net-private-${letter}-way-out`)).toEqual({
        routeTableId: `net-private-${letter}-routes-id`,
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: "net-nat-a-id",
      });
    }
  });

  it("with one in each zone: every zone goes through its own", async () => {
    const found = await made({ zones: ZONES, nat: "per-zone" });
    expect(named(found, "natGateway:NatGateway")).toEqual(["net-nat-a", "net-nat-b", "net-nat-c"]);
    expect(named(found, "eip:Eip")).toHaveLength(3);
    expect(inputsOf(found, "ec2/route:Route", "net-private-c-way-out")).toMatchObject({ natGatewayId: "net-nat-c-id" });
    expect(count(found, "vpcEndpoint:VpcEndpoint")).toBe(1);
  });

  it("without any: nothing goes out, AWS's services are reached by endpoints of this account", async () => {
    const found = await made({ nat: "none" });
    expect([count(found, "natGateway:NatGateway"), count(found, "eip:Eip"), named(found, "route:Route")]).toEqual([
      0,
      0,
      ["net-public-way"],
    ]);
    expect(named(found, "vpcEndpoint:VpcEndpoint")).toEqual(
      ["ecr-api", "ecr-dkr", "elasticfilesystem", "kms", "logs", "monitoring", "s3", "ssm", "ssmmessages", "sts"].map(
        (one) => `net-${one}`,
      ),
    );
    const { policy, ...endpoint } = inputsOf(found, "ec2/vpcEndpoint:VpcEndpoint", "net-ecr-api");
    expect(endpoint).toEqual({
      vpcId: "net-vpc-id",
      serviceName: "com.amazonaws.eu-central-1.ecr.api",
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: ["net-private-a-id", "net-private-b-id"],
      securityGroupIds: ["net-endpoints-group-id"],
      tags: { project: "flowfleet", environment: "prod", Name: "flowstack-prod-ecr-api" },
    });
    expect(JSON.parse(String(policy))).toMatchObject({
      Statement: [{ Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } } }],
    });
    expect(inputsOf(found, "vpc/securityGroupIngressRule:SecurityGroupIngressRule")).toMatchObject({
      securityGroupId: "net-endpoints-group-id",
      cidrIpv4: "10.40.0.0/16",
      fromPort: 443,
      toPort: 443,
    });
  });

  it("reaches S3 for nothing whatever else it reaches, and by endpoints beside NAT where that is asked for", async () => {
    const found = await made();
    expect(inputsOf(found, "ec2/vpcEndpoint:VpcEndpoint")).toMatchObject({
      serviceName: "com.amazonaws.eu-central-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: ["net-public-routes-id", "net-private-a-routes-id", "net-private-b-routes-id"],
    });
    expect(count(await made({ endpoints: true }), "vpcEndpoint:VpcEndpoint")).toBe(10);
  });

  it("lets nothing to port 22 but from where it is said, and to 3389 only where answers to NAT need it", async () => {
    const found = await made({ sshFrom: ["198.51.100.0/24"] });
    const { ingress, subnetIds } = inputsOf(found, "ec2/networkAcl:NetworkAcl");
    expect(subnetIds).toEqual(["net-public-a-id", "net-public-b-id", "net-private-a-id", "net-private-b-id"]);
    const allow = { action: "allow" };
    const anyone = { ...allow, cidrBlock: "0.0.0.0/0" };
    expect(ingress).toEqual([
      { ruleNo: 100, ...allow, protocol: "-1", cidrBlock: "10.40.0.0/16", fromPort: 0, toPort: 0 },
      { ruleNo: 110, ...allow, protocol: "tcp", cidrBlock: "198.51.100.0/24", fromPort: 22, toPort: 22 },
      { ruleNo: 120, ...anyone, protocol: "tcp", fromPort: 1, toPort: 21 },
      { ruleNo: 130, ...anyone, protocol: "tcp", fromPort: 23, toPort: 65535 },
      { ruleNo: 140, ...anyone, protocol: "udp", fromPort: 1024, toPort: 65535 },
      { ruleNo: 150, ...anyone, protocol: "icmp", fromPort: 0, toPort: 0, icmpType: 3, icmpCode: -1 },
    ]);
    const open = (port: number, entries: ReturnType<typeof entriesIn>) =>
      entries.some((one) => one.cidrBlock === "0.0.0.0/0" && one.protocol === "tcp" && one.fromPort <= port && port <= one.toPort);
    const closed = entriesIn("10.40.0.0/16", { nat: "none", sshFrom: [] });
    expect([22, 80, 443, 3389, 40_000].filter((port) => open(port, closed))).toEqual([80, 443, 40_000]);
  });

  it("takes over what stands, names of AWS's own choice included, and makes the rest", async () => {
    const adopt = {
      vpc: { id: "vpc-0abc", keep: ["tags"] },
      "private-a": { id: "subnet-0abc" },
      "nat-a": { id: "nat-0abc" },
    };
    const { resources } = await made({ adopt });
    const taken = resources.filter(({ imported }) => imported !== undefined);
    expect(taken.map(({ name, imported, ignoreChanges }) => [name, imported, ignoreChanges])).toEqual([
      ["net-vpc", "vpc-0abc", ["tags"]],
      ["net-private-a", "subnet-0abc", ["cidrBlock"]],
      ["net-nat-a", "nat-0abc", ["subnetId", "allocationId"]],
    ]);
    // A gateway that is there has its address.
    expect(resources.map(({ name }) => name)).not.toContain("net-nat-a-address");
  });

  const ALL = {
    vpc: "vpc-0abc",
    internet: "igw-0a",
    "public-a": "subnet-0a",
    "public-b": "subnet-0b",
    "private-a": "subnet-1a",
    "private-b": "subnet-1b",
  };
  const adopted = (parts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(parts).map(([part, id]) => [part, { id }]));

  it("leaves the ways, lists and groups of what it takes over as they are, unless they are taken over, too", async () => {
    const found = await made({ adopt: adopted(ALL) });
    expect(found.resources.filter(({ type }) => type.startsWith("aws:ec2")).map(({ name }) => name)).toEqual([
      "net-vpc",
      "net-internet",
      "net-public-a",
      "net-public-b",
      "net-private-a",
      "net-private-b",
      "net-flow-log",
    ]);
  });

  it("takes over ways, lists and groups by their own ids", async () => {
    const more = {
      ...{ "default-group": "sg-0a", access: "acl-0a", s3: "vpce-0a" },
      ...{
        "public-routes": "rtb-0",
        "public-way": "rtb-0_0.0.0.0/0",
        "public-a-way": "subnet-0a/rtb-0",
        "public-b-way": "subnet-0b/rtb-0",
      },
      ...{ "private-a-routes": "rtb-1", "private-a-way": "subnet-1a/rtb-1", "private-a-way-out": "rtb-1_0.0.0.0/0", "nat-a": "nat-0a" },
    };
    const { resources } = await made({ adopt: adopted({ ...ALL, ...more }) });
    const taken = resources.flatMap(({ name, imported }) => (imported === undefined ? [] : [[name.replace("net-", ""), imported]]));
    expect(Object.fromEntries(taken)).toEqual({ ...ALL, ...more });
    expect(resources.filter(({ name, imported }) => /way|routes|access|group|s3/.test(name) && imported === undefined)).toEqual([]);
  });

  it("gives what it makes beside what it takes over a way of its own", async () => {
    const { vpc, internet, "public-a": publicA, "private-a": privateA } = ALL;
    const found = await made({ adopt: adopted({ vpc, internet, "public-a": publicA, "private-a": privateA }) });
    expect(named(found, "routeTableAssociation:RouteTableAssociation")).toEqual(["net-private-b-way", "net-public-b-way"]);
    expect(named(found, "route:Route")).toEqual(["net-private-b-way-out", "net-public-way"]);
    expect(inputsOf(found, "ec2/networkAcl:NetworkAcl")["subnetIds"]).toEqual(["net-public-b-id", "net-private-b-id"]);
  });
});

describe("a network of somebody else's", () => {
  it("is found by its ids, and nothing of it is touched", async () => {
    let reaches: unknown;
    const found = await recorded(() => {
      ({ reaches } = new Network("net", { existing: EXISTING }));
    });
    expect(found.resources.map(({ type }) => type)).toEqual(["flowfleet:aws:Network"]);
    expect(found.outputs["net"]).toEqual({
      vpcId: "vpc-0abc",
      publicSubnetIds: ["subnet-0a", "subnet-0b"],
      privateSubnetIds: ["subnet-1a", "subnet-1b"],
    });
    expect(reaches).toBe("internet");
  });

  it("is refused where its ids cannot be right, all at once", () =>
    refused(
      {
        existing: {
          vpcId: "my-network",
          cidr: "10.0.0.0",
          publicSubnets: { "eu-central-1a": "subnet-0a" },
          privateSubnets: { "eu-central-1b": "subnet-0a", "eu-central-1c": "private" },
        },
      },
      'net/existing/vpcId: must be an id such as "vpc-0abc"; got "my-network"\n' +
        'net/existing/cidr: must be an IPv4 subnet such as "10.90.2.0/24" whose address is its first, got "10.0.0.0"\n' +
        'net/existing/publicSubnets: must be two or three zones; got ["eu-central-1a"]; load balancers and databases need a second zone for when the first is gone\n' +
        'net/existing/privateSubnets: must be in the zones of the public ones; got ["eu-central-1b","eu-central-1c"]; allowed: eu-central-1a\n' +
        'net/existing/privateSubnets: must not be a public one: a database in it could be reached from the internet; got "subnet-0a"\n' +
        'net/existing: must be ids of subnets such as "subnet-0abc"; got "private"',
    ));
});

it("refuses one zone, zones of elsewhere, addresses of others and endpoints that would be missed, all at once", () =>
  refused(
    {
      place: { ...PLACE, prefix: "FlowStack", account: "1234", region: "Frankfurt" },
      cidr: "10.40.0.0/16",
      zones: ["us-east-1a"],
      nat: "none",
      endpoints: false,
      others: { office: "10.40.0.0/20" },
      sshFrom: ["128.0.0.0/1"],
      flowLogs: "100 days",
      adopt: { vpn: { id: " " } },
    },
    'net/place/prefix: must be at most 24 lower-case letters, digits and hyphens, a letter first, such as "flowstack-prod"; got "FlowStack"\n' +
      'net/place/account: must be the twelve digits of an AWS account, in quotes; got "1234"\n' +
      'net/place/region: must be a region such as "eu-central-1"; got "Frankfurt"\n' +
      'net/cidr: shares addresses with "office" (10.40.0.0/20); got "10.40.0.0/16"\n' +
      'net/zones: must be two or three zones; got ["us-east-1a"]; load balancers and databases need a second zone for when the first is gone\n' +
      'net/zones: must be zones of Frankfurt; got "us-east-1a"\n' +
      'net/endpoints: must not be switched off where nat is "none"; nothing could be reached at all\n' +
      'net/sshFrom: must not be everybody; got "128.0.0.0/1"\n' +
      'net/flowLogs: is no time that CloudWatch can keep logs for; got "100 days"; allowed: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days\n' +
      "net/adopt/vpn: is nothing that is made here; allowed: vpc, default-group, access, internet, public-routes, public-way, s3, public-a, public-a-way, private-a, private-a-way, private-a-routes, private-a-way-out, nat-a, nat-a-address\n" +
      "net/adopt/vpn/id: must not be empty",
  ));

it("refuses four zones, and one twice", () =>
  refused(
    { zones: ["eu-central-1a", "eu-central-1a", "eu-central-1b", "eu-central-1c"] },
    'net/zones: must be two or three zones; got ["eu-central-1a","eu-central-1a","eu-central-1b","eu-central-1c"]; load balancers and databases need a second zone for when the first is gone\n' +
      'net/zones: must be different zones; got ["eu-central-1a","eu-central-1a","eu-central-1b","eu-central-1c"]',
  ));
