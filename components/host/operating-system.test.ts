import { OPERATING_SYSTEMS, distributionOf, isAtLeast } from "./operating-system";

it("knows what each distribution calls its own", () => {
  expect(OPERATING_SYSTEMS.map((os) => [os, distributionOf(os).id, distributionOf(os).codename])).toEqual([
    ["debian-12", "debian", "bookworm"],
    ["ubuntu-22.04", "ubuntu", "jammy"],
    ["ubuntu-24.04", "ubuntu", "noble"],
  ]);
});

it.each([
  [[1, 25, 1], true],
  [[1, 26, 0], true],
  [[2, 0], true],
  [[1, 25, 0], false],
  [[1, 25], false],
  [[1, 9, 99], false],
])("%p is 1.25.1 or newer: %p", (version, newer) => {
  expect(isAtLeast(version, [1, 25, 1])).toBe(newer);
});
