import type { Host } from "../host/host";
import type { WorkloadArgs } from "../kernel/container";
import type { Duration } from "../kernel/duration";
import type { Size } from "../kernel/size";
import type { SecretBundle } from "../secrets/secret-bundle";

export type { BuildArgs, ProbeArgs } from "../kernel/container";

/** What every service has, whether it runs in a container or as a systemd unit. */
export interface ServiceArgs extends WorkloadArgs {
  host: Host;
  /** Variables from a bundle; each release gets a copy of its own. @default none */
  secrets?: SecretBundle;
  /** What it gets before others when the machine runs short: memory that is not taken from it, and its weight for the processors. @default none */
  reservations?: { memory: Size; cpus: number };
  /** Largest request body that the plain listeners let through; the public limit is the site's. @default "50 MB" */
  maxBody?: Size;
  /** How long nginx keeps an idle connection to the service: less than the service itself does. @default "3 seconds" */
  keepAlive?: Duration;
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
