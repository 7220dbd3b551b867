import type { PlannedStep, Result } from "./engine";
import { planOf } from "./plan";

const TYPE = "docker:index/volume:Volume";
const urnOf = (name: string): string => `urn:pulumi:prod::flowfleet::${TYPE}::${name}`;
const side = (name: string, retainOnDelete: boolean) => ({
  urn: urnOf(name),
  type: TYPE,
  custom: true,
  inputs: { name },
  outputs: {},
  ...(retainOnDelete && { retainOnDelete }),
});

test("Pulumi leaves where it is what was to stay before, whatever it shall do with the new one", () => {
  const replaced = (name: string, was: boolean, is: boolean) => ({
    op: "replace",
    urn: urnOf(name),
    type: TYPE,
    old: side(name, was),
    new: side(name, is),
  });
  const steps = [
    { op: "delete", urn: urnOf("a"), type: TYPE, old: side("a", true) },
    replaced("b", true, false),
    replaced("c", false, true),
    { ...replaced("d", true, true), op: "same" },
  ].map((step) => ({ replaceKeys: [], ...step }) as unknown as PlannedStep);
  const plan = planOf("prod", { succeeded: true, steps, outputs: {}, assumed: [], diagnostics: [] } as unknown as Result);
  expect(plan.resources.map(({ urn, op, retainOnDelete }) => [urn, op, retainOnDelete])).toEqual([
    [urnOf("a"), "delete", true],
    [urnOf("b"), "replace", true],
    [urnOf("c"), "replace", undefined],
    [urnOf("d"), "same", undefined],
  ]);
});
