import * as pulumi from "@pulumi/pulumi";
import { inSeconds } from "../kernel/duration";
import type { Lines } from "../kernel/lines";
import { inMegabytes, inNginxUnits } from "../kernel/size";
import { probeOf, timesOf } from "./common-specification";
import type { Pm2ServiceArgs } from "./pm2-service";
import { ecosystemText, PORT } from "./pm2-text";
import type { Pm2Specification } from "./release";
import { listenerText, upstreamText } from "./service-text";
import { sourceDocument, sourceReleaseDocument } from "./source";
import { RELEASE } from "./unit-text";

/** What the helper is told. Pure, so that a test reads it whole. */
export function pm2Specification(args: Pm2ServiceArgs): Pm2Specification {
  const { daemon, secrets, health, switching } = args;
  const service = `${args.project}-${args.service}`;
  return {
    service,
    ...codeOf(args),
    pm2: {
      user: daemon.user,
      home: daemon.home,
      way: switching.by,
      name: args.name ?? args.service,
      instances: args.instances ?? 1,
      text: textOf(args),
      file: args.file ?? (args.source ? `${args.source.directory}/ecosystem.config.js` : `/etc/flowfleet/pm2/serving/${service}.config.js`),
      links: args.source ? (args.links ?? { [`${args.source.directory}/current`]: "." }) : {},
    },
    ports: portsOf(args),
    secrets: secrets ? { file: secrets.path, revision: secrets.revision } : null,
    health: "alive" in health ? { alive: inSeconds(health.alive) } : { path: health.path, timeout: probeOf(health).timeout },
    ...timesOf({ ...args, overlap: switching.by === "stop" ? "never" : "allowed" }),
    pullTimeout: inSeconds(args.pullTimeout ?? "10 minutes"),
    nginx: nginxOf(args),
    keep: args.keep ?? 5,
  };
}

/** Where the code comes from, and how it becomes a folder that runs. */
function codeOf(args: Pm2ServiceArgs): Pick<Pm2Specification, "release" | "source"> {
  if (args.source === undefined) {
    const { workspace, builtAt, rollback = false } = args.release;
    return { release: { workspace: workspace.revision, directory: workspace.directory, builtAt, rollback }, source: null };
  }
  return {
    release: sourceReleaseDocument(args.release),
    source: sourceDocument({ user: args.daemon.user, ...args.source }, args.release),
  };
}

const portsOf = ({ port, switching }: Pm2ServiceArgs): number[] => {
  if (switching.by === "port") return [...switching.ports];
  return port === undefined ? [] : [port];
};

function textOf(args: Pm2ServiceArgs): pulumi.Output<Lines> {
  const { daemon, source, release, switching } = args;
  const folder = source === undefined ? release.workspace.directory : RELEASE;
  const { stopTimeout } = timesOf({ ...args, overlap: "allowed" });
  return pulumi.output(args.environment ?? {}).apply((environment) =>
    ecosystemText({
      name: args.name ?? args.service,
      folder,
      cwd: args.cwd,
      script: args.script,
      arguments: args.arguments ?? [],
      interpreter: args.interpreter ?? "node",
      nodeArguments: args.nodeArguments ?? [],
      mode: args.mode,
      instances: args.instances ?? 1,
      environment,
      secrets: args.secrets !== undefined,
      switching:
        switching.by === "reload" ? { by: "reload", listenTimeout: inSeconds(switching.listenTimeout ?? "10 seconds") } : switching,
      home: daemon.home,
      logs: daemon.logs,
      memory: inMegabytes(args.limits.memory),
      stopTimeout,
    }),
  );
}

/**
 * A process that has the port that its users know needs no listener there. And where the next release answers at the same port, idle
 * connections are closed as the old one ends, which no request must meet.
 */
function nginxOf(args: Pm2ServiceArgs): Readonly<Record<string, Lines>> {
  const { port, switching, maxBody = "50 MB", keepAlive = "3 seconds" } = args;
  if (port === undefined) return {};
  const upstream = `${args.project}-${args.service}`;
  const server = `127.0.0.1:${PORT}`;
  const text =
    switching.by === "port"
      ? [
          ...upstreamText({ upstream, server, keepAlive: inSeconds(keepAlive) }),
          "",
          ...listenerText({ upstream, listen: [`127.0.0.1:${port}`], maxBody: inNginxUnits(maxBody) }),
        ]
      : upstreamText({ upstream, server });
  return { [`/etc/nginx/flowfleet/services/${upstream}.conf`]: text };
}
