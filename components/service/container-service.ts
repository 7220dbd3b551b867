import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import type { Duration } from "../kernel/duration";
import { refuse } from "../kernel/refuse";
import type { Size } from "../kernel/size";
import type { SecretBundle } from "../secrets/secret-bundle";
import type { Upstream } from "../web/nginx-site";
import type { ContainerNetwork } from "./container-network";
import { containerServiceProblems } from "./container-service-problems";
import { interruption } from "./interruption";
import { Release } from "./release";
import { assetsPath, assetsRoot, specificationOf } from "./specification";

/** Which build of an application runs. */
export interface ImageRelease {
  /** Repository without tag: `"registry.example.com/flowmaster/backend"`. */
  image: string;
  /** `"sha256:…"`. Plain, because the container's name and the plan show it. */
  digest: string;
  /** When it was built, e.g. `"2026-11-20T10:00:00Z"`. One older than what serves is refused, unless it is a rollback. */
  builtAt: string;
  /** Going back on purpose. @default false */
  rollback?: boolean;
}

/** How one knows that the service works. */
export interface HealthArgs {
  /** Path that answers with a status from 200 to 399, asked every half second while a release starts. */
  path: string;
  /** Docker's own health check, as a shell command inside the container. */
  command: string;
  /** @default "30 seconds" */
  interval?: Duration;
  /** @default "10 seconds" */
  timeout?: Duration;
  /** @default 3 */
  retries?: number;
  /** @default "0 seconds" */
  startPeriod?: Duration;
}

export interface ContainerServiceArgs {
  host: Host;
  network: ContainerNetwork;
  /** Compose's word for what belongs together: `"flowmaster-staging"`. With `service` it names containers and the nginx upstream. */
  project: string;
  /** `"backend"`: its name for its neighbours. */
  service: string;
  /** Number of the service in its network, from 0: which two addresses its releases take turns on. */
  index: number;
  release: ImageRelease;
  /** Where the rendered Compose file goes, e.g. `{ directory: "/srv/flowmaster/staging", file: "docker-compose.staging.yml" }`. */
  compose: { directory: string; file: string };
  /** Port in the container. */
  port: number;
  /** Port on the host's 127.0.0.1 at which the serving release answers too. */
  localPort: number;
  /** Services of the network that the container reaches by name, itself included. @default only itself */
  neighbours?: readonly string[];
  /** Public variables. @default none */
  environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Variables from a bundle; each release gets a copy of its own. @default none */
  secrets?: SecretBundle;
  /** Number of user and group in the container: `"10001:10001"`. */
  user: string;
  health: HealthArgs;
  /** How long a release may take to become healthy. @default startPeriod + retries x (interval + timeout) of its health check */
  deadline?: Duration;
  /** Whether old and new may run at the same time. `"never"` for what has a volume or is a singleton. */
  overlap: "allowed" | "never";
  /** How long requests on the old release may go on. @default "30 seconds" */
  drain?: Duration;
  /** Time between TERM and KILL. @default "30 seconds" */
  stopTimeout?: Duration;
  /** @default "10 minutes" */
  pullTimeout?: Duration;
  /** Root file system is read-only. @default true */
  readOnly?: boolean;
  /** Writable memory file systems: path -> size. @default { "/tmp": "64 MB" } */
  tmpfs?: Readonly<Record<string, Size>>;
  /** Capabilities that stay, all others being dropped: `["NET_BIND_SERVICE"]`. @default none */
  capabilities?: readonly string[];
  limits: { memory: Size; cpus: number; /** @default 256 */ pids?: number };
  /** Log files of Docker. @default { size: "10 MB", files: 5 } */
  logs?: { size: Size; files: number };
  /** Largest request body that the plain listeners let through; the public limit is the site's. @default "50 MB" */
  maxBody?: Size;
  /** How long nginx keeps an idle connection to the service: less than the service itself does. @default "3 seconds" */
  keepAlive?: Duration;
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

/**
 * One service in containers on one machine. A release starts beside the one that serves, must become healthy, takes the traffic over
 * and lets the old one finish; when anything fails, the old one goes on serving and the update fails with the reason.
 *
 * @example
 * const backend = new ContainerService("staging-backend", { host, network, project: "flowmaster-staging", service: "backend", … });
 * new NginxSite("staging", { host, domain, certificate, locations: { "/": { to: backend } } });
 */
export class ContainerService extends pulumi.ComponentResource implements Upstream {
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
    const { host, network, localPort } = args;
    refuse(this, name, [
      ...containerServiceProblems(args),
      ...host.reserve("localPort", `port ${localPort}`, name),
      ...host.reserve("port", `port ${args.port} of network ${network.network}`, name),
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
