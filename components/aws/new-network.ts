import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { ENTRIES_OUT, entriesIn } from "./access-list";
import type { Adopted } from "./adopted";
import { adopting } from "./adopted";
import { flowLog } from "./flow-log";
import type { NewNetwork } from "./network-args";
import { interfaceEndpoints, storageEndpoint } from "./network-endpoints";
import { tagged } from "./place";
import type { ZonePlan } from "./subnet-plan";
import { planSubnets } from "./subnet-plan";

const EVERYWHERE = "0.0.0.0/0";

/** What the parts of one network are made with. */
export interface Making {
  name: string;
  args: NewNetwork;
  parent: pulumi.Resource;
  vpcId: pulumi.Output<string>;
}

/** A subnet, and the routes that it has from here; one that was taken over keeps those that it had. */
interface Area {
  zone: string;
  letter: string;
  subnet: ec2.Subnet;
  table: ec2.RouteTable | undefined;
  tied: ec2.RouteTableAssociation[];
}

/** The last sign of a zone names its parts: those of `eu-central-1a` end in `-a`. */
const letterOf = (zone: string): string => zone.slice(-1);

/** Every part that `adopt` may name. */
export const networkParts = (zones: readonly string[]): string[] => [
  "vpc",
  "default-group",
  "access",
  "internet",
  "public-routes",
  "public-way",
  "s3",
  ...zones
    .map(letterOf)
    .flatMap((letter) => [
      ...["public", "private"].flatMap((kind) => [`${kind}-${letter}`, `${kind}-${letter}-way`]),
      `private-${letter}-routes`,
      `private-${letter}-way-out`,
      `nat-${letter}`,
      `nat-${letter}-address`,
    ]),
];

/** The network with all that belongs to it. Its lists of subnets are known when the ways out of them are there. */
export function makeNetwork(name: string, args: NewNetwork, parent: pulumi.Resource) {
  const { place, cidr, zones, nat, endpoints = nat === "none", adopt } = args;
  const vpc = new ec2.Vpc(
    `${name}-vpc`,
    { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: tagged(place, place.prefix) },
    { parent, ...adopting(adopt, "vpc") },
  );
  const making: Making = { name, args, parent, vpcId: vpc.id };
  closeDefaultGroup(making);
  flowLog(making);

  const plan = planSubnets(cidr, zones);
  const outside = zones.some((zone) => leads(adopt, `public-${letterOf(zone)}`, "public-routes"))
    ? routeTable(making, "public-routes")
    : undefined;
  const way = wayToInternet(making, outside);
  const publicAreas = plan.map((zone) => area(making, "public", zone, outside));
  const privateAreas = plan.map((zone) => area(making, "private", zone, insideTable(making, letterOf(zone.zone))));
  const list = accessList(making, { public: publicAreas, private: privateAreas });

  const open = [...way, ...list, ...publicAreas.flatMap(({ tied }) => tied)];
  const wayOuts = privateAreas.filter(
    ({ letter, table }) => table && makes(adopt, `private-${letter}-routes`, `private-${letter}-way-out`),
  );
  const gateways = publicAreas
    .slice(0, { one: 1, "per-zone": zones.length, none: 0 }[nat])
    .filter(({ letter }) => adopt?.[`nat-${letter}`] || wayOuts.some((from) => nat === "one" || from.letter === letter))
    .map((at) => ({ letter: at.letter, gateway: gateway(making, at, open) }));
  const closed = [
    ...list,
    ...privateAreas.flatMap(({ tied }) => tied),
    ...wayOuts.flatMap((from) => wayOut(making, from, (gateways.find(({ letter }) => letter === from.letter) ?? gateways[0])?.gateway)),
    ...(makes(adopt, "vpc", "s3") || nat === "none"
      ? [
          storageEndpoint(
            making,
            [outside, ...privateAreas.map(({ table }) => table)].flatMap((table) => table ?? []),
          ),
        ]
      : []),
    ...(endpoints
      ? interfaceEndpoints(
          making,
          privateAreas.map(({ subnet }) => subnet.id),
        )
      : []),
  ];
  return {
    vpcId: vpc.id,
    publicSubnetIds: idsAfter(publicAreas, open),
    privateSubnetIds: idsAfter(privateAreas, closed),
    privateSubnets: Object.fromEntries(privateAreas.map(({ zone, subnet }) => [zone, subnet.id])),
  };
}

/**
 * Whether a part is made: not in something that was taken over, which has it or does without, unless it is taken over, too. Nobody here knows
 * what goes by it.
 */
const makes = (adopt: Adopted | undefined, inside: string, part: string): boolean => !adopt?.[inside] || adopt[part] !== undefined;

/** Whether a subnet's routes are in a table of ours: one that was taken over keeps its own, unless table or tie is taken over, too. */
const leads = (adopt: Adopted | undefined, subnet: string, table: string): boolean =>
  makes(adopt, subnet, table) || adopt?.[`${subnet}-way`] !== undefined;

