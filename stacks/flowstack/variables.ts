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
  "DATABASE_SSL_KEY_BASE64",
  "DATABASE_REJECT_UNAUTHORIZED",
  "CORE_SERVER_URL",
  "CORE_UI_URL",
  "PROXY_PORT",
  "PORT",
  "SECRETKEY_PATH",
  "APIKEY_PATH",
  "BLOB_STORAGE_PATH",
  "LOG_PATH",
  "HOME",
] as const;
/** The secret ones. */
export const SECRET = ["FLOWISE_PASSWORD", "DATABASE_PASSWORD"] as const;

type Named<Name extends string> = Record<Name, pulumi.Input<string>>;

type Own = Named<Exclude<(typeof PUBLIC)[number], keyof ReturnType<typeof vouching>>>;

/**
 * The application's public variables.
 *
 * @param database Beside what every database says, PEM of those who vouch for it, where it speaks TLS.
 */
export function publicVariables(settings: FlowStackSettings, database: PostgresDatabase & { authorities?: string }): Named<string> {
  const own: Own = {
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
    ...folders(settings.mount),
  };
  return { ...settings.variables, ...own, ...(database.authorities !== undefined && vouching(database.authorities)) };
}

/**
 * Where Flowise keeps what is in no database: the key that encrypts credentials, keys of its API, uploads. What it puts elsewhere is below its home,
 * in which it makes a folder whenever it starts; its logs it writes to a folder of its own program, unless it is told another.
 */
const folders = (mount: string) => ({
  SECRETKEY_PATH: mount,
  APIKEY_PATH: mount,
  BLOB_STORAGE_PATH: `${mount}/storage`,
  LOG_PATH: "/tmp/logs",
  HOME: mount,
});

/**
 * `DATABASE_SSL` alone makes Flowise verify by the system's store, which has nobody who vouches for RDS: it would not connect. From 1.4.12 on it
 * takes the certificates themselves; whether the server is then verified is the second word, which 3.1.4 knows. A Flowise in between speaks TLS
 * to whoever answers.
 */
const vouching = (authorities: string) => ({
  DATABASE_SSL_KEY_BASE64: Buffer.from(authorities).toString("base64"),
  DATABASE_REJECT_UNAUTHORIZED: "true",
});

/** The application's secrets, as far as they are known here. */
export function secretVariables(settings: FlowStackSettings, seed: pulumi.Output<string>, { password }: PostgresDatabase): Named<string> {
  const own: Partial<Named<(typeof SECRET)[number]>> = { FLOWISE_PASSWORD: seed, ...(password && { DATABASE_PASSWORD: password }) };
  return { ...settings.secrets, ...own };
}
