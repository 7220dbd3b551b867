import * as pulumi from "@pulumi/pulumi";
import type { HealthArgs as ContainerHealth, ImageArgs, RunningContainer } from "../kernel/container";
import type { Duration } from "../kernel/duration";
import { interruption } from "../kernel/interruption";
import { refuse } from "../kernel/refuse";
import type { Size } from "../kernel/size";
import type { Upstream } from "../web/nginx-site";
import type { ContainerNetwork } from "./container-network";
import { containerServiceProblems } from "./container-service-problems";
import { Release } from "./release";
import type { Serving, ServiceArgs, Working } from "./service-args";
import { assetsPath, assetsRoot, specificationOf } from "./container-specification";

export type { ImageRelease } from "../kernel/container";

/** How one knows that the service works. */
export interface HealthArgs extends ContainerHealth {
  /** How long an answer may take while a release starts, where `timeout` shall be for Docker's own check alone. @default `timeout` */
  probeTimeout?: Duration;
}

export interface ContainerArgs extends ServiceArgs, ImageArgs {
  network: ContainerNetwork;
  /** Number of the service in its network, from 0: which two addresses its releases take turns on. */
  index: number;
  /** Where the rendered Compose file goes, e.g. `{ directory: "/srv/flowmaster/staging", file: "docker-compose.staging.yml" }`. */
  compose: { directory: string; file: string };
  /** Services of the network that the container reaches by name, itself included. @default only itself */
  neighbours?: readonly string[];
  /** @default "10 minutes" */
  pullTimeout?: Duration;
  /**
   * Files or folders of the host that the container sees, read-only: path in it -> path on the host. A release keeps what was there when
   * it started, so another content belongs under another name. @default none
   */
  mounts?: Readonly<Record<string, string>>;
  /**
   * Folders of the host that the container writes to, and that stay: path in it -> path on the host. One that is missing is made, for the
   * container's user alone. Two releases would write at once, so they need `overlap: "never"`. @default none
   */
  folders?: Readonly<Record<string, string>>;
  /** Capabilities that stay, all others being dropped: `["NET_BIND_SERVICE"]`. @default none */
  capabilities?: readonly string[];
  /** Log files of Docker. @default { size: "10 MB", files: 5 } */
  logs?: { size: Size; files: number };
  /** Built files that pages of older releases still ask for. @default none */
  assets?: {
    /** Folder in the image: `"/usr/share/nginx/html/assets"`. */
    from: string;
    /** Where the site serves them. @default "/assets/" */
    path?: string;
    /** Releases whose files stay. @default 5 */
    keep?: number;
  };
}

export type ServingContainerArgs = ContainerArgs & Serving<HealthArgs>;
/** Either with port and HTTP health check, or without both: `{ health: { alive: "10 seconds" } }`. */
export type ContainerServiceArgs = ServingContainerArgs | (ContainerArgs & Working);

/**
 * One service in containers on one machine. A release starts beside the one that serves, must become healthy, takes the traffic over
 * and lets the old one finish; when anything fails, the old one goes on serving and the update fails with the reason.
 *
 * @example
 * const backend = new ContainerService("staging-backend", { host, network, project: "flowmaster-staging", service: "backend", … });
 * new NginxSite("staging", { host, domain, certificate, locations: { "/": { to: backend } } });
 */
export class ContainerService extends pulumi.ComponentResource implements Upstream, RunningContainer {
  readonly upstream: string;
  readonly assets: { readonly path: string; readonly root: string } | null;
  /** Full reference of the image that serves, with its digest. Known in previews; resolves once it serves. */
  readonly release: pulumi.Output<string>;
  /** Name of the container of this release. */
  readonly container: string;
  /** What a change does to users, as the plan prints it. */
  readonly interruption: string;

  constructor(name: string, args: ContainerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:ContainerService", name, {}, opts);
    const { host, network } = args;
    refuse(this, name, [
      ...containerServiceProblems(args),
      ...(args.port === undefined
        ? []
        : [
            ...host.reserve("localPort", `port ${args.localPort}`, name),
            ...host.reserve("port", `port ${args.port} of network ${network.network}`, name),
          ]),
      ...host.reserve("index", `address pair ${args.index} of network ${network.network}`, name),
      ...host.reserve("service", `service ${args.project}-${args.service}`, name),
    ]);
    const specification = specificationOf(args);

    const release = new Release(`${name}-release`, { host, specification }, { parent: this });

    this.upstream = specification.service;
    this.assets = specification.assets && { path: assetsPath(args), root: assetsRoot(specification.service) };
    this.container = specification.container;
    this.interruption = interruption(specification);
    this.release = release.applied.apply(() => specification.release.image);
    this.registerOutputs({ release: this.release, container: this.container, interruption: this.interruption });
  }
}
