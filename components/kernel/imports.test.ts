import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = join(__dirname, "../..");
// Tests, and what they share in a folder e2e or testing, may look at every house.
const SOURCES = ["cli", "rehearsal", "infra", "stacks", "components"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.ts$/.test(file) && !/(?:\.test|\.d)\.ts$|(?:^|\/)(?:node_modules|recordings|apps|e2e|testing)\//.test(file))
    .map((file) => `${folder}/${file}`),
);

/** The house that a file stands in, e.g. "components/web", and its storey: imports go to a lower one (a greater number), or stay in the house. */
function houseOf(file: string): { house: string; storey: number } {
  const [top = "", second = ""] = file.split("/");
  if (top === "cli") return { house: "cli", storey: 0 };
  if (top === "infra") return { house: "infra", storey: 1 };
  if (top === "rehearsal") return second === "engine" ? { house: "rehearsal/engine", storey: 9 } : { house: "rehearsal", storey: 1 };
  if (top === "stacks") return { house: `stacks/${second}`, storey: 2 };
  return { house: `components/${second}`, storey: { host: 4, kernel: 5 }[second] ?? 3 };
}

/** What is wrong with an import, or nothing. */
function complaint(from: string, to: string, typeOnly: boolean): string | undefined {
  const [here, there] = [houseOf(from), houseOf(to)];
  if (here.house === there.house) return undefined;
  if (here.house === "rehearsal/engine") return "the engine knows nothing of the project";
  if (there.house === "rehearsal/engine" && here.house !== "rehearsal" && here.house !== "cli")
    return "only what rehearses may use the engine";
  if (here.storey === 3 && there.storey === 3) return typeOnly ? undefined : "components know their neighbours by `import type` only";
  return there.storey > here.storey ? undefined : "imports go downwards only";
}

function complaints(file: string, text: string): string[] {
  return [
    ...text.matchAll(/^(?:import|export)\s+(type\s)?[^;"']*?from\s+["'](\.[^"']+)["']|(?:import|require)\(["'](\.[^"']+)["']\)/gm),
  ].flatMap((found) => {
    const to = relative(ROOT, resolve(ROOT, dirname(file), found[2] ?? found[3] ?? ""));
    if (to.startsWith("..") || !to.includes("/")) return [];
    const wrong = complaint(file, to, found[1] !== undefined);
    return wrong === undefined ? [] : [`${file} -> ${to}: ${wrong}`];
  });
}

it("imports go downwards only", () => {
  expect(SOURCES.length).toBeGreaterThan(30);
  expect(SOURCES.flatMap((file) => complaints(file, readFileSync(join(ROOT, file), "utf8")))).toEqual([]);
});

it.each([
  ["components/web/site.ts", 'import { Release } from "../service/release";', "components know their neighbours by `import type` only"],
  ["components/web/site.ts", 'import type { Release } from "../service/release";', undefined],
  ["components/web/site.ts", 'import {\n  FileSet,\n} from "../host/file-set";', undefined],
  ["components/kernel/size.ts", 'import { Host } from "../host/host";', "imports go downwards only"],
  ["stacks/flowra/index.ts", 'import { x } from "../flowmaster/x";', "imports go downwards only"],
  ["stacks/flowra/index.ts", 'import { NginxSite } from "../../components/web/nginx-site";', undefined],
  ["rehearsal/engine/run.ts", 'import { inSeconds } from "../../components/kernel/duration";', "the engine knows nothing of the project"],
  ["rehearsal/machines/machine.ts", 'export { run } from "../engine/run";', undefined],
  ["infra/config/read.ts", 'import { run } from "../../rehearsal/engine/run";', "only what rehearses may use the engine"],
  ["infra/index.ts", 'const cli = await import("../cli/x");', "imports go downwards only"],
])("%s: %s", (file, text, wrong) => {
  expect(complaints(file, text).map((found) => found.split(": ").slice(1).join(": "))).toEqual(wrong === undefined ? [] : [wrong]);
});

it("the type token of a component spells its path", () => {
  const kebab = (name: string) => name.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
  const found = SOURCES.filter((file) => file.startsWith("components/")).flatMap((file) =>
    [...readFileSync(join(ROOT, file), "utf8").matchAll(/class (\w+)[^{]* extends pulumi\.ComponentResource[\s\S]*?super\("([^"]+)"/g)].map(
      ([, name = "", token = ""]) => ({ file, name, token }),
    ),
  );
  expect(found.length).toBeGreaterThan(10);
  for (const { file, name, token } of found) {
    const [, folder, type = ""] = token.split(":");
    expect({ file, name }).toEqual({ file: `components/${folder}/${kebab(type)}.ts`, name: type });
  }
});
