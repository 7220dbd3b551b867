import { inSeconds } from "../kernel/duration";
import { inMegabytes, inNginxUnits } from "../kernel/size";
import type { Lines } from "../kernel/lines";
import type { AliveArgs, ProbeArgs, ServiceArgs } from "./service-args";
import { serviceText } from "./service-text";
import type { Doors } from "./service-text";

/** A health check in seconds. */
export interface Probe {
  path: string;
  interval: number;
  timeout: number;
  retries: number;
  startPeriod: number;
}

export const probeOf = ({ path, interval, timeout, retries, startPeriod }: ProbeArgs): Probe => ({
  path,
  interval: inSeconds(interval ?? "30 seconds"),
  timeout: inSeconds(timeout ?? "10 seconds"),
  retries: retries ?? 3,
  startPeriod: inSeconds(startPeriod ?? "0 seconds"),
});

export const limitsOf = ({ limits }: ServiceArgs) => ({ memory: inMegabytes(limits.memory), cpus: limits.cpus, pids: limits.pids ?? 256 });

/** The times of a release, in seconds. */
export const timesOf = (args: Pick<ServiceArgs, "deadline" | "overlap" | "drain" | "stopTimeout"> & { health: ProbeArgs | AliveArgs }) => ({
  deadline: args.deadline === undefined ? deadlineOf(args.health) : inSeconds(args.deadline),
  overlap: args.overlap,
  drain: inSeconds(args.drain ?? "30 seconds"),
  stopTimeout: inSeconds(args.stopTimeout ?? "30 seconds"),
});

/** The longest that a health check would take by itself to call the service unhealthy. */
function deadlineOf(health: ProbeArgs | AliveArgs): number {
  if ("alive" in health) return inSeconds(health.alive) + STARTING;
  const { startPeriod, retries, interval, timeout } = probeOf(health);
  return startPeriod + retries * (interval + timeout);
}

/** Seconds that starting may take before one begins to count how long something runs. */
const STARTING = 30;

/** nginx's file of a service that answers requests, by its path; none of one that does not. */
export function nginxOf(
  args: ServiceArgs & { port?: number | undefined; localPort?: number | undefined },
  neighbours?: Doors,
): Readonly<Record<string, Lines>> {
  const { port, localPort, maxBody = "50 MB", keepAlive = "3 seconds" } = args;
  if (port === undefined || localPort === undefined) return {};
  const upstream = `${args.project}-${args.service}`;
  const text = serviceText({
    upstream,
    port,
    localPort,
    ...neighbours,
    maxBody: inNginxUnits(maxBody),
    keepAlive: inSeconds(keepAlive),
  });
  return { [`/etc/nginx/flowfleet/services/${upstream}.conf`]: text };
}
