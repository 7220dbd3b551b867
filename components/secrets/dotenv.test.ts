import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dotenvText, quoted } from "./dotenv";

it("writes variables in the order of their names", () => {
  expect(dotenvText({ B: "two words", A: "1", C: "it's" })).toBe("A='1'\nB='two words'\nC=\"it's\"\n");
});

it.each(["a\nb", "a\rb", "a\0b", "\x1b[0m", "\x7f"])("refuses %j", (value) => {
  expect(() => quoted(value)).toThrow("must be one line without control characters; encode it, e.g. in base64");
});

it.each(["it's $5", "it's `x`", `both ' and "`, "a'\\b"])("refuses %p, which no quoting makes the same for both readers", (value) => {
  expect(() => quoted(value)).toThrow("cannot be written so that a shell and Docker Compose read the same");
  expect(() => quoted(value)).not.toThrow(value);
});

/** What a reader of Compose's files makes of a value: single quotes keep all, but take a backslash before a quote or a backslash as an escape. */
function readByCompose(written: string): string {
  const single = /^'((?:\\.|[^'\\])*)'$/.exec(written)?.[1];
  if (single !== undefined) return single.replace(/\\([\\'])/g, "$1");
  const double = /^"([^"\\$]*)"$/.exec(written)?.[1];
  if (double === undefined) throw new Error(`not readable: ${written}`);
  return double;
}

/** The same numbers every time, so that a failure can be repeated. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

it("reads back the same in a shell and by Compose, or is refused", () => {
  const signs = Array.from("abcZ019 _-+=/.,:;#%&|<>(){}[]*?!~^@'\"$`\\\té→🙂");
  const chance = numbers(20_261_121);
  const one = () => signs[Math.floor(chance.next().value * signs.length)] ?? "a";
  const values = Array.from({ length: 2000 }, () => Array.from({ length: Math.floor(chance.next().value * 12) }, one).join(""));
  const written: Record<string, string> = {};
  let refused = 0;
  values.forEach((value, index) => {
    try {
      expect(readByCompose(quoted(value))).toBe(value);
      written[`V${index}`] = value;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refused += 1;
    }
  });
  expect(Object.keys(written).length).toBeGreaterThan(1000);
  expect(refused).toBeGreaterThan(20);
  expect(readByShell(written)).toEqual(written);
});

function readByShell(variables: Record<string, string>): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "dotenv-"));
  try {
    writeFileSync(join(folder, "env"), dotenvText(variables), { mode: 0o600 });
    const out = execFileSync("/bin/sh", ["-c", 'set -a; . "$0"; exec env -0', join(folder, "env")], {
      env: { PATH: process.env["PATH"] ?? "" },
    });
    const read = out
      .toString()
      .split("\0")
      .map((entry) => /^(V\d+)=(.*)$/s.exec(entry)?.slice(1) ?? []);
    return Object.fromEntries(read.filter((entry) => entry.length === 2).map(([name = "", value = ""]) => [name, value]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
