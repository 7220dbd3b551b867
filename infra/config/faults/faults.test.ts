import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findingLine, plainLine } from "../places";
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
  expect(validate(folder, STACKS, STACKS)).toEqual({ findings: [], warnings: [], missing: [] });
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

describe("a file that cannot be read", () => {
  const lines = () => validate(folder, STACKS, STACKS).findings.map(findingLine);

  it.each(["config: [\n", "cofnig:\n", "config: []\n", "- config\n"])("has no fault but its own, and no other file one: %j", (text) => {
    writeFileSync(join(folder, "Pulumi.shared.yaml"), text);
    expect(lines()).toEqual([expect.stringMatching(/^Pulumi\.shared\.yaml:/)]);
  });

  it("has in it what pipelines and systems of others refer to", () => {
    change("Pulumi.demo.yaml", "    coreflow:\n      address", "    coreflow2:\n      address");
    change("Pulumi.demo.yaml", "      name: coreflow", "      name: main\n      stack: shared");
    const before = lines().filter((line) => line.includes("shared"));
    expect(before).not.toEqual([]);
    writeFileSync(join(folder, "Pulumi.shared.yaml"), "config: [\n");
    expect(lines().filter((line) => line.includes("shared"))).toEqual([
      "Pulumi.shared.yaml:2:1: is no YAML: a list that begins with [ has no ] before what follows it begins",
    ]);
  });
});

it("an emptied stack file", () => {
  for (const text of ["", "# nothing\n", "encryptionsalt: v1:x\nconfig: {}\n"]) {
    writeFileSync(join(folder, "Pulumi.shared.yaml"), text);
    expect(validate(folder, STACKS, ["shared"]).findings.map(plainLine)).toEqual([
      "Pulumi.shared.yaml: sets nothing of Flowfleet: `pulumi up` would take down all that the stack has; " +
        "set what it is to have; of a stack that has nothing left, remove the file with it: pulumi stack rm",
    ]);
  }
});

it("files that nothing reads, where all stacks are asked for", () => {
  for (const file of ["Pulumi.eu.prod.yaml", "Pulumi.demo.yml", "releases/dmeo.yaml", "releases/europe.yaml", "releases/demo.yml"])
    writeFileSync(join(folder, file), "");
  expect(validate(folder, STACKS, STACKS).findings.map(plainLine)).toEqual([
    "Pulumi.demo.yml: is not read here: the name of a stack's file ends in .yaml; what it says belongs in Pulumi.demo.yaml",
    "Pulumi.eu.prod.yaml: is not read here: the name of a stack has letters, digits, - and _ alone; what it says belongs in Pulumi.eu-prod.yaml",
    "releases/demo.yml: is not read: the releases of Pulumi.demo.yaml are in releases/demo.yaml; take it away",
    'releases/dmeo.yaml: belongs to no stack: there is no Pulumi.dmeo.yaml; did you mean "demo"?',
    "releases/europe.yaml: belongs to no stack: there is no Pulumi.europe.yaml; take it away",
  ]);
  expect(validate(folder, STACKS, ["demo"]).findings).toEqual([]);
});

it("an exception whose last day is over; one that ends within 30 days is told of", () => {
  const exception = "{rule: database-port, resource: shop, reason: It is the guide's, until: 2026-12-31}";
  change("Pulumi.shared.yaml", "config:\n", `config:\n  flowfleet:policies:\n    exceptions:\n      - ${exception}\n`);
  const told = (today: string) => {
    const { findings, warnings } = validate(folder, STACKS, STACKS, today);
    return [findings.map(findingLine), warnings.map(findingLine)];
  };
  const line = (wrong: string) =>
    `Pulumi.shared.yaml:5:74 flowfleet:policies.exceptions[0].until: ${wrong}; got "2026-12-31"; mend what it excuses, or answer for it to a later day`;
  expect(told("2026-11-30")).toEqual([[], []]);
  expect(told("2026-12-01")).toEqual([[], [line("is near: from the day after it the rule database-port counts again")]]);
  expect(told("2026-12-31")).toEqual([[], [line("is near: from the day after it the rule database-port counts again")]]);
  expect(told("2027-01-01")).toEqual([[line("is over: the rule database-port counts again")], []]);
});

it("a certificate that has ended", () => {
  const { from, to } = SETTINGS.find(({ name }) => name === "a certificate of other names") as Fault;
  change("Pulumi.demo.yaml", from, to);
  jest.useFakeTimers({ now: new Date("2200-01-01"), doNotFake: ["nextTick"] });
  const [first] = validate(folder, STACKS, ["demo"]).findings.map(findingLine);
  jest.useRealTimers();
  expect(first).toMatch(/challenge\.certificate: ended on 21\d\d-\d\d-\d\d; set its successor$/);
});
