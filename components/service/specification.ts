import { inSeconds } from "../kernel/duration";
import { mapValues } from "../kernel/map-values";
import { inMegabytes, inNginxUnits } from "../kernel/size";
import type { Size } from "../kernel/size";
import type { ContainerServiceArgs, HealthArgs } from "./container-service";
import type { ReleaseSpecification } from "./release";
import { serviceText } from "./service-text";

/** Where the retained assets of a service are; nginx's `root`, below which the path of the request follows. */
export const assetsRoot = (service: string): string => `/var/lib/flowfleet/assets/${service}`;
export const assetsPath = ({ assets }: ContainerServiceArgs): string => assets?.path ?? "/assets/";

/** The longest that Docker itself would take to call the container unhealthy. */
export const deadlineOf = ({ interval, timeout, retries, startPeriod }: ReleaseSpecification["health"]): number =>
  startPeriod + retries * (interval + timeout);

/** What the helper is told. Pure, so that a test reads it whole. */
export function specificationOf(args: ContainerServiceArgs): ReleaseSpecification {
  const { network, project, secrets, assets, limits } = args;
  const service = `${project}-${args.service}`;
  const health = healthOf(args.health);
  return {
    service,
    release: {
      image: `${args.release.image}@${args.release.digest}`,
      builtAt: args.release.builtAt,
      rollback: args.release.rollback ?? false,
    },
    container: `${service}-${args.release.digest.slice("sha256:".length, "sha256:".length + 8)}`,
    compose: { project, service: args.service, ...args.compose },
    network: network.network,
    addresses: network.addresses(args.index),
    port: args.port,
    hosts: Object.fromEntries((args.neighbours ?? [args.service]).map((neighbour) => [neighbour, network.gateway])),
    environment: args.environment ?? {},
    secrets: secrets ? { file: secrets.path, revision: secrets.revision } : null,
    user: args.user,
    readOnly: args.readOnly ?? true,
    tmpfs: mapValues<Size, number>(args.tmpfs ?? { "/tmp": "64 MB" }, inMegabytes),
    capabilities: args.capabilities ?? [],
    limits: { memory: inMegabytes(limits.memory), cpus: limits.cpus, pids: limits.pids ?? 256 },
    logs: { size: inMegabytes(args.logs?.size ?? "10 MB"), files: args.logs?.files ?? 5 },
    health,
    deadline: args.deadline === undefined ? deadlineOf(health) : inSeconds(args.deadline),
    overlap: args.overlap,
    drain: inSeconds(args.drain ?? "30 seconds"),
    stopTimeout: inSeconds(args.stopTimeout ?? "30 seconds"),
    pullTimeout: inSeconds(args.pullTimeout ?? "10 minutes"),
    nginx: { [`/etc/nginx/flowfleet/services/${service}.conf`]: nginxOf(service, args) },
    assets: assets
      ? { from: assets.from, to: `${assetsRoot(service)}${assetsPath(args).replace(/\/$/, "")}`, keep: assets.keep ?? 5 }
      : null,
  };
}

const nginxOf = (upstream: string, { network, port, localPort, maxBody = "50 MB", keepAlive = "3 seconds" }: ContainerServiceArgs) =>
  serviceText({
    upstream,
    port,
    localPort,
    gateway: network.gateway,
    subnet: network.subnet,
    maxBody: inNginxUnits(maxBody),
    keepAlive: inSeconds(keepAlive),
  });

function healthOf({ path, command, interval, timeout, retries, startPeriod }: HealthArgs): ReleaseSpecification["health"] {
  return {
    path,
    command: ["CMD-SHELL", command],
    interval: inSeconds(interval ?? "30 seconds"),
    timeout: inSeconds(timeout ?? "10 seconds"),
    retries: retries ?? 3,
    startPeriod: inSeconds(startPeriod ?? "0 seconds"),
  };
}
