import { endToEndRuns, inLanes } from "./end-to-end";

const known = [
  { name: "shared", minutes: 3, files: /\/1-/ },
  { name: "long", minutes: 9, files: /\/2-/ },
];

test("suites of one world are one run; the longest run is first, and what is not named is a run of its own", () => {
  const files = ["e2e/1-a.e2e.test.ts", "apps/3-c.e2e.test.ts", "e2e/2-b.e2e.test.ts", "e2e/1-d.e2e.test.ts"];
  expect(endToEndRuns(files, known)).toEqual([
    { name: "long", minutes: 9, files: ["e2e/2-b.e2e.test.ts"] },
    { name: "3-c", minutes: 5, files: ["apps/3-c.e2e.test.ts"] },
    { name: "shared", minutes: 3, files: ["e2e/1-a.e2e.test.ts", "e2e/1-d.e2e.test.ts"] },
  ]);
});

test("a run that has no file any more is an error", () => {
  expect(() => endToEndRuns(["e2e/1-a.e2e.test.ts"], known)).toThrow("no test file is of the end-to-end run long");
});

test("a lane takes the next thing as soon as it has done one", async () => {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const all = inLanes(2, ["long", "short", "last"], (thing, lane) => {
    begun.push(`${lane}: ${thing}`);
    return new Promise((done) => ends.set(thing, done));
  });
  const end = async (thing: string): Promise<void> => {
    ends.get(thing)?.();
    await new Promise(setImmediate);
  };
  await end("short");
  expect(begun).toEqual(["1: long", "2: short", "2: last"]);
  await end("last");
  await end("long");
  await all;
});
