import { pathProblems, slugProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inMegabytes } from "../kernel/size";
import {
  atLeast,
  containerUserProblems,
  durationProblems,
  imageProblems,
  secondOrMoreProblems,
  tmpfsProblems,
} from "../kernel/workload-problems";
import type { ContainerServiceArgs } from "./container-service";
import { buildProblems, mountsProblems, serviceProblems } from "./service-problems";

/** Everything that is wrong with the arguments of a service, without asking the machine. */
export const containerServiceProblems = (args: ContainerServiceArgs): Problem[] => [
  ...serviceProblems(args),
  ...problemsOf("index", () => args.network.addresses(args.index)),
  ...imageProblems("release", args.release.image, args.release.digest),
  ...buildProblems(args.release),
  ...pathProblems("compose/directory", args.compose.directory),
  ...(args.neighbours ?? []).flatMap((neighbour, index) => slugProblems(`neighbours[${index}]`, neighbour)),
  ...containerUserProblems("user", args.user),
  ...commandProblems(args.health),
  ...durationProblems({ pullTimeout: args.pullTimeout }),
  ...("probeTimeout" in args.health ? secondOrMoreProblems({ "health/probeTimeout": args.health.probeTimeout }) : []),
  ...tmpfsProblems(args.tmpfs),
  ...mountsProblems(args.mounts),
  ...foldersProblems(args),
  ...(args.logs ? problemsOf("logs/size", () => inMegabytes(args.logs?.size ?? "10 MB")) : []),
  ...assetsProblems(args.assets),
];

const foldersProblems = ({ folders = {}, mounts = {}, tmpfs = {}, overlap }: ContainerServiceArgs): Problem[] => [
  ...Object.entries(folders).flatMap(([seen, path]) => [
    ...pathProblems(`folders${seen}`, seen),
    ...pathProblems(`folders${seen}`, path),
    ...(seen in mounts || seen in tmpfs ? [{ path: `folders${seen}`, wrong: "is among mounts or tmpfs, too" }] : []),
  ]),
  ...(overlap === "allowed" && Object.keys(folders).length > 0
    ? [{ path: "overlap", wrong: "would let two releases write to the same folders at once", got: overlap, allowed: "never" }]
    : []),
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
