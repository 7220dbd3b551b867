import { resource } from "../testing/resource";
import { dependenciesOf, dependentsOf, sortByDependencies } from "./resource";

const a = resource("a");
const b = resource("b", { dependencies: [a.urn] });
const c = resource("c", { parent: b.urn });
const d = resource("d", { propertyDependencies: { x: [c.urn] } });
const e = resource("e");

test("whatever must exist while a resource exists", () => {
  const all = resource("all", {
    dependencies: ["urn:d"],
    parent: "urn:p",
    provider: "urn:pulumi:dev::p::pulumi:providers:t::x::id",
    deletedWith: "urn:w",
    propertyDependencies: { k: ["urn:d", "urn:k"] },
  });
  expect(dependenciesOf(all)).toEqual(["urn:d", "urn:p", "urn:pulumi:dev::p::pulumi:providers:t::x", "urn:w", "urn:k"]);
});
test("dependents, direct and indirect, in dependency order", () => {
  expect(dependentsOf([a, b, c, d, e], new Set([a.urn])).map(({ urn }) => urn)).toEqual([b.urn, c.urn, d.urn]);
});
test("dependencies come first, and nothing moves without need", () => {
  expect(sortByDependencies([d, e, c, b, a])).toEqual([a, b, c, d, e]);
  expect(sortByDependencies([e, a, b])).toEqual([e, a, b]);
});
