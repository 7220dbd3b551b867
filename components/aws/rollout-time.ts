import type { Problem } from "../kernel/refuse";

/** What decides how soon ECS gives a release up that never becomes healthy. Seconds. */
export interface RolloutTimes {
  /** Tasks of the service. */
  instances: number;
  startPeriod: number;
  interval: number;
  retries: number;
}

/** From a task's order to its first check: a network interface, the image, the start. Measured nowhere here; AWS names tens of seconds. */
const START = 40;
/** A bad release has to be known within that. */
export const LIMIT = 300;

/** ECS' circuit breaker gives up after half as many failed tasks as are wanted, and never before three. */
const failuresUntilEnd = (instances: number): number => Math.min(200, Math.max(3, Math.ceil(instances / 2)));

/** So many seconds until the circuit breaker gives up: as many new tasks as the service has start at once, and each is seen as unhealthy after its tries. */
export const knownBadAfter = ({ instances, startPeriod, interval, retries }: RolloutTimes): number =>
  Math.ceil(failuresUntilEnd(instances) / instances) * (START + startPeriod + interval * retries);

export const rolloutTimeProblems = (path: string, times: RolloutTimes): Problem[] => {
  const after = knownBadAfter(times);
  if (after <= LIMIT) return [];
  const rounds = Math.ceil(failuresUntilEnd(times.instances) / times.instances);
  const { startPeriod, interval, retries } = times;
  return [
    {
      path,
      wrong:
        `would let a bad release go on for ${after} s until ECS gives it up: ` +
        `${rounds} x (${START} s to start + startPeriod ${startPeriod} s + retries ${retries} x interval ${interval} s)`,
      allowed: `at most ${LIMIT} s`,
      todo: "shorten one of them, or run more tasks",
    },
  ];
};
