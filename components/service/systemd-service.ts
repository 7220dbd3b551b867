import * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../kernel/duration";
import { interruption } from "../kernel/interruption";
import { refuse } from "../kernel/refuse";
import type { Upstream } from "../web/nginx-site";
import { LogFile } from "./log-file";
import { Release } from "./release";
import type { BuildArgs, ProbeArgs, Serving, ServiceArgs, Working } from "./service-args";
import { systemdServiceProblems } from "./systemd-service-problems";
import { unitSpecification } from "./unit-specification";

/** Which build of an application runs, as an archive (.tar.gz, .tar.xz) of its files. */
export interface ArchiveRelease extends BuildArgs {
  /** `"https://releases.example.com/flowra-1.4.0.tar.gz"`. It stands in plans, so it must hold no password. */
  archive: string;
  /** Its SHA-256: 64 hexadecimal digits. */
  sha256: string;
}

interface SystemdArgs extends ServiceArgs {
  release: ArchiveRelease;
  /** Where the project lives: `"/opt/flowra"`. Releases are below it, `bin/…` links to the one that serves, and units start in it. */
  directory: string;
  /** Account that it runs as: `"flowra"`. A `SystemUser` makes it. */
  user: string;
  /** Program in the archive: `"bin/api"`. */
  executable: string;
  /** @default none */
  arguments?: readonly string[];
  /** What it is, for `systemctl status`. @default `"<project> <service>"` */
  description?: string;
  /** Links that follow the serving release: path on the machine -> path in the archive. @default `<directory>/bin/<program>` */
  links?: Readonly<Record<string, string>>;
  /**
   * Files or folders of the machine that it sees elsewhere, read-only: path that it sees, where something of the kind must be, -> path on
   * the machine. A release keeps what was there when it started, so another content belongs under another name. @default none
   */
  mounts?: Readonly<Record<string, string>>;
  /** File that gets what it prints, beside the journal; rotated. `"/var/log/flowra/api.log"` @default only the journal */
  logFile?: string;
  /** @default "10 minutes" */
  downloadTimeout?: Duration;
  /** Releases that stay on the machine, for a quick way back. @default 5 */
  keep?: number;
}

/** Where the releases of a service that answers requests listen. */
interface Listening extends Serving<ProbeArgs> {
  /** Two loopback addresses, nobody else's, on which releases take turns: `["127.0.0.31", "127.0.0.32"]`. */
  addresses: readonly [string, string];
  /** The variable that tells it on which address to listen: `"FLOWRA_SERVER_HOST"`. */
  addressVariable: string;
}

interface Silent extends Working {
  addresses?: undefined;
  addressVariable?: undefined;
}

/** Either with addresses, port and HTTP health check, or without all of them: `{ health: { alive: "10 seconds" } }`. */
export type SystemdServiceArgs = SystemdArgs & (Listening | Silent);

/**
 * One service as a hardened systemd unit on one machine, with the same releases as a `ContainerService`: the new one starts beside the
 * one that serves, must become healthy, takes the traffic over and lets the old one finish; or the old one goes on serving.
 *
 * The units are `<project>-<service>-a` and `-b`; `<project>-<service>` is whichever serves, for `systemctl status`, `restart` and `stop`,
 * and the one that comes back after a reboot.
 *
 * @example
 * const api = new SystemdService("api", { host, project: "flowra", service: "api", directory: "/opt/flowra", executable: "bin/api", … });
 * new NginxSite("public", { host, domain, certificate, locations: { "/": { to: api } } });
 */
export class SystemdService extends pulumi.ComponentResource implements Upstream {
  readonly upstream: string;
  /** `"<archive>@sha256:<sum>"` of what serves. Known in previews; resolves once it serves. */
  readonly release: pulumi.Output<string>;
  /** The name by which systemd knows whichever release serves: `"flowra-api.service"`. */
  readonly unit: string;
  /** What a change does to users, as the plan prints it. */
  readonly interruption: string;

  constructor(name: string, args: SystemdServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:SystemdService", name, {}, opts);
    const { host, logFile } = args;
    refuse(this, name, [
      ...systemdServiceProblems(args),
      ...(args.port === undefined ? [] : host.reserve("localPort", `port ${args.localPort}`, name)),
      ...(args.addresses ?? []).flatMap((address, index) => host.reserve(`addresses[${index}]`, `address ${address}`, name)),
      ...host.reserve("service", `service ${args.project}-${args.service}`, name),
    ]);
    const specification = unitSpecification(args);
    const { service } = specification;

    if (logFile !== undefined) new LogFile(`${name}-log`, { host, service, file: logFile }, { parent: this });
    const release = new Release(`${name}-release`, { host, specification }, { parent: this });

    this.upstream = service;
    this.unit = `${service}.service`;
    this.interruption = interruption(specification);
    this.release = release.applied.apply(() => `${args.release.archive}@sha256:${args.release.sha256}`);
    this.registerOutputs({ release: this.release, unit: this.unit, interruption: this.interruption });
  }
}
