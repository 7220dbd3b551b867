import type { Resource } from "../model/resource";
import { fakeWorld } from "../testing/fake-provider";
import { resource, urnOf } from "../testing/resource";
import { secret, UNKNOWN } from "../wire/values";
import { PlanError, StepGenerator } from "./generator";
import type { Goal } from "./goal";
import { Targets, type TargetOptions } from "./targets";

const PROVIDER = "urn:pulumi:dev::tested::pulumi:providers:test::default::id";
const old = (name: string, inputs: Resource["inputs"] = {}, more: Partial<Resource> = {}): Resource =>
  resource(name, { inputs, outputs: inputs, provider: PROVIDER, ...more });
const goal = (name: string, inputs: Goal["inputs"] = {}, more: Partial<Goal> = {}): Goal => ({
  type: "test:index:Thing",
  name,
  custom: true,
  inputs,
  dependencies: [],
  propertyDependencies: {},
  provider: PROVIDER,
  replaceWith: [],
  ignoreChanges: [],
  replaceOnChanges: [],
  additionalSecretOutputs: [],
  aliases: [],
  hooks: {},
  ...more,
});

function generator(before: Resource[], { preview = false, ...targets }: TargetOptions & { preview?: boolean } = {}) {
  const world = fakeWorld();
  const provider = world.providers.test?.();
  if (!provider) throw new Error("no provider");
  const reported: string[] = [];
  const host = {
    stack: "dev",
    project: "tested",
    preview,
    destroying: false,
    targets: new Targets(targets),
    renamed: new Map<string, string>(),
    providerOf: () => Promise.resolve(provider),
    checkProvider: ({ inputs }: Resource) => Promise.resolve({ inputs, failures: [] }),
    operation: ({ urn, type }: Resource) => ({
      ...{ urn, type, name: "", preview, timeout: 0, signal: new AbortController().signal },
      log: (_: string, message: string) => reported.push(message),
    }),
    report: (_: string, message: string) => reported.push(message),
  };
  const steps = new StepGenerator(host, before);
  const plan = async (wanted: Goal): Promise<string[]> =>
    (await steps.register(wanted)).map(({ op, urn }) => `${op} ${urn.split("::").pop() ?? ""}`);
  return { plan, steps, host, reported, existing: world.existing };
}

test("create, same, update", async () => {
  const { plan } = generator([old("kept", { value: 1 }), old("changed", { value: 1 })]);
  expect(await plan(goal("new"))).toEqual(["create new"]);
  expect(await plan(goal("kept", { value: 1 }))).toEqual(["same kept"]);
  expect(await plan(goal("changed", { value: 2 }))).toEqual(["update changed"]);
});
test("what a plug-in of another version noted in a provider's inputs is no change", async () => {
  const type = "pulumi:providers:test";
  const provider = (inputs: Resource["inputs"]) =>
    resource("p", {
      urn: `urn:pulumi:dev::tested::${type}::p`,
      type,
      inputs: { __internal: {}, "__pulumi-go-provider-version": "1.2.0", ...inputs },
    });
  const wanted = (inputs: Goal["inputs"]): Goal => ({ ...goal("p", inputs, { type }), provider: undefined });
  expect(await generator([provider({ version: "1.0.0" })]).plan(wanted({ version: "1.0.0" }))).toEqual(["same p"]);
  expect(await generator([provider({ version: "1.0.0" })]).plan(wanted({ version: "2.0.0" }))).toEqual(["update p"]);
});
test("an unchanged resource that was left half made is updated", async () => {
  expect(await generator([old("a", {}, { initErrors: ["not ready"] })]).plan(goal("a"))).toEqual(["update a"]);
});
test("the new one is made before the old one goes, unless it is to be deleted first", async () => {
  expect(await generator([old("a", { kind: 1 })]).plan(goal("a", { kind: 2 }))).toEqual(["create-replacement a", "replace a"]);
  expect(await generator([old("a", { kind: 1 })]).plan(goal("a", { kind: 2 }, { deleteBeforeReplace: true }))).toEqual([
    "delete-replaced a",
    "replace a",
    "create-replacement a",
  ]);
});

