import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { command } from "./command";

export interface KeyPair {
  /** Private key in OpenSSH's format, 0600; the public one is beside it with `.pub`. */
  file: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  publicKey: string;
}

/** Reads the pair of keys in `file`, makes it first if there is none. */
export async function keyPair(file: string, comment: string): Promise<KeyPair> {
  const there = await readFile(`${file}.pub`, "utf8").catch(() => undefined);
  if (there) return { file, publicKey: withoutComment(there) };
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Not by ssh2's generator: one in two hundred of its keys is malformed.
  await command("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file], { step: "make a key", subject: file });
  return { file, publicKey: withoutComment(await readFile(`${file}.pub`, "utf8")) };
}

const withoutComment = (line: string) => line.trim().split(" ").slice(0, 2).join(" ");
