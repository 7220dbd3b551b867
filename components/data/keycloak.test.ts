import * as pulumi from "@pulumi/pulumi";
import { execFileSync } from "node:child_process";
import { record } from "../host/recording";
import { ContainerNetwork } from "../service/container-network";
import { exampleHost, examplePlace } from "./example-place";
import { Keycloak } from "./keycloak";
import { KeycloakRealm } from "./keycloak-realm";
import type { KeycloakRealmArgs } from "./keycloak-realm";
import { KEYCLOAK_HEALTH, keycloakStart } from "./keycloak-text";
import { Postgres } from "./postgres";

const made = ({
  domain = "auth.flowra.com",
  databasePassword = "pencil",
  adminPassword = "admin-word",
  retired = false,
  ...more
}: Partial<KeycloakRealmArgs> & { domain?: string; databasePassword?: string; adminPassword?: string; retired?: boolean } = {}) =>
  record(() => {
    const host = exampleHost();
    const network = new ContainerNetwork("net", { host, network: "flowra-network", subnet: "10.91.1.0/24" });
    const postgres = new Postgres("db", {
      ...examplePlace(host, network, "keycloak-db", 6),
      volume: "keycloak_db_data",
      database: "keycloak",
      role: "kc",
      password: pulumi.secret(databasePassword),
      superuserPassword: pulumi.secret("boss"),
    });
    const place = { ...examplePlace(host, network, "keycloak", 5), user: "1000:0" };
    const keycloak = new Keycloak("keycloak", { ...place, postgres, domain, adminPassword: pulumi.secret(adminPassword) });
    const clients = [
      { id: "flowra-backend", secret: pulumi.secret("s3cret"), redirectUris: ["https://b/*", "https://a/*"], serviceAccount: true },
    ];
    const args = { host, keycloak, realm: "flowra", clients, ...more };
    const realm = new KeycloakRealm("realm", args);
    if (retired) new KeycloakRealm("retired", { ...args, retire: realm });
  });

const containerOf = async (args: Parameters<typeof made>[0] = {}) =>
  (await made(args)).resources.find(({ name }) => name === "keycloak-server-container");

it("is started by a script that reads its passwords from files", () => {
  expect(keycloakStart()).toEqual([
    "#!/bin/bash",
    "# Written by Flowfleet; a change makes the container anew.",
    "set -euo pipefail",
    "KC_DB_PASSWORD=$(</run/flowfleet/database-password)",
    "KEYCLOAK_ADMIN_PASSWORD=$(</run/flowfleet/admin-password)",
    "export KC_DB_PASSWORD KEYCLOAK_ADMIN_PASSWORD",
    "exec /opt/keycloak/bin/kc.sh start",
  ]);
  expect(() => execFileSync("bash", ["-n"], { input: keycloakStart().join("\n") })).not.toThrow();
});

it("is a container in production mode, none of whose passwords is in its description", async () => {
  const container = await containerOf();
  expect(container?.inputs).toMatchObject({
    name: "flowra-keycloak",
    user: "1000:0",
    entrypoints: ["/bin/bash", "/etc/flowfleet/start.sh"],
    envs: [
      "KC_CACHE=local",
      "KC_DB=postgres",
      "KC_DB_URL=jdbc:postgresql://keycloak-db:5432/keycloak",
      "KC_DB_USERNAME=kc",
      "KC_HEALTH_ENABLED=true",
      "KC_HOSTNAME=auth.flowra.com",
      "KC_HTTP_ENABLED=true",
      "KC_LOG_CONSOLE_OUTPUT=json",
      "KC_METRICS_ENABLED=true",
      "KC_PROXY=edge",
      "KEYCLOAK_ADMIN=admin",
    ],
    mounts: [
      { type: "bind", source: "/opt/flowra/services/keycloak", target: "/etc/flowfleet" },
      { type: "bind", source: "/opt/flowra/secrets/keycloak", target: "/run/flowfleet" },
    ],
    readOnly: false,
    healthcheck: { tests: KEYCLOAK_HEALTH, startPeriod: "5m0s" },
  });
  expect(JSON.stringify(container)).not.toMatch(/pencil|boss|admin-word/);
  expect((await made()).outputs["keycloak"]).toEqual({
    container: "flowra-keycloak",
    address: "10.91.1.20",
    interruption:
      "keycloak is down from its stop (at most 60 s) until the new container is healthy (at most 385 s); another password of its database " +
      "counts a little before that, and from then on it gets no new connections to it",
  });
});

it("is refused in another major version than its database was last for", async () => {
  const { steps } = await made();
  expect({ ...steps.find(({ name }) => name === "keycloak-server-version")?.document, owner: undefined }).toEqual({
    volume: "keycloak_db_data",
    engine: "keycloak",
    version: "6.0.20",
  });
  // Its image may be refused as well: only of one that works it is written down.
  const order = steps.map(({ name }) => name.replace("keycloak-server-", ""));
  expect(order.slice(order.indexOf("image"), order.indexOf("realm-settings"))).toEqual([
    "image",
    "version",
    "settings-files",
    "secrets-files",
    "limits",
  ]);
  expect(steps.find(({ name }) => name === "keycloak-server-limits")?.document).toMatchObject({ data: { engine: "keycloak" } });
});

