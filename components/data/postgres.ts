import * as pulumi from "@pulumi/pulumi";
import { HostStep } from "../host/host-step";
import type { PostgresDatabase } from "../kernel/postgres-database";
import type { Problem } from "../kernel/refuse";
import { refuse } from "../kernel/refuse";
import { SECRETS_INSIDE } from "./container-inputs";
import { DataContainer } from "./data-container";
import type { DataPlace, DataVolume } from "./data-container";
import { DataServer } from "./data-server";

export interface PostgresArgs extends DataPlace {
  /** Docker's name of the volume with the data: `"keycloak_db_data"`. */
  volume: string;
  /** @default true: Pulumi refuses to delete the volume */
  protect?: boolean;
  /** Database that is made. */
  database: string;
  /** Role that owns it, and nothing else. */
  role: string;
  password: pulumi.Input<string>;
  /** The administrator of the whole server. @default "postgres" */
  superuser?: string;
  superuserPassword: pulumi.Input<string>;
}

const PORT = 5432;

/**
 * PostgreSQL in a container of its own, with one database and the role that owns it. A new password of the role is set while the server
 * runs; who uses the role has to be told at once.
 *
 * @example
 * new Postgres("prod-keycloak-db", { ...place, service: "keycloak-db", user: "70:70", volume: "keycloak_db_data", database: "keycloak", role: "keycloak", password, superuserPassword });
 */
export class Postgres extends DataServer implements PostgresDatabase {
  /** Docker's name of the volume with its data. */
  readonly volume: string;
  readonly database: string;
  readonly role: string;
  readonly password: pulumi.Output<string>;
  /** What is said to it never leaves the machine. */
  readonly tls = "none";

  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:Postgres", name, {}, opts);
    const { volume, protect, database, role, password, superuser = "postgres", superuserPassword, ...place } = args;
    refuse(this, name, identifierProblems({ database, role, superuser }));

    const server = new DataContainer(
      `${name}-server`,
      {
        ...place,
        limits: { pids: 256, ...place.limits },
        port: PORT,
        volume: volumeOf(volume, protect),
        login: { role, database, password },
        environment: {
          POSTGRES_USER: superuser,
          POSTGRES_PASSWORD_FILE: `${SECRETS_INSIDE}/superuser-password`,
          POSTGRES_INITDB_ARGS: "--auth-host=scram-sha-256",
        },
        // Read when the volume is empty; later the server's own copy counts, which the step below keeps the same.
        secretFiles: { "superuser-password": superuserPassword },
        // By TCP: while a volume is set up, a server answers on the socket alone.
        health: { command: ["CMD", "pg_isready", "--quiet", "--host=127.0.0.1", `--username=${superuser}`, "--dbname=postgres"] },
        tmpfs: { "/tmp": "64 MB", "/var/run/postgresql": "1 MB" },
      },
      { parent: this },
    );
    const roles = [
      { name: superuser, password: superuserPassword },
      { name: role, password },
    ];
    const wanted = { superuser, roles, database: { name: database, owner: role } };
    const document = pulumi.output({ container: server.container, volume, ...wanted });
    const step = new HostStep(`${name}-roles`, { host: args.host, noun: "postgres", document, secret: true }, { parent: this });

    this.volume = volume;
    this.database = database;
    this.role = role;
    this.password = pulumi.secret(password);
    // Once the database and its role are there.
    this.made(server, { ready: step.urn.apply(() => server.address) });
  }
}

const volumeOf = (name: string, protect: boolean | undefined): DataVolume => ({
  name,
  path: "/var/lib/postgresql/data",
  engine: "postgres",
  protect,
});

const identifierProblems = (names: Readonly<Record<string, string>>): Problem[] => [
  ...Object.entries(names).flatMap(([path, name]) =>
    /^[a-z_][a-z0-9_-]{0,62}$/.test(name)
      ? []
      : [{ path, wrong: "must be lower-case letters, digits, underscores and hyphens", got: name }],
  ),
  ...(names["role"] === names["superuser"]
    ? [{ path: "role", wrong: "must not be the administrator of the whole server", got: names["role"] }]
    : []),
];
