import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostKeyProblems } from "../host/host-key";
import { hostKeyOf } from "./first-key";

const of = (letter: string) => hostKeyOf(letter.repeat(43));

/** The public key that OpenSSH makes of a private one. */
function shownBy(privateKey: string): string {
  const folder = mkdtempSync(join(tmpdir(), "flowfleet-first-key-"));
  try {
    writeFileSync(join(folder, "key"), privateKey, { mode: 0o600 });
    return execFileSync("ssh-keygen", ["-y", "-f", join(folder, "key")], { encoding: "utf8" }).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it.each(["a", "b", "c", "d", "e", "f", "g", "h"])("makes a key that OpenSSH reads, of a text of %s", (letter) => {
  const key = of(letter);
  expect(shownBy(key.private)).toBe(key.public);
  expect(hostKeyProblems("hostKey", key.public)).toEqual([]);
  expect(of(letter)).toEqual(key);
});

it("makes another key of another text, and none of one that could be guessed", () => {
  expect(of("a").public).not.toBe(of("b").public);
  expect(() => hostKeyOf("short")).toThrow("a host key is made of 43 characters or more, not of 5");
});
