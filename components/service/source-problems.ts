import { accountProblems, commitProblems, pathProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inMegabytes } from "../kernel/size";
import { atLeast, durationProblems, limitsProblems, serviceNameProblems, variableProblems } from "../kernel/workload-problems";
import { buildProblems } from "./service-problems";
import type { SourceArgs, SourceRelease } from "./source";
import type { StaticSiteArgs } from "./static-site";
import { archiveProblems, insideProblems } from "./systemd-service-problems";
import type { WorkspaceArgs } from "./workspace";

/** What is wrong with the naming of a release that is built on the machine. */
export const sourceReleaseProblems = (release: SourceRelease): Problem[] =>
  "archive" in release
    ? archiveProblems(release)
    : [...repositoryProblems("release/", release), ...commitProblems("release/commit", release.commit), ...buildProblems(release)];

/** What is wrong with the way from code to a folder that runs. */
export const sourceProblems = (source: SourceArgs): Problem[] => [
  ...pathProblems("source/directory", source.directory),
  ...accountProblems("source/user", source.user),
  ...commandsProblems("source/commands", source.commands ?? []),
  ...variableProblems("source/environment", Object.keys(source.environment ?? {})),
  ...["HOME", "PATH"]
    .filter((name) => name in (source.environment ?? {}))
    .map((name) => ({ path: `source/environment/${name}`, wrong: "is the builder's own", todo: "leave it out" })),
  ...(source.limits ? buildLimitsProblems(source.limits) : []),
  ...durationProblems({ "source/timeout": source.timeout }),
];

/** npm itself needs as much. */
const buildLimitsProblems = (limits: NonNullable<SourceArgs["limits"]>): Problem[] => {
  const { memory, cpus, pids = 16 } = limits;
  const wrong = limitsProblems(limits).map((problem) => ({ ...problem, path: `source/${problem.path}` }));
  return wrong.length > 0
    ? wrong
    : [
        ...problemsOf("source/limits/memory", () => {
          if (inMegabytes(memory) < 64) throw new RangeError(`must be at least 64 MB, got "${memory}"`);
        }),
        ...atLeast("source/limits/cpus", cpus, 0.1),
        ...atLeast("source/limits/pids", pids, 16),
        ...(Number.isInteger(pids) ? [] : [{ path: "source/limits/pids", wrong: "must be a whole number", got: pids }]),
      ];
};

export const staticSiteProblems = (args: StaticSiteArgs): Problem[] => [
  ...serviceNameProblems(args),
  ...sourceReleaseProblems(args.release),
  ...sourceProblems(args.source),
  ...insideProblems("from", args.from ?? "dist"),
  ...pathProblems("link", args.link),
  ...(args.immutable === undefined ? [] : insideProblems("immutable", args.immutable)),
  ...insideProblems("file", args.file ?? "index.html"),
  ...durationProblems({ pullTimeout: args.pullTimeout }),
  ...atLeast("keep", args.keep ?? 1, 1),
];

export const workspaceProblems = (args: WorkspaceArgs): Problem[] => [
  ...pathProblems("directory", args.directory),
  ...repositoryProblems("", args),
  ...(args.commit === undefined ? [] : commitProblems("commit", args.commit)),
  ...accountProblems("user", args.user),
  ...(args.install ?? []).flatMap((folder, index) => insideProblems(`install[${index}]`, folder)),
  ...commandsProblems("build", args.build ?? []),
  ...Object.keys(args.needs ?? {}).flatMap((file) => insideProblems(`needs/${file}`, file)),
  ...durationProblems({ timeout: args.timeout }),
];

const repositoryProblems = (path: string, { repository, ref }: { repository: string; ref: string }): Problem[] => [
  ...(/^https:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?\/[^\s@]+$|^ssh:\/\/[a-z_][a-z0-9_-]*@[a-z0-9][a-z0-9.-]*(?::\d+)?\/\S+$|^[a-z_][a-z0-9_-]*@[a-z0-9][a-z0-9.-]*:[^\s:/-][^\s:]*$/.test(
    repository,
  )
    ? []
    : // Without the address: it may hold a password.
      [
        {
          path: `${path}repository`,
          wrong: "must be the address of a git repository without a password",
          allowed: 'such as "https://git.example.com/shop.git", "git@git.example.com:shop.git"',
        },
      ]),
  ...(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(ref) && !/\.\.|\/\//.test(ref)
    ? []
    : [{ path: `${path}ref`, wrong: "must be the name of a branch or tag", got: ref }]),
];

const commandsProblems = (path: string, commands: readonly (readonly string[])[]): Problem[] =>
  commands.flatMap((command, index) =>
    command.length > 0 && command.every((word) => word !== "" && !/[\x00-\x1f\x7f]/.test(word))
      ? []
      : [{ path: `${path}[${index}]`, wrong: "must be a program and its arguments", got: command }],
  );
