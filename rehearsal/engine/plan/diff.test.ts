import { resource } from "../testing/resource";
import type { DiffResponse, Provider } from "../provider";
import { secret } from "../wire/values";
import { diffCustom, diffInputs, needsReplacement, providerChanged, type Diff } from "./diff";

const answer = (more: Partial<DiffResponse>): DiffResponse => ({
  changes: "some",
  diffs: [],
  replaces: [],
  deleteBeforeReplace: false,
  detailedDiff: {},
  ...more,
});
const diffOf = (response: DiffResponse, replaceOnChanges: string[] = [], olds = {}, news = {}): Promise<Diff> => {
  const provider = { diff: () => Promise.resolve(response) } as unknown as Provider;
  return diffCustom(provider, resource("a", { inputs: olds }), resource("a", { inputs: news, replaceOnChanges }), "a");
};
const environment = answer({ diffs: ["environment"], detailedDiff: { "environment.A": { kind: "update", inputDiff: false } } });

test.each([
  ["the very path", ["environment.A"], "update-replace", []],
  ["a path above it", ["environment"], "update-replace", ["environment"]],
  ["everything", ["*"], "update-replace", ["environment"]],
  ["another path", ["environment.B"], "update", []],
])("replaceOnChanges of %s", async (_, paths, kind, replaces) => {
  const diff = await diffOf(environment, paths);
  expect(diff.detailedDiff).toEqual({ "environment.A": { kind, inputDiff: false } });
  expect(diff.replaces).toEqual(replaces);
  expect(needsReplacement(diff)).toBe(kind === "update-replace");
});
test("a provider that does not know leaves it to the inputs", async () => {
  const unknown = answer({ changes: "unknown" });
  expect((await diffOf(unknown, [], { a: 1 }, { a: 1 })).changed).toBe(false);
  expect(await diffOf(unknown, [], { a: 1, b: secret(1) }, { a: 1, b: secret(2) })).toMatchObject({ changed: true, diffs: ["b"] });
});
test("no change stays none, whatever is to replace", async () => {
  expect((await diffOf(answer({ changes: "none", diffs: ["x"] }), ["*"])).changed).toBe(false);
});
test("inputs differ by key", () => {
  expect(diffInputs({ a: 1, gone: 1 }, { a: 2, added: 1 }).diffs).toEqual(["a", "added", "gone"]);
});
test("another provider of the same package changes nothing, one of another package does", () => {
  const by = (type: string, name: string) => resource("a", { provider: `urn:pulumi:dev::p::pulumi:providers:${type}::${name}::id` });
  expect(providerChanged(by("random", "p1"), by("random", "default_4_21_2"))).toBe(false);
  expect(providerChanged(by("random", "p1"), by("other", "p1"))).toBe(true);
});
