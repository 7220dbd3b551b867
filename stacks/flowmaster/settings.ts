import type * as pulumi from "@pulumi/pulumi";
import type { GroundSettings } from "../../components/aws/ground-settings";
import type { Duration } from "../../components/kernel/duration";
import type { Size } from "../../components/kernel/size";
import type { Challenge } from "../../components/web/certificate";
import type { Environment } from "./guide";

/** Docker's health check of one service; the deadline of a release follows from it. */
export interface HealthTimings {
  interval: Duration;
  timeout: Duration;
  retries: number;
  startPeriod: Duration;
}

export interface ServiceSettings {
  /** Port on the server's 127.0.0.1 at which the serving release answers. */
  port: number;
  /** Numbers of user and group in the container. */
  user: string;
  health: HealthTimings;
  limits: { memory: Size; cpus: number; pids: number };
  /** The container's root file system is read-only. */
  readOnly: boolean;
  /** How long requests on the release before may go on. */
  drain: Duration;
  /** How long a release may take to become healthy. @default startPeriod + retries x (interval + timeout) */
  deadline?: Duration | undefined;
}

/** A value that is generated unless it is given. */
export interface GeneratedKey {
  /** Of an installation that exists already. @default generated */
  value?: pulumi.Input<string> | undefined;
  /** Any word; another one makes a new value. @default "first" */
  rotation?: string | undefined;
}

/** All that differs between two environments of FlowMaster. `infra/config` checks it and fills in the guide's defaults. */
export interface FlowMasterSettings {
  environment: Environment;
  domain: string;
  branch: string;
  directory: string;
  envFile: string;
  composeFile: string;
  subnet: string;
  /** `APP_URL`. */
  appUrl: string;
  certificate: { challenge: Challenge; fallback?: "self-signed" | undefined };
  /** Largest request body. */
  maxBody: Size;
  /** Longest silence of an API answer. */
  apiTimeout: Duration;
  /** Longest silence of a WebSocket. */
  websocketTimeout: Duration;
  /** What the server's nginx compresses: answers from `minimum` on, at gzip's `level`. `"off"`: nothing. */
  compression: { level: number; minimum: Size } | "off";
  backend: ServiceSettings & { /** Of uvicorn. */ workers: number };
  frontend: ServiceSettings;
  databases: {
    arango: { host: string; port: number; user: string; password: pulumi.Input<string>; database: string };
    postgres: { host: string; port: number; user: string; password: pulumi.Input<string>; database: string };
    redis: { host: string; port: number; password: pulumi.Input<string> };
  };
  apiKeys: { gemini: pulumi.Input<string>; openai: pulumi.Input<string>; openrouter: pulumi.Input<string> };
  keys: { jwt: GeneratedKey; encryption: GeneratedKey; secret: GeneratedKey };
}

/** What is said besides where it runs on AWS. */
export interface AwsSettings extends GroundSettings {
  instances: Record<"backend" | "frontend", { min: number; max: number }>;
  architecture: "x86_64" | "arm64";
  registryCredentials?: string | undefined;
  /** How long logs are kept. */
  logs: Duration;
  /** Load balancer and key are deleted only after this is `false` and `pulumi up` has run. */
  protect: boolean;
}
