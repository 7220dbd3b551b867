import { firstFailures } from "./first-failures";

const failure = (title: string, ...reason: string[]): string[] => [`  ● ${title}`, "", ...reason.map((line) => `    ${line}`), ""];

test("what failed first, and each reason once", () => {
  const down = ["the server is down", "at open (world.ts:1)"];
  const printed = ["PASS one", ...failure("a", ...down), ...failure("b", ...down), ...failure("c", "expected 1, got 2"), "Tests: 3 failed"];
  expect(firstFailures(printed)).toEqual([...failure("a", ...down), ...failure("c", "expected 1, got 2"), "Tests: 3 failed"]);
});

test("a long reason is cut, and no more than three are told", () => {
  const printed = ["1", "2", "3", "4"].flatMap((title) => failure(title, ...Array.from({ length: 40 }, (_, line) => `${title}.${line}`)));
  const found = firstFailures(printed, { lines: 4 });
  expect(found).toEqual(["1", "2", "3"].flatMap((title) => [`  ● ${title}`, "", `    ${title}.0`, `    ${title}.1`]));
});

test("of what is no jest, its last lines", () => {
  expect(firstFailures(["a", "b", "c"], { lines: 2 })).toEqual(["b", "c"]);
});
