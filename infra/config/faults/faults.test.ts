import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findingLine } from "../places";
import { validate } from "../validate";
import { AWS } from "./aws";
import type { Fault } from "./fault";
import { FILE } from "./file";
import { HOSTS } from "./hosts";
import { REFERENCES } from "./references";
import { RELEASES } from "./releases";
import { SETTINGS } from "./settings";

const STACKS = ["demo", "shared"];
const FAULTS: readonly Fault[] = [...FILE, ...HOSTS, ...REFERENCES, ...SETTINGS, ...AWS, ...RELEASES];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flowfleet-faults-"));
  for (const part of ["Pulumi.demo.yaml", "Pulumi.shared.yaml", "releases"])
    cpSync(join(__dirname, part), join(folder, part), { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function change(file: string, from: string, to: string): void {
  const path = join(folder, file);
  const parts = readFileSync(path, "utf8").split(from);
  expect(parts).toHaveLength(2);
  writeFileSync(path, parts.join(to));
}

it("nothing is wrong without them", () => {
  expect(validate(folder, STACKS, STACKS)).toEqual({ findings: [], missing: [] });
});

it("are sixty and more, each with a message of its own", () => {
  const first = FAULTS.map(({ lines: [line = ""] }) => line.replace(/^\S+ /, ""));
  expect(new Set(first.filter((line) => line !== "")).size).toBeGreaterThanOrEqual(60);
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
});

it.each(FAULTS)("$name", ({ file = "Pulumi.demo.yaml", from, to, lines, missing = [] }) => {
  change(file, from, to);
  const found = validate(folder, STACKS, STACKS);
  expect(found.findings.map(findingLine)).toEqual(lines);
  expect(found.missing.map(({ path, place: { line, column } }) => `${path}@${line}:${column}`)).toEqual(missing);
  expect(JSON.stringify(found)).not.toContain("canary");
});

it("are told all at once, from the top of each file", () => {
  for (const { file = "Pulumi.demo.yaml", from, to } of [...SETTINGS.slice(0, 3), ...RELEASES.slice(0, 2)]) change(file, from, to);
  const lines = validate(folder, STACKS, STACKS).findings.map(findingLine);
  expect(lines.map((line) => /^\S+/.exec(line)?.[0])).toEqual([
    "Pulumi.demo.yaml:39:5",
    "Pulumi.demo.yaml:44:5",
    "Pulumi.demo.yaml:95:5",
    "releases/demo.yaml:3:3",
    "releases/demo.yaml:4:5",
  ]);
});

it("of one stack are told where only that one is asked for, and where another's clash with it", () => {
  change("Pulumi.demo.yaml", "environment: demo", "environment: qa");
  change("Pulumi.shared.yaml", "203.0.113.10", "203.0.113.34");
  const filesOf = (stack: string) => validate(folder, STACKS, [stack]).findings.map(({ file }) => file);
  expect(filesOf("demo")).toEqual(["Pulumi.demo.yaml", "Pulumi.shared.yaml"]);
  expect(filesOf("shared")).toEqual(["Pulumi.shared.yaml"]);
});

it("a certificate that has ended", () => {
  const { from, to } = SETTINGS.find(({ name }) => name === "a certificate of other names") as Fault;
  change("Pulumi.demo.yaml", from, to);
  jest.useFakeTimers({ now: new Date("2200-01-01"), doNotFake: ["nextTick"] });
  const [first] = validate(folder, STACKS, ["demo"]).findings.map(findingLine);
  jest.useRealTimers();
  expect(first).toMatch(/challenge\.certificate: ended on 21\d\d-\d\d-\d\d; set its successor$/);
});
