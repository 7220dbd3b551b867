import * as pulumi from "@pulumi/pulumi";
import { addressIn, parseSubnet } from "../kernel/ipv4";
import type { Subnet } from "../kernel/ipv4";
import { slugProblems } from "../kernel/names";
import { problemsOf, refuse } from "../kernel/refuse";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";

export interface ContainerNetworkArgs {
  host: Host;
  /** Name of the Docker network: `"flowmaster-staging"`. */
  network: string;
  /** Its addresses: `"10.90.2.0/24"`. No other network on the host may overlap it. */
  subnet: string;
}

/** Services begin at .10, two addresses each: a release starts on the one that its predecessor does not use. */
const FIRST_SERVICE = 10;

/**
 * A Docker network with a fixed subnet. Its gateway is the host's nginx, at which the containers of the network reach each other's
 * services whichever release serves.
 *
 * @example const network = new ContainerNetwork("staging-network", { host, network: "flowmaster-staging", subnet: "10.90.2.0/24" });
 */
export class ContainerNetwork extends pulumi.ComponentResource {
  readonly network: string;
  readonly subnet: string;
  /** First address of the subnet: the host, as its containers see it. */
  readonly gateway: string;
  private readonly block: Subnet;

  constructor(name: string, args: ContainerNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:ContainerNetwork", name, {}, opts);
    const { host, network, subnet } = args;
    refuse(this, name, [
      ...slugProblems("network", network),
      ...problemsOf("subnet", () => roomIn(parseSubnet(subnet))),
      ...host.reserve("network", `network ${network}`, name),
    ]);
    this.network = network;
    this.subnet = subnet;
    this.block = parseSubnet(subnet);
    this.gateway = addressIn(this.block, 1);
    new HostStep(
      `${name}-bridge`,
      { host, noun: "network", document: { name: network, subnet, gateway: this.gateway }, removable: true },
      { parent: this },
    );
    this.registerOutputs({ gateway: this.gateway });
  }

  /**
   * The two addresses of the service with this number, the first service being number 0.
   *
   * @throws RangeError when the subnet has no room for it.
   */
  addresses(index: number): [string, string] {
    const room = roomIn(this.block);
    if (!Number.isInteger(index) || index < 0 || index >= room) {
      throw new RangeError(`number ${index}: network ${this.network} (${this.subnet}) has room for ${room} services, counted from 0`);
    }
    return addressesIn(this.block, index);
  }
}

/** The two addresses of the service with this number in a subnet that has room for it. */
export function addressesIn(subnet: Subnet, index: number): [string, string] {
  const first = FIRST_SERVICE + 2 * index;
  return [addressIn(subnet, first), addressIn(subnet, first + 1)];
}

/** How many services fit: the upper half of a subnet is Docker's, for containers that somebody starts by hand. */
function roomIn(subnet: Subnet): number {
  const room = Math.floor((subnet.size / 2 - FIRST_SERVICE) / 2);
  if (room < 1) throw new RangeError(`must have at least 32 addresses, got ${subnet.text}`);
  return room;
}
