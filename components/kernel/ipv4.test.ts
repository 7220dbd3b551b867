import { addressIn, overlaps, parseSubnet } from "./ipv4";

it("counts addresses from the first of the subnet", () => {
  const subnet = parseSubnet("10.90.2.0/24");
  expect(addressIn(subnet, 0)).toBe("10.90.2.0");
  expect(addressIn(subnet, 1)).toBe("10.90.2.1");
  expect(addressIn(subnet, 255)).toBe("10.90.2.255");
  expect(addressIn(parseSubnet("10.90.0.0/16"), 700)).toBe("10.90.2.188");
  expect(addressIn(parseSubnet("255.255.255.0/24"), 255)).toBe("255.255.255.255");
});

it("refuses an address outside", () => {
  expect(() => addressIn(parseSubnet("10.90.2.0/28"), 16)).toThrow(new RangeError("must be a number from 0 to 15 in 10.90.2.0/28, got 16"));
  expect(() => addressIn(parseSubnet("10.90.2.0/28"), -1)).toThrow(RangeError);
});

it.each(["10.90.2.1/24", "10.90.2.0", "10.90.2/24", "10.90.2.0/33", "10.90.256.0/24", "010.0.0.0/8", "10.90.2.0/", "a/24"])(
  "refuses %p",
  (text) => {
    expect(() => parseSubnet(text)).toThrow(
      new RangeError(`must be an IPv4 subnet such as "10.90.2.0/24" whose address is its first, got "${text}"`),
    );
  },
);

it("sees what two subnets share, in either order", () => {
  const of = (text: string) => parseSubnet(text);
  for (const [a, b, shared] of [
    ["10.90.2.0/24", "10.90.3.0/24", false],
    ["10.90.0.0/16", "10.90.3.0/24", true],
    ["10.90.2.0/24", "10.90.2.0/24", true],
    ["0.0.0.0/0", "192.168.1.0/30", true],
  ] as const) {
    expect(overlaps(of(a), of(b))).toBe(shared);
    expect(overlaps(of(b), of(a))).toBe(shared);
  }
});

it("gives every index an address of its own", () => {
  const subnet = parseSubnet("172.20.252.0/22");
  const all = Array.from({ length: subnet.size }, (_, index) => addressIn(subnet, index));
  expect(new Set(all).size).toBe(1024);
  expect(all.every((address) => overlaps(parseSubnet(`${address}/32`), subnet))).toBe(true);
});
