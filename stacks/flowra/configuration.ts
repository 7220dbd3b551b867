import type * as pulumi from "@pulumi/pulumi";
import { parseSubnet } from "../../components/kernel/ipv4";
import type { Lines } from "../../components/kernel/lines";
import { mapValues } from "../../components/kernel/map-values";
import type { SecretVariable } from "../../components/secrets/secret-bundle";
import { addressesIn } from "../../components/service/container-network";
import { KEYCLOAK_PORT, PORTS, PROJECT, SERVICES } from "./guide";
import type { Service } from "./guide";
import type { FlowraSettings } from "./settings";
import type { MadeName, PublicName, SecretName } from "./variables";
import { VARIABLES } from "./variables";

/** What the stack makes together with a secret. */
type Account = "FLOWRA_MONGODB_URI" | "FLOWRA_KEYCLOAK_ADMIN_USERNAME";

/** Where the application listens and finds its neighbours, which depends on where it runs. */
const placesOf = (settings: FlowraSettings): Places => ({ ...ownPlacesOf(settings), ...redisElsewhere(settings) });

type Places = Record<Exclude<MadeName, Account>, string>;

const redisElsewhere = ({ databases }: FlowraSettings): Partial<Places> =>
  databases === undefined ? {} : { FLOWRA_REDIS_ADDR: `${databases.redis.address}:${databases.redis.port}` };

const ownPlacesOf = ({ mode, subnet }: FlowraSettings): Places =>
  mode === "containers"
    ? {
        FLOWRA_SERVER_HOST: "0.0.0.0",
        FLOWRA_REDIS_ADDR: `redis:${PORTS.redis}`,
        FLOWRA_KEYCLOAK_URL: `http://keycloak:${KEYCLOAK_PORT}`,
      }
    : {
        // For the worker and the migrator; each release of the API is told its own.
        FLOWRA_SERVER_HOST: "127.0.0.1",
        // Not the listeners on 127.0.0.1, which are for people: nginx ends a connection through it some time after a reload.
        FLOWRA_REDIS_ADDR: `${addressOf(subnet, "redis")}:${PORTS.redis}`,
        FLOWRA_KEYCLOAK_URL: `http://${addressOf(subnet, "keycloak")}:${KEYCLOAK_PORT}`,
      };

/** Of a database, which never moves. */
const addressOf = (subnet: string, service: Service): string => addressesIn(parseSubnet(subnet), SERVICES[service])[0];

/** Values that the stack makes. */
export type Made = Record<SecretName | Account, pulumi.Input<string>>;

/** What `.env` holds: the secrets, and what Compose reads there where the folder's name is not the project's. */
export const secretVariables = ({ directory }: FlowraSettings, made: Made): Record<string, SecretVariable> => ({
  ...mapValues(made, (value) => ({ value })),
  ...(directory.endsWith(`/${PROJECT}`) ? {} : { COMPOSE_PROJECT_NAME: { value: PROJECT } }),
});

/** The variables that everybody may see, whichever way the application gets them. */
export function publicVariables(settings: FlowraSettings, places = placesOf(settings)): Record<string, string | number> {
  const isPublic = (name: string): name is PublicName => !["secret", "made"].includes(VARIABLES[name as PublicName].kind);
  const values = Object.entries({ ...places, ...settings.variables }).filter(([name]) => isPublic(name) || name in places);
  return Object.fromEntries(values) as Record<string, string | number>;
}

/** All of an API on AWS. Keycloak is asked by its public name. */
export const environmentOnAws = (settings: FlowraSettings): Record<string, string> => {
  const places = { ...placesOf(settings), FLOWRA_SERVER_HOST: "0.0.0.0", FLOWRA_KEYCLOAK_URL: `https://${settings.authDomain}` };
  return Object.fromEntries(Object.entries(publicVariables(settings, places)).map(([name, value]) => [name, String(value)]));
};

/** Its secrets, all of which somebody else made. The configuration was checked for them. */
export function secretsOnAws({ variables, databases, account }: FlowraSettings): Made {
  const given = (name: SecretName) => variables[name] ?? "";
  return {
    FLOWRA_MONGODB_URI: databases?.mongodb.uri ?? "",
    FLOWRA_REDIS_PASSWORD: databases?.redis.password ?? "",
    FLOWRA_KEYCLOAK_CLIENT_SECRET: given("FLOWRA_KEYCLOAK_CLIENT_SECRET"),
    FLOWRA_KEYCLOAK_ADMIN_USERNAME: account.name ?? "",
    FLOWRA_KEYCLOAK_ADMIN_PASSWORD: given("FLOWRA_KEYCLOAK_ADMIN_PASSWORD"),
    FLOWRA_AUTH_JWT_SECRET: given("FLOWRA_AUTH_JWT_SECRET"),
  };
}

/** Those that are set in the environment: all, or those alone that `config.yaml` has no place for. */
export function environmentOf(settings: FlowraSettings, from: FlowraSettings["configuration"]): Record<string, string> {
  const all = Object.entries(publicVariables(settings)).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(from === "file" ? all.filter(([name]) => keyOf(name) === undefined) : all);
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
