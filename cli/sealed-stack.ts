import { parse } from "yaml";
import type { StackToRehearse } from "../rehearsal/world";
import { openSettings, secretMarks } from "./plan/stand-ins";

/**
 * A stack whose file has secrets, as it is rehearsed without the passphrase that opens them: a generated value for each, as for
 * those that are missing.
 *
 * @param text Of its file.
 */
export function withoutOwnSecrets(stack: StackToRehearse, text: string): StackToRehearse {
  const { encryptionsalt, secretsprovider } = (parse(text) ?? {}) as { encryptionsalt?: string; secretsprovider?: string };
  if (encryptionsalt === undefined && secretsprovider === undefined) return stack;
  const isLeftOut = (at: string): boolean => stack.leftOut.some((path) => at === path || at.startsWith(`${path}.`));
  const own = Object.keys(secretMarks(text)).filter((at) => !isLeftOut(at));
  // With a key of its own a throwaway machine would not let anybody in: its agent has the right one.
  const [keys, others] = [own.filter(isLogin), own.filter((at) => !isLogin(at))];
  return {
    ...stack,
    leftOut: [...stack.leftOut, ...keys],
    missingSecrets: [...stack.missingSecrets, ...others],
    config: openSettings(text),
  };
}

const isLogin = (at: string): boolean => /(?::hosts\.[^.]+|\.host|\.bastion)\.privateKey$/.test(at);
