import type * as pulumi from "@pulumi/pulumi";
import type { GroundSettings } from "../../components/aws/ground-settings";
import type { Duration } from "../../components/kernel/duration";
import type { Size } from "../../components/kernel/size";
import type { RealmRole } from "../../components/data/realm-settings";
import type { Challenge } from "../../components/web/certificate";
import type { Environment, Service, VOLUMES } from "./guide";
import type { PublicVariables, SecretName } from "./variables";

/** What one service may take of the machine, and what it is promised. */
export interface ServiceSize {
  limits: { cpus: number; memory: Size; pids: number };
  reservations: { cpus: number; memory: Size };
}

/** How a new release of the API or the worker takes over. */
export interface Switching {
  /** Whether two releases may run at the same time. */
  overlap: "allowed" | "never";
  /** How long what is under way on the release before may go on; at least `FLOWRA_SERVER_SHUTDOWN_TIMEOUT`. */
  drain: Duration;
  /** How long a release may take to become healthy. */
  deadline: Duration;
}

/** All secrets that the stack makes; a word for each, another one making a new value. */
export const ROTATED = [
  "mongodb",
  "mongodbRoot",
  "redis",
  "redisAdministrator",
  "keycloakDatabase",
  "keycloakDatabaseRoot",
  "keycloakAdministrator",
  "keycloakAccount",
  "keycloakClient",
  "jwt",
] as const;
export type Rotated = (typeof ROTATED)[number];

/** All that differs between two environments of Flowra. `infra/config` checks it and fills in the guide's defaults. */
export interface FlowraSettings {
  environment: Environment;
  /** Containers, or services of the machine with binaries from an archive; the databases are containers either way. */
  mode: "containers" | "systemd";
  /** Where the application finds its public settings: in its environment, or in `configs/config.yaml`. Secrets are in `.env` either way. */
  configuration: "environment" | "file";
  /** In which folder of the images the application starts: it looks for `configs/config.yaml` there. */
  workingDirectory: string;
  domain: string;
  authDomain: string;
  branch: string;
  directory: string;
  composeFile: string;
  subnet: string;
  /** `pulumi destroy` refuses the volumes of the databases until this is `false` and `pulumi up` has run. */
  protect: boolean;
  /** Docker's names of the volumes. Another one for data of another major version, or in the place of one from elsewhere. */
  volumes: Record<keyof typeof VOLUMES, string>;
  /** MongoDB and Redis that are elsewhere, where API, worker and migrator all reach them. @default containers of the machine */
  databases?:
    | {
        mongodb: { /** With account and password. */ uri: pulumi.Input<string>; /** Of the servers that the URI leads to. */ port: number };
        redis: { address: string; port: number; password: pulumi.Input<string> };
      }
    | undefined;
  certificate: { challenge: Challenge; fallback?: "self-signed" | undefined };
  variables: PublicVariables & Partial<Record<SecretName, pulumi.Input<string>>>;
  rotation: Partial<Record<Rotated, string>>;
  cors: { /** Such as `https://app.flowra.com`. */ origins: readonly string[] };
  admin: { /** Who may open Keycloak's administration. Nobody but them. */ allowFrom: readonly string[] };
  /** Requests of one client address to the API, and to Keycloak. */
  rateLimit: { perSecond: number; burst: number };
  authRateLimit: { perSecond: number; burst: number };
  maxBody: Size;
  /** Longest silence of an API answer. */
  apiTimeout: Duration;
  /** Longest silence of a WebSocket: above `FLOWRA_WEBSOCKET_PONG_TIMEOUT`. */
  websocketTimeout: Duration;
  sizes: Record<Service, ServiceSize>;
  /** Numbers of user and group in the containers. */
  users: Record<Service, string>;
  api: Switching;
  worker: Switching;
  migrator: { /** How long a migration may take. */ deadline: Duration };
  /** Of the client `FLOWRA_KEYCLOAK_CLIENT_ID` in Keycloak. */
  client: {
    /** Where users may be sent back to after they logged in. */
    redirectUris: readonly string[];
    /** Whether the application may log users in with a password that it asked them for. */
    directAccess: boolean;
  };
  /** Of the application's account in Keycloak, `FLOWRA_KEYCLOAK_ADMIN_USERNAME`. */
  account: {
    /** What it may do in the realm `FLOWRA_KEYCLOAK_REALM`. */
    roles: readonly RealmRole[];
    /** Of an API on AWS, where Keycloak is another stack's. */
    name?: string | undefined;
  };
}

/** What is said besides where the API runs on AWS. */
export interface AwsSettings extends GroundSettings {
  instances: { min: number; max: number };
  architecture: "x86_64" | "arm64";
  registryCredentials?: string | undefined;
  /** How long logs are kept. */
  logs: Duration;
  /** Load balancer and key are deleted only after this is `false` and `pulumi up` has run. */
  protect: boolean;
}
