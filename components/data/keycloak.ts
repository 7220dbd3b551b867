import * as pulumi from "@pulumi/pulumi";
import { hostNameProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import { SETTINGS_INSIDE } from "./container-inputs";
import { DataContainer } from "./data-container";
import type { DataPlace } from "./data-container";
import { DataServer } from "./data-server";
import { KEYCLOAK_HEALTH, keycloakStart, keycloakVariables, START } from "./keycloak-text";
import type { Postgres } from "./postgres";

export interface KeycloakArgs extends DataPlace {
  /** Where its data are. Declared before it, in the same network. */
  postgres: Postgres;
  /** Public name, which its tokens bear: `"auth.example.com"`. A web server ends TLS in front of it. */
  domain: string;
  /** @default "admin" */
  adminUser?: string;
  adminPassword: pulumi.Input<string>;
}

const PORT = 8080;

/**
 * Keycloak 23 in production mode, in a container of its own, behind a web server that ends TLS. Health and metrics are on the same port
 * as everything else, so that web server has to answer 404 for `/health` and `/metrics`. A new password of its database makes it anew.
 *
 * @example
 * const keycloak = new Keycloak("prod-keycloak", { ...place, service: "keycloak", user: "1000:0", postgres, domain: "auth.example.com", adminPassword });
 * new KeycloakRealm("prod-realm", { host, keycloak, realm: "shop", clients: [{ id: "shop-backend", secret }] });
 */
export class Keycloak extends DataServer {
  /** Docker's name of the volume with its data, which is its database's. */
  readonly volume: string;
  readonly admin: { readonly user: string; readonly password: pulumi.Output<string> };

  constructor(name: string, args: KeycloakArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:Keycloak", name, {}, opts);
    const { postgres, domain, adminUser = "admin", adminPassword, ...place } = args;
    refuse(this, name, hostNameProblems("domain", domain));
    this.admin = { user: adminUser, password: pulumi.secret(adminPassword) };

    const server = new DataContainer(
      `${name}-server`,
      {
        ...place,
        limits: { pids: 1024, ...place.limits },
        port: PORT,
        // Another major version would change them for good when it starts.
        tables: { volume: postgres.volume, engine: "keycloak" },
        entrypoint: ["/bin/bash", `${SETTINGS_INSIDE}/${START}`],
        environment: keycloakVariables({ domain, adminUser, postgres }),
        files: { [START]: keycloakStart() },
        secretFiles: { "admin-password": adminPassword, "database-password": postgres.password },
        // It reads them only when it starts. The admin's counts at the very first start alone; `KeycloakRealm` sets a new one.
        restartOnSecrets: ["database-password"],
        health: { command: KEYCLOAK_HEALTH, startPeriod: "5 minutes" },
        // It compiles its settings into its own folder when it starts.
        readOnly: false,
        tmpfs: { "/tmp": "128 MB" },
      },
      { parent: this },
    );

    this.volume = postgres.volume;
    const password = "another password of its database counts a little before that, and from then on it gets no new connections to it";
    this.made(server, { interruption: `${server.interruption}; ${password}` });
  }
}
