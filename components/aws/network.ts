import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../kernel/map-values";
import { refuse } from "../kernel/refuse";
import type { ExistingNetwork, NetworkArgs, Reach } from "./network-args";
import { networkProblems } from "./network-problems";
import { makeNetwork } from "./new-network";

/**
 * Addresses in two or three zones, with public subnets for what the internet may talk to (load balancers) and private ones for the rest:
 * made here, or found by its ids. In one that is made the default group is closed, refused connections are on record, and nothing gets a
 * public address by itself.
 *
 * @example
 * new Network("prod-network", { place, cidr: "10.40.0.0/16", zones: ["eu-central-1a", "eu-central-1b"], nat: "one" });
 * @example
 * new Network("prod-network", { existing: { vpcId: "vpc-0abc", cidr: "10.0.0.0/16", publicSubnets: { … }, privateSubnets: { … } } });
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  readonly zones: readonly string[];
  /** In the order of the zones. Known when the way to the internet is there. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** In the order of the zones. Known when the ways out of them are there. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** Each by its zone. Known when it is there itself, whatever becomes of the others and of the ways out. */
  readonly privateSubnets: Readonly<Record<string, pulumi.Output<string>>>;
  /** Where private subnets can go. Images of other registries than the region's ECR need `internet`. */
  readonly reaches: Reach;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:Network", name, {}, opts);
    refuse(this, name, networkProblems(args));

    const { cidr, zones, reaches } = settled(args);
    const made = "existing" in args ? found(args.existing) : makeNetwork(name, args, this);
    const { vpcId, publicSubnetIds, privateSubnetIds } = made;

    this.vpcId = vpcId;
    this.cidr = cidr;
    this.zones = zones;
    this.publicSubnetIds = publicSubnetIds;
    this.privateSubnetIds = privateSubnetIds;
    this.privateSubnets = made.privateSubnets;
    this.reaches = reaches;
    this.registerOutputs({ vpcId, publicSubnetIds, privateSubnetIds });
  }
}

/** What is known of it without asking AWS. */
function settled(args: NetworkArgs): { cidr: string; zones: readonly string[]; reaches: Reach } {
  if (!("existing" in args)) return { cidr: args.cidr, zones: args.zones, reaches: args.nat === "none" ? "endpoints" : "internet" };
  const { cidr, publicSubnets, reaches = "internet" } = args.existing;
  return { cidr, zones: Object.keys(publicSubnets), reaches };
}

function found({ vpcId, publicSubnets, privateSubnets }: ExistingNetwork["existing"]) {
  const inOrder = (subnets: Readonly<Record<string, string>>) =>
    pulumi.output(Object.keys(publicSubnets).flatMap((zone) => subnets[zone] ?? []));
  return {
    vpcId: pulumi.output(vpcId),
    publicSubnetIds: inOrder(publicSubnets),
    privateSubnetIds: inOrder(privateSubnets),
    privateSubnets: mapValues(privateSubnets, (id) => pulumi.output(id)),
  };
}
