import { resource, urnOf } from "../testing/resource";
import { Targets, UrnPatterns } from "./targets";

describe("patterns", () => {
  test.each([
    [urnOf("a"), urnOf("a"), true],
    ["**web-*", urnOf("web-a"), true],
    ["**web-*", urnOf("db-a"), false],
    ["urn:*::tested::**", urnOf("a"), false],
    ["urn:pulumi:*::tested::**", urnOf("a"), true],
    ["**::a.b", urnOf("aXb"), false],
  ])("%s and %s: %s", (pattern, urn, matches) => {
    expect(new UrnPatterns([pattern]).matches(urn)).toBe(matches);
  });
});

describe("what the program registered", () => {
  const a = resource("a");
  const onA = resource("on-a", { dependencies: [a.urn] });
  const other = resource("other");
  const included = (options: ConstructorParameters<typeof Targets>[0]): string[] => {
    const targets = new Targets(options);
    return [a, onA, other].filter((r) => targets.includesRegistered(r)).map(({ id }) => id ?? "");
  };

  test.each([
    ["everything without targets", {}, ["a#1", "on-a#1", "other#1"]],
    ["only the targets", { targets: [a.urn] }, ["a#1"]],
    ["with their dependents", { targets: [a.urn], targetDependents: true }, ["a#1", "on-a#1"]],
    ["all but the excluded", { excludes: [a.urn] }, ["on-a#1", "other#1"]],
    ["all but those and their dependents", { excludes: [a.urn], excludeDependents: true }, ["other#1"]],
  ])("%s", (_, options, ids) => {
    expect(included(options)).toEqual(ids);
  });
  test("providers and the stack always", () => {
    const targets = new Targets({ targets: [a.urn] });
    expect(targets.includesRegistered(resource("s", { type: "pulumi:pulumi:Stack" }))).toBe(true);
    expect(targets.includesRegistered(resource("p", { type: "pulumi:providers:test" }))).toBe(true);
  });
});

test("among old resources dependents are found in any depth", () => {
  const a = resource("a");
  const b = resource("b", { parent: a.urn });
  const c = resource("c", { dependencies: [b.urn] });
  const d = resource("d");
  expect([...new Targets({ targets: [a.urn], targetDependents: true }).among([a, b, c, d])]).toEqual([a, b, c]);
  expect([...new Targets({ excludes: [b.urn], excludeDependents: true }).among([a, b, c, d])]).toEqual([a, d]);
});
