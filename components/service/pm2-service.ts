import * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../kernel/duration";
import { refuse } from "../kernel/refuse";
import type { Size } from "../kernel/size";
import type { Upstream } from "../web/nginx-site";
import { inSeconds } from "../kernel/duration";
import { pm2Interruption } from "./interruption";
import type { Pm2Daemon } from "./pm2-daemon";
import { pm2ServiceProblems } from "./pm2-service-problems";
import { pm2Specification } from "./pm2-specification";
import { Release } from "./release";
import type { AliveArgs, BuildArgs, ProbeArgs, ServiceArgs } from "./service-args";
import { sourceName } from "./source";
import type { SourceArgs, SourceRelease } from "./source";
import type { Workspace } from "./workspace";

/** A working copy that somebody else works in, too. */
export interface WorkspaceRelease extends BuildArgs {
  workspace: Pick<Workspace, "directory" | "revision">;
}

/** How the new release takes over from the old, which decides whether users notice. */
export type Switching =
  /** Its port can be chosen: each release has one of its own, by a variable or by an argument. Nobody notices. */
  | SideBySide
  /** Its port is fixed, and it runs in cluster mode: old and new share the port for a moment. Nobody notices. */
  | RollingReload
  /** Neither: the old one is stopped first. */
  | StopFirst;

export type SideBySide = {
  by: "port";
  /** Two ports, nobody else's, on which releases take turns: `[13000, 23000]`. */
  ports: readonly [number, number];
} & (
  | {
      /** The variable that tells it on which port to listen: `"PORT"`. */
      variable: string;
      argument?: undefined;
    }
  | {
      /** The argument before the port: `"--port"`; or up to it: `"--port="`. Comes after `arguments`. */
      argument: string;
      variable?: undefined;
    }
);

/**
 * Before a new release gets a request, one process of it is tried out on another port, for as long as it takes to get healthy: the whole
 * service then runs once more, with its schedules and as one more member of its groups of consumers, and so it does while old and new overlap.
 */
export interface RollingReload {
  by: "reload";
  /** When a process counts as started: once it says `process.send("ready")`. It has to do that once it listens, and at SIGINT to close its server, or requests under way are lost. */
  readiness: "ready";
  /** How long it may take until then. @default "10 seconds" */
  listenTimeout?: Duration;
}

export interface StopFirst {
  by: "stop";
  /** How long it usually is away, for the plan: `"20 seconds"`. At most it is `stopTimeout` and `deadline` together. */
  downFor: Duration;
}

interface Pm2Args extends Omit<ServiceArgs, "overlap" | "limits" | "reservations"> {
  daemon: Pm2Daemon;
  /** Its name in PM2: `"api-gateway"`. Of one that is not stopped first it is the namespace, and its processes are `<name>-a` or `<name>-b`. @default `service` */
  name?: string;
  /** What runs, in the release: `"dist/main.js"`; or a program of the machine: `"npm"`. */
  script: string;
  /** @default none */
  arguments?: readonly string[];
  /** What runs the script: `"node"`, a program of the machine such as `"python3"`, one in the release such as `".venv/bin/python"`, or `"none"`. @default "node" */
  interpreter?: string;
  /** Arguments of Node itself: `["--enable-source-maps"]`. @default none */
  nodeArguments?: readonly string[];
  /** Folder in the release in which it starts, and in which `script` is looked up: `"backend"`. @default the release itself */
  cwd?: string;
  /** `"cluster"`: Node's, several processes share a port. `"fork"`: for everything else. */
  mode: "cluster" | "fork";
  /** Processes. More than one in mode "cluster" only. @default 1 */
  instances?: number;
  /** A process that takes more memory is restarted. */
  limits: { memory: Size };
  /** Link to the ecosystem file of the serving release, for people. @default `ecosystem.config.js` in the source's folder; of a workspace `/etc/flowfleet/pm2/serving/<project>-<service>.config.js` */
  file?: string;
  /** Links that follow the serving release: path on the machine -> path in the release, `"."` being itself. @default `<directory>/current` -> `"."` */
  links?: Readonly<Record<string, string>>;
  /** How long fetching may take. @default "10 minutes" */
  pullTimeout?: Duration;
  /** Releases that stay on the machine, for a quick way back. @default 5 */
  keep?: number;
}