describe("before something is deleted first", () => {
  const a = old("a", { kind: 1 });
  const on = (name: string, property: string) =>
    old(name, { [property]: "x" }, { dependencies: [a.urn], propertyDependencies: { [property]: [a.urn] } });
  const first = goal("a", { kind: 2 }, { deleteBeforeReplace: true });

  test("so are dependents that its replacement replaces, and they come back when they are registered", async () => {
    const { plan, steps } = generator([a, on("replaced", "kind"), on("updated", "value")]);
    expect(await plan(first)).toEqual(["delete-replaced replaced", "delete-replaced a", "replace a", "create-replacement a"]);
    const back = await steps.register(goal("replaced", { kind: UNKNOWN }));
    expect(back.map(({ op, keys }) => [op, keys])).toEqual([
      ["replace", []],
      ["create-replacement", ["kind"]],
    ]);
    expect(await plan(goal("updated", { value: "y" }))).toEqual(["update updated"]);
  });
  test("not those that depend by dependsOn alone, nor those that were registered already", async () => {
    const tied = old("tied", {}, { dependencies: [a.urn] });
    const { plan } = generator([a, tied, on("earlier", "kind")]);
    await plan(goal("earlier", { kind: "x" }));
    expect(await plan(first)).toEqual(["delete-replaced a", "replace a", "create-replacement a"]);
  });
  test("nothing that an earlier run has deleted already", async () => {
    const { plan } = generator([old("a", { kind: 1 }, { pendingReplacement: true })]);
    expect(await plan(first)).toEqual(["replace a", "create-replacement a"]);
  });
});

test("a protected resource is not replaced; a preview tells it and goes on", async () => {
  const before = [old("a", { kind: 1 }, { protect: true })];
  const wanted = goal("a", { kind: 2 }, { protect: true });
  const message =
    `unable to replace resource "${urnOf("a")}"\nas it is currently marked for protection. To unprotect the resource, remove the ` +
    "`protect` flag from the resource in your Pulumi program and run `pulumi up`";
  await expect(generator(before).plan(wanted)).rejects.toThrow(message);
  const inPreview = generator(before, { preview: true });
  expect(await inPreview.plan(wanted)).toEqual(["create-replacement a", "replace a"]);
  expect(inPreview.reported).toEqual([message]);
});
test.each([
  ["taken off", true, false],
  ["put on", false, true],
])("a resource whose protection is %s by the same update is replaced", async (_, was, is) => {
  const { plan, reported } = generator([old("a", { kind: 1 }, { protect: was })]);
  expect(await plan(goal("a", { kind: 2 }, { protect: is }))).toEqual(["create-replacement a", "replace a"]);
  expect(reported).toEqual([]);
});
test("a renamed resource is found by its alias, and its old name is remembered", async () => {
  const { plan, host } = generator([old("before", { value: 1 })]);
  expect(await plan(goal("after", { value: 1 }, { aliases: [{ name: "before" }] }))).toEqual(["same after"]);
  expect([...host.renamed]).toEqual([[urnOf("before"), urnOf("after")]]);
});
test("one URN twice is refused", async () => {
  const { plan } = generator([]);
  await plan(goal("a"));
  await expect(plan(goal("a"))).rejects.toThrow(`Duplicate resource URN '${urnOf("a")}'; try giving it a unique name`);
});
test("ignored changes are none", async () => {
  expect(await generator([old("a", { value: 1 })]).plan(goal("a", { value: 2 }, { ignoreChanges: ["value"] }))).toEqual(["same a"]);
});
test("a failed check names resource, property and value, but no secret", async () => {
  const failing = generator([]).plan(goal("a", { fail: "check" }));
  await expect(failing).rejects.toThrow(PlanError);
  await expect(failing).rejects.toThrow("test:index:Thing resource 'a': property fail value {check} has a problem: it was asked to");
  await expect(generator([]).plan(goal("a", { fail: secret("check") }))).rejects.toThrow("value {[secret]}");
});
test("what is no target stays as it is, or is only pretended", async () => {
  const { plan, steps } = generator([old("b", { value: 1 })], { targets: [urnOf("a")] });
  expect(await plan(goal("b", { value: 2 }))).toEqual(["same b"]);
  expect(await plan(goal("c"))).toEqual(["same c"]);
  expect([...steps.skippedCreates]).toEqual([urnOf("c")]);
  await expect(plan(goal("a", {}, { dependencies: [urnOf("c")] }))).rejects.toThrow(`Resource '${urnOf("a")}' depends on '${urnOf("c")}'`);
});
test("what is to be replaced is, without a change", async () => {
  const { steps } = generator([old("a")], { replaceTargets: ["**::a"] });
  expect((await steps.register(goal("a"))).map(({ op, keys }) => [op, keys])).toEqual([
    ["create-replacement", ["id"]],
    ["replace", ["id"]],
  ]);
});
test("a resource goes with its container when that is replaced", async () => {
  const { plan } = generator([old("a", { kind: 1 }), old("b", {}, { deletedWith: urnOf("a") })]);
  await plan(goal("a", { kind: 2 }));
  expect(await plan(goal("b", {}, { deletedWith: urnOf("a") }))).toEqual(["create-replacement b", "replace b"]);
});
test("something read in the place of something owned replaces it", () => {
  const { steps } = generator([old("a")]);
  const read = { type: "test:index:Thing", name: "a", id: "a#9", inputs: {}, dependencies: [], additionalSecretOutputs: [] };
  expect(steps.read(read).map(({ op }) => op)).toEqual(["read-replacement", "replace"]);
});