/** AWS puts into the default group whatever names none: so it lets nothing in or out. In a network that was taken over somebody may live in it. */
function closeDefaultGroup({ name, args: { place, adopt }, parent, vpcId }: Making): void {
  if (!makes(adopt, "vpc", "default-group")) return;
  const tags = tagged(place, `${place.prefix}-default-closed`);
  new ec2.DefaultSecurityGroup(
    `${name}-default-group`,
    { vpcId, ingress: [], egress: [], tags },
    { parent, ...adopting(adopt, "default-group") },
  );
}

function insideTable(making: Making, letter: string): ec2.RouteTable | undefined {
  const part = `private-${letter}-routes`;
  return leads(making.args.adopt, `private-${letter}`, part) ? routeTable(making, part) : undefined;
}

function routeTable({ name, args: { place, adopt }, parent, vpcId }: Making, part: string): ec2.RouteTable {
  const tags = tagged(place, `${place.prefix}-${part}`);
  return new ec2.RouteTable(`${name}-${part}`, { vpcId, tags }, { parent, ...adopting(adopt, part) });
}

function wayToInternet({ name, args: { place, adopt }, parent, vpcId }: Making, table: ec2.RouteTable | undefined): ec2.Route[] {
  if (!table && !adopt?.["internet"]) return [];
  const tags = tagged(place, place.prefix);
  const internet = new ec2.InternetGateway(`${name}-internet`, { vpcId, tags }, { parent, ...adopting(adopt, "internet") });
  if (!table || !makes(adopt, "public-routes", "public-way")) return [];
  return [
    new ec2.Route(
      `${name}-public-way`,
      { routeTableId: table.id, destinationCidrBlock: EVERYWHERE, gatewayId: internet.id },
      { parent, ...adopting(adopt, "public-way") },
    ),
  ];
}

function area(
  { name, args: { place, adopt }, parent, vpcId }: Making,
  kind: "public" | "private",
  plan: ZonePlan,
  table: ec2.RouteTable | undefined,
): Area {
  const letter = letterOf(plan.zone);
  const part = `${kind}-${letter}`;
  const subnet = new ec2.Subnet(
    `${name}-${part}`,
    {
      vpcId,
      cidrBlock: plan[kind],
      availabilityZone: plan.zone,
      mapPublicIpOnLaunch: false,
      tags: tagged(place, `${place.prefix}-${part}`),
    },
    { parent, ...adopting(adopt, part, ["cidrBlock"]) },
  );
  const tie = `${part}-way`;
  const tied =
    table && makes(adopt, part, tie)
      ? [
          new ec2.RouteTableAssociation(
            `${name}-${tie}`,
            { subnetId: subnet.id, routeTableId: table.id },
            { parent, ...adopting(adopt, tie) },
          ),
        ]
      : [];
  return { zone: plan.zone, letter, subnet, table, tied };
}

/** Of the subnets that are made: AWS puts a subnet in one list alone, so that one that was taken over would lose the list that it has. */
function accessList(
  { name, args: { place, cidr, nat, sshFrom = [], adopt }, parent, vpcId }: Making,
  areas: Readonly<Record<"public" | "private", readonly Area[]>>,
): ec2.NetworkAcl[] {
  const inIt = Object.entries(areas).flatMap(([kind, those]) => those.filter(({ letter }) => makes(adopt, `${kind}-${letter}`, "access")));
  if (inIt.length === 0) return [];
  return [
    new ec2.NetworkAcl(
      `${name}-access`,
      {
        vpcId,
        subnetIds: inIt.map(({ subnet }) => subnet.id),
        ingress: entriesIn(cidr, { nat, sshFrom }),
        egress: ENTRIES_OUT,
        tags: tagged(place, place.prefix),
      },
      { parent, ...adopting(adopt, "access") },
    ),
  ];
}

function gateway({ name, args: { place, adopt }, parent }: Making, { letter, subnet }: Area, after: pulumi.Resource[]): ec2.NatGateway {
  const part = `nat-${letter}`;
  const tags = tagged(place, `${place.prefix}-${part}`);
  // One that is taken over has an address, whoever's that is.
  const address =
    adopt?.[part] && !adopt[`${part}-address`]
      ? undefined
      : new ec2.Eip(`${name}-${part}-address`, { domain: "vpc", tags }, { parent, ...adopting(adopt, `${part}-address`) });
  return new ec2.NatGateway(
    `${name}-${part}`,
    { subnetId: subnet.id, ...(address && { allocationId: address.id }), connectivityType: "public", tags },
    { parent, dependsOn: after, ...adopting(adopt, part, ["subnetId", "allocationId"]) },
  );
}

function wayOut({ name, args: { adopt }, parent }: Making, { letter, table }: Area, gateway: ec2.NatGateway | undefined): ec2.Route[] {
  if (gateway === undefined || table === undefined) return [];
  return [
    new ec2.Route(
      `${name}-private-${letter}-way-out`,
      { routeTableId: table.id, destinationCidrBlock: EVERYWHERE, natGatewayId: gateway.id },
      { parent, ...adopting(adopt, `private-${letter}-way-out`) },
    ),
  ];
}

/** Ids of subnets that wait for more than the subnets. */
const idsAfter = (areas: readonly Area[], after: readonly pulumi.Resource[]): pulumi.Output<string[]> =>
  pulumi.all([areas.map(({ subnet }) => subnet.id), after.map(({ urn }) => urn)]).apply(([ids]) => ids);