/** Code of its own that is built, or a working copy. */
type Code =
  | {
      release: SourceRelease;
      /** How a release is built. Its `user` is by default the daemon's. */
      source: Omit<SourceArgs, "user"> & { user?: string };
    }
  | { release: WorkspaceRelease; source?: undefined; links?: undefined };

interface Answering {
  /** The port on 127.0.0.1 that its users know: its own, or with ports of its own for each release one that nginx listens on. */
  port: number;
  health: ProbeArgs;
  switching: Switching;
}

interface Silent {
  health: AliveArgs;
  switching: StopFirst;
  port?: undefined;
}

/** Either with port and HTTP health check, or without both: `{ health: { alive: "10 seconds" } }`. */
export type Pm2ServiceArgs = Pm2Args & Code & (Answering | Silent);

/**
 * One service in PM2 on one machine, with the same releases as a `ContainerService`: the new one must become healthy, or the old one goes
 * on serving, and the update fails with the new one's last log lines. `switching` says how the one takes over from the other.
 *
 * @example
 * const api = new Pm2Service("api", { host, daemon, project: "shop", service: "api", release, source: { directory: "/opt/shop/api" }, script: "dist/main.js",
 *   mode: "cluster", instances: 2, port: 3000, switching: { by: "port", ports: [13000, 23000], variable: "PORT" }, health: { path: "/health" }, … });
 */
export class Pm2Service extends pulumi.ComponentResource implements Upstream {
  readonly upstream: string;
  /** `"<repository>@<commit>"`, `"<archive>@sha256:<sum>"` or `"<repository>@<ref>"` of what serves. Known in previews; resolves once it serves. */
  readonly release: pulumi.Output<string>;
  /** What PM2 calls it: `pm2 logs <process>`. */
  readonly process: string;
  /** What a change does to users, as the plan prints it. */
  readonly interruption: string;

  constructor(name: string, args: Pm2ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:Pm2Service", name, {}, opts);
    const { host } = args;
    refuse(this, name, [...pm2ServiceProblems(args), ...reservations(name, args)]);
    const specification = pm2Specification(args);

    const release = new Release(`${name}-release`, { host, specification }, { parent: this });

    this.upstream = specification.service;
    this.process = specification.pm2.name;
    const { instances = 1, switching, source } = args;
    this.interruption = pm2Interruption({ ...specification, ...wayOf(switching), instances, workspace: source === undefined });
    this.release = release.applied.apply(() => releaseName(args.release));
    this.registerOutputs({ release: this.release, process: this.process, interruption: this.interruption });
  }
}

/** What it takes on the machine, and who has it already. */
const reservations = (name: string, args: Pm2ServiceArgs) => {
  const { host, daemon, switching, port, source } = args;
  return [
    ...(port === undefined ? [] : host.reserve("port", `port ${port}`, name)),
    ...(switching.by === "port"
      ? switching.ports.flatMap((one, index) => host.reserve(`switching/ports[${index}]`, `port ${one}`, name))
      : []),
    ...(source === undefined ? [] : host.reserve("source/directory", `folder ${source.directory}`, name)),
    ...host.reserve("name", `process ${args.name ?? args.service} in PM2 of ${daemon.user}`, name),
    ...host.reserve("service", `service ${args.project}-${args.service}`, name),
  ];
};

const wayOf = (switching: Switching) =>
  switching.by === "stop" ? { way: switching.by, downFor: inSeconds(switching.downFor) } : { way: switching.by };

const releaseName = (release: SourceRelease | WorkspaceRelease): string =>
  "workspace" in release ? release.workspace.revision : sourceName(release);
