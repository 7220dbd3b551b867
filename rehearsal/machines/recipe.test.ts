import { buildArgv, digestOf, once, tagOf, type Recipe } from "./recipe";

const recipe: Recipe = { name: "server", variant: "debian-12", dockerfile: "FROM x\n", files: { a: "1", b: Buffer.from([0, 255]) } };

test("the tag is the name, the variant and the digest of all that goes in", () => {
  expect(tagOf(recipe)).toMatch(/^flowfleet\/server:debian-12-[0-9a-f]{12}$/);
});

test.each<[string, Recipe]>([
  ["Dockerfile", { ...recipe, dockerfile: "FROM y\n" }],
  ["a file's content", { ...recipe, files: { ...recipe.files, a: "2" } }],
  ["a file's name", { ...recipe, files: { c: "1", b: Buffer.from([0, 255]) } }],
  ["bytes of a file", { ...recipe, files: { ...recipe.files, b: Buffer.from([0, 254]) } }],
  ["a build argument", { ...recipe, buildArgs: { VERSION: "v2" } }],
])("another %s is another tag", (_, other) => {
  expect(tagOf(other)).not.toBe(tagOf(recipe));
});

test("the order of files and keys does not matter", () => {
  expect(tagOf({ ...recipe, files: { b: Buffer.from([0, 255]), a: "1" } })).toBe(tagOf(recipe));
  expect(digestOf({ a: 1, b: { c: 2, d: 3 } })).toBe(digestOf({ b: { d: 3, c: 2 }, a: 1 }));
});

test("how an image is built", () => {
  expect(buildArgv("flowfleet/server:x", { ...recipe, buildArgs: { VERSION: "v1" } }, "/context")).toEqual([
    "build",
    "--network=host",
    "--force-rm",
    "--quiet",
    "--label=flowfleet.image=server",
    "--build-arg",
    "VERSION=v1",
    "--tag=flowfleet/server:x",
    "/context",
  ]);
});

test("two that want the same thing at once share the making of it", async () => {
  let made = 0;
  const make = () =>
    new Promise<string>((ok) =>
      setTimeout(() => {
        ok(`${++made}`);
      }, 5),
    );
  expect(await Promise.all([once("it", make), once("it", make), once("other", make)])).toEqual(["1", "1", "2"]);
  expect(await once("it", make)).toBe("3");
});
