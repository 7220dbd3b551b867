import type * as pulumi from "@pulumi/pulumi";
import type { Duration } from "./duration";
import type { Size } from "./size";

/** When a build was made, and whether it is an older one on purpose. */
export interface BuildArgs {
  /** When it was built, e.g. `"2026-11-20T10:00:00Z"`. One older than what serves is refused, unless it is a rollback. */
  builtAt: string;
  /** Going back on purpose. @default false */
  rollback?: boolean;
}

/** Which build of an application runs. */
export interface ImageRelease extends BuildArgs {
  /** Repository without tag: `"registry.example.com/flowmaster/backend"`. */
  image: string;
  /** `"sha256:…"`. Plain, because the container's name and the plan show it. */
  digest: string;
}

/** How one asks over HTTP whether a service works. */
export interface ProbeArgs {
  /** Path that answers with a status from 200 to 399, asked every half second while a release starts. */
  path: string;
  /** @default "30 seconds" */
  interval?: Duration;
  /** How long an answer may take. @default "10 seconds" */
  timeout?: Duration;
  /** @default 3 */
  retries?: number;
  /** @default "0 seconds" */
  startPeriod?: Duration;
}

/** How one knows that a container works. */
export interface HealthArgs extends ProbeArgs {
  /** The health check of its own, as a shell command inside the container. */
  command: string;
}

/** What every service has, whatever it runs in. */
export interface WorkloadArgs {
  /** What belongs together: `"flowmaster-staging"`. With `service` it names what runs. */
  project: string;
  /** `"backend"`: its name within the project. */
  service: string;
  /** Public variables. @default none */
  environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** How long a release may take to become healthy. @default startPeriod + retries x (interval + timeout) of its health check */
  deadline?: Duration;
  /** Whether old and new may run at the same time. `"never"` for a singleton, and for what has a volume of one machine. */
  overlap: "allowed" | "never";
  /** How long requests on the old release may go on. @default "30 seconds" */
  drain?: Duration;
  /** Time between TERM and KILL. @default "30 seconds" */
  stopTimeout?: Duration;
  limits: { memory: Size; cpus: number; /** On a machine of ours alone. @default 256 */ pids?: number };
}

/** What a service in a container has besides. */
export interface ImageArgs {
  release: ImageRelease;
  /** Number of user and group in the container: `"10001:10001"`. */
  user: string;
  /** Root file system is read-only. @default true */
  readOnly?: boolean;
  /** Writable file systems that end with the container: path -> size. @default { "/tmp": "64 MB" } */
  tmpfs?: Readonly<Record<string, Size>>;
}

/**
 * A service in containers, as both that can run it take it: `ContainerService` on a machine, and `FargateService` in AWS. What else each
 * of them takes is where it runs. Secrets and folders that stay are things of that place: the one takes a file of the machine, the
 * other parameters of AWS.
 *
 * @example
 * const container: Container = { project: "flowstack", service: "app", release, port: 3000, health, limits, user, overlap: "allowed" };
 * new ContainerService("app", { ...container, host, network, index: 0, localPort: 3000, secrets: bundle });
 * new FargateService("app", { ...container, cluster, network, entrance, secrets: { DATABASE_PASSWORD: parameter } });
 */
export interface Container extends WorkloadArgs, ImageArgs {
  /** Port on which it answers. */
  port: number;
  health: HealthArgs;
}

/** What both that run it tell about it. */
export interface RunningContainer {
  /** Full reference of the image that serves, with its digest. Resolves once it serves, and fails with the reasons when it does not. */
  readonly release: pulumi.Output<string>;
  /** What a change does to users, as the plan prints it. */
  readonly interruption: string;
}
