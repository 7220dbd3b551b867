import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../kernel/refuse";
import { SECRETS_INSIDE, SETTINGS_INSIDE } from "./container-inputs";
import { DataContainer } from "./data-container";
import type { DataPlace } from "./data-container";
import { DataServer } from "./data-server";
import { emailProblems, pgAdminProblems } from "./pg-admin-problems";
import { serversText, startText } from "./pg-admin-text";
import type { Postgres } from "./postgres";

export interface PgAdminArgs extends DataPlace {
  /** The server that it shows. In the same network. */
  postgres: Postgres;
  /** Its account, which logs in with an address: `"ops@example.com"`. With another one it has another account, and that of before is shut. */
  email: string;
  /** Of that account: six characters or more. Another one makes it anew. */
  password: pulumi.Input<string>;
  /** Docker's name of the volume with what its users saved: `"pgadmin_data"`. */
  volume: string;
  /** @default true: Pulumi refuses to delete the volume */
  protect?: boolean;
}

const PORT = 5050;
const PASSWORD = "password";

/**
 * pgAdmin in a container of its own, of the image `dpage/pgadmin4` 9.16 or newer (older ones do not start without a capability). Below a
 * path it needs a web server that says so in `X-Script-Name`.
 *
 * @example
 * const admin = new PgAdmin("prod-pgadmin", { ...place, service: "pgadmin", user: "5050:0", postgres, email: "ops@example.com", password, volume: "pgadmin_data" });
 * const upstream = new FixedUpstream("pgadmin-upstream", { host, upstream: "coreflow-pgadmin", address: admin.address, port: admin.port });
 * new NginxSite("site", { …, locations: { "/pgadmin/": { to: upstream, prefixHeader: "X-Script-Name", allowFrom: ["10.0.0.0/8"] } } });
 */
export class PgAdmin extends DataServer {
  constructor(name: string, args: PgAdminArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:PgAdmin", name, {}, opts);
    const { postgres, email, password, volume, protect, ...place } = args;
    refuse(this, name, [...pgAdminProblems(place.image), ...emailProblems(email)]);

    const server = new DataContainer(
      `${name}-server`,
      {
        ...place,
        port: PORT,
        volume: { name: volume, path: "/var/lib/pgadmin", protect },
        entrypoint: ["/bin/bash", `${SETTINGS_INSIDE}/start.sh`],
        environment: {
          PGADMIN_DEFAULT_EMAIL: email,
          PGADMIN_DEFAULT_PASSWORD_FILE: `${SECRETS_INSIDE}/${PASSWORD}`,
          PGADMIN_LISTEN_ADDRESS: "0.0.0.0",
          PGADMIN_LISTEN_PORT: String(PORT),
          PGADMIN_DISABLE_POSTFIX: "1",
          PGADMIN_SERVER_JSON_FILE: `${SETTINGS_INSIDE}/servers.json`,
          PGADMIN_REPLACE_SERVERS_ON_STARTUP: "True",
          // Its own place for it is in the image, which is not written to. A memory file system over a folder that the image lacks would be
          // root's from the second start on.
          PGADMIN_CUSTOM_CONFIG_DISTRO_FILE: "/tmp/config_distro.py",
        },
        files: {
          "start.sh": startText({ email, password: `${SECRETS_INSIDE}/${PASSWORD}` }),
          "servers.json": serversText({
            name: place.project,
            host: postgres.service,
            port: postgres.port,
            database: postgres.database,
            role: postgres.role,
          }),
        },
        secretFiles: { [PASSWORD]: password },
        restartOnSecrets: [PASSWORD],
        health: { command: ["CMD", "wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${PORT}/misc/ping`], startPeriod: "2 minutes" },
        tmpfs: { "/tmp": "64 MB" },
      },
      { parent: this },
    );

    this.made(server);
  }
}