it("is made anew for another password of its database, and not for the administrator's", async () => {
  const mark = async (databasePassword: string, adminPassword = "admin-word") =>
    (await containerOf({ databasePassword, adminPassword }))?.inputs["labels"] as { label: string; value: string }[];
  expect(await mark("one", "another")).toEqual(await mark("one"));
  const one = await mark("one");
  expect(await mark("one")).toEqual(one);
  expect(await mark("two")).not.toEqual(one);
});

it("asks the server for its health without any program but bash", () => {
  const [kind, shell, option, script] = KEYCLOAK_HEALTH as [string, string, string, string];
  expect([kind, shell, option]).toEqual(["CMD", "/bin/bash", "-c"]);
  const ask = (answer: string) =>
    execFileSync("bash", [
      "-c",
      script.replace("exec 3<>/dev/tcp/127.0.0.1/8080", `exec 3<<<"${answer}"`).replace(/printf .* >&3/, "true"),
    ]);
  expect(() => ask("HTTP/1.0 200 OK")).not.toThrow();
  expect(() => ask("HTTP/1.0 503 Service Unavailable")).toThrow();
  expect(() => ask("")).toThrow();
});

it("keeps the secrets and accounts before these, unless it is to retire them", async () => {
  const told = async (args: Parameters<typeof made>[0]) => (await made(args)).steps.at(-1)?.document;
  expect(await told({})).toMatchObject({ accounts: { flowra: {} }, retire: false });
  const account = {
    name: pulumi.secret("flowra-first-1"),
    password: pulumi.secret("account-word"),
    roles: ["view-users", "manage-users"] as const,
  };
  expect(await told({ accounts: [account], retired: true })).toMatchObject({
    accounts: { flowra: { "flowra-first-1": { password: "account-word", roles: ["manage-users", "view-users"] } } },
    retire: true,
  });
  // Also for its result: a rotation that was taken back changes nothing but what is good.
  expect((await made({ retired: true })).steps.at(-1)?.dependsOn).toContain("realm-settings");
});

it("has a realm with its client, and what administrators and people do is recorded", async () => {
  const step = (await made()).steps.at(-1);
  expect(step).toMatchObject({ name: "realm-settings", noun: "keycloak", removable: false, secrets: ["connection", "stdin"] });
  const realm = {
    enabled: true,
    sslRequired: "external",
    bruteForceProtected: true,
    eventsEnabled: true,
    adminEventsEnabled: true,
    adminEventsDetailsEnabled: false,
    eventsExpiration: 7_776_000,
  };
  expect(step?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:data:KeycloakRealm::realm",
    server: "flowra-keycloak",
    volume: "keycloak_db_data",
    url: "http://10.91.1.20:8080",
    admin: { user: "admin", password: "admin-word" },
    realms: { master: realm, flowra: realm },
    clients: {
      flowra: {
        "flowra-backend": {
          enabled: true,
          protocol: "openid-connect",
          publicClient: false,
          clientAuthenticatorType: "client-secret",
          secret: "s3cret",
          standardFlowEnabled: true,
          implicitFlowEnabled: false,
          directAccessGrantsEnabled: false,
          serviceAccountsEnabled: true,
          redirectUris: ["https://a/*", "https://b/*"],
        },
      },
    },
    accounts: { flowra: {} },
    retire: false,
  });
});

it("records nothing where that is wanted, and a client without addresses has nobody logged in by browser", async () => {
  const step = (await made({ events: false, clients: [{ id: "machine", secret: "s3cret" }] })).steps.at(-1);
  expect(step?.document).toMatchObject({
    realms: { flowra: { eventsEnabled: false, adminEventsEnabled: false } },
    clients: { flowra: { machine: { standardFlowEnabled: false, serviceAccountsEnabled: false, redirectUris: [] } } },
  });
  expect(JSON.stringify(step?.document["realms"])).not.toContain("eventsExpiration");
});

it("is refused with names that are none", async () => {
  await expect(made({ domain: "https://auth" })).rejects.toThrow(
    'keycloak/domain: must be a bare lower-case name such as "shop.example.com"',
  );
  const client = { id: "a b", secret: "x" };
  const accounts = [{ name: "Flowra", password: "x", roles: [] }];
  await expect(made({ realm: "master", clients: [client, client], accounts, events: { days: 0 } })).rejects.toThrow(
    [
      'realm/realm: must be lower-case letters, digits and hyphens, and not "master", which is Keycloak\'s own; got "master"',
      'realm/clients[0]/id: must be letters, digits, dots and hyphens; got "a b"',
      'realm/clients[1]/id: must be letters, digits, dots and hyphens; got "a b"',
      'realm/clients[1]/id: is there twice; got "a b"',
      'realm/accounts[0]/name: must be lower-case letters, digits, dots and hyphens; got "Flowra"',
      'realm/accounts[0]/roles: must name what the account may do; allowed: such as ["view-users"]',
      "realm/events/days: must be a whole number of days; got 0",
    ].join("\n"),
  );
});
