import { basename } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { inSeconds } from "../kernel/duration";
import type { Lines } from "../kernel/lines";
import { inMegabytes } from "../kernel/size";
import { limitsOf, nginxOf, probeOf, timesOf } from "./common-specification";
import type { UnitSpecification } from "./release";
import type { SystemdServiceArgs } from "./systemd-service";
import { unitText } from "./unit-text";

/** What the helper is told. Pure, so that a test reads it whole. */
export function unitSpecification(args: SystemdServiceArgs): UnitSpecification {
  const { directory, executable, secrets, health, port } = args;
  return {
    service: `${args.project}-${args.service}`,
    release: {
      archive: args.release.archive,
      sha256: args.release.sha256,
      builtAt: args.release.builtAt,
      rollback: args.release.rollback ?? false,
    },
    unit: {
      directory,
      user: args.user,
      executable,
      addressVariable: args.addressVariable ?? null,
      links: args.links ?? { [`${directory}/bin/${basename(executable)}`]: executable },
      text: textOf(args),
    },
    addresses: args.addresses ?? [],
    ...(port === undefined ? {} : { port }),
    secrets: secrets ? { file: secrets.path, revision: secrets.revision } : null,
    health: "alive" in health ? { alive: inSeconds(health.alive) } : { path: health.path, timeout: probeOf(health).timeout },
    ...timesOf(args),
    pullTimeout: inSeconds(args.downloadTimeout ?? "10 minutes"),
    nginx: nginxOf(args),
    keep: args.keep ?? 5,
  };
}

function textOf(args: SystemdServiceArgs): pulumi.Output<Lines> {
  const { reservations, addressVariable } = args;
  const { stopTimeout } = timesOf(args);
  return pulumi.output(args.environment ?? {}).apply((environment) =>
    unitText({
      service: `${args.project}-${args.service}`,
      description: args.description ?? `${args.project} ${args.service}`,
      user: args.user,
      directory: args.directory,
      executable: args.executable,
      arguments: args.arguments ?? [],
      environment,
      addressVariable,
      secrets: args.secrets !== undefined,
      stopTimeout,
      limits: limitsOf(args),
      mounts: args.mounts,
      reservations: reservations && { memory: inMegabytes(reservations.memory), cpus: reservations.cpus },
    }),
  );
}
