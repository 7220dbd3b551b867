import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import type { Fault } from "./faults/fault";
import { HOSTS } from "./faults/hosts";
import { SETTINGS } from "./faults/settings";
import { stackFileSchema } from "./json-schema";
import { stackNames } from "./stacks";

const ROOT = join(__dirname, "../..");
const FILE = join(ROOT, "schemas/stack.schema.json");

it("is committed as the configuration has it: UPDATE_SCHEMA=1 npx jest infra/config/json-schema --selectProjects unit", () => {
  const format = [join(ROOT, "node_modules/prettier/bin/prettier.cjs"), "--stdin-filepath", FILE];
  const made = execFileSync(process.execPath, format, { cwd: ROOT, input: JSON.stringify(stackFileSchema()), encoding: "utf8" });
  if (process.env["UPDATE_SCHEMA"] === "1") writeFileSync(FILE, made);
  expect(existsSync(FILE) ? readFileSync(FILE, "utf8") : "").toBe(made);
});

describe("an editor", () => {
  const schema = z.fromJSONSchema(stackFileSchema());
  const wrongIn = (text: string) =>
    (schema.safeParse(parse(text)).error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
  const GOOD = readFileSync(join(__dirname, "faults/Pulumi.demo.yaml"), "utf8");

  it.each(stackNames(ROOT))("finds nothing wrong in the committed stack %s", (stack) => {
    expect(wrongIn(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8"))).toEqual([]);
  });

  it("takes what validation takes", () => {
    expect(wrongIn(GOOD)).toEqual([]);
  });

  const seen = [
    "an address with a scheme",
    "a port that is none",
    "no port for SSH",
    "an unknown system of a machine",
    "a setting that is misspelt",
    "a size without unit",
    "truth that is none",
    "an environment that is none",
    "a number that is out of range",
    "a secret in clear text",
    "a challenge that is none",
    "a variable that the stack decides",
    "a variable that is misspelt",
    "a variable that is missing",
  ];
  it.each(seen)("sees %s", (name) => {
    const { from, to } = [...HOSTS, ...SETTINGS].find((fault) => fault.name === name) as Fault;
    expect(wrongIn(GOOD.replace(from, () => to))).not.toEqual([]);
  });
});
