import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rulesTable } from "./docs-table";
import { RULES } from "./rules";

const DOCS = join(__dirname, "../../docs");

it("docs/policies.md has every rule as the registry has it", () => {
  const file = join(DOCS, "policies.md");
  const text = readFileSync(file, "utf8");
  const [before = "", after = ""] = text.split(/(?<=^<!--.*-->\n)[^]*?(?=\n## A new rule)/m);
  const wanted = `${before}${rulesTable()}\n${after}`;
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(file, wanted);
  expect(readFileSync(file, "utf8")).toBe(wanted);
});

/** `ECS.1, .3` -> ECS.1, ECS.3. */
function controlsIn(cell: string): string[] {
  let family = "";
  return [...cell.matchAll(/([A-Za-z0-9]*)\.(\d+)/g)].map(([, named = "", number = ""]) => `${(family = named || family)}.${number}`);
}

describe("docs/security.md", () => {
  const text = readFileSync(join(DOCS, "security.md"), "utf8");
  const rows = text
    .split("## Met")[1]
    ?.split("Beyond the yardstick")[0]
    ?.split("\n")
    .filter((line) => /^\| [A-Z]/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const rulesOf = (controls: readonly string[]) =>
    Object.entries(RULES).flatMap(([name, rule]) => ((rule.controls ?? []).some((one) => controls.includes(one)) ? [name] : []));

  it("says of every control that is met which rule checks it", () => {
    expect(rows?.length).toBeGreaterThan(35);
    for (const [, controls = "", , , checked = ""] of rows ?? []) {
      const rules = checked.split(", ").map((name) => name.replaceAll("`", ""));
      expect({ controls, rules }).toEqual({ controls, rules: rulesOf(controlsIn(controls)) });
    }
  });

  it("and each is checked", () => {
    const checked = new Set(Object.values(RULES).flatMap(({ controls = [] }) => controls));
    for (const control of (rows ?? []).flatMap(([, controls = ""]) => controlsIn(controls))) expect([...checked]).toContain(control);
  });

  it("has every control that a rule checks", () => {
    const told = new Set(text.split("\n").flatMap((line) => (line.startsWith("| ") ? controlsIn(line.split("|")[1] ?? "") : [])));
    for (const { controls = [] } of Object.values(RULES)) for (const control of controls) expect([...told]).toContain(control);
  });
});
