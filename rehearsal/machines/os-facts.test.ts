import { osFacts, sourcesList } from "./os-facts";

const none = { aptConf: "", mirrors: {}, authorities: {} };

test("the distribution's own mirrors serve where the machine has none", () => {
  const { bookworm, "bookworm-updates": updates, "bookworm-security": security } = osFacts["debian-12"].mirrors;
  expect(sourcesList(osFacts["debian-12"], none)).toBe(
    [
      `deb ${bookworm ?? ""} bookworm main`,
      `deb ${updates ?? ""} bookworm-updates main`,
      `deb ${security ?? ""} bookworm-security main`,
      "",
    ].join("\n"),
  );
});

test("the machine's own mirror goes first, for the suites that it has", () => {
  const mirrors = {
    bookworm: "http://mirror.example.com/debian",
    "bookworm-updates": "http://mirror.example.com/debian",
    trixie: "http://elsewhere.example.com",
  };
  expect(
    sourcesList(osFacts["debian-12"], { ...none, mirrors })
      .split("\n")
      .slice(0, 2),
  ).toEqual(["deb http://mirror.example.com/debian bookworm main", "deb http://mirror.example.com/debian bookworm-updates main"]);
  expect(sourcesList(osFacts["debian-12"], { ...none, mirrors })).not.toContain("trixie");
});

test("Ubuntu has universe, too", () => {
  const lines = sourcesList(osFacts["ubuntu-24.04"], none).trim().split("\n");
  expect(lines.map((line) => line.split(" ").slice(2))).toEqual([
    ["noble", "main", "universe"],
    ["noble-updates", "main", "universe"],
    ["noble-security", "main", "universe"],
  ]);
});
