import * as pulumi from "@pulumi/pulumi";
import { exampleHost, examplePlace } from "../data/example-place";
import { Postgres } from "../data/postgres";
import type { PostgresDatabase } from "../kernel/postgres-database";
import { ContainerNetwork } from "../service/container-network";
import { RdsPostgres } from "./rds-postgres";
import { network, PLACE, recorded } from "./testing/tier";
import { valueOf } from "./testing/value-of";

const IT = { database: "flowstack", role: "flowstack_admin", password: pulumi.secret("canary") };

const inContainer = (): PostgresDatabase => {
  const host = exampleHost();
  const on = new ContainerNetwork("net", { host, network: "flowstack-network", subnet: "10.91.1.0/24" });
  const place = examplePlace(host, on, "postgres", 6);
  return new Postgres("db", { ...place, ...IT, user: "70:70", volume: "flowstack_db_data", superuserPassword: pulumi.secret("boss") });
};

const ofRds = (): PostgresDatabase => {
  const size = { version: "15", instanceClass: "db.t4g.small", storage: "20 GB", multiAz: false } as const;
  return new RdsPostgres("db", { place: PLACE, network: network(), ...size, ...IT, clients: {} });
};

describe.each([
  ["in a container", inContainer, { ready: "10.91.1.22", tls: "none" }],
  ["of RDS", ofRds, { ready: "db-server.made-up.invalid", tls: "required" }],
] as const)("PostgreSQL %s", (_, make, { ready, tls }) => {
  it("tells an application all that it needs, and keeps the password a secret", async () => {
    let told: object = {};
    await recorded(async () => {
      const found = make();
      const { port, database, role, password } = found;
      if (!password) throw new Error("nobody knows the password");
      const secret = await pulumi.isSecret(password);
      told = { port, database, role, tls: found.tls, ready: await valueOf(found.ready), password: await valueOf(password), secret };
    });
    expect(told).toEqual({ port: 5432, database: "flowstack", role: "flowstack_admin", password: "canary", secret: true, ready, tls });
  });
});
