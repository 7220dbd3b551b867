import * as pulumi from "@pulumi/pulumi";
import { inMegabytes } from "../kernel/size";
import type { Size } from "../kernel/size";
import { SECRETS_INSIDE } from "./container-inputs";
import { DataContainer } from "./data-container";
import type { DataPlace, DataVolume } from "./data-container";
import { DataServer } from "./data-server";

export interface MongoArgs extends DataPlace {
  /** Docker's name of the volume with the data: `"mongodb_data"`. */
  volume: string;
  /** @default true: Pulumi refuses to delete the volume */
  protect?: boolean;
  /** The administrator of the whole server. @default "root" */
  rootUser?: string;
  rootPassword: pulumi.Input<string>;
}

/** A user of a database; `MongoUsers` makes it. */
export interface MongoUser {
  /** One that a rotation gives another name, e.g. `"flowra-2026-11"`: the old one works on until it is retired. */
  name: pulumi.Input<string>;
  password: pulumi.Input<string>;
  /** Database in which the user is made and has its roles. */
  database: string;
  /** Roles in that database: `["readWrite"]`. */
  roles: readonly string[];
}

const PORT = 27_017;

/**
 * MongoDB with authentication, in a container of its own. Its users are made by `MongoUsers`.
 *
 * @example
 * const mongo = new Mongo("prod-mongodb", { ...place, service: "mongodb", user: "999:999", volume: "mongodb_data", rootPassword });
 * new MongoUsers("prod-mongodb-users", { host, mongo, users: [flowra] });
 */
export class Mongo extends DataServer {
  /** Docker's name of the volume with its data. */
  readonly volume: string;
  readonly root: { readonly user: string; readonly password: pulumi.Output<string> };

  constructor(name: string, args: MongoArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:Mongo", name, {}, opts);
    const { volume, protect, rootUser = "root", rootPassword, ...place } = args;
    this.root = { user: rootUser, password: pulumi.secret(rootPassword) };
    const [address] = place.network.addresses(place.index);

    const server = new DataContainer(
      `${name}-server`,
      {
        ...place,
        limits: { pids: 1024, ...place.limits },
        port: PORT,
        volume: volumeOf(volume, protect),
        // Said, so that another limit of memory is another command: the server reads the limit only when it starts.
        command: ["mongod", "--wiredTigerCacheSizeGB", String(cacheGigabytes(place.limits.memory))],
        environment: {
          MONGO_INITDB_ROOT_USERNAME: rootUser,
          MONGO_INITDB_ROOT_PASSWORD_FILE: `${SECRETS_INSIDE}/root-password`,
          // None, or the shell of each health check would leave a log in the volume.
          HOME: "/nonexistent",
        },
        // Read when the volume is empty; later the server's own copy counts, which `MongoUsers` keeps the same.
        secretFiles: { "root-password": rootPassword },
        // A ping needs no login, so that no password is in a command line. At its own address: while a volume is set up, a server
        // without logins answers on 127.0.0.1.
        health: { command: ["CMD", "mongosh", "--quiet", "--norc", "--host", address, "--eval", "db.adminCommand('ping')"] },
      },
      { parent: this },
    );

    this.volume = volume;
    this.made(server);
  }

  /** How a container of the network reaches it as this user. A secret. */
  uri(user: MongoUser): pulumi.Output<string> {
    return uriOf(user, `${this.service}:${PORT}`);
  }

  /**
   * How a process of the host reaches it as this user: at its own address, which no release changes. Connections over a listener on
   * 127.0.0.1 would end some time after a reload of nginx. A secret.
   */
  hostUri(user: MongoUser): pulumi.Output<string> {
    return uriOf(user, `${this.address}:${PORT}`);
  }
}

const volumeOf = (name: string, protect: boolean | undefined): DataVolume => ({ name, path: "/data/db", engine: "mongodb", protect });

/** What the server itself would take for its cache: half of what is above a gigabyte, and a quarter of one at least. */
export const cacheGigabytes = (memory: Size): number => Math.max(0.25, Math.round((inMegabytes(memory) / 1024 - 1) * 50) / 100);

const uriOf = ({ name, password, database }: MongoUser, at: string): pulumi.Output<string> =>
  pulumi
    .secret({ name, password })
    .apply(
      (user) => `mongodb://${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@${at}/${database}?authSource=${database}`,
    );
