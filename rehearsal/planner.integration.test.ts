import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Planner } from "./planner";

/** Tells how it is run. */
const PROGRAM = 'exports.unchecked = process.env.FLOWFLEET_DATES_UNCHECKED || "no";\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "flowfleet-planner-"));
  writeFileSync(path.join(folder, "Pulumi.yaml"), "name: flowfleet\nruntime: nodejs\nmain: index.js\n");
  writeFileSync(path.join(folder, "package.json"), '{"name":"flowfleet","version":"1.0.0","main":"index.js"}');
  writeFileSync(path.join(folder, "index.js"), PROGRAM);
  symlinkSync(path.resolve(__dirname, "..", "node_modules"), path.join(folder, "node_modules"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("checks dates on this side only: what stands has stood, though a certificate of it ended meanwhile", async () => {
  const checkout = { cwd: folder, config: () => ({}) };
  const planner = new Planner(checkout, { name: "base", has: () => true, files: () => Promise.resolve(checkout) });
  try {
    const { outputs, outputsBefore, diagnostics } = await planner.plan("dev");
    expect([outputsBefore, outputs, diagnostics]).toEqual([{ unchecked: "1" }, { unchecked: "no" }, []]);
    expect(await planner.referredNow("dev")).toEqual({ unchecked: "no" });
  } finally {
    await planner.close();
  }
}, 60_000);
