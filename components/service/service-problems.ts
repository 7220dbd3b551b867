import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { portProblems, slugProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inMegabytes, inNginxUnits } from "../kernel/size";
import type { AliveArgs, BuildArgs, ProbeArgs, ServiceArgs } from "./service-args";

export const nameProblems = ({ project, service }: ServiceArgs): Problem[] => [
  ...slugProblems("project", project),
  ...slugProblems("service", service),
];

export const buildProblems = ({ builtAt }: BuildArgs): Problem[] =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(builtAt) && !Number.isNaN(Date.parse(builtAt))
    ? []
    : [{ path: "release/builtAt", wrong: 'must be a time such as "2026-11-20T10:00:00Z"', got: builtAt }];

export const portsProblems = ({ port, localPort }: { port?: number | undefined; localPort?: number | undefined }): Problem[] => [
  ...(port === undefined ? [] : portProblems("port", port)),
  ...(localPort === undefined ? [] : portProblems("localPort", localPort)),
];

export const environmentProblems = ({ environment = {} }: ServiceArgs): Problem[] =>
  Object.keys(environment).flatMap((name) =>
    isVariable(name) ? [] : [{ path: "environment", wrong: "is no name of a variable", got: name }],
  );

export const isVariable = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);

export const healthProblems = (health: ProbeArgs | AliveArgs): Problem[] =>
  "alive" in health
    ? [
        ...problemsOf("health/alive", () => {
          if (inSeconds(health.alive) < 1) throw new RangeError(`must be at least a second, got "${health.alive}"`);
        }),
      ]
    : [
        ...(/^\/[!-~]*$/.test(health.path)
          ? []
          : [{ path: "health/path", wrong: 'must be a path such as "/api/health"', got: health.path }]),
        ...durationProblems({
          "health/interval": health.interval,
          "health/timeout": health.timeout,
          "health/startPeriod": health.startPeriod,
        }),
        ...atLeast("health/retries", health.retries ?? 3, 1),
      ];

export const timesProblems = ({ deadline, drain, stopTimeout, keepAlive }: ServiceArgs): Problem[] =>
  durationProblems({ deadline, drain, stopTimeout, keepAlive });

export const limitsProblems = ({ limits, reservations }: ServiceArgs): Problem[] => [
  ...problemsOf("limits/memory", () => inMegabytes(limits.memory)),
  ...atLeast("limits/cpus", limits.cpus, 0.01),
  ...atLeast("limits/pids", limits.pids ?? 1, 1),
  ...(reservations ? reservationProblems(reservations, limits) : []),
];

const reservationProblems = (
  reserved: { memory: ServiceArgs["limits"]["memory"]; cpus: number },
  limits: ServiceArgs["limits"],
): Problem[] => [
  ...problemsOf("reservations/memory", () => {
    if (inMegabytes(reserved.memory) > inMegabytes(limits.memory))
      throw new RangeError(`must not be above the limit ${limits.memory}, got "${reserved.memory}"`);
  }),
  ...atLeast("reservations/cpus", reserved.cpus, 0.01),
  ...(reserved.cpus > limits.cpus
    ? [{ path: "reservations/cpus", wrong: `must not be above the limit ${limits.cpus}`, got: reserved.cpus }]
    : []),
];

export const bodyProblems = ({ maxBody = "50 MB" }: ServiceArgs): Problem[] => problemsOf("maxBody", () => inNginxUnits(maxBody));

export const durationProblems = (durations: Readonly<Record<string, Duration | undefined>>): Problem[] =>
  Object.entries(durations).flatMap(([path, duration]) => (duration === undefined ? [] : problemsOf(path, () => inSeconds(duration))));

export const atLeast = (path: string, value: number, least: number): Problem[] =>
  value >= least ? [] : [{ path, wrong: `must be at least ${least}`, got: value }];
