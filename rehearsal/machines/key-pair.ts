import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { utils } from "ssh2";

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
  const made = utils.generateKeyPairSync("ed25519", { comment });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, made.private, { mode: 0o600 });
  await writeFile(`${file}.pub`, `${made.public}\n`);
  return { file, publicKey: withoutComment(made.public) };
}

const withoutComment = (line: string) => line.trim().split(" ").slice(0, 2).join(" ");
