/** What a variable holds. */
export type Kind =
  /** Text of one line. */
  | { kind: "text" }
  /** Lower-case letters, digits and hyphens. */
  | { kind: "name" }
  /** A whole number. */
  | { kind: "number"; low: number; high: number }
  /** A length of time as Go writes it, with the guide's `d` for days. */
  | { kind: "duration" }
  | { kind: "choice"; values: readonly string[] }
  /** Generated unless it is given; never shorter than `least` characters. */
  | { kind: "secret"; least: number }
  /** Decided by the stack, which knows where things are. */
  | { kind: "made"; why: string };

export type Variable = Kind & {
  /** Its place in `config.yaml`; `FLOWRA_ENV` has none. */
  key: string | undefined;
  /** The guide's. Secrets have none, and the stack says what it makes. */
  default?: string | number;
};

const PORT = { low: 1024, high: 65_535 };
const COUNT = { low: 1, high: 10_000 };
const BUFFER = { low: 256, high: 1_048_576 };

/** Every variable of the guide, and the four that only its `config.yaml` has, in the order of that file. */
export const VARIABLES = {
  FLOWRA_SERVER_HOST: { kind: "made", why: "each release listens on an address of its own", key: "server.host" },
  FLOWRA_SERVER_PORT: { kind: "number", ...PORT, key: "server.port", default: 8080 },
  FLOWRA_SERVER_READ_TIMEOUT: { kind: "duration", key: "server.read_timeout", default: "30s" },
  FLOWRA_SERVER_WRITE_TIMEOUT: { kind: "duration", key: "server.write_timeout", default: "30s" },
  FLOWRA_SERVER_SHUTDOWN_TIMEOUT: { kind: "duration", key: "server.shutdown_timeout", default: "10s" },
  FLOWRA_MONGODB_URI: { kind: "made", why: "the stack runs MongoDB and makes the account", key: "mongodb.uri" },
  FLOWRA_MONGODB_DATABASE: { kind: "name", key: "mongodb.database", default: "flowra" },
  FLOWRA_MONGODB_TIMEOUT: { kind: "duration", key: "mongodb.timeout", default: "10s" },
  FLOWRA_MONGODB_MAX_POOL_SIZE: { kind: "number", ...COUNT, key: "mongodb.max_pool_size", default: 100 },
  FLOWRA_REDIS_ADDR: { kind: "made", why: "the stack runs Redis", key: "redis.addr" },
  FLOWRA_REDIS_PASSWORD: { kind: "secret", least: 16, key: "redis.password" },
  FLOWRA_REDIS_DB: { kind: "number", low: 0, high: 15, key: "redis.db", default: 0 },
  FLOWRA_REDIS_POOL_SIZE: { kind: "number", ...COUNT, key: "redis.pool_size", default: 10 },
  FLOWRA_KEYCLOAK_URL: { kind: "made", why: "the stack runs Keycloak", key: "keycloak.url" },
  FLOWRA_KEYCLOAK_REALM: { kind: "name", key: "keycloak.realm", default: "flowra" },
  FLOWRA_KEYCLOAK_CLIENT_ID: { kind: "name", key: "keycloak.client_id", default: "flowra-backend" },
  FLOWRA_KEYCLOAK_CLIENT_SECRET: { kind: "secret", least: 16, key: "keycloak.client_secret" },
  FLOWRA_KEYCLOAK_ADMIN_USERNAME: { kind: "made", why: "the stack makes the account", key: "keycloak.admin_username" },
  FLOWRA_KEYCLOAK_ADMIN_PASSWORD: { kind: "secret", least: 16, key: "keycloak.admin_password" },
  FLOWRA_AUTH_JWT_SECRET: { kind: "secret", least: 32, key: "auth.jwt_secret" },
  FLOWRA_AUTH_ACCESS_TOKEN_TTL: { kind: "duration", key: "auth.access_token_ttl", default: "15m" },
  FLOWRA_AUTH_REFRESH_TOKEN_TTL: { kind: "duration", key: "auth.refresh_token_ttl", default: "7d" },
  FLOWRA_EVENTBUS_TYPE: { kind: "choice", values: ["redis", "inmemory"], key: "eventbus.type", default: "redis" },
  FLOWRA_EVENTBUS_REDIS_CHANNEL_PREFIX: { kind: "text", key: "eventbus.redis_channel_prefix", default: "events." },
  FLOWRA_LOG_LEVEL: { kind: "choice", values: ["debug", "info", "warn", "error"], key: "log.level", default: "info" },
  FLOWRA_LOG_FORMAT: { kind: "choice", values: ["json", "text"], key: "log.format", default: "json" },
  FLOWRA_WEBSOCKET_READ_BUFFER_SIZE: { kind: "number", ...BUFFER, key: "websocket.read_buffer_size", default: 1024 },
  FLOWRA_WEBSOCKET_WRITE_BUFFER_SIZE: { kind: "number", ...BUFFER, key: "websocket.write_buffer_size", default: 1024 },
  FLOWRA_WEBSOCKET_PING_INTERVAL: { kind: "duration", key: "websocket.ping_interval", default: "30s" },
  FLOWRA_WEBSOCKET_PONG_TIMEOUT: { kind: "duration", key: "websocket.pong_timeout", default: "60s" },
  // Its default is the environment's name.
  FLOWRA_ENV: { kind: "name", key: undefined },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;
export const VARIABLE_NAMES = Object.keys(VARIABLES) as VariableName[];

type Of<K extends Kind["kind"]> = { [Name in VariableName]: (typeof VARIABLES)[Name]["kind"] extends K ? Name : never }[VariableName];
export type SecretName = Of<"secret">;
export type MadeName = Of<"made">;
type NumberName = Of<"number">;
/** Those that everybody may see. */
export type PublicName = Exclude<VariableName, SecretName | MadeName>;

/** Values of the public ones. */
export type PublicVariables = Record<NumberName, number> & Record<Exclude<PublicName, NumberName>, string>;
