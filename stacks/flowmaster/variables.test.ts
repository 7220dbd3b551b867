import type { FlowMasterSettings } from "./settings";
import { variablesOf } from "./variables";

const account = (what: string) => ({
  host: `${what}.example.com`,
  port: 1,
  user: `${what}-user`,
  password: `${what}-password`,
  database: `${what}-db`,
});
const SETTINGS = {
  appUrl: "https://staging.flow-master.ai",
  directory: "/srv/flowmaster/staging",
  databases: { arango: account("arango"), postgres: account("postgres"), redis: account("redis") },
  apiKeys: { gemini: "g", openai: "o", openrouter: "r" },
  keys: { jwt: {}, encryption: { value: "from before" }, secret: { rotation: "2026-11" } },
} as unknown as FlowMasterSettings;

it("has every variable of the guide, except for the SSH key", () => {
  expect(variablesOf(SETTINGS, "203.0.113.10")).toEqual({
    SERVER_HOST: { value: "203.0.113.10" },
    DEPLOY_PATH: { value: "/srv/flowmaster/staging" },
    APP_URL: { value: "https://staging.flow-master.ai" },
    ARANGO_HOST: { value: "arango.example.com" },
    ARANGO_PORT: { value: "1" },
    ARANGO_USER: { value: "arango-user" },
    ARANGO_PASSWORD: { value: "arango-password" },
    ARANGO_DB: { value: "arango-db" },
    POSTGRES_GLOBAL_HOST: { value: "postgres.example.com" },
    POSTGRES_GLOBAL_PORT: { value: "1" },
    POSTGRES_GLOBAL_USER: { value: "postgres-user" },
    POSTGRES_GLOBAL_PASSWORD: { value: "postgres-password" },
    POSTGRES_GLOBAL_DB: { value: "postgres-db" },
    REDIS_HOST: { value: "redis.example.com" },
    REDIS_PORT: { value: "1" },
    REDIS_PASSWORD: { value: "redis-password" },
    JWT_SECRET: { generate: "hex" },
    ENCRYPTION_KEY: { value: "from before" },
    SECRET_KEY: { generate: "hex", rotation: "2026-11" },
    GEMINI_API_KEY: { value: "g" },
    OPENAI_API_KEY: { value: "o" },
    OPENROUTER_API_KEY: { value: "r" },
  });
});
