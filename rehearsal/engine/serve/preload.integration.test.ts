import { scryptSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";

const PRELOAD = path.join(__dirname, "preload.cjs");
// Of the SDK's place.
const ROOT = path.resolve(__dirname, "../../..");
const hash = `console.log(require("node:crypto").scryptSync("stand-in", "salt", 6).toString("hex"))`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "flowfleet-preload-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const run = async (script: string, env: Record<string, string> = {}): Promise<string> =>
  (await execa(process.execPath, ["--require", PRELOAD, "--eval", script], { cwd: ROOT, env })).stdout;

describe("slow hashes", () => {
  const right = scryptSync("stand-in", "salt", 6).toString("hex");

  it("are the same from the file, which their owner alone can read and which has neither text nor salt", async () => {
    const file = path.join(folder, "hashes");
    for (const time of [1, 2]) expect([time, await run(hash, { FLOWFLEET_KNOWN_HASHES: file })]).toEqual([time, right]);
    const lines = readFileSync(file, "utf8").trim().split("\n");
    expect(lines).toEqual([expect.stringMatching(/^[0-9a-f]{64} [0-9a-f]{12}$/)]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    // It is asked: another answer in it is given.
    writeFileSync(file, lines[0]?.replace(right, "0123456789ab") ?? "");
    expect(await run(hash, { FLOWFLEET_KNOWN_HASHES: file })).toBe("0123456789ab");
  });

  it("are computed where the file cannot be written", async () => {
    expect(await run(hash, { FLOWFLEET_KNOWN_HASHES: path.join(folder, "nowhere", "hashes") })).toBe(right);
  });

  it("are computed where the file's line is cut off, and where no file is named", async () => {
    const file = path.join(folder, "hashes");
    await run(hash, { FLOWFLEET_KNOWN_HASHES: file });
    writeFileSync(file, readFileSync(file, "utf8").slice(0, -3));
    expect(await run(hash, { FLOWFLEET_KNOWN_HASHES: file })).toBe(right);
    expect(await run(hash)).toBe(right);
  });
});

it("leaves the SDK's promises without a stack, unless it is asked for them, and errors with theirs", async () => {
  const script = `
    require("@pulumi/pulumi");
    const promise = Promise.resolve();
    void require("@pulumi/pulumi/runtime/debuggable").debuggablePromise(promise, "a");
    console.log(/ at /.test(promise._debugStackTrace), / at /.test(new Error("b").stack));`;
  expect(await run(script)).toBe("false true");
  expect(await run(script, { PULUMI_DEBUG_PROMISE_LEAKS: "1" })).toBe("true true");
});
