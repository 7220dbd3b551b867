import type { Problem } from "../kernel/refuse";
import { isPublicKey } from "./public-key";

/** Kinds of host key that the base state keeps. */
const KINDS = ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256"];

/**
 * What is wrong with the pinned public key of a machine: none or one.
 * The SSH provider accepts any machine when it gets no key, so an empty one must never get that far.
 */
export function hostKeyProblems(path: string, key: unknown): Problem[] {
  const problem = (wrong: string): Problem[] => [
    { path, wrong, got: key, todo: 'take the line that "flowfleet bootstrap" printed, such as "ssh-ed25519 AAAA…"' },
  ];
  if (typeof key !== "string" || key.trim() === "") return problem("a machine is never trusted without its public key");
  const [kind = "", body = ""] = key.trim().split(" ");
  if (!KINDS.includes(kind)) return problem(`must begin with one of ${KINDS.join(", ")}`);
  if (!isPublicKey(kind, body)) return problem("is damaged: its second word is no key of that kind");
  return [];
}
