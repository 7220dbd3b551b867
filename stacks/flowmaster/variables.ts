import type * as pulumi from "@pulumi/pulumi";
import { password } from "../../components/secrets/password";
import type { SecretVariable } from "../../components/secrets/secret-bundle";
import type { FlowMasterSettings, GeneratedKey } from "./settings";

/**
 * Every variable of the guide, as the backend finds them in its environment file. `SSH_PRIVATE_KEY` is not among them: the key is in the
 * SSH agent of whoever deploys, and the application has no use for it.
 *
 * @param server Address of the machine.
 */
export function variablesOf(settings: FlowMasterSettings, server: pulumi.Input<string>): Record<string, SecretVariable> {
  const { arango, postgres, redis } = settings.databases;
  const given: Record<string, pulumi.Input<string> | number> = {
    APP_URL: settings.appUrl,
    DEPLOY_PATH: settings.directory,
    SERVER_HOST: server,
    ARANGO_HOST: arango.host,
    ARANGO_PORT: arango.port,
    ARANGO_USER: arango.user,
    ARANGO_PASSWORD: arango.password,
    ARANGO_DB: arango.database,
    POSTGRES_GLOBAL_HOST: postgres.host,
    POSTGRES_GLOBAL_PORT: postgres.port,
    POSTGRES_GLOBAL_USER: postgres.user,
    POSTGRES_GLOBAL_PASSWORD: postgres.password,
    POSTGRES_GLOBAL_DB: postgres.database,
    REDIS_HOST: redis.host,
    REDIS_PORT: redis.port,
    REDIS_PASSWORD: redis.password,
    GEMINI_API_KEY: settings.apiKeys.gemini,
    OPENAI_API_KEY: settings.apiKeys.openai,
    OPENROUTER_API_KEY: settings.apiKeys.openrouter,
  };
  return {
    ...Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, { value: typeof value === "number" ? String(value) : value }]),
    ),
    JWT_SECRET: keyOf(settings.keys.jwt),
    ENCRYPTION_KEY: keyOf(settings.keys.encryption),
    SECRET_KEY: keyOf(settings.keys.secret),
  };
}

/** Those that nobody may see. */
const SECRET: readonly string[] = [
  "ARANGO_PASSWORD",
  "POSTGRES_GLOBAL_PASSWORD",
  "REDIS_PASSWORD",
  "JWT_SECRET",
  "ENCRYPTION_KEY",
  "SECRET_KEY",
  "GEMINI_API_KEY",
  "OPENAI_API_KEY",
  "OPENROUTER_API_KEY",
];
/** Those that tell of the machine. */
const OF_A_MACHINE: readonly string[] = ["DEPLOY_PATH", "SERVER_HOST"];

/** The same where there is no machine: public variables and secrets apart. Keys that are not given are made. */
export function variablesOnAws(name: string, settings: FlowMasterSettings, parent: pulumi.Resource) {
  const all = Object.entries(variablesOf(settings, "")).filter(([variable]) => !OF_A_MACHINE.includes(variable));
  const valueOf = (variable: string, known: SecretVariable): pulumi.Input<string> =>
    "value" in known ? known.value : password(`${name}-${variable}`, { rotation: known.rotation, form: known.generate }, parent);
  const values = all.map(([variable, known]) => [variable, valueOf(variable, known)] as const);
  return {
    environment: Object.fromEntries(values.filter(([variable]) => !SECRET.includes(variable))),
    secrets: Object.fromEntries(values.filter(([variable]) => SECRET.includes(variable))),
  };
}

const keyOf = ({ value, rotation }: GeneratedKey): SecretVariable =>
  value === undefined ? { generate: "hex", ...(rotation === undefined ? {} : { rotation }) } : { value };
