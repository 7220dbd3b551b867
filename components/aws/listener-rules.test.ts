import { listenerRules, routeProblems } from "./listener-rules";

it("takes everything, unless something else is said", () => {
  expect(listenerRules({ priority: 100 })).toEqual([{ priority: 1000, hosts: [], paths: ["/*"] }]);
});

it("takes paths by prefix, as nginx does", () => {
  expect(listenerRules({ hosts: ["flowmaster.ai"], paths: ["/api/", "/ws/"], priority: 1 })).toEqual([
    { priority: 10, hosts: ["flowmaster.ai"], paths: ["/api", "/api/*", "/ws", "/ws/*"] },
  ]);
  expect(listenerRules({ paths: ["/health"], priority: 1 })).toEqual([{ priority: 10, hosts: [], paths: ["/health"] }]);
});

it("makes several rules of what is too much for one", () => {
  const rules = listenerRules({ hosts: ["a.example.com", "b.example.com"], paths: ["/a/", "/b/"], priority: 2 });
  expect(rules.map(({ priority, paths }) => [priority, paths])).toEqual([
    [20, ["/a", "/a/*", "/b"]],
    [21, ["/b/*"]],
  ]);
});

it("says all that is wrong with a route", () => {
  expect(routeProblems("route", { priority: 100, paths: ["/", "/api/"], hosts: ["a.example.com"] })).toEqual([]);
  const hosts = ["a", "b", "c", "d", "e"];
  expect(routeProblems("route", { priority: 0, paths: ["api/*"], hosts })).toEqual([
    { path: "route/priority", wrong: "must be the number of a route", got: 0, allowed: "1 to 4999" },
    { path: "route/hosts", wrong: "are more than one rule takes", got: 5, allowed: "at most 4" },
    { path: "route/paths[0]", wrong: 'must be a path without wildcards such as "/api/"', got: "api/*" },
  ]);
  expect(routeProblems("route", { priority: 1, paths: [] })).toEqual([
    { path: "route/paths", wrong: "must name a path", allowed: 'such as ["/"]' },
  ]);
  const many = Array.from({ length: 30 }, (_, index) => `/${index}/`);
  expect(routeProblems("route", { priority: 1, paths: many })).toEqual([
    { path: "route/paths", wrong: "are more than 10 rules take", got: 30 },
  ]);
});