describe("what is imported", () => {
  const imported = (inputs: Goal["inputs"], more: Partial<Goal> = {}) => goal("a", inputs, { importId: "a#9", ...more });

  test("becomes ours, and is changed where it differs", async () => {
    const { plan, steps, existing } = generator([]);
    existing.set("a#9", { kind: 1, value: 1 });
    expect(await plan(imported({ kind: 1, value: 2 }))).toEqual(["import a", "update a"]);
    existing.set("b#9", { kind: 1, value: 1 });
    const [step, ...rest] = await steps.register(goal("b", { kind: 1, value: 1 }, { importId: "b#9" }));
    expect([step?.op, step?.new?.id, step?.new?.importID, rest]).toEqual(["import", "b#9", "b#9", []]);
  });
  test("keeps what it has where the program ignores changes", async () => {
    const { steps, existing } = generator([]);
    existing.set("a#9", { kind: 1, value: 1 });
    const [step, ...rest] = await steps.register(imported({ kind: 2, value: 1 }, { ignoreChanges: ["kind"] }));
    expect([step?.op, step?.new?.inputs, rest]).toEqual(["import", { kind: 1, value: 1 }, []]);
  });
  test("has to be there", async () => {
    const { plan } = generator([]);
    await expect(plan(imported({}))).rejects.toThrow("resource 'a#9' does not exist");
  });
  test("is not replaced: a preview warns, and shows what would be", async () => {
    const refusal = "previously-imported resources that still specify an ID may not be replaced";
    const strict = generator([]);
    strict.existing.set("a#9", { kind: 1 });
    await expect(strict.plan(imported({ kind: 2 }))).rejects.toThrow(refusal);
    const { plan, existing, reported } = generator([], { preview: true });
    existing.set("a#9", { kind: 1 });
    expect(await plan(imported({ kind: 2 }))).toEqual(["import a", "create-replacement a", "replace a"]);
    expect(reported.join()).toContain(refusal);
  });
  test("takes the place of what was made before, and is imported once", async () => {
    const before = generator([old("a", { value: 1 }, { id: "a#1" })]);
    before.existing.set("a#9", { value: 1 });
    expect(await before.plan(imported({ value: 1 }))).toEqual(["import-replacement a", "replace a"]);
    // The provider's id may differ from the one to import by.
    expect(await generator([old("a", { value: 1 }, { id: "db-ABC", importID: "a#9" })]).plan(imported({ value: 1 }))).toEqual(["same a"]);
    expect(await generator([old("a", { value: 1 }, { id: "a#9" })]).plan(imported({ value: 1 }))).toEqual(["same a"]);
  });
});
