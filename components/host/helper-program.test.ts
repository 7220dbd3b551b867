import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HelperProgram, helperDocument, helperSources } from "./helper-program";
import { Host } from "./host";
import { record } from "./recording";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = () => new Host("main", { address: "203.0.113.10", hostKey: KEY });

it("hands over every module of the helper, no tests, and nothing at deletion", async () => {
  const { steps, outputs } = await record(() => new HelperProgram("helper", { host: main() }));
  expect(steps[0]).toMatchObject({ name: "helper-revision", noun: "helper", removable: false });
  const { revision, files } = steps[0]?.document as { revision: string; files: Record<string, string[]> };
  expect(revision).toMatch(/^[0-9a-f]{64}$/);
  expect(outputs["helper"]).toEqual({ revision });
  expect(Object.keys(files)).toContain("__main__.py");
  expect(Object.keys(files).filter((name) => !/^[a-z_][a-z0-9_]*\.py$/.test(name) || name.startsWith("test_"))).toEqual([]);
  expect(files).toEqual(helperDocument(helperSources()).files);
});

it("reads the files that run, sorted by name", () => {
  const folder = mkdtempSync(join(tmpdir(), "helper-"));
  try {
    for (const name of ["b.py", "a.py", "test_a.py", "notes.txt"]) writeFileSync(join(folder, name), `# ${name}\n`);
    mkdirSync(join(folder, "tests"));
    expect(helperSources(folder)).toEqual({ "a.py": "# a.py\n", "b.py": "# b.py\n" });
    expect(Object.keys(helperSources(folder))).toEqual(["a.py", "b.py"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("has a revision that changes with a file's text and with its name", () => {
  const of = (sources: Record<string, string>) => helperDocument(sources).revision;
  const revisions = [of({ "a.py": "1\n" }), of({ "a.py": "2\n" }), of({ "b.py": "1\n" }), of({ "a.py": "1\n", "b.py": "" })];
  expect(new Set(revisions).size).toBe(4);
  expect(of({ "a.py": "1\n" })).toBe(revisions[0]);
});
