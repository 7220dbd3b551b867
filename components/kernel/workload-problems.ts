import { inSeconds } from "./duration";
import type { Duration } from "./duration";
import { pathProblems, slugProblems } from "./names";
import { problemsOf } from "./refuse";
import type { Problem } from "./refuse";
import { inMegabytes } from "./size";
import type { Size } from "./size";

/** How much of a machine a service, a job or a database may use. */
export interface Limits {
  memory: Size;
  cpus: number;
  pids?: number | undefined;
}

/** What belongs together, and the name of one part of it: both stand in names of containers and units. */
export const serviceNameProblems = ({ project, service }: { project: string; service: string }): Problem[] => [
  ...slugProblems("project", project),
  ...slugProblems("service", service),
];

/** What is wrong with the reference of an image, which consists of a repository without tag and a digest. */
export const imageProblems = (path: string, image: string, digest: string): Problem[] => [
  ...(/^[a-z0-9][a-z0-9._/:-]*$/.test(image) && !/:[^/]*$/.test(image.replace(/^[^/]*\//, ""))
    ? []
    : [{ path: `${path}/image`, wrong: "must be a repository without tag and digest", got: image }]),
  ...(/^sha256:[0-9a-f]{64}$/.test(digest)
    ? []
    : [{ path: `${path}/digest`, wrong: 'must be "sha256:" and 64 hexadecimal digits', got: digest }]),
];

/** Names of variables, as a shell knows them. */
export const variableProblems = (path: string, names: readonly string[]): Problem[] =>
  names.flatMap((name) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? [] : [{ path, wrong: "is no name of a variable", got: name }]));

/** The user and group that a container runs as: numbers, because names are the image's own. */
export const containerUserProblems = (path: string, user: string): Problem[] =>
  /^\d+:\d+$/.test(user) && !user.startsWith("0:")
    ? []
    : [
        {
          path,
          wrong: "must be the numbers of a user other than root and of a group",
          got: user,
          allowed: 'such as "10001:10001"',
        },
      ];

export const limitsProblems = ({ memory, cpus, pids = 1 }: Limits): Problem[] => [
  ...problemsOf("limits/memory", () => inMegabytes(memory)),
  ...atLeast("limits/cpus", cpus, 0.01),
  ...atLeast("limits/pids", pids, 1),
];

/** What is kept for it can be no more than what it may use. */
export const reservationsProblems = (reserved: { memory: Size; cpus: number } | undefined, limits: Limits): Problem[] =>
  reserved === undefined
    ? []
    : [
        ...problemsOf("reservations/memory", () => {
          if (inMegabytes(reserved.memory) > inMegabytes(limits.memory))
            throw new RangeError(`must not be above the limit ${limits.memory}, got "${reserved.memory}"`);
        }),
        ...atLeast("reservations/cpus", reserved.cpus, 0.01),
        ...(reserved.cpus > limits.cpus
          ? [{ path: "reservations/cpus", wrong: `must not be above the limit ${limits.cpus}`, got: reserved.cpus }]
          : []),
      ];

/** Memory file systems: path in the container -> size. */
export const tmpfsProblems = (tmpfs: Readonly<Record<string, Size>> = {}): Problem[] =>
  Object.entries(tmpfs).flatMap(([folder, size]) => {
    const path = `tmpfs/${folder.replace(/^\//, "")}`;
    return [...pathProblems(path, folder), ...problemsOf(path, () => inMegabytes(size))];
  });

/** What one asks a service for: `"/api/health"`. */
export const requestPathProblems = (path: string, text: string): Problem[] =>
  /^\/[!-~]*$/.test(text) ? [] : [{ path, wrong: 'must be a path such as "/api/health"', got: text }];

/** Durations by path; those that are left out are no problem. */
export const durationProblems = (durations: Readonly<Record<string, Duration | undefined>>): Problem[] =>
  Object.entries(durations).flatMap(([path, duration]) => (duration === undefined ? [] : problemsOf(path, () => inSeconds(duration))));

/** The same for durations of which less than a second makes no sense. */
export const secondOrMoreProblems = (durations: Readonly<Record<string, Duration | undefined>>): Problem[] =>
  Object.entries(durations).flatMap(([path, duration]) =>
    problemsOf(path, () => {
      if (duration !== undefined && inSeconds(duration) < 1) throw new RangeError(`must be at least a second, got "${duration}"`);
    }),
  );

export const atLeast = (path: string, value: number, least: number): Problem[] =>
  value >= least ? [] : [{ path, wrong: `must be at least ${least}`, got: value }];
