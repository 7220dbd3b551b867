import type { Resource } from "../model/resource";
import { resource, urnOf } from "../testing/resource";
import { planDeletes } from "./deletes";
import { Targets, type TargetOptions } from "./targets";

const plan = (before: Resource[], kept: string[] = [], options: TargetOptions = {}, renamed: Record<string, string> = {}): string[] => {
  const { steps, refused } = planDeletes({
    before,
    kept: new Set(kept.map(urnOf)),
    renamed: new Map(Object.entries(renamed).map(([from, to]) => [urnOf(from), urnOf(to)])),
    targets: new Targets(options),
  });
  return [...steps.map(({ op, urn }) => `${op} ${urn.split("::").pop() ?? ""}`), ...refused.map(({ message }) => message)];
};

test("what the program no longer has goes, dependents first", () => {
  const a = resource("a");
  expect(plan([a, resource("b", { dependencies: [a.urn] }), resource("c")], ["c"])).toEqual(["delete b", "delete a"]);
});
test("what has a new name stays", () => {
  expect(plan([resource("old")], ["new"], {}, { old: "new" })).toEqual([]);
});
test("what an earlier run could not delete goes, though its URN is kept", () => {
  expect(plan([resource("a", { delete: true }), resource("a", { delete: true, id: "a#0" })], ["a"])).toEqual([
    "delete-replaced a",
    "delete-replaced a",
  ]);
});
test("what was only read is discarded, what waited for its replacement is forgotten", () => {
  expect(plan([resource("read", { external: true }), resource("waiting", { pendingReplacement: true })])).toEqual([
    "remove-pending-replace waiting",
    "discard read",
  ]);
});
test("dependents outside the targets are refused, or taken along", () => {
  const a = resource("a");
  const before = [a, resource("b", { dependencies: [a.urn] })];
  expect(plan(before, [], { targets: [a.urn] })).toEqual([
    "delete a",
    `Resource '${urnOf("b")}' will be destroyed but was not specified in --target list.\nEither include resource in --target list or pass --target-dependents to proceed.`,
  ]);
  expect(plan(before, [], { targets: [a.urn], targetDependents: true })).toEqual(["delete b", "delete a"]);
});
