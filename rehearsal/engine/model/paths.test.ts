import { secret } from "../wire/values";
import { keepOld, parsePath, pathContains, setPath } from "./paths";

test.each([
  ["a.b", ["a", "b"]],
  ["a[0].b", ["a", 0, "b"]],
  ['a["b.c"]', ["a", "b.c"]],
  ["a[*]", ["a", "*"]],
  ["*", ["*"]],
])("path %s", (text, parts) => {
  expect(parsePath(text)).toEqual(parts);
});

test.each([
  ["environment", "environment.A", true],
  ["environment.A", "environment", false],
  ["triggers[*]", "triggers[0]", true],
  ["triggers[*]", "triggers", false],
  ["*", "anything[0].deep", true],
  ["a", "b", false],
])("pattern %s contains %s: %s", (pattern, path, contained) => {
  expect(pathContains(parsePath(pattern), parsePath(path))).toBe(contained);
});

describe("ignored changes keep the old value", () => {
  test.each([
    ["of a whole property", ["env"], { env: { A: 1 } }, { env: { A: 0 } }, { env: { A: 0 } }],
    ["of a part", ["env.A"], { env: { A: 1, B: 1 } }, { env: { A: 0, B: 0 } }, { env: { A: 0, B: 1 } }],
    ["of an element", ["list[0]"], { list: [1, 1] }, { list: [0, 0] }, { list: [0, 1] }],
    ["of all elements", ["list[*]"], { list: [1, 1, 1] }, { list: [0, 0] }, { list: [0, 0, 1] }],
    ["where it was not there", ["stdin"], { stdin: "new" }, {}, {}],
    ["where it is not there any more", ["stdin"], {}, { stdin: "old" }, { stdin: "old" }],
    ["of everything", ["*"], { a: 1, b: 1 }, { a: 0, c: 0 }, { a: 0, c: 0 }],
  ])("%s", (_, paths, news, olds, kept) => {
    expect(keepOld(news as never, olds as never, paths)).toEqual(kept);
  });
  test("inside a secret, which stays one", () => {
    expect(keepOld({ s: secret({ a: 1, b: 1 }) }, { s: secret({ a: 0, b: 0 }) }, ["s.a"])).toEqual({ s: secret({ a: 0, b: 1 }) });
  });
});

test("setting a path makes what is on the way", () => {
  const root = { hosts: { main: { address: "203.0.113.1" } } };
  setPath(root, parsePath("hosts.main.port"), 22);
  setPath(root, parsePath("hosts.list[1].name"), "x");
  expect(root).toEqual({ hosts: { main: { address: "203.0.113.1", port: 22 }, list: [undefined, { name: "x" }] } });
});
