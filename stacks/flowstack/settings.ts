import type * as pulumi from "@pulumi/pulumi";
import type { Adopted } from "../../components/aws/adopted";
import type { ExistingEfsShare } from "../../components/aws/efs-share";
import type { GroundSettings } from "../../components/aws/ground-settings";
import type { ExistingRdsPostgres } from "../../components/aws/rds-args";
import type { Duration } from "../../components/kernel/duration";
import type { Size } from "../../components/kernel/size";
import type { Challenge } from "../../components/web/certificate";
import type { Environment } from "./guide";

/** All secrets that the stack makes; a word for each, another one making a new value. */
export const ROTATED = ["seed", "database", "databaseRoot"] as const;
export type Rotated = (typeof ROTATED)[number];

/** All that differs between two environments of FlowStack, wherever it runs. `infra/config` checks it and fills in the guide's defaults. */
export interface FlowStackSettings {
  environment: Environment;
  /** Public name. */
  domain: string;
  branch: string;
  /** Who logs in first. The password is generated, unless an installation that has one gives it. */
  seed: { user: string; password?: pulumi.Input<string> | undefined };
  /** Folder in the container that outlives it. */
  mount: string;
  /** Numbers of user and group in the container. */
  user: string;
  /** The container's root file system is read-only. */
  readOnly: boolean;
  limits: { cpus: number; memory: Size };
  health: { interval: Duration; timeout: Duration; retries: number; startPeriod: Duration };
  drain: Duration;
  stopTimeout: Duration;
  /** Longest silence of an answer. */
  idleTimeout: Duration;
  /** Further public variables of the application. */
  variables: Readonly<Record<string, string>>;
  /** Further secret ones. */
  secrets: Readonly<Record<string, pulumi.Input<string>>>;
  rotation: Partial<Record<Rotated, string>>;
  /** Data are deleted only after this is `false` and `pulumi up` has run. */
  protect: boolean;
}

/** What is said besides where it runs on a machine. */
export interface HostSettings extends FlowStackSettings {
  directory: string;
  composeFile: string;
  subnet: string;
  /** Docker's name of the volume with the database. */
  volume: string;
  certificate: { challenge: Challenge; fallback?: "self-signed" | undefined };
  maxBody: Size;
  postgres: { user: string; limits: { cpus: number; memory: Size } };
}

/** What is said besides where it runs on AWS. */
export interface AwsSettings extends GroundSettings {
  /** No role goes beyond the policy that the stack with the pipelines' roles makes: where a pipeline deploys this environment. */
  boundary: boolean;
  entrance: GroundSettings["entrance"] & {
    /** Number of its rule among those of the listener. */
    priority: number;
  };
  database: {
    /** Names of the database and of its role: of a server that stands, those that it has. */
    name: string;
    role: string;
    version: string;
    /** Another major version is taken by the server that stands. */
    majorUpgrade: boolean;
    instanceClass: string;
    storage: Size;
    maxStorage: Size;
    multiAz: boolean;
    backups: Duration;
    /** When it is deleted, a last snapshot stays. */
    lastSnapshot: boolean;
    /** PEM of those who vouch for it, where AWS's own are not known. */
    authorities?: string | undefined;
    existing?: (ExistingRdsPostgres["existing"] & { /** Parameter that has its password. */ passwordParameter: string }) | undefined;
    /** Never: it is here so that what somebody asks for is answered. */
    publiclyAccessible?: boolean | undefined;
  };
  files: {
    /** Directory in the share that the container gets: of a share that stands, where the files are. */
    directory: string;
    /** Numbers of user and group whose files they are. @default the container's */
    owner?: string | undefined;
    existing?: ExistingEfsShare["existing"] | undefined;
  };
  instances: { min: number; max: number };
  architecture: "x86_64" | "arm64";
  mirror?: string | undefined;
  registryCredentials?: string | undefined;
  deployedBy: "flowfleet" | "ci";
  /** How long logs are kept. */
  logs: Duration;
  /** What stands already and is taken over, by what it belongs to. */
  adopt: Partial<Record<"network" | "balancer" | "database" | "files" | "secrets", Adopted>>;
}
