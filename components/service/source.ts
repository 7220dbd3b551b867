import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { inMegabytes } from "../kernel/size";
import type { Size } from "../kernel/size";
import { loginAt } from "./git-login";
import type { LoginFiles } from "./git-login";
import type { BuildArgs } from "./service-args";
import type { ArchiveRelease } from "./systemd-service";

/** Which commit of a git repository is built and runs. */
export interface RepositoryRelease extends BuildArgs {
  /** `"https://git.example.com/shop/api.git"`, or by SSH `"ssh://git@git.example.com/shop/api.git"`, `"git@git.example.com:shop/api.git"`: a `GitLogin` has the key then. */
  repository: string;
  /** Branch or tag: `"main"`. Only what is in it is built. */
  ref: string;
  /** 40 hexadecimal digits. */
  commit: string;
}

/** Code that becomes a folder which runs: a commit of a repository, or an archive of one. */
export type SourceRelease = RepositoryRelease | ArchiveRelease;

/** How code becomes a folder that runs. It is built beside the one that serves, never in it. */
export interface SourceArgs {
  /** Releases are below it: `"/opt/coreflow/apps/api-gateway"` has `releases/<first 16 digits of the commit or sum>`. */
  directory: string;
  /** What is run in a new release, one after the other, without a shell. @default [["npm", "ci"], ["npm", "run", "build"]] */
  commands?: readonly (readonly string[])[];
  /** Account that runs them: `"coreflow"`. */
  user: string;
  /** Also the repository's submodules, by the same login. @default false */
  submodules?: boolean;
  /** Public variables of the build alone. No secret is there while one builds. @default none */
  environment?: Readonly<Record<string, string>>;
  /** Of the build. @default { memory: "2 GB", cpus: 2, pids: 512 } */
  limits?: { memory: Size; cpus: number; pids?: number };
  /** How long all commands together may take. @default "15 minutes" */
  timeout?: Duration;
}

/** A release as the helper is told of it. */
export type SourceReleaseDocument = { builtAt: string; rollback: boolean } & (
  { repository: string; ref: string; commit: string } | { archive: string; sha256: string }
);

/** What the helper is told of the way from code to a folder. Seconds and megabytes. */
export interface SourceDocument {
  directory: string;
  commands: readonly (readonly string[])[];
  user: string;
  login: LoginFiles | null;
  submodules: boolean;
  environment: Readonly<Record<string, string>>;
  limits: { memory: number; cpus: number; pids: number };
  timeout: number;
}

const COMMANDS = [
  ["npm", "ci"],
  ["npm", "run", "build"],
];

export const sourceDocument = (source: SourceArgs, release: SourceRelease): SourceDocument => {
  const { directory, user, commands = COMMANDS, submodules = false, environment = {}, limits = { memory: "2 GB", cpus: 2 } } = source;
  return {
    directory,
    commands,
    user,
    login: "repository" in release ? loginAt(release.repository) : null,
    submodules,
    environment,
    limits: { memory: inMegabytes(limits.memory), cpus: limits.cpus, pids: limits.pids ?? 512 },
    timeout: inSeconds(source.timeout ?? "15 minutes"),
  };
};

export const sourceReleaseDocument = (release: SourceRelease): SourceReleaseDocument => ({
  ...("repository" in release
    ? { repository: release.repository, ref: release.ref, commit: release.commit }
    : { archive: release.archive, sha256: release.sha256 }),
  builtAt: release.builtAt,
  rollback: release.rollback ?? false,
});

/** `"<repository>@<commit>"` or `"<archive>@sha256:<sum>"`: what a plan and the outputs call it. */
export const sourceName = (release: SourceRelease): string =>
  "repository" in release ? `${release.repository}@${release.commit}` : `${release.archive}@sha256:${release.sha256}`;
