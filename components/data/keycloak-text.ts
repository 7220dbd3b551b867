import type { Lines } from "../kernel/lines";
import { SECRETS_INSIDE } from "./container-inputs";
import type { Postgres } from "./postgres";

/** Name of the script that starts Keycloak. */
export const START = "start.sh";

/** Keycloak's public variables. Behind a web server that ends TLS: plain HTTP inside, one public name outside. */
export const keycloakVariables = (about: {
  domain: string;
  adminUser: string;
  postgres: Pick<Postgres, "service" | "port" | "database" | "role">;
}) => ({
  KC_DB: "postgres",
  KC_DB_URL: `jdbc:postgresql://${about.postgres.service}:${about.postgres.port}/${about.postgres.database}`,
  KC_DB_USERNAME: about.postgres.role,
  KC_HOSTNAME: about.domain,
  KC_PROXY: "edge",
  KC_HTTP_ENABLED: "true",
  KC_HEALTH_ENABLED: "true",
  KC_METRICS_ENABLED: "true",
  // One server: no port for others like it.
  KC_CACHE: "local",
  KC_LOG_CONSOLE_OUTPUT: "json",
  KEYCLOAK_ADMIN: about.adminUser,
});

/** Keycloak knows no files for its passwords: they are read here, so that they are in no description of the container. */
export const keycloakStart = (): Lines => [
  "#!/bin/bash",
  "# Written by Flowfleet; a change makes the container anew.",
  "set -euo pipefail",
  `KC_DB_PASSWORD=$(<${SECRETS_INSIDE}/database-password)`,
  `KEYCLOAK_ADMIN_PASSWORD=$(<${SECRETS_INSIDE}/admin-password)`,
  "export KC_DB_PASSWORD KEYCLOAK_ADMIN_PASSWORD",
  "exec /opt/keycloak/bin/kc.sh start",
];

/** Its image has bash, and nothing that speaks HTTP. */
export const KEYCLOAK_HEALTH = [
  "CMD",
  "/bin/bash",
  "-c",
  'exec 3<>/dev/tcp/127.0.0.1/8080 && printf "GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n" >&3 && read -r _ status _ <&3 && [ "$status" = 200 ]',
];
