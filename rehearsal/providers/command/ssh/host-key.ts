/** A pinned host key: nothing is said to a machine that shows another one. */
import { utils } from "ssh2";

export interface HostKey {
  /** `ssh-ed25519` … */
  type: string;
  bytes: Buffer;
}

/** @param line As in `authorized_keys`: type, base64 and perhaps a comment. */
export function parseHostKey(line: string): HostKey {
  const key = utils.parseKey(line.trim().split("\n")[0] ?? "");
  if (key instanceof Error || key.isPrivateKey()) throw new Error("failed to parse host key: ssh: no key found");
  return { type: key.type, bytes: key.getPublicSSH() };
}
export function sameHostKey(a: string, b: string): boolean {
  return parseHostKey(a).bytes.equals(parseHostKey(b).bytes);
}
