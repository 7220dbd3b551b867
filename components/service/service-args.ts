import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import type { Duration } from "../kernel/duration";
import type { Size } from "../kernel/size";
import type { SecretBundle } from "../secrets/secret-bundle";

/** When a build was made, and whether it is an older one on purpose. */
export interface BuildArgs {
  /** When it was built, e.g. `"2026-11-20T10:00:00Z"`. One older than what serves is refused, unless it is a rollback. */
  builtAt: string;
  /** Going back on purpose. @default false */
  rollback?: boolean;
}

/** What every service has, whether it runs in a container or as a systemd unit. */
export interface ServiceArgs {
  host: Host;
  /** What belongs together: `"flowmaster-staging"`. With `service` it names containers or units, and the nginx upstream. */
  project: string;
  /** `"backend"`: its name within the project. */
  service: string;
  /** Public variables. @default none */
  environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Variables from a bundle; each release gets a copy of its own. @default none */
  secrets?: SecretBundle;
  /** How long a release may take to become healthy. @default startPeriod + retries x (interval + timeout) of its health check */
  deadline?: Duration;
  /** Whether old and new may run at the same time. `"never"` for what has a volume or is a singleton. */
  overlap: "allowed" | "never";
  /** How long requests on the old release may go on. @default "30 seconds" */
  drain?: Duration;
  /** Time between TERM and KILL. @default "30 seconds" */
  stopTimeout?: Duration;
  limits: { memory: Size; cpus: number; /** @default 256 */ pids?: number };
  /** What it gets before others when the machine runs short: memory that is not taken from it, and its weight for the processors. @default none */
  reservations?: { memory: Size; cpus: number };
  /** Largest request body that the plain listeners let through; the public limit is the site's. @default "50 MB" */
  maxBody?: Size;
  /** How long nginx keeps an idle connection to the service: less than the service itself does. @default "3 seconds" */
  keepAlive?: Duration;
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

/** How one sees that a service works which nobody can ask, such as a worker. */
export interface AliveArgs {
  /** So long must a new release run without ending before the old one goes: `"10 seconds"`. */
  alive: Duration;
}

/** A service that answers requests. */
export interface Serving<Health> {
  /** Port on which it answers, at the address of each release. */
  port: number;
  /** Port on the host's 127.0.0.1 at which the serving release answers too. */
  localPort: number;
  health: Health;
}

/** A service without requests: nothing is switched in nginx. */
export interface Working {
  health: AliveArgs;
  port?: undefined;
  localPort?: undefined;
}
