import * as pulumi from "@pulumi/pulumi";
import type { PostgresDatabase } from "../kernel/postgres-database";
import { refuse } from "../kernel/refuse";
import { makeServer } from "./rds-server";
import type { RdsPostgresArgs } from "./rds-args";
import { PORT } from "./rds-args";
import { rdsProblems } from "./rds-problems";
import { connect, SecurityGroup } from "./security-group";

/**
 * PostgreSQL of RDS with one database and the role that owns it: encrypted, in private subnets, open to its clients over TLS only, with backups
 * that reach back to any second. Made here, or found by its address.
 *
 * @example
 * new RdsPostgres("prod-database", {
 *   place, network, version: "15", instanceClass: "db.t4g.small", storage: "20 GB", multiAz: true,
 *   database: "flowstack", role: "flowstack_admin", password, clients: { service },
 * });
 */
export class RdsPostgres extends pulumi.ComponentResource implements PostgresDatabase {
  readonly ready: pulumi.Output<string>;
  readonly port: number;
  readonly database: string;
  readonly role: string;
  readonly password: pulumi.Output<string> | undefined;
  readonly tls = "required";
  /** By which AWS's alarms and commands know the server. */
  readonly identifier: pulumi.Output<string>;

  constructor(name: string, args: RdsPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:RdsPostgres", name, {}, opts);
    refuse(this, name, rdsProblems(args));
    const { database, role, clients } = args;

    this.port = "existing" in args ? (args.existing.port ?? PORT) : PORT;
    const group = serverGroup(name, args, this);
    const ways = connect(group, { as: "database", port: this.port, clients });
    const { address, identifier } = "existing" in args ? found(args.existing) : makeServer(name, args, group, this);

    this.ready = pulumi.all([address, ways]).apply(([known]) => known);
    this.database = database;
    this.role = role;
    this.password = "existing" in args ? undefined : pulumi.secret(args.password);
    this.identifier = identifier;
    this.registerOutputs({ address: this.ready, identifier });
  }
}

function serverGroup(name: string, args: RdsPostgresArgs, parent: pulumi.Resource): SecurityGroup {
  const { place, network } = args;
  return new SecurityGroup(
    `${name}-group`,
    "existing" in args
      ? { place, existing: args.existing.securityGroupId }
      : { place, vpcId: network.vpcId, role: "database", description: "PostgreSQL" },
    { parent },
  );
}

const found = ({ address, identifier = address.split(".")[0] ?? "" }: Extract<RdsPostgresArgs, { existing: unknown }>["existing"]) => ({
  address: pulumi.output(address),
  identifier: pulumi.output(identifier),
});
