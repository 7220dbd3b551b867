import { markOf } from "./mark";

it("is the same for the same values, in whatever order they were written", () => {
  expect(markOf({ a: "1", b: { c: 2 } }, "/srv/.env")).toBe(markOf({ b: { c: 2 }, a: "1" }, "/srv/.env"));
  expect(markOf({ a: "1" }, "/srv/.env")).toMatch(/^[0-9a-f]{12}$/);
});

it("is another for another value, name or salt", () => {
  const marks = [markOf({ a: "1" }, "x"), markOf({ a: "2" }, "x"), markOf({ b: "1" }, "x"), markOf({ a: "1" }, "y"), markOf({}, "x")];
  expect(new Set(marks).size).toBe(5);
});
