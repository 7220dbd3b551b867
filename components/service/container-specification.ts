import { inSeconds } from "../kernel/duration";
import { mapValues } from "../kernel/map-values";
import { inMegabytes } from "../kernel/size";
import type { Size } from "../kernel/size";
import { limitsOf, nginxOf, probeOf, timesOf } from "./common-specification";
import type { ContainerServiceArgs, HealthArgs } from "./container-service";
import type { ContainerSpecification } from "./release";
import type { AliveArgs } from "./service-args";

/** Where the retained assets of a service are; nginx's `root`, below which the path of the request follows. */
export const assetsRoot = (service: string): string => `/var/lib/flowfleet/assets/${service}`;
export const assetsPath = ({ assets }: ContainerServiceArgs): string => assets?.path ?? "/assets/";

/** What the helper is told. Pure, so that a test reads it whole. */
export function specificationOf(args: ContainerServiceArgs): ContainerSpecification {
  const { network, project, secrets, assets, reservations, port } = args;
  const service = `${project}-${args.service}`;
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
    ...(port === undefined ? {} : { port }),
    hosts: Object.fromEntries((args.neighbours ?? [args.service]).map((neighbour) => [neighbour, network.gateway])),
    environment: args.environment ?? {},
    secrets: secrets ? { file: secrets.path, revision: secrets.revision } : null,
    user: args.user,
    readOnly: args.readOnly ?? true,
    tmpfs: mapValues<Size, number>(args.tmpfs ?? { "/tmp": "64 MB" }, inMegabytes),
    ...(args.mounts && { mounts: args.mounts }),
    ...(args.folders && { folders: args.folders }),
    capabilities: args.capabilities ?? [],
    limits: limitsOf(args),
    ...(reservations && { reservations: { memory: inMegabytes(reservations.memory), cpus: reservations.cpus } }),
    logs: { size: inMegabytes(args.logs?.size ?? "10 MB"), files: args.logs?.files ?? 5 },
    health: healthOf(args.health),
    ...timesOf(args),
    pullTimeout: inSeconds(args.pullTimeout ?? "10 minutes"),
    nginx: nginxOf(args, { gateway: network.gateway, subnet: network.subnet }),
    assets: assets
      ? { from: assets.from, to: `${assetsRoot(service)}${assetsPath(args).replace(/\/$/, "")}`, keep: assets.keep ?? 5 }
      : null,
  };
}

const healthOf = (health: HealthArgs | AliveArgs): ContainerSpecification["health"] => {
  if ("alive" in health) return { alive: inSeconds(health.alive) };
  const { path, ...times } = probeOf(health);
  const { probeTimeout } = health;
  return { path, command: ["CMD-SHELL", health.command], ...times, ...(probeTimeout && { probeTimeout: inSeconds(probeTimeout) }) };
};
