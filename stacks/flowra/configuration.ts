import type * as pulumi from "@pulumi/pulumi";
import type { Lines } from "../../components/kernel/lines";
import type { SecretVariable } from "../../components/secrets/secret-bundle";
import { KEYCLOAK_PORT, PORTS, PROJECT } from "./guide";
import type { FlowraSettings } from "./settings";
import type { MadeName, PublicName, SecretName } from "./variables";
import { VARIABLES } from "./variables";

/** Where the application listens and finds its neighbours, which depends on where it runs. */
const PLACES: Record<FlowraSettings["mode"], Record<Exclude<MadeName, "FLOWRA_MONGODB_URI">, string>> = {
  containers: {
    FLOWRA_SERVER_HOST: "0.0.0.0",
    FLOWRA_REDIS_ADDR: `redis:${PORTS.redis}`,
    FLOWRA_KEYCLOAK_URL: `http://keycloak:${KEYCLOAK_PORT}`,
  },
  systemd: {
    // For the worker and the migrator; each release of the API is told its own.
    FLOWRA_SERVER_HOST: "127.0.0.1",
    FLOWRA_REDIS_ADDR: `127.0.0.1:${PORTS.redis}`,
    FLOWRA_KEYCLOAK_URL: `http://127.0.0.1:${PORTS.keycloak}`,
  },
};

/** Values that the stack makes, each with what stands for it before it is made. */
export type Made = Record<SecretName | "FLOWRA_MONGODB_URI", { value: pulumi.Input<string>; known: pulumi.Input<string> }>;

/** What `.env` holds: the secrets, and what Compose reads there where the folder's name is not the project's. */
export const secretVariables = ({ directory }: FlowraSettings, made: Made): Record<string, SecretVariable> => ({
  ...made,
  ...(directory.endsWith(`/${PROJECT}`) ? {} : { COMPOSE_PROJECT_NAME: { value: PROJECT } }),
});

/** The variables that everybody may see, whichever way the application gets them. */
export function publicVariables({ mode, variables }: FlowraSettings): Record<string, string | number> {
  const isPublic = (name: string): name is PublicName => !["secret", "made"].includes(VARIABLES[name as PublicName].kind);
  const values = Object.entries({ ...PLACES[mode], ...variables }).filter(([name]) => isPublic(name) || name in PLACES[mode]);
  return Object.fromEntries(values) as Record<string, string | number>;
}

/** Those that are set in the environment: all, or with a file what it has no place for and where it is. */
export function environmentOf(settings: FlowraSettings, file?: string): Record<string, string> {
  const all = Object.entries(publicVariables(settings)).map(([name, value]) => [name, String(value)] as const);
  if (file === undefined) return Object.fromEntries(all);
  return { ...Object.fromEntries(all.filter(([name]) => keyOf(name) === undefined)), FLOWRA_CONFIG: file };
}

/** `config.yaml`. A variable of the same name has precedence, and so have the secrets, which are not in here. */
export function configurationText(settings: FlowraSettings): Lines {
  const sections = new Map<string, string[]>();
  const values = publicVariables(settings);
  for (const name of Object.keys(VARIABLES).filter((one) => one in values)) {
    const [section, key] = keyOf(name)?.split(".") ?? [];
    if (section === undefined || key === undefined) continue;
    sections.set(section, [...(sections.get(section) ?? []), `  ${key}: ${JSON.stringify(values[name])}`]);
  }
  return [
    "# Written by Flowfleet; a change here is undone by the next deployment. Secrets are in .env.",
    ...[...sections].flatMap(([section, lines]) => [`${section}:`, ...lines]),
  ];
}

const keyOf = (name: string): string | undefined => (VARIABLES as Record<string, { key: string | undefined }>)[name]?.key;
