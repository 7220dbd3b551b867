import type * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../kernel/duration";
import type { Size } from "../kernel/size";
import type { Adopted } from "./adopted";
import type { Network } from "./network";
import type { AwsPlace } from "./place";
import type { Clients } from "./security-group";

interface CommonArgs {
  place: AwsPlace;
  network: Network;
  /** Database that the application uses. AWS cannot change it: of a server that stands, the name that it has. */
  database: string;
  /** Role that owns it: the administrator of the server, because it serves this application alone. Not to be changed either. */
  role: string;
  /** PEM of those who vouch for its certificate. @default AWS's own for the region, as far as they are known */
  authorities?: string | undefined;
  /** Tiers that use it, by a word: `{ service: serviceGroup }`. */
  clients: Clients;
}

export interface NewRdsPostgres extends CommonArgs {
  /** Another one is set while the server runs; who uses it has to be told at once. */
  password: pulumi.Input<string>;
  /** Major version: `"15"`. Minor upgrades come by themselves, in the maintenance window. */
  version: string;
  /** Another major version than the server has is taken: AWS refuses it otherwise. There is no way back but a backup. @default false */
  majorUpgrade?: boolean;
  /** `"db.t4g.small"` */
  instanceClass: string;
  storage: Size;
  /** Up to where the storage grows by itself. @default it does not */
  maxStorage?: Size;
  /** A second server in another zone, which takes over within about a minute. */
  multiAz: boolean;
  /** For so long it can be set back to any second. 7 to 35 days. @default "7 days" */
  backups?: Duration;
  /** AWS and Pulumi refuse to delete it. @default true */
  protect?: boolean;
  /** When it is deleted, after `protect` was switched off, a last snapshot stays, and backups for as long as they are kept. @default true */
  lastSnapshot?: boolean;
  /** Daily, UTC. @default "02:00-03:00" */
  backupWindow?: string;
  /** Weekly, UTC: minor upgrades happen then. @default "sun:03:30-sun:04:30" */
  maintenanceWindow?: string;
  /** Never. It is here because guides have it: what they would set is answered. @default false */
  publiclyAccessible?: boolean;
  /** How long its logs are kept. @default "30 days" */
  logs?: Duration;
  /** ARN of the key that encrypts it. AWS cannot change it. @default AWS's own for RDS */
  key?: pulumi.Input<string> | undefined;
  /** ARN of the topic that hears of failures and changes. @default nobody does */
  events?: pulumi.Input<string> | undefined;
  /** What stands already and is taken over: `{ server: { id: "flowstack-prod" } }`. */
  adopt?: Adopted;
}

/** A server of somebody else's, with a password of theirs. Nothing of it changes but who is let in. */
export interface ExistingRdsPostgres extends CommonArgs {
  existing: {
    /** `"flowstack.abc123.eu-central-1.rds.amazonaws.com"` */
    address: string;
    /** @default 5432 */
    port?: number;
    /** Its group: clients are let into it. */
    securityGroupId: string;
  };
}

export type RdsPostgresArgs = NewRdsPostgres | ExistingRdsPostgres;

/** What of a server is decided by its wishes alone. */
export type ServerWishes = Pick<
  NewRdsPostgres,
  "version" | "instanceClass" | "storage" | "maxStorage" | "backups" | "publiclyAccessible" | "backupWindow" | "maintenanceWindow"
>;

export const PORT = 5432;

/** What is set where nothing else is said. */
export const DEFAULTS = {
  backups: "7 days",
  backupWindow: "02:00-03:00",
  maintenanceWindow: "sun:03:30-sun:04:30",
  logs: "30 days",
  protect: true,
  lastSnapshot: true,
} as const satisfies Partial<NewRdsPostgres>;
