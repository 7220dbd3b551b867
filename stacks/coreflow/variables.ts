/** What a variable holds. */
export type Kind =
  /** Text of one line; required where it has no default. */
  | { kind: "text" }
  | { kind: "number"; low: number; high: number }
  /** A secret of a service elsewhere: nobody but its owner can know it. */
  | { kind: "given" }
  /** A secret of what the stack runs itself: made unless an installation gives its own. */
  | { kind: "secret" }
  /** Decided by the stack, which knows where things are. */
  | { kind: "made"; why: string };

export type Variable = Kind & { default?: string };

const OWN = "the stack runs it";

/**
 * What `/opt/coreflow/.env` holds, which the guide leaves to a file that it does not show: an address and an account for each service
 * in its drawing.
 */
export const VARIABLES = {
  POSTGRES_HOST: { kind: "made", why: OWN },
  POSTGRES_PORT: { kind: "made", why: OWN },
  POSTGRES_DB: { kind: "made", why: OWN },
  POSTGRES_USER: { kind: "made", why: OWN },
  POSTGRES_PASSWORD: { kind: "secret" },
  DATABASE_URL: { kind: "made", why: OWN },
  REDIS_HOST: { kind: "made", why: OWN },
  REDIS_PORT: { kind: "made", why: OWN },
  REDIS_PASSWORD: { kind: "secret" },
  REDIS_URL: { kind: "made", why: OWN },
  KAFKA_BROKERS: { kind: "made", why: OWN },
  SCHEMA_REGISTRY_URL: { kind: "made", why: OWN },
  SANITY_PROJECT_ID: { kind: "text" },
  SANITY_DATASET: { kind: "text", default: "production" },
  SANITY_API_TOKEN: { kind: "given" },
  STRIPE_SECRET_KEY: { kind: "given" },
  STRIPE_WEBHOOK_SECRET: { kind: "given" },
  // The guide's chain is shut down, so there is no default. Providers put a key into the address.
  BLOCKCHAIN_RPC_URL: { kind: "given" },
  BLOCKCHAIN_CHAIN_ID: { kind: "number", low: 1, high: Number.MAX_SAFE_INTEGER },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;
export const VARIABLE_NAMES = Object.keys(VARIABLES) as VariableName[];

type Of<K extends Kind["kind"]> = { [Name in VariableName]: (typeof VARIABLES)[Name]["kind"] extends K ? Name : never }[VariableName];
export type TextName = Of<"text">;
export type NumberName = Of<"number">;
export type GivenName = Of<"given">;
export type SecretName = Of<"secret">;
export type MadeName = Of<"made">;

/** The guide's chain, which Polygon shut down in April 2024. */
export const MUMBAI = { chainId: 80_001, word: "mumbai" } as const;
