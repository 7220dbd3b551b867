import { pathProblems, portProblems, volumeNameProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import {
  atLeast,
  containerUserProblems,
  durationProblems,
  imageProblems,
  limitsProblems,
  reservationsProblems,
  serviceNameProblems,
  tmpfsProblems,
  variableProblems,
} from "../kernel/workload-problems";
import { decimal } from "./container-inputs";
import type { DataContainerArgs, DataHealth, DataVolume } from "./data-container";

/** Everything that is wrong with the arguments of a container of data, without asking the machine. */
export const dataContainerProblems = (args: DataContainerArgs): Problem[] => [
  ...serviceNameProblems(args),
  ...problemsOf("index", () => args.network.addresses(args.index)),
  ...pathProblems("directory", args.directory),
  ...imageProblems("image", args.image.image, args.image.digest),
  ...versionProblems(args.image.version),
  ...containerUserProblems("user", args.user),
  ...portProblems("port", args.port),
  ...limitsProblems(args.limits),
  ...readBackProblems(args.limits.cpus),
  ...reservationsProblems(args.reservations, args.limits),
  ...durationProblems({ stopTimeout: args.stopTimeout }),
  ...(args.volume ? volumeProblems(args.volume) : []),
  ...variableProblems("environment", Object.keys(args.environment ?? {})),
  ...Object.keys({ ...args.files, ...args.secretFiles }).flatMap((name) =>
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? [] : [{ path: "files", wrong: "must be the plain name of a file", got: name }],
  ),
  ...Object.entries(args.folders ?? {}).flatMap(([outside, inside]) => [
    ...pathProblems("folders", outside),
    ...pathProblems("folders", inside),
  ]),
  ...healthProblems(args.health),
  ...tmpfsProblems(args.tmpfs),
  ...(args.loadsFrom ?? []).flatMap((path) =>
    path in (args.tmpfs ?? { "/tmp": "64 MB" }) ? [] : [{ path: "loadsFrom", wrong: "must be a path of tmpfs", got: path }],
  ),
];

/** Numbers that Docker's provider reads back as others, such as 0.05 as 0.1: each preview would show a change. */
const readBackProblems = (cpus: number): Problem[] =>
  cpus < 0.01 || Number(decimal(cpus)) === cpus
    ? []
    : [
        {
          path: "limits/cpus",
          wrong: `would be read back as ${decimal(cpus)} by Pulumi's docker provider`,
          got: cpus,
          allowed: "such as 0.1, 0.15 or 10.5",
        },
      ];

const versionProblems = (version: string): Problem[] =>
  /^\d+(?:\.\d+)+$/.test(version) ? [] : [{ path: "image/version", wrong: 'must be a version such as "6.0.20"', got: version }];

const volumeProblems = ({ name, path, beside = {} }: DataVolume): Problem[] =>
  [[name, path] as const, ...Object.entries(beside)].flatMap(([volume, inside]) => [
    ...volumeNameProblems("volume/name", volume),
    ...pathProblems("volume/path", inside),
  ]);

const healthProblems = ({ command, interval, timeout, retries = 1, startPeriod }: DataHealth): Problem[] => [
  ...(command.length > 1 && (command[0] === "CMD" || command[0] === "CMD-SHELL")
    ? []
    : [{ path: "health/command", wrong: 'must begin with "CMD" or "CMD-SHELL" and go on with a command', got: command }]),
  ...durationProblems({ "health/interval": interval, "health/timeout": timeout, "health/startPeriod": startPeriod }),
  ...atLeast("health/retries", retries, 1),
];
