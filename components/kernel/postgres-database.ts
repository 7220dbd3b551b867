import type { Output } from "@pulumi/pulumi";

/** A PostgreSQL database and the role that owns it, wherever it runs: `data/postgres.ts` in a container, `aws/rds-postgres.ts` as RDS. */
export interface PostgresDatabase {
  /** Where it answers, once database and role are there and the way to it is open. */
  readonly ready: Output<string>;
  readonly port: number;
  readonly database: string;
  readonly role: string;
  /** None where whoever uses it reads it elsewhere, and nobody here knows it. */
  readonly password?: Output<string> | undefined;
  /** `required`: it refuses who comes without TLS. `none`: it has no TLS, and only containers beside it reach it. */
  readonly tls: "required" | "none";
}
