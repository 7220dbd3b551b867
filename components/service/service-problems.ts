import { pathProblems, portProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inNginxUnits } from "../kernel/size";
import {
  atLeast,
  durationProblems,
  limitsProblems,
  requestPathProblems,
  reservationsProblems,
  secondOrMoreProblems,
  serviceNameProblems,
  variableProblems,
} from "../kernel/workload-problems";
import type { AliveArgs, BuildArgs, ProbeArgs, ServiceArgs } from "./service-args";

type Common = ServiceArgs & { port?: number | undefined; localPort?: number | undefined; health: ProbeArgs | AliveArgs };

/** What is wrong with what containers and units have in common. */
export const serviceProblems = (args: Common): Problem[] => [
  ...serviceNameProblems(args),
  ...(args.port === undefined ? [] : portProblems("port", args.port)),
  ...(args.localPort === undefined ? [] : portProblems("localPort", args.localPort)),
  ...variableProblems("environment", Object.keys(args.environment ?? {})),
  ...healthProblems(args.health),
  ...durationProblems({ deadline: args.deadline, drain: args.drain, stopTimeout: args.stopTimeout, keepAlive: args.keepAlive }),
  ...limitsProblems(args.limits),
  ...reservationsProblems(args.reservations, args.limits),
  ...problemsOf("maxBody", () => inNginxUnits(args.maxBody ?? "50 MB")),
];

/** What is wrong with what a service sees of the machine. */
export const mountsProblems = (mounts: Readonly<Record<string, string>> = {}): Problem[] =>
  Object.entries(mounts).flatMap(([seen, path]) => [...pathProblems(`mounts/${seen}`, seen), ...pathProblems(`mounts/${seen}`, path)]);

/** What is wrong with what is said of a build, wherever it is to be found. */
export const buildProblems = ({ builtAt }: BuildArgs): Problem[] =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(builtAt) && !Number.isNaN(Date.parse(builtAt))
    ? []
    : [{ path: "release/builtAt", wrong: 'must be a time such as "2026-11-20T10:00:00Z"', got: builtAt }];

export const healthProblems = (health: ProbeArgs | AliveArgs): Problem[] =>
  "alive" in health
    ? secondOrMoreProblems({ "health/alive": health.alive })
    : [
        ...requestPathProblems("health/path", health.path),
        ...durationProblems({
          "health/interval": health.interval,
          "health/timeout": health.timeout,
          "health/startPeriod": health.startPeriod,
        }),
        ...atLeast("health/retries", health.retries ?? 3, 1),
      ];
