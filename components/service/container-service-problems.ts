import { pathProblems, slugProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inMegabytes } from "../kernel/size";
import type { ContainerServiceArgs, ImageRelease } from "./container-service";
import {
  atLeast,
  bodyProblems,
  buildProblems,
  durationProblems,
  environmentProblems,
  healthProblems,
  limitsProblems,
  nameProblems,
  portsProblems,
  timesProblems,
} from "./service-problems";

/** Everything that is wrong with the arguments of a service, without asking the machine. */
export const containerServiceProblems = (args: ContainerServiceArgs): Problem[] => [
  ...nameProblems(args),
  ...problemsOf("index", () => args.network.addresses(args.index)),
  ...releaseProblems(args.release),
  ...pathProblems("compose/directory", args.compose.directory),
  ...portsProblems(args),
  ...(args.neighbours ?? []).flatMap((neighbour, index) => slugProblems(`neighbours[${index}]`, neighbour)),
  ...environmentProblems(args),
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
  ...commandProblems(args.health),
  ...healthProblems(args.health),
  ...timesProblems(args),
  ...durationProblems({ pullTimeout: args.pullTimeout }),
  ...Object.entries(args.tmpfs ?? {}).flatMap(([path, size]) => [
    ...pathProblems(`tmpfs/${path}`, path),
    ...problemsOf(`tmpfs/${path}`, () => inMegabytes(size)),
  ]),
  ...Object.entries(args.mounts ?? {}).flatMap(([inside, path]) => [
    ...pathProblems(`mounts/${inside}`, inside),
    ...pathProblems(`mounts/${inside}`, path),
  ]),
  ...limitsProblems(args),
  ...(args.logs ? problemsOf("logs/size", () => inMegabytes(args.logs?.size ?? "10 MB")) : []),
  ...bodyProblems(args),
  ...assetsProblems(args.assets),
];

const releaseProblems = ({ image, digest, ...build }: ImageRelease): Problem[] => [
  ...(/^[a-z0-9][a-z0-9._/:-]*$/.test(image) && !/:[^/]*$/.test(image.replace(/^[^/]*\//, ""))
    ? []
    : [{ path: "release/image", wrong: "must be a repository without tag and digest", got: image }]),
  ...(/^sha256:[0-9a-f]{64}$/.test(digest)
    ? []
    : [{ path: "release/digest", wrong: 'must be "sha256:" and 64 hexadecimal digits', got: digest }]),
  ...buildProblems(build),
];

const commandProblems = (health: ContainerServiceArgs["health"]): Problem[] =>
  "command" in health && (health.command.trim() === "" || /[\r\n\0]/.test(health.command))
    ? [{ path: "health/command", wrong: "must be one line of shell", got: health.command }]
    : [];

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
