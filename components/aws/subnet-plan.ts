import type { Subnet } from "../kernel/ipv4";
import { addressIn, overlaps, parseSubnet } from "../kernel/ipv4";
import type { Problem } from "../kernel/refuse";
import { problemsOf } from "../kernel/refuse";

/** The subnets of one zone. */
export interface ZonePlan {
  zone: string;
  private: string;
  public: string;
}

/** Room for four zones of each kind, so that another zone moves nothing; and a last quarter that stays free. */
const PRIVATE_PARTS = 8;
const PUBLIC_PARTS = 16;

const LARGEST = 2 ** 16;
/** A sixteenth of it is the smallest subnet that AWS makes. */
const SMALLEST = 2 ** 8;

/**
 * Subnets of a network: for each zone an eighth of it for private and a sixteenth for public addresses.
 *
 * @param cidr From /16 to /24.
 * @example planSubnets("10.40.0.0/16", ["eu-central-1a"]) // [{ zone: "eu-central-1a", private: "10.40.0.0/19", public: "10.40.128.0/20" }]
 */
export function planSubnets(cidr: string, zones: readonly string[]): ZonePlan[] {
  const network = parseSubnet(cidr);
  return zones.map((zone, index) => ({
    zone,
    private: part(network, PRIVATE_PARTS, index),
    public: part(network, PUBLIC_PARTS, PUBLIC_PARTS / 2 + index),
  }));
}

function part(network: Subnet, parts: number, index: number): string {
  const size = network.size / parts;
  return `${addressIn(network, index * size)}/${32 - Math.log2(size)}`;
}

/** What is wrong with the network's addresses: their form, their number, and others that it would share addresses with. */
export function cidrProblems(path: string, cidr: string, others: Readonly<Record<string, string>>): Problem[] {
  const unreadable = [
    ...problemsOf(path, () => parseSubnet(cidr)),
    ...Object.entries(others).flatMap(([name, other]) => problemsOf(`others/${name}`, () => parseSubnet(other))),
  ];
  if (unreadable.length > 0) return unreadable;
  const network = parseSubnet(cidr);
  return [
    ...(network.size < SMALLEST || network.size > LARGEST ? [{ path, wrong: "has the wrong size", got: cidr, allowed: "/16 to /24" }] : []),
    ...Object.entries(others)
      .filter(([, other]) => overlaps(network, parseSubnet(other)))
      .map(([name, other]) => ({ path, wrong: `shares addresses with "${name}" (${other})`, got: cidr })),
  ];
}
