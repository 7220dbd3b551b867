import { atLeast, containerUserProblems, durationProblems, imageProblems, variableProblems } from "../kernel/container-problems";
import { pathProblems, portProblems, slugProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inMegabytes } from "../kernel/size";
import type { DataContainerArgs, DataHealth, DataLimits, DataVolume } from "./data-container";

/** Everything that is wrong with the arguments of a container of data, without asking the machine. */
export const dataContainerProblems = (args: DataContainerArgs): Problem[] => [
  ...slugProblems("project", args.project),
  ...slugProblems("service", args.service),
  ...problemsOf("index", () => args.network.addresses(args.index)),
  ...pathProblems("directory", args.directory),
  ...imageProblems("image", args.image.image, args.image.digest),
  ...versionProblems(args.image.version),
  ...containerUserProblems("user", args.user),
  ...portProblems("port", args.port),
  ...limitsProblems(args.limits),
  ...reservationsProblems(args),
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
  ...Object.entries(args.tmpfs ?? {}).flatMap(([path, size]) => [
    ...pathProblems(`tmpfs${path}`, path),
    ...problemsOf(`tmpfs${path}`, () => inMegabytes(size)),
  ]),
];

const versionProblems = (version: string): Problem[] =>
  /^\d+(?:\.\d+)+$/.test(version) ? [] : [{ path: "image/version", wrong: 'must be a version such as "6.0.20"', got: version }];

const limitsProblems = ({ memory, cpus, pids = 1 }: DataLimits): Problem[] => [
  ...problemsOf("limits/memory", () => inMegabytes(memory)),
  ...atLeast("limits/cpus", cpus, 0.01),
  ...atLeast("limits/pids", pids, 1),
];

const reservationsProblems = ({ reservations, limits }: DataContainerArgs): Problem[] =>
  reservations === undefined
    ? []
    : [
        ...problemsOf("reservations/memory", () => {
          if (inMegabytes(reservations.memory) > inMegabytes(limits.memory))
            throw new RangeError(`must not be more than limits/memory (${limits.memory}), got "${reservations.memory}"`);
        }),
        ...atLeast("reservations/cpus", reservations.cpus, 0.01),
        ...(reservations.cpus > limits.cpus
          ? [{ path: "reservations/cpus", wrong: `must not be more than limits/cpus (${limits.cpus})`, got: reservations.cpus }]
          : []),
      ];

const volumeProblems = ({ name, path }: DataVolume): Problem[] => [
  ...(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)
    ? []
    : [{ path: "volume/name", wrong: 'must be the name of a Docker volume such as "mongodb_data"', got: name }]),
  ...pathProblems("volume/path", path),
];

const healthProblems = ({ command, interval, timeout, retries = 1, startPeriod }: DataHealth): Problem[] => [
  ...(command.length > 1 && (command[0] === "CMD" || command[0] === "CMD-SHELL")
    ? []
    : [{ path: "health/command", wrong: 'must begin with "CMD" or "CMD-SHELL" and go on with a command', got: command }]),
  ...durationProblems({ "health/interval": interval, "health/timeout": timeout, "health/startPeriod": startPeriod }),
  ...atLeast("health/retries", retries, 1),
];
