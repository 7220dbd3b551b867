import { inSeconds } from "./duration";
import type { Duration } from "./duration";
import { problemsOf } from "./refuse";
import type { Problem } from "./refuse";

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

/** Durations by path; those that are left out are no problem. */
export const durationProblems = (durations: Readonly<Record<string, Duration | undefined>>): Problem[] =>
  Object.entries(durations).flatMap(([path, duration]) => (duration === undefined ? [] : problemsOf(path, () => inSeconds(duration))));

export const atLeast = (path: string, value: number, least: number): Problem[] =>
  value >= least ? [] : [{ path, wrong: `must be at least ${least}`, got: value }];
