import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { pathProblems, portProblems, slugProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inMegabytes, inNginxUnits } from "../kernel/size";
import type { ContainerServiceArgs, HealthArgs, ImageRelease } from "./container-service";

/** Everything that is wrong with the arguments of a service, without asking the machine. */
export const containerServiceProblems = (args: ContainerServiceArgs): Problem[] => [
  ...slugProblems("project", args.project),
  ...slugProblems("service", args.service),
  ...problemsOf("index", () => args.network.addresses(args.index)),
  ...releaseProblems(args.release),
  ...pathProblems("compose/directory", args.compose.directory),
  ...portProblems("port", args.port),
  ...portProblems("localPort", args.localPort),
  ...(args.neighbours ?? []).flatMap((neighbour, index) => slugProblems(`neighbours[${index}]`, neighbour)),
  ...Object.keys(args.environment ?? {}).flatMap((name) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? [] : [{ path: "environment", wrong: "is no name of a variable", got: name }],
  ),
  ...(/^\d+:\d+$/.test(args.user) && !args.user.startsWith("0:")
    ? []
    : [
        {
          path: "user",
          wrong: "must be the numbers of a user other than root and of a group",
          got: args.user,
          allowed: 'such as "10001:10001"',
        },
      ]),
  ...healthProblems(args.health),
  ...durationProblems({
    deadline: args.deadline,
    drain: args.drain,
    stopTimeout: args.stopTimeout,
    pullTimeout: args.pullTimeout,
    keepAlive: args.keepAlive,
  }),
  ...Object.entries(args.tmpfs ?? {}).flatMap(([path, size]) => [
    ...pathProblems(`tmpfs/${path}`, path),
    ...problemsOf(`tmpfs/${path}`, () => inMegabytes(size)),
  ]),
  ...problemsOf("limits/memory", () => inMegabytes(args.limits.memory)),
  ...atLeast("limits/cpus", args.limits.cpus, 0.01),
  ...atLeast("limits/pids", args.limits.pids ?? 1, 1),
  ...(args.logs ? problemsOf("logs/size", () => inMegabytes(args.logs?.size ?? "10 MB")) : []),
  ...problemsOf("maxBody", () => inNginxUnits(args.maxBody ?? "50 MB")),
  ...assetsProblems(args.assets),
];

const releaseProblems = ({ image, digest, builtAt }: ImageRelease): Problem[] => [
  ...(/^[a-z0-9][a-z0-9._/:-]*$/.test(image) && !/:[^/]*$/.test(image.replace(/^[^/]*\//, ""))
    ? []
    : [{ path: "release/image", wrong: "must be a repository without tag and digest", got: image }]),
  ...(/^sha256:[0-9a-f]{64}$/.test(digest)
    ? []
    : [{ path: "release/digest", wrong: 'must be "sha256:" and 64 hexadecimal digits', got: digest }]),
  ...(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(builtAt) && !Number.isNaN(Date.parse(builtAt))
    ? []
    : [{ path: "release/builtAt", wrong: 'must be a time such as "2026-11-20T10:00:00Z"', got: builtAt }]),
];

const healthProblems = ({ path, command, interval, timeout, retries = 3, startPeriod }: HealthArgs): Problem[] => [
  ...(/^\/[!-~]*$/.test(path) ? [] : [{ path: "health/path", wrong: 'must be a path such as "/api/health"', got: path }]),
  ...(command.trim() === "" || /[\r\n\0]/.test(command)
    ? [{ path: "health/command", wrong: "must be one line of shell", got: command }]
    : []),
  ...durationProblems({ "health/interval": interval, "health/timeout": timeout, "health/startPeriod": startPeriod }),
  ...atLeast("health/retries", retries, 1),
];

const assetsProblems = (assets: ContainerServiceArgs["assets"]): Problem[] =>
  assets === undefined
    ? []
    : [
        ...pathProblems("assets/from", assets.from),
        ...(/^\/(?:[A-Za-z0-9_.-]+\/)+$/.test(assets.path ?? "/assets/")
          ? []
          : [{ path: "assets/path", wrong: 'must begin and end with a slash, such as "/assets/"', got: assets.path }]),
        ...atLeast("assets/keep", assets.keep ?? 1, 1),
      ];

const durationProblems = (durations: Readonly<Record<string, Duration | undefined>>): Problem[] =>
  Object.entries(durations).flatMap(([path, duration]) => (duration === undefined ? [] : problemsOf(path, () => inSeconds(duration))));

const atLeast = (path: string, value: number, least: number): Problem[] =>
  value >= least ? [] : [{ path, wrong: `must be at least ${least}`, got: value }];
