import { type Row, sideBySide } from "./side-by-side";

const plain = ({ before, after }: Row): [string?, string?] => {
  const text = (side: Row["before"]): string | undefined =>
    side && `${side.number} ${side.parts.map(({ text, marked }) => (marked ? `[${text}]` : text)).join("")}`;
  return [text(before), text(after)];
};
const rows = (...lines: string[]): [string?, string?][] => sideBySide({ oldStart: 10, newStart: 20, lines }).map(plain);

test("lines that stay stand on both sides, each with its number", () => {
  expect(rows(" a", " b")).toEqual([
    ["10 a", "20 a"],
    ["11 b", "21 b"],
  ]);
});

test("a changed line stands beside what it was, the words that differ marked", () => {
  expect(rows("-listen 80 default;", "+listen 443 default;")).toEqual([["10 listen [80] default;", "20 listen [443] default;"]]);
});

test("more lines on one side leave the other one empty", () => {
  expect(rows("-a", "+b", "+c", " d")).toEqual([
    ["10 a", "20 b"],
    [undefined, "21 c"],
    ["11 d", "22 d"],
  ]);
  expect(rows("-a", "-b")).toEqual([
    ["10 a", undefined],
    ["11 b", undefined],
  ]);
});

test("lines with little in common are not marked all over", () => {
  expect(rows("-one two three four five", "+something else entirely here instead")).toEqual([
    ["10 one two three four five", "20 something else entirely here instead"],
  ]);
});

test("a removal after an addition begins anew", () => {
  expect(rows("+a", "-b")).toEqual([
    [undefined, "20 a"],
    ["10 b", undefined],
  ]);
});

test("an empty line and very long ones", () => {
  expect(rows("-", "+x")).toEqual([["10 ", "20 x"]]);
  expect(rows(`-${"a".repeat(5000)}`, `+${"a".repeat(4999)}b`)[0]?.[0]).toBe(`10 ${"a".repeat(5000)}`);
});
