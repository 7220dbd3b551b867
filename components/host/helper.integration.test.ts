import { execFile } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-nodejs";

const folder = join(__dirname, "helper");
const tests = join(folder, "tests");
const pythonFiles = (of: string) =>
  readdirSync(of)
    .filter((name) => name.endsWith(".py"))
    .map((name) => join(of, name));

/** Python 3.9 is the oldest on the systems that we support. The helper's modules import each other by plain names. */
const RULES = {
  "target-version": "py39",
  "line-length": 180,
  lint: {
    select: ["A001", "B", "C4", "E", "F", "PL", "RET", "RUF100", "S102", "S307", "S602", "S605", "SIM", "W"],
    ignore: ["B023", "B904", "PLC0415", "PLR0913", "PLR0917", "PLR2004", "PLW0603", "PLW1510", "SIM105", "SIM117"],
  },
};

describe("the helper on hosts", () => {
  // Most of their time they wait.
  it.concurrent.each(
    pythonFiles(tests)
      .map((path) => /\/(test_\w+)\.py$/.exec(path)?.[1])
      .filter((name) => name !== undefined),
  )(
    "does what %s says",
    async (name) => {
      const { stderr } = await promisify(execFile)("python3", ["-B", "-W", "error", "-m", "unittest", `tests.${name}`], { cwd: folder });
      expect(stderr).toMatch(/\nOK\n$/);
    },
    // What is cut short at each of its steps runs hundreds of times.
    900_000,
  );

  it("is clean for ruff", () => {
    const ruff = new Workspace(RULES, PositionEncoding.Utf16);
    const found = [...pythonFiles(folder), ...pythonFiles(tests)].flatMap((path) =>
      (ruff.check(readFileSync(path, "utf8")) as { code: string; message: string; start_location: { row: number } }[]).map(
        ({ code, message, start_location }) => `${path.slice(folder.length + 1)}:${start_location.row} ${code} ${message}`,
      ),
    );
    expect(found).toEqual([]);
  });

  it("is made of small files", () => {
    const long = pythonFiles(folder).filter((path) => readFileSync(path, "utf8").split("\n").length > 400);
    expect(long).toEqual([]);
  });
});
