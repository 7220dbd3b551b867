import type * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../../components/kernel/duration";
import type { Size } from "../../components/kernel/size";
import type { Challenge } from "../../components/web/certificate";
import type { DataService, Environment, PORTS, Service, VOLUMES } from "./guide";
import type { ProviderName } from "./prices";
import type { DataLimits } from "./sizes";
import type { GivenName, NumberName, SecretName, TextName } from "./variables";

/** All secrets that the stack makes; a word for each, another one making a new value. */
export const ROTATED = ["postgres", "postgresRoot", "redis", "redisAdministrator", "pgadmin"] as const;
export type Rotated = (typeof ROTATED)[number];

/** How code becomes a folder that runs: one command after the other, each as a list of words. */
export interface BuildSettings {
  commands: string[][];
  submodules: boolean;
  /** How long the build may take. */
  timeout: Duration;
}

/** One service under PM2. */
export interface ServiceSettings {
  /** The one that nginx and the other services know. */
  port: number;
  /** How a new release takes over: on a port of its own, in a rolling reload on the same one, or after a stop. */
  switching: "port" | "reload" | "stop";
  /** The variable, or the argument, by which it is told its port, for `switching: port`. */
  portVariable: string;
  portArgument?: string | undefined;
  /** What starts it, in the release: `dist/main.js`. */
  script: string;
  arguments: string[];
  /** `node`, or a program of the release or the machine, such as `./.venv/bin/python`. */
  interpreter: string;
  mode: "cluster" | "fork";
  instances: number;
  /** Largest memory of one process. */
  memory: Size;
  health: { path: string; timeout: Duration };
  deadline: Duration;
  drain: Duration;
  stopTimeout: Duration;
  /** For `switching: reload`: how long a process may take until it says `process.send("ready")`. */
  listenTimeout: Duration;
  /** For `switching: stop`: how long it usually is down, as the plan prints it. */
  downFor: Duration;
  build: BuildSettings;
}

/** Where the client's address comes from behind a CDN. */
export interface CdnSettings {
  /** The CDN's networks. @default Cloudflare's */
  from?: readonly string[] | undefined;
  /** The header in which it says for whom it asks. */
  header: string;
}

/** All that differs between two environments of CoreFlow. `infra/config` checks it and fills in the guide's defaults. */
export interface CoreFlowSettings {
  environment: Environment;
  domain: string;
  /** Further names of the same site, on the same certificate. */
  aliases: readonly string[];
  branch: string;
  directory: string;
  subnet: string;
  /** `pulumi destroy` refuses the volumes until this is `false` and `pulumi up` has run. */
  protect: boolean;
  volumes: Record<keyof typeof VOLUMES, string>;
  certificate: { challenge: Challenge; fallback?: "self-signed" | undefined };
  services: Record<Service, ServiceSettings>;
  /** The Astro site. */
  site: { build: BuildSettings };
  /** Of the distribution, which builds or services need: `python3-venv`. */
  packages: readonly string[];
  /** Names of the folders below `data/` that the services may write: `uploads`. */
  folders: readonly string[];
  /** Of the containers, on the server's 127.0.0.1. */
  ports: Record<keyof typeof PORTS, number>;
  variables: Record<TextName, string> &
    Record<NumberName, number> &
    Record<GivenName, pulumi.Input<string>> &
    Partial<Record<SecretName, pulumi.Input<string>>>;
  /** Variables that the guide does not know, for all services. */
  more: Readonly<Record<string, pulumi.Input<string>>>;
  rotation: Partial<Record<Rotated, string>>;
  /** Who may open pgAdmin and Kafka UI. */
  management: { allowFrom: readonly string[]; /** Name of pgAdmin's account. */ email: string };
  cdn?: CdnSettings | undefined;
  /** Of one client address, below `/api/` and at the login. */
  rateLimit: { perSecond: number; burst: number };
  loginLimit: { path: string; perSecond: number; burst: number };
  maxBody: Size;
  /** Longest silence of an answer, and of a WebSocket: below `/api/`, and below `/dashboard`. */
  apiTimeout: Duration;
  dashboardTimeout: Duration;
  /** Format of nginx's access log, one of the machine's. */
  logFormat?: string | undefined;
  /** What the build of one service may take. */
  build: { memory: Size; cpus: number; pids: number };
  /** Releases that stay on the machine, for a quick way back. */
  keep: number;
  /** Every night, on the server itself: into which folder, and for how many days. */
  backup: { at: string; directory: string; keep: number };
  /** How often somebody looks; percent of the disk that may be used, of the memory that must be available, and new lines with errors in the logs that may be. */
  healthCheck: { every: Duration; disk: number; memory: number; errors: number };
  sizes: Record<DataService, DataLimits>;
  /** Numbers of user and group in the containers. */
  users: Record<DataService, string>;
  /** Whose server it is, for the line with its price. */
  provider?: ProviderName | undefined;
}
