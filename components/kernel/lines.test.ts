import { block, indented, linesOf } from "./lines";

it("splits a text at its line ends", () => {
  expect(linesOf("a\n\nb\n")).toEqual(["a", "", "b"]);
  expect(linesOf("a\nb")).toEqual(["a", "b"]);
  expect(linesOf("a\n\n")).toEqual(["a", ""]);
  expect(linesOf("")).toEqual([]);
});

it("indents what is not empty", () => {
  expect(indented(["a", "", "  b"])).toEqual(["  a", "", "    b"]);
  expect(block("server", ["listen 80;"])).toEqual(["server {", "  listen 80;", "}"]);
});
