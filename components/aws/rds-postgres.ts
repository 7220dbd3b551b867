import * as pulumi from "@pulumi/pulumi";
import type { PostgresDatabase } from "../kernel/postgres-database";
import { refuse } from "../kernel/refuse";
import { makeServer } from "./rds-server";
import type { NewRdsPostgres, RdsPostgresArgs } from "./rds-args";
import { PORT } from "./rds-args";
import { rdsAuthorities } from "./rds-authorities";
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
  /** PEM of those who vouch for the server's certificate: whoever verifies it needs them. */
  readonly authorities: string;
  /** By which AWS's alarms and commands know the server; whoever made another one watches it. */
  readonly identifier: pulumi.Output<string> | undefined;
  /** What a change of its class or version takes down, for the plan. */
  readonly interruption: string | undefined;

  constructor(name: string, args: RdsPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:RdsPostgres", name, {}, opts);
    refuse(this, name, rdsProblems(args));
    const { database, role, clients, authorities = rdsAuthorities(args.place.region) } = args;

    this.port = "existing" in args ? (args.existing.port ?? PORT) : PORT;
    const group = serverGroup(name, args, this);
    const ways = connect(group, { as: "database", port: this.port, clients });
    const { address, identifier } =
      "existing" in args ? { address: pulumi.output(args.existing.address), identifier: undefined } : makeServer(name, args, group, this);

    this.ready = pulumi.all([address, ways]).apply(([known]) => known);
    this.database = database;
    this.role = role;
    this.authorities = authorities;
    this.password = "existing" in args ? undefined : pulumi.secret(args.password);
    this.identifier = identifier;
    this.interruption = "existing" in args ? undefined : interruptionOf(args);
    this.registerOutputs({
      address: this.ready,
      ...(identifier && { identifier }),
      ...(this.interruption !== undefined && { interruption: this.interruption }),
    });
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

/**
 * AWS does it at once, because a changed password has to count at once and both come in one call. It gives no bound; of a failover it says that
 * 60 to 120 seconds are usual (…/Concepts.MultiAZSingleStandby.html).
 *
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Modifying.html and …/USER_UpgradeDBInstance.PostgreSQL.html
 */
const interruptionOf = ({ place, multiAz, adopt }: NewRdsPostgres): string =>
  `PostgreSQL ${adopt?.["server"]?.id ?? place.prefix} is down as soon as AWS changes it, not only in its maintenance window: ${
    multiAz
      ? "for another class about two minutes, until the second server has taken over, for another version some minutes, because both servers take it together"
      : "for another class or version some minutes, because there is no second server"
  }`;
