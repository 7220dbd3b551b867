import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Files that a program loads when it starts, and the packages. What `import()` brings, and types, come later or never. */
function loaded(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, from = ""] of text.matchAll(/^(?:import|export)\s+(?!type\s)[^;"']*?from\s+["']([^"']+)["']/gm)) {
    if (!from.startsWith(".")) found.add(from);
    else {
      const to = [".ts", "/index.ts"].map((end) => resolve(dirname(file), from) + end).find((path) => existsSync(path));
      if (to !== undefined) loaded(to, found);
    }
  }
  return found;
}

it("a stack without AWS loads nothing of it", () => {
  const found = [...loaded(join(__dirname, "index.ts"))];
  expect(found.length).toBeGreaterThan(100);
  expect(found.filter((one) => one.startsWith("@pulumi/aws") || one.startsWith("@aws-sdk"))).toEqual([]);
  const aws = [...loaded(join(__dirname, "ground/flowstack-on-aws.ts"))];
  expect(aws).toContain("@pulumi/aws/ecs");
  // Its clients are loaded when something was deployed, and asked about.
  expect(aws.filter((one) => one.startsWith("@aws-sdk"))).toEqual([]);
});
