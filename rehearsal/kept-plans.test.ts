import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { hashesIn, KeptPlans } from "./kept-plans";

let folder: string;
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), "flowfleet-kept-")), "plans");
});
afterEach(() => {
  rmSync(path.dirname(folder), { recursive: true, force: true });
});
const standing = { outputs: { url: "https://a.example.com" }, state: '{"version":3}' };

it("gives what was kept of the same stack, files and planner, and of no other", () => {
  new KeptPlans(folder, ["tree", "version"]).set("prod", standing);
  expect(new KeptPlans(folder, ["tree", "version"]).get("prod")).toEqual(standing);
  expect(new KeptPlans(folder, ["tree", "version"]).get("shared")).toBeUndefined();
  expect(new KeptPlans(folder, ["tree 2", "version"]).get("prod")).toBeUndefined();
  expect(new KeptPlans(folder, ["tree", "version 2"]).get("prod")).toBeUndefined();
});

it("is readable by its owner alone, and what was cut off is made again", () => {
  const kept = new KeptPlans(folder, ["tree"]);
  kept.set("prod", standing);
  const [name = ""] = readdirSync(folder);
  expect([statSync(folder).mode & 0o777, statSync(path.join(folder, name)).mode & 0o777]).toEqual([0o700, 0o600]);
  writeFileSync(path.join(folder, name), "{");
  expect(kept.get("prod")).toBeUndefined();
  kept.set("prod", standing);
  expect(kept.get("prod")).toEqual(standing);
});

it("keeps the twenty that were asked for last, and the hashes beside them", () => {
  writeFileSync(hashesIn(folder), "a b");
  for (let number = 0; number < 20; number++) {
    new KeptPlans(folder, [`${number}`]).set("prod", standing);
    for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), 1000, 1000);
  }
  expect(new KeptPlans(folder, ["0"]).get("prod")).toEqual(standing);
  new KeptPlans(folder, ["20"]).set("prod", standing);
  expect(readdirSync(folder).length).toBe(21);
  expect([new KeptPlans(folder, ["0"]).get("prod"), new KeptPlans(folder, ["20"]).get("prod")]).toEqual([standing, standing]);
  expect(existsSync(hashesIn(folder))).toBe(true);
});

it("starts the file of hashes anew where it has grown too large", () => {
  writeFileSync(hashesIn(folder), "x".repeat(1_000_001));
  expect(existsSync(hashesIn(folder))).toBe(false);
});

it("stops no plan where nothing can be kept", () => {
  const file = path.join(path.dirname(folder), "file");
  writeFileSync(file, "");
  const kept = new KeptPlans(path.join(file, "plans"), ["tree"]);
  expect(() => {
    kept.set("prod", standing);
  }).not.toThrow();
  expect([kept.get("prod"), hashesIn(path.join(file, "plans"))]).toEqual([undefined, path.join(file, "plans", "hashes")]);
});
