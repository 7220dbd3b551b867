import { overlaps, parseSubnet } from "../kernel/ipv4";
import { cidrProblems, planSubnets } from "./subnet-plan";

const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

it("gives each zone an eighth for private and a sixteenth for public addresses", () => {
  expect(planSubnets("10.40.0.0/16", ZONES)).toEqual([
    { zone: "eu-central-1a", private: "10.40.0.0/19", public: "10.40.128.0/20" },
    { zone: "eu-central-1b", private: "10.40.32.0/19", public: "10.40.144.0/20" },
    { zone: "eu-central-1c", private: "10.40.64.0/19", public: "10.40.160.0/20" },
  ]);
  expect(planSubnets("192.168.7.0/24", ZONES.slice(0, 2))).toEqual([
    { zone: "eu-central-1a", private: "192.168.7.0/27", public: "192.168.7.128/28" },
    { zone: "eu-central-1b", private: "192.168.7.32/27", public: "192.168.7.144/28" },
  ]);
});

it.each([16, 17, 18, 19, 20, 21, 22, 23, 24])(
  "of a /%d no two share an address, all lie within, none is smaller than AWS allows",
  (bits) => {
    const cidr = `10.40.0.0/${bits}`;
    const network = parseSubnet(cidr);
    const subnets = planSubnets(cidr, [...ZONES, "eu-central-1d"]).flatMap((zone) => [parseSubnet(zone.private), parseSubnet(zone.public)]);
    expect(subnets).toHaveLength(8);
    for (const [index, subnet] of subnets.entries()) {
      expect(subnet.first).toBeGreaterThanOrEqual(network.first);
      expect(subnet.first + subnet.size).toBeLessThanOrEqual(network.first + network.size * 0.75);
      expect(subnet.size).toBeGreaterThanOrEqual(16);
      expect(subnets.slice(index + 1).some((other) => overlaps(subnet, other))).toBe(false);
    }
  },
);

it("moves nothing when a zone is added", () => {
  const [two, three] = [planSubnets("10.40.0.0/20", ZONES.slice(0, 2)), planSubnets("10.40.0.0/20", ZONES)];
  expect(three.slice(0, 2)).toEqual(two);
});

it.each([
  ["10.40.0.0/16", { office: "10.0.0.0/16", "10.50": "10.50.0.0/16" }, []],
  [
    "10.40.0.1/16",
    {},
    [{ path: "cidr", wrong: 'must be an IPv4 subnet such as "10.90.2.0/24" whose address is its first, got "10.40.0.1/16"' }],
  ],
  ["10.0.0.0/15", {}, [{ path: "cidr", wrong: "has the wrong size", got: "10.0.0.0/15", allowed: "/16 to /24" }]],
  ["10.0.0.0/25", {}, [{ path: "cidr", wrong: "has the wrong size", got: "10.0.0.0/25", allowed: "/16 to /24" }]],
  [
    "10.40.0.0/16",
    { office: "10.40.3.0/24", home: "10.32.0.0/12", far: "10.41.0.0/16" },
    [
      { path: "cidr", wrong: 'shares addresses with "office" (10.40.3.0/24)', got: "10.40.0.0/16" },
      { path: "cidr", wrong: 'shares addresses with "home" (10.32.0.0/12)', got: "10.40.0.0/16" },
    ],
  ],
  [
    "10.40.0.0/16",
    { office: "10.40" },
    [{ path: "others/office", wrong: 'must be an IPv4 subnet such as "10.90.2.0/24" whose address is its first, got "10.40"' }],
  ],
])("%s beside %j", (cidr, others, problems) => {
  expect(cidrProblems("cidr", cidr, others as Record<string, string>)).toEqual(problems);
});
