import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";
import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { refuse } from "../kernel/refuse";
import { loginAt } from "./git-login";
import { workspaceProblems } from "./source-problems";

export interface WorkspaceArgs {
  host: Host;
  /** The working copy: `"/home/app/executor/workspace"`. */
  directory: string;
  /** As in `RepositoryRelease`. */
  repository: string;
  /** Branch or tag: `"main"`. */
  ref: string;
  /** 40 hexadecimal digits. @default whatever is at the ref when it is fetched */
  commit?: string;
  /** Account that it belongs to. */
  user: string;
  /** Folders in it in which `npm ci` runs after each pull: `["backend", "frontend"]`. @default none */
  install?: readonly string[];
  /** What runs after that in each of them: `[["npm", "run", "build"]]`. @default nothing */
  build?: readonly (readonly string[])[];
  /** Files without which a commit is refused before anything is moved, and why: `{ "scripts/serve.mjs": "nothing would start" }`. @default none */
  needs?: Readonly<Record<string, string>>;
  /** How long each command may take. @default "20 minutes" */
  timeout?: Duration;
}

/**
 * A working copy in which somebody else works too, such as a coding agent. It is cloned if there is none; later it is only moved on, fast
 * forward, and only when another `ref` or `commit` is configured than the last time; another `build` is made of what stands there.
 * Uncommitted or diverged work is never touched: the update then fails and says what to do. It goes back to where it was before the last
 * update in two cases, and only if nobody has committed or changed anything in it since: the release of a service in it fails, or the former
 * `commit` is configured again. Services that are at what is configured must answer at the end, and are started again where they do not.
 *
 * @example new Workspace("workspace", { host, directory: "/home/app/executor/workspace", repository, ref: "main", user: "app", install: ["backend"] });
 */
export class Workspace extends pulumi.ComponentResource {
  readonly directory: string;
  readonly user: string;
  /** What is configured, in one line: `"<repository>@<commit or ref>"`. What stands there may be newer. */
  readonly revision: string;
  /** Commit that stood there after the last update that did something. */
  readonly head: pulumi.Output<string>;

  constructor(name: string, args: WorkspaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:Workspace", name, {}, opts);
    const { host, directory, repository, ref, commit, user } = args;
    refuse(this, name, [...workspaceProblems(args), ...host.reserve("directory", `folder ${directory}`, name)]);
    const step = new HostStep(
      `${name}-pull`,
      { host, noun: "workspace", document: workspaceDocument(args), removable: true },
      { parent: this },
    );
    this.directory = directory;
    this.user = user;
    this.revision = `${repository}@${commit ?? ref}`;
    this.head = step.result.apply(({ head }) => String(head));
    this.registerOutputs({ revision: this.revision });
  }
}

const workspaceDocument = ({ directory, repository, ref, commit, user, install, build, needs, timeout }: WorkspaceArgs) => ({
  directory,
  repository,
  ref,
  commit: commit ?? null,
  user,
  login: loginAt(repository),
  install: install ?? [],
  build: build ?? [],
  ...(needs && { needs }),
  timeout: inSeconds(timeout ?? "20 minutes"),
});
