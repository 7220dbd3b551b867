import * as pulumi from "@pulumi/pulumi";
import { record } from "../host/recording";
import { ContainerNetwork } from "../service/container-network";
import { exampleHost, examplePlace } from "./example-place";
import { Postgres } from "./postgres";
import type { PostgresArgs } from "./postgres";

const made = (args: Partial<PostgresArgs> = {}) =>
  record(() => {
    const host = exampleHost();
    const network = new ContainerNetwork("net", { host, network: "flowra-network", subnet: "10.91.1.0/24" });
    new Postgres("db", {
      ...examplePlace(host, network, "keycloak-db", 6),
      user: "70:70",
      volume: "keycloak_db_data",
      database: "keycloak",
      role: "keycloak",
      password: pulumi.secret("pencil"),
      superuserPassword: pulumi.secret("boss"),
      ...args,
    });
  });

it("is a container whose administrator's password comes from a file, and which is healthy only by TCP", async () => {
  const { resources, steps } = await made();
  const container = resources.find(({ type }) => type === "docker:index/container:Container");
  expect(container?.inputs).toMatchObject({
    name: "flowra-keycloak-db",
    networksAdvanced: [{ ipv4Address: "10.91.1.22", aliases: ["keycloak-db"] }],
    envs: [
      "POSTGRES_INITDB_ARGS=--auth-host=scram-sha-256",
      "POSTGRES_PASSWORD_FILE=/run/flowfleet/superuser-password",
      "POSTGRES_USER=postgres",
    ],
    tmpfs: { "/tmp": "size=64m", "/var/run/postgresql": "size=1m" },
    readOnly: true,
    healthcheck: { tests: ["CMD", "pg_isready", "--quiet", "--host=127.0.0.1", "--username=postgres", "--dbname=postgres"] },
  });
  expect(JSON.stringify(container)).not.toMatch(/pencil|boss/);
  expect(steps.find(({ noun }) => noun === "volume")?.document).toMatchObject({ engine: "postgres", volume: "keycloak_db_data" });
});

it("has a role that owns one database, made by a secret step after it", async () => {
  const { steps } = await made();
  const step = steps.at(-1);
  expect(step).toMatchObject({ name: "db-roles", noun: "postgres", removable: false, secrets: ["connection", "stdin"] });
  expect(step?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:data:Postgres::db",
    container: "flowra-keycloak-db",
    volume: "keycloak_db_data",
    superuser: "postgres",
    roles: [
      { name: "postgres", password: "boss" },
      { name: "keycloak", password: "pencil" },
    ],
    database: { name: "keycloak", owner: "keycloak" },
  });
});

it("is refused with names that are none, or with an application that may do everything", async () => {
  await expect(made({ database: "Key Cloak", role: "postgres" })).rejects.toThrow(
    'db/database: must be lower-case letters, digits, underscores and hyphens; got "Key Cloak"\n' +
      'db/role: must not be the administrator of the whole server; got "postgres"',
  );
});
