/** A login that failed, for a person: which machine it was about and what to do, after the official provider's own words. */
import type { Login } from "./connection";
import { endpoint } from "./tcp";

const ADVICE: readonly (readonly [words: RegExp, advice: string])[] = [
  [
    /host key mismatch|no common algorithm for host key/,
    "shows another host key than the pinned one; nothing was sent to it. If it was re-imaged, pin the key that `flowfleet bootstrap` prints for it; " +
      "else find out who answers there",
  ],
  [
    /unable to authenticate/,
    "lets none of the offered keys in. Load the key that it was bootstrapped with into the SSH agent (`ssh-add -l` shows those in it)",
  ],
  [/no such host/, "is a name that does not resolve. Correct the address"],
  [
    /dial tcp|connect failed|EOF|no answer/,
    'does not answer. Look whether it runs, at its address and port, and at firewalls between. If it is gone for good, set its `state` to "abandoned"',
  ],
];

/** @param to The machine that the login was for: the bastion where it was the bastion's. */
export function explained(error: unknown, to: Login): Error {
  const message = error instanceof Error ? error.message : String(error);
  const advice = ADVICE.find(([words]) => words.test(message))?.[1];
  return new Error(advice === undefined ? message : `${message}\n${to.user}@${endpoint(to)} ${advice}`, { cause: error });
}

/** The end of a command as a person needs it: one without an exit status did not end by itself. */
export function explainedEnd(reason: string, to: Login): string {
  return reason.startsWith("wait: remote command exited without")
    ? `${reason}: the connection to ${to.user}@${endpoint(to)} was cut. What it was in the midst of is taken back there, or told by the next run: run again`
    : reason;
}
