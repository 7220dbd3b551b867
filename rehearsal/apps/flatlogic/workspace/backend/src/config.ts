import "./load-env.js";

const { env } = process;
const mode = env.NODE_ENV ?? "development";
const platform = mode === "production" || mode === "dev_stage";

if (mode === "production" && !env.ALLOWED_ORIGINS) throw new Error("ALLOWED_ORIGINS must be configured");
if (platform && !env.SECRET_KEY) throw new Error("SECRET_KEY required");
const NEEDED = ["DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_PASS"];
const missing = NEEDED.filter((name) => !env[name]);
if (platform && missing.length > 0) throw new Error(`Missing required database credentials: ${missing.join(", ")}`);

export const config = {
  mode,
  serverPort: mode === "dev_stage" ? 3000 : Number(env.PORT ?? 8080),
  secretKey: env.SECRET_KEY ?? "development",
  database: {
    host: env.DB_HOST ?? "127.0.0.1",
    port: Number(env.DB_PORT ?? 5432),
    name: env.DB_NAME ?? "app_dev",
    user: env.DB_USER ?? "app_dev",
    password: env.DB_PASS ?? "app_dev",
  },
  /** Milliseconds. */
  tokenRetention: Number(env.AUTH_REFRESH_TOKEN_RETENTION_MS ?? 7 * 24 * 3600 * 1000),
  allowAllOrigins: !env.ALLOWED_ORIGINS,
};
