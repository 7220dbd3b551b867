import { addressProblems, hostNameProblems, isHostName, isSlug, pathProblems, portProblems, slugProblems } from "./names";

it.each(["app.example.com", "flowmaster.localhost", "a-b.c1.example"])("%s is a host name", (name) => {
  expect(isHostName(name)).toBe(true);
  expect(hostNameProblems("domain", name)).toEqual([]);
});

it.each([
  "localhost",
  "App.example.com",
  "https://app.example.com",
  "-a.example.com",
  "a..example",
  "a.example.com;",
  "a.example.com\n",
  `${"a".repeat(64)}.example`,
  `${"a.".repeat(127)}example`,
])("%p is none", (name) => {
  expect(isHostName(name)).toBe(false);
  expect(hostNameProblems("domain", name)).toEqual([
    { path: "domain", wrong: 'must be a bare lower-case name such as "shop.example.com"', got: name },
  ]);
});

it("tells slugs from other words", () => {
  expect(["flowmaster-staging", "backend", "a", "7"].every(isSlug)).toBe(true);
  expect(["Backend", "a_b", "-a", "a-", "", "a.b", "a b"].some(isSlug)).toBe(false);
  expect(slugProblems("service", "a b")).toHaveLength(1);
});

it("knows the range of ports", () => {
  expect([1, 80, 65_535].flatMap((port) => portProblems("port", port))).toEqual([]);
  expect(portProblems("port", 0)).toEqual([{ path: "port", wrong: "must be a port", got: 0, allowed: "1 to 65535" }]);
  expect([65_536, 1.5, -1, NaN].flatMap((port) => portProblems("port", port))).toHaveLength(4);
});

it("wants an IPv4 address where it is known", () => {
  expect(["10.91.1.16", Promise.resolve("mongodb")].flatMap((address) => addressProblems("to", address))).toEqual([]);
  for (const address of ["mongodb", "10.91.1", "::1", ""]) {
    expect(addressProblems("to", address)).toEqual([{ path: "to", wrong: "must be an IPv4 address", got: address }]);
  }
});

it("takes absolute paths that need no quoting, and no way up", () => {
  expect(["/srv/shop", "/srv/shop/.env.staging", "/etc/ssh/sshd_config.d/00-a.conf"].flatMap((path) => pathProblems("path", path))).toEqual(
    [],
  );
  for (const path of ["srv", "/srv/", "/", "/srv/../etc", "/srv/.", "/srv/a b", "/srv/a;b", "/srv/$x", ""]) {
    expect(pathProblems("path", path)).toEqual([
      { path: "path", wrong: 'must be an absolute path of plain characters such as "/srv/shop"', got: path },
    ]);
  }
});
