import { osFacts, sourcesList } from "./os-facts";

const none = { aptConf: "", mirrors: {}, authorities: {} };

test("Debian's suites come from Debian", () => {
  expect(sourcesList(osFacts["debian-12"], none)).toBe(`deb http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm-updates main
deb http://deb.debian.org/debian-security bookworm-security main
`);
});

test("the machine's own mirror goes first, for the suites that it has", () => {
  const settings = { ...none, mirrors: { bookworm: "http://mirror.example.com/debian", trixie: "http://elsewhere.example.com" } };
  expect(sourcesList(osFacts["debian-12"], settings)).toBe(`deb http://mirror.example.com/debian bookworm main
deb http://deb.debian.org/debian bookworm-updates main
deb http://deb.debian.org/debian-security bookworm-security main
`);
});

test("Ubuntu has universe, too", () => {
  const lines = sourcesList(osFacts["ubuntu-24.04"], none).trim().split("\n");
  expect(lines.map((line) => line.split(" ").slice(2))).toEqual([
    ["noble", "main", "universe"],
    ["noble-updates", "main", "universe"],
    ["noble-security", "main", "universe"],
  ]);
});
