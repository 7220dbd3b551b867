import { configurationText, environmentOf, publicVariables, secretVariables } from "./configuration";
import type { FlowraSettings } from "./settings";
import { VARIABLES } from "./variables";

const DEFAULTS = Object.fromEntries(
  Object.entries(VARIABLES).flatMap(([name, variable]) => ("default" in variable ? [[name, variable.default]] : [])),
);
const settings = (more: Partial<FlowraSettings> = {}) =>
  ({
    mode: "containers",
    configuration: "environment",
    variables: { ...DEFAULTS, FLOWRA_ENV: "production", FLOWRA_AUTH_JWT_SECRET: "canary" },
    ...more,
  }) as FlowraSettings;

it("has every variable of the guide in the environment, except for the secrets", () => {
  const environment = environmentOf(settings(), "environment");
  expect(environment).toEqual({
    FLOWRA_SERVER_HOST: "0.0.0.0",
    FLOWRA_SERVER_PORT: "8080",
    FLOWRA_SERVER_READ_TIMEOUT: "30s",
    FLOWRA_SERVER_WRITE_TIMEOUT: "30s",
    FLOWRA_SERVER_SHUTDOWN_TIMEOUT: "10s",
    FLOWRA_MONGODB_DATABASE: "flowra",
    FLOWRA_MONGODB_TIMEOUT: "10s",
    FLOWRA_MONGODB_MAX_POOL_SIZE: "100",
    FLOWRA_REDIS_ADDR: "redis:6379",
    FLOWRA_REDIS_DB: "0",
    FLOWRA_REDIS_POOL_SIZE: "10",
    FLOWRA_KEYCLOAK_URL: "http://keycloak:8080",
    FLOWRA_KEYCLOAK_REALM: "flowra",
    FLOWRA_KEYCLOAK_CLIENT_ID: "flowra-backend",
    FLOWRA_AUTH_ACCESS_TOKEN_TTL: "15m",
    FLOWRA_AUTH_REFRESH_TOKEN_TTL: "7d",
    FLOWRA_EVENTBUS_TYPE: "redis",
    FLOWRA_EVENTBUS_REDIS_CHANNEL_PREFIX: "events.",
    FLOWRA_LOG_LEVEL: "info",
    FLOWRA_LOG_FORMAT: "json",
    FLOWRA_WEBSOCKET_READ_BUFFER_SIZE: "1024",
    FLOWRA_WEBSOCKET_WRITE_BUFFER_SIZE: "1024",
    FLOWRA_WEBSOCKET_PING_INTERVAL: "30s",
    FLOWRA_WEBSOCKET_PONG_TIMEOUT: "60s",
    FLOWRA_ENV: "production",
  });
  const secrets = Object.keys(VARIABLES).filter((name) => !(name in environment));
  expect(secrets).toEqual([
    "FLOWRA_MONGODB_URI",
    "FLOWRA_REDIS_PASSWORD",
    "FLOWRA_KEYCLOAK_CLIENT_SECRET",
    "FLOWRA_KEYCLOAK_ADMIN_USERNAME",
    "FLOWRA_KEYCLOAK_ADMIN_PASSWORD",
    "FLOWRA_AUTH_JWT_SECRET",
  ]);
});

it("tells Compose the name of the project where the folder has another one", () => {
  const names = (directory: string) => Object.keys(secretVariables(settings({ directory }), {} as Parameters<typeof secretVariables>[1]));
  expect([names("/opt/flowra"), names("/srv/flowra-eu")]).toEqual([[], ["COMPOSE_PROJECT_NAME"]]);
});

it("finds its neighbours at their own addresses when it runs without a container", () => {
  expect(publicVariables(settings({ mode: "systemd", subnet: "10.91.2.0/24" }))).toMatchObject({
    FLOWRA_SERVER_HOST: "127.0.0.1",
    FLOWRA_REDIS_ADDR: "10.91.2.18:6379",
    FLOWRA_KEYCLOAK_URL: "http://10.91.2.20:8080",
  });
});

it("has all that in config.yaml instead, and only where that is in the environment", () => {
  expect(environmentOf(settings({ configuration: "file" }), "file")).toEqual({ FLOWRA_ENV: "production" });
  expect(configurationText(settings({ configuration: "file" }))).toEqual([
    "# Written by Flowfleet; a change here is undone by the next deployment. Secrets are in .env.",
    "server:",
    '  host: "0.0.0.0"',
    "  port: 8080",
    '  read_timeout: "30s"',
    '  write_timeout: "30s"',
    '  shutdown_timeout: "10s"',
    "mongodb:",
    '  database: "flowra"',
    '  timeout: "10s"',
    "  max_pool_size: 100",
    "redis:",
    '  addr: "redis:6379"',
    "  db: 0",
    "  pool_size: 10",
    "keycloak:",
    '  url: "http://keycloak:8080"',
    '  realm: "flowra"',
    '  client_id: "flowra-backend"',
    "auth:",
    '  access_token_ttl: "15m"',
    '  refresh_token_ttl: "7d"',
    "eventbus:",
    '  type: "redis"',
    '  redis_channel_prefix: "events."',
    "log:",
    '  level: "info"',
    '  format: "json"',
    "websocket:",
    "  read_buffer_size: 1024",
    "  write_buffer_size: 1024",
    '  ping_interval: "30s"',
    '  pong_timeout: "60s"',
  ]);
});
