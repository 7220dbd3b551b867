import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";
import { Packages } from "../host/packages";
import { markOf } from "../kernel/mark";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";

export interface PostgresLocalArgs {
  host: Host;
  /** The application's role: `"app_40227"`. It may do everything in its database, and nothing elsewhere. */
  role: string;
  /** The role's database: `"app_40227"`. */
  database: string;
  /** Of the role. Another one is set in place: who is connected stays, who connects from then on needs the new one. Always treated as a secret. */
  password: pulumi.Input<string>;
}

/** Where PostgreSQL listens, on the machine alone. */
const ADDRESS = "127.0.0.1";
const PORT = 5432;

/**
 * A role and its database in the PostgreSQL of the distribution, on the machine itself. A role or database that is there already is
 * taken over if the role has this password. When the resource goes, the role and all data stay.
 *
 * @example new PostgresLocal("database", { host, role: "app_40227", database: "app_40227", password });
 */
export class PostgresLocal extends pulumi.ComponentResource {
  readonly address = ADDRESS;
  readonly port = PORT;
  readonly role: string;
  readonly database: string;
  /** Known in previews; resolves once the role can log in. */
  readonly applied: pulumi.Output<string>;

  constructor(name: string, args: PostgresLocalArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:PostgresLocal", name, {}, opts);
    const { host, role, database } = args;
    refuse(this, name, [
      ...nameProblems("role", role),
      ...nameProblems("database", database),
      ...host.reserve("role", `role ${role} of the machine's PostgreSQL`, name),
    ]);
    const here = { parent: this };
    const password = pulumi.secret(args.password);
    const passwordFile = `/etc/flowfleet/postgres/${role}.password`;
    const text = password.apply((known) => `${known}\n`);

    new Packages(`${name}-server`, { host, install: ["postgresql"] }, here);
    new FileSet(
      `${name}-password`,
      {
        host,
        directories: { "/etc/flowfleet/postgres": { mode: "0700" } },
        files: { [passwordFile]: { text, mode: "0600" } },
        secret: true,
      },
      here,
    );
    // Without it another password would be no change of the document.
    const revision = pulumi.unsecret(password.apply((known) => markOf({ known }, passwordFile)));
    const document = { role, database, passwordFile, revision };
    const step = new HostStep(`${name}-role`, { host, noun: "postgres-local", document, removable: true }, here);

    this.role = role;
    this.database = database;
    this.applied = step.urn;
    this.registerOutputs({});
  }
}

/** PostgreSQL's own are not for applications. */
const nameProblems = (path: string, name: string): Problem[] =>
  /^(?!pg_|postgres$|template[01]$)[a-z_][a-z0-9_]{0,62}$/.test(name)
    ? []
    : [
        {
          path,
          wrong: 'must be lower-case letters, digits and underscores, and none of PostgreSQL\'s own names, such as "app_40227"',
          got: name,
        },
      ];
