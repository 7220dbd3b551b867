import type { Problem } from "../kernel/refuse";

/** What decides how soon ECS gives a release up that never becomes healthy. Seconds. */
export interface RolloutTimes {
  /** Tasks of the service. */
  instances: number;
  startPeriod: number;
  interval: number;
  /** How long an answer may take. @default 10, as of every container */
  timeout?: number;
  retries: number;
  /** A broken task may let its TERM pass unheard. @default 0: it ends when it is told to */
  stopTimeout?: number;
}

/**
 * Seconds that a task is assumed to take from its order to its first check: a network interface, the image, the start. Measured nowhere
 * here, and longer with a large image: whatever is promised of it says so.
 */
export const START = 40;
/** A bad release has to be known within that. */
export const LIMIT = 300;

/** ECS' circuit breaker gives up after half as many failed tasks as are wanted, and never before three. */
const failuresUntilEnd = (instances: number): number => Math.min(200, Math.max(3, Math.ceil(instances / 2)));

/** As many new tasks as the service has start at once: so many times that happens until enough have failed. */
const roundsOf = (instances: number): number => Math.ceil(failuresUntilEnd(instances) / instances);

/**
 * So many seconds until the circuit breaker gives up, at worst: a task counts as failed once its checks have failed, each after all the time
 * that it has, and it is stopped. That it is taken from the load balancer costs nothing: nobody was ever sent to it.
 */
export const knownBadAfter = ({ instances, startPeriod, interval, timeout = 10, retries, stopTimeout = 0 }: RolloutTimes): number =>
  roundsOf(instances) * (START + startPeriod + retries * (interval + timeout) + stopTimeout);

export const rolloutTimeProblems = (path: string, times: RolloutTimes): Problem[] => {
  const after = knownBadAfter(times);
  if (after <= LIMIT) return [];
  const { instances, startPeriod, interval, timeout = 10, retries, stopTimeout = 0 } = times;
  return [
    {
      path,
      wrong:
        `would let a bad release go on for ${after} s until ECS gives it up: ${roundsOf(instances)} x (${START} s, if a task starts within them, + startPeriod ` +
        `${startPeriod} s + retries ${retries} x (interval ${interval} s + timeout ${timeout} s) + stopTimeout ${stopTimeout} s)`,
      allowed: `at most ${LIMIT} s`,
      todo: "shorten one of them, or run more tasks",
    },
  ];
};

/**
 * How many tasks of both releases there may be at once, in percent of those that are wanted. Where they may not overlap ECS spreads none anew
 * over the zones, for which it would start one more; by itself it does, and takes no 100 % then.
 */
export const together = (overlap: "allowed" | "never") =>
  overlap === "allowed"
    ? { deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 200 }
    : { deploymentMinimumHealthyPercent: 0, deploymentMaximumPercent: 100, availabilityZoneRebalancing: "DISABLED" };

/** What it does to users when another service or target group takes its place: a changed port, a changed name. */
export const replacedWords = (deadline: number): string =>
  `down: requests get 503 until tasks of the new one are healthy (at most ${START + deadline} s, if they start within ${START} s)`;
