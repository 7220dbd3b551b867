import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { ENTRIES_OUT, entriesIn } from "./access-list";
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

/** A subnet that has its routes. */
interface Area {
  letter: string;
  subnet: ec2.Subnet;
  table: ec2.RouteTable;
  tied: ec2.RouteTableAssociation;
}

/** The last sign of a zone names its parts: those of `eu-central-1a` end in `-a`. */
const letterOf = (zone: string): string => zone.slice(-1);

/** Every part that `adopt` may name. */
export const networkParts = (zones: readonly string[]): string[] => [
  "vpc",
  "internet",
  "public-routes",
  ...zones
    .map(letterOf)
    .flatMap((letter) => [`public-${letter}`, `private-${letter}`, `private-${letter}-routes`, `nat-${letter}`, `nat-${letter}-address`]),
];

/** The network with all that belongs to it. Its subnets are known when the ways out of them are there. */
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
  const outside = routeTable(making, "public-routes");
  const way = wayToInternet(making, outside);
  const publicAreas = plan.map((zone) => area(making, "public", zone, outside));
  const privateAreas = plan.map((zone) => area(making, "private", zone, routeTable(making, `private-${letterOf(zone.zone)}-routes`)));
  const list = accessList(making, [...publicAreas, ...privateAreas]);

  const open = [way, list, ...publicAreas.map(({ tied }) => tied)];
  const gateways = publicAreas.slice(0, { one: 1, "per-zone": zones.length, none: 0 }[nat]).map((at) => gateway(making, at, open));
  const closed = [
    list,
    ...privateAreas.map(({ tied }) => tied),
    ...privateAreas.flatMap((from, index) => wayOut(making, from, gateways[index] ?? gateways[0])),
    storageEndpoint(making, [outside, ...privateAreas.map(({ table }) => table)]),
    ...(endpoints
      ? interfaceEndpoints(
          making,
          privateAreas.map(({ subnet }) => subnet.id),
        )
      : []),
  ];
  return { vpcId: vpc.id, publicSubnetIds: idsAfter(publicAreas, open), privateSubnetIds: idsAfter(privateAreas, closed) };
}

/** AWS puts into the default group whatever names none: so it lets nothing in or out. */
function closeDefaultGroup({ name, args: { place }, parent, vpcId }: Making): void {
  const tags = tagged(place, `${place.prefix}-default-closed`);
  new ec2.DefaultSecurityGroup(`${name}-default-group`, { vpcId, ingress: [], egress: [], tags }, { parent });
}

function routeTable({ name, args: { place, adopt }, parent, vpcId }: Making, part: string): ec2.RouteTable {
  const tags = tagged(place, `${place.prefix}-${part}`);
  return new ec2.RouteTable(`${name}-${part}`, { vpcId, tags }, { parent, ...adopting(adopt, part) });
}

function wayToInternet({ name, args: { place, adopt }, parent, vpcId }: Making, table: ec2.RouteTable): ec2.Route {
  const tags = tagged(place, place.prefix);
  const internet = new ec2.InternetGateway(`${name}-internet`, { vpcId, tags }, { parent, ...adopting(adopt, "internet") });
  return new ec2.Route(
    `${name}-public-way`,
    { routeTableId: table.id, destinationCidrBlock: EVERYWHERE, gatewayId: internet.id },
    { parent },
  );
}

function area(
  { name, args: { place, adopt }, parent, vpcId }: Making,
  kind: "public" | "private",
  plan: ZonePlan,
  table: ec2.RouteTable,
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
  const tied = new ec2.RouteTableAssociation(`${name}-${part}-way`, { subnetId: subnet.id, routeTableId: table.id }, { parent });
  return { letter, subnet, table, tied };
}

function accessList({ name, args: { place, cidr, nat, sshFrom = [] }, parent, vpcId }: Making, areas: readonly Area[]): ec2.NetworkAcl {
  return new ec2.NetworkAcl(
    `${name}-access`,
    {
      vpcId,
      subnetIds: areas.map(({ subnet }) => subnet.id),
      ingress: entriesIn(cidr, { nat, sshFrom }),
      egress: ENTRIES_OUT,
      tags: tagged(place, place.prefix),
    },
    { parent },
  );
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

function wayOut({ name, parent }: Making, { letter, table }: Area, gateway: ec2.NatGateway | undefined): ec2.Route[] {
  if (gateway === undefined) return [];
  return [
    new ec2.Route(
      `${name}-private-${letter}-way-out`,
      { routeTableId: table.id, destinationCidrBlock: EVERYWHERE, natGatewayId: gateway.id },
      { parent },
    ),
  ];
}

/** Ids of subnets that wait for more than the subnets. */
const idsAfter = (areas: readonly Area[], after: readonly pulumi.Resource[]): pulumi.Output<string[]> =>
  pulumi.all([areas.map(({ subnet }) => subnet.id), after.map(({ urn }) => urn)]).apply(([ids]) => ids);
