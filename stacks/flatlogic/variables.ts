import { BACKEND_PORT, BASE_DOMAIN, PORTS } from "./guide";

/** What a variable holds. */
export type Kind =
  /** Text of one line. */
  | { kind: "text" }
  /** Lower-case letters, digits and hyphens. */
  | { kind: "name" }
  | { kind: "hostName" }
  /** `wss://…` or `https://…`. */
  | { kind: "url" }
  /** A whole number. */
  | { kind: "number"; low: number; high: number }
  | { kind: "choice"; values: readonly string[] }
  /** Origins of web pages, written one after the other with commas between. */
  | { kind: "origins" }
  /** Given, or not there. */
  | { kind: "secret" }
  /** Generated unless it is given; never shorter than `least` characters. */
  | { kind: "generated"; least: number }
  /** Decided by the stack, which knows where things are. */
  | { kind: "made"; why: string };

export type Variable = Kind & {
  /** Who gets it: the backend by PM2, the agent by `~/executor/.env`. */
  for: readonly ("backend" | "agent")[];
  /** Has to be set. @default false */
  required?: true;
  default?: string | number;
};

const BACKEND = ["backend"] as const;
const AGENT = ["agent"] as const;
const BOTH = ["backend", "agent"] as const;
const PORT = { low: 1024, high: 65_535 };
const HOUR = 3_600_000;

/** Every variable that the guide names. Of those that it names by their beginning alone, those that make a group whole. */
export const VARIABLES = {
  NODE_ENV: { kind: "choice", values: ["dev_stage", "production"], for: BACKEND, default: "dev_stage" },
  PORT: { kind: "number", ...PORT, for: BACKEND },
  ALLOWED_ORIGINS: { kind: "origins", for: BACKEND },
  AUTH_REFRESH_TOKEN_RETENTION_MS: { kind: "number", low: HOUR, high: 3650 * 24 * HOUR, for: BACKEND, default: 7 * 24 * HOUR },
  SECRET_KEY: { kind: "generated", least: 32, for: BACKEND },
  DB_HOST: { kind: "made", why: "the stack runs PostgreSQL on the machine", for: BOTH },
  DB_PORT: { kind: "made", why: "the stack runs PostgreSQL on the machine", for: BOTH },
  DB_NAME: { kind: "made", why: "it is app_<PROJECT_ID>", for: BOTH },
  DB_USER: { kind: "made", why: "it is app_<PROJECT_ID>", for: BOTH },
  DB_PASS: { kind: "generated", least: 16, for: BACKEND },
  GOOGLE_CLIENT_ID: { kind: "text", for: BACKEND },
  GOOGLE_CLIENT_SECRET: { kind: "secret", for: BACKEND },
  MS_CLIENT_ID: { kind: "text", for: BACKEND },
  MS_CLIENT_SECRET: { kind: "secret", for: BACKEND },
  SMTP_HOST: { kind: "text", for: BOTH },
  SMTP_PORT: { kind: "number", low: 1, high: 65_535, for: BOTH },
  SMTP_USER: { kind: "text", for: BOTH },
  SMTP_PASS: { kind: "secret", for: BOTH },
  EMAIL_USER: { kind: "text", for: BACKEND },
  EMAIL_PASS: { kind: "secret", for: BACKEND },
  MAIL_FROM: { kind: "text", for: BOTH },
  MAIL_FROM_NAME: { kind: "text", for: BOTH },
  PROJECT_UUID: { kind: "secret", for: AGENT, required: true },
  PROJECT_ID: { kind: "number", low: 1, high: 999_999_999, for: AGENT, required: true },
  CABLE_URL: { kind: "url", for: AGENT, required: true },
  GEMINI_MODEL: { kind: "text", for: AGENT, required: true },
  SUBDOMAIN: { kind: "name", for: AGENT, required: true },
  BASE_DOMAIN: { kind: "hostName", for: AGENT, default: BASE_DOMAIN },
  FULL_DOMAIN: { kind: "made", why: "it is <SUBDOMAIN>.<BASE_DOMAIN>", for: AGENT },
  HOST_FQDN: { kind: "hostName", for: AGENT, required: true },
  FRONT_PORT: { kind: "made", why: "the stack starts the frontend, and nginx knows it there", for: AGENT },
  SENTRY_DSN: { kind: "secret", for: AGENT },
  CF_TUNNEL_TOKEN: { kind: "made", why: "it is the tunnel's alone, which has it from flowfleet:flatlogic.tunnel.token", for: [] },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;
export const VARIABLE_NAMES = Object.keys(VARIABLES) as VariableName[];

type Entry<Name extends VariableName> = (typeof VARIABLES)[Name];
type Of<K extends Kind["kind"]> = { [Name in VariableName]: Entry<Name>["kind"] extends K ? Name : never }[VariableName];
export type SecretName = Of<"secret" | "generated">;
export type MadeName = Of<"made">;
type Sure = { [Name in VariableName]: Entry<Name> extends { required: true } | { default: string | number } ? Name : never }[VariableName];
type Value<Name extends VariableName, S> = Name extends SecretName
  ? S
  : Entry<Name>["kind"] extends "number"
    ? number
    : Entry<Name>["kind"] extends "origins"
      ? readonly string[]
      : string;

/** Values of those that are set; `S` is what a secret is there. */
export type Values<S> = { [Name in Exclude<Sure, MadeName>]: Value<Name, S> } & {
  [Name in Exclude<VariableName, Sure | MadeName>]?: Value<Name, S> | undefined;
};

/** Variables that are there together, or none of them. By the beginning that they, and nothing else, have in common. */
export const GROUPS = {
  GOOGLE_: ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"],
  MS_: ["MS_CLIENT_ID", "MS_CLIENT_SECRET"],
  SMTP_: ["SMTP_HOST", "SMTP_PORT", "SMTP_USER", "SMTP_PASS"],
  EMAIL_: ["EMAIL_USER", "EMAIL_PASS"],
  MAIL_: ["MAIL_FROM", "MAIL_FROM_NAME"],
} as const satisfies Record<string, readonly VariableName[]>;

/** Beginnings of further variables, which the guide does not spell out, and who gets them. */
export const FURTHER = {
  TELEMETRY_: AGENT,
  OTEL_: AGENT,
  SMTP_: BOTH,
  EMAIL_: BACKEND,
  MAIL_: BOTH,
} as const satisfies Record<string, Variable["for"]>;

/** The variables of the tunnel, which only the tunnel may have. */
export const TUNNEL_PREFIX = "CF_TUNNEL_";

/** Where the backend listens. */
export const backendPort = ({ NODE_ENV, PORT: given }: { NODE_ENV: string; PORT?: number | undefined }): number =>
  NODE_ENV === "dev_stage" ? BACKEND_PORT.dev_stage : (given ?? BACKEND_PORT.otherwise);

/** What the stack decides. */
export const madeVariables = (values: Pick<Values<unknown>, "PROJECT_ID" | "SUBDOMAIN" | "BASE_DOMAIN">, database: string) =>
  ({
    DB_HOST: "127.0.0.1",
    DB_PORT: String(PORTS.postgres),
    DB_NAME: database,
    DB_USER: database,
    FULL_DOMAIN: `${values.SUBDOMAIN}.${values.BASE_DOMAIN}`,
    FRONT_PORT: String(PORTS.frontend),
  }) satisfies Partial<Record<MadeName, string>>;
