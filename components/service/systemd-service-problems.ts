import { accountProblems, pathProblems } from "../kernel/names";
import type { Problem } from "../kernel/refuse";
import { atLeast, durationProblems, variableProblems } from "../kernel/workload-problems";
import { buildProblems, mountsProblems, serviceProblems } from "./service-problems";
import type { ArchiveRelease, SystemdServiceArgs } from "./systemd-service";

/** Everything that is wrong with the arguments of a service, without asking the machine. */
export const systemdServiceProblems = (args: SystemdServiceArgs): Problem[] => [
  ...serviceProblems(args),
  ...archiveProblems(args.release),
  ...pathProblems("directory", args.directory),
  ...accountProblems("user", args.user),
  ...insideProblems("executable", args.executable),
  ...(args.arguments ?? []).flatMap((argument, index) => lineProblems(`arguments[${index}]`, argument)),
  ...lineProblems("description", args.description ?? ""),
  ...Object.entries(args.links ?? {}).flatMap(([path, target]) => [
    ...pathProblems(`links/${path}`, path),
    ...insideProblems(`links/${path}`, target),
  ]),
  ...mountsProblems(args.mounts),
  ...addressesProblems(args.addresses),
  ...(args.addressVariable === undefined ? [] : variableProblems("addressVariable", [args.addressVariable])),
  ...(args.addressVariable !== undefined && args.addressVariable in (args.environment ?? {})
    ? [{ path: `environment/${args.addressVariable}`, wrong: "is set by each release itself", todo: "leave it out" }]
    : []),
  ...durationProblems({ downloadTimeout: args.downloadTimeout }),
  ...(args.logFile === undefined ? [] : pathProblems("logFile", args.logFile)),
  ...atLeast("keep", args.keep ?? 1, 1),
];

/** What is wrong with the naming of an archive. */
export const archiveProblems = ({ archive, sha256, ...build }: ArchiveRelease): Problem[] => [
  ...(/^https:\/\/[^\s@]+$/.test(archive)
    ? []
    : // Without the address: it may hold a password.
      [
        {
          path: "release/archive",
          wrong: "must be an https address without a password",
          allowed: 'such as "https://releases.example.com/x.tar.gz"',
        },
      ]),
  ...(/^[0-9a-f]{64}$/.test(sha256) ? [] : [{ path: "release/sha256", wrong: "must be 64 hexadecimal digits", got: sha256 }]),
  ...buildProblems(build),
];

/** What is wrong with a path within an archive. */
export const insideProblems = (path: string, inside: string): Problem[] =>
  pathProblems(path, `/${inside}`).length === 0
    ? []
    : [{ path, wrong: 'must be a path within the archive such as "bin/api"', got: inside }];

export const lineProblems = (path: string, text: string): Problem[] =>
  /[\x00-\x1f\x7f]/.test(text) ? [{ path, wrong: "must be one line without control characters", got: text }] : [];

const addressesProblems = (addresses: readonly string[] = []): Problem[] =>
  addresses.flatMap((address, index) =>
    /^127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(address) && !["127.0.0.1", addresses[index - 1]].includes(address)
      ? []
      : [
          {
            path: `addresses[${index}]`,
            wrong: "must be a loopback address of its own, other than 127.0.0.1",
            got: address,
            allowed: 'such as "127.0.0.31"',
          },
        ],
  );
