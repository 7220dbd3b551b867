import type { Duration } from "../kernel/duration";
import { inSeconds } from "../kernel/duration";
import type { Problem } from "../kernel/refuse";
import { problemsOf } from "../kernel/refuse";

/** Days that CloudWatch can keep logs for. */
const RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

export const daysOf = (retention: Duration): number => inSeconds(retention) / 86_400;

export const retentionProblems = (path: string, retention: Duration): Problem[] => {
  const unreadable = problemsOf(path, () => inSeconds(retention));
  if (unreadable.length > 0 || RETENTIONS.includes(daysOf(retention))) return unreadable;
  return [{ path, wrong: "is no time that CloudWatch can keep logs for", got: retention, allowed: `${RETENTIONS.join(", ")} days` }];
};
