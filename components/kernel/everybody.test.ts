import { isAll, isEverybody } from "./everybody";

it.each(["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "64.0.0.0/7", "::/1", "0:0:0:0:0:0:0:0/0", "2000::/3", "2a00::/12", "fc00::/6"])(
  "%s is everybody",
  (range) => {
    expect(isEverybody(range)).toBe(true);
  },
);

it.each([
  "10.0.0.0/8",
  "203.0.113.10",
  "203.0.113.0/24",
  "172.16.0.0/12",
  "2001:db8::/32",
  "2001:db8::1",
  "fc00::/7",
  "fd00::/8",
  "fe80::/10",
  "pl-1",
  "",
])("%s is not", (range) => {
  expect(isEverybody(range)).toBe(false);
});

it("what is not known, or not there, is nobody", () => {
  expect([Symbol("not known"), undefined, null, ["0.0.0.0/0"]].map(isEverybody)).toEqual([false, false, false, false]);
});

it("half of all addresses are not all", () => {
  expect(["0.0.0.0/0", "::/0", "0.0.0.0/1", "10.0.0.0/8"].map(isAll)).toEqual([true, true, false, false]);
});
