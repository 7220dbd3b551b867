import { secret } from "./engine";
import { secretDifferences, UNDECRYPTED } from "./secret-differences";

const document = (text: string[], more = {}) => ({ stdin: secret(JSON.stringify({ files: { "/srv/.env": { text } }, ...more })) });

it.each<[string, Parameters<typeof secretDifferences>, [path: string, change: string][]]>([
  ["the same", [{ a: secret("x") }, { a: secret("x") }], []],
  ["another value", [{ a: secret("x") }, { a: secret("y") }], [["a", "changed"]]],
  ["what is no secret is not told", [{ a: "x" }, { a: "y" }], []],
  ["one that came, inside what is plain", [{ a: { b: "x" } }, { a: { b: "x", c: secret("y") } }], [["a.c", "added"]]],
  ["one that went", [{ a: secret("x"), b: 1 }, { b: 1 }], [["a", "removed"]]],
  ["what was plain and is secret now", [{ a: "x" }, { a: secret("y") }], [["a", "changed"]]],
  [
    "variables of a file by name",
    [document(["A=1", "B=2", "D=5", ""]), document(["A=1", "B=3", "C=4"])],
    [
      ['stdin.files["/srv/.env"].text.B', "changed"],
      ['stdin.files["/srv/.env"].text.C', "added"],
      ['stdin.files["/srv/.env"].text.D', "removed"],
    ],
  ],
  ["another text as a whole", [document(["first line"]), document(["other line"])], [['stdin.files["/srv/.env"]', "changed"]]],
  ["what was not decrypted is not compared", [{ a: secret(UNDECRYPTED) }, { a: secret("y") }], []],
])("%s", (_, [before, after], paths) => {
  expect(secretDifferences(before, after).map(({ path, change }) => [path, change])).toEqual(paths);
});
