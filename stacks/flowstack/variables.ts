import type * as pulumi from "@pulumi/pulumi";
import type { PostgresDatabase } from "../../components/kernel/postgres-database";
import { PORTS } from "./guide";
import type { FlowStackSettings } from "./settings";

/** Every public variable of the guide, in its order, and the port of the first process. */
export const PUBLIC = [
  "FLOWISE_USERNAME",
  "DATABASE_TYPE",
  "DATABASE_HOST",
  "DATABASE_PORT",
  "DATABASE_NAME",
  "DATABASE_USER",
  "DATABASE_SSL",
  "CORE_SERVER_URL",
  "CORE_UI_URL",
  "PROXY_PORT",
  "PORT",
] as const;
/** The secret ones. */
export const SECRET = ["FLOWISE_PASSWORD", "DATABASE_PASSWORD"] as const;

type Named<Name extends string> = Record<Name, pulumi.Input<string>>;

/** The application's public variables. */
export function publicVariables(settings: FlowStackSettings, database: PostgresDatabase): Named<string> {
  const own: Named<(typeof PUBLIC)[number]> = {
    FLOWISE_USERNAME: settings.seed.user,
    DATABASE_TYPE: "postgres",
    DATABASE_HOST: database.ready,
    DATABASE_PORT: String(database.port),
    DATABASE_NAME: database.database,
    DATABASE_USER: database.role,
    DATABASE_SSL: String(database.tls === "required"),
    CORE_SERVER_URL: `http://localhost:${PORTS.core}`,
    CORE_UI_URL: `http://localhost:${PORTS.ui}`,
    PROXY_PORT: String(PORTS.proxy),
    PORT: String(PORTS.proxy),
  };
  return { ...settings.variables, ...own };
}

/** The application's secrets, as far as they are known here. */
export function secretVariables(settings: FlowStackSettings, seed: pulumi.Output<string>, { password }: PostgresDatabase): Named<string> {
  const own: Partial<Named<(typeof SECRET)[number]>> = { FLOWISE_PASSWORD: seed, ...(password && { DATABASE_PASSWORD: password }) };
  return { ...settings.secrets, ...own };
}
