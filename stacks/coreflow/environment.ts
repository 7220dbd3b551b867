import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../../components/kernel/map-values";
import type { SecretVariable } from "../../components/secrets/secret-bundle";
import { DEFAULTS, NEIGHBOURS, SERVICE_NAMES } from "./guide";
import type { Service } from "./guide";
import type { CoreFlowSettings } from "./settings";
import type { MadeName, SecretName } from "./variables";
import { VARIABLE_NAMES, VARIABLES } from "./variables";

/** Where the services find what keeps their data, and by which passwords. */
export interface Places {
  postgres: { address: pulumi.Input<string>; port: number; password: pulumi.Input<string> };
  redis: { address: pulumi.Input<string>; port: number; password: pulumi.Input<string> };
  /** `host:port`, as programs of the machine reach it. */
  kafka: pulumi.Input<string>;
  /** Address of the Schema Registry, without a slash at its end. */
  schemaRegistry: pulumi.Input<string>;
}

/** What `.env` holds, in the order of the table, and then what the guide does not know. */
export function secretVariables({ variables, more }: CoreFlowSettings, places: Places): Record<string, SecretVariable> {
  const made: Record<string, pulumi.Input<string>> = madeVariables(places);
  const given: Record<string, pulumi.Input<string> | number> = variables;
  const values = mapValues(VARIABLES, (_, name) => {
    const value = made[name] ?? given[name] ?? "";
    return typeof value === "number" ? String(value) : value;
  });
  return mapValues({ ...values, ...more }, (value) => ({ value }));
}

/** Of all that a service is told, in `.env` or by itself. */
export const variableNames = (settings: CoreFlowSettings): string[] => [
  ...new Set([
    ...VARIABLE_NAMES,
    ...Object.keys(settings.more),
    ...SERVICE_NAMES.flatMap((service) => [...Object.keys(publicVariables(service, settings)), settings.services[service].portVariable]),
  ]),
];

function madeVariables({ postgres, redis, kafka, schemaRegistry }: Places): Record<MadeName | SecretName, pulumi.Input<string>> {
  const { database, role } = DEFAULTS;
  const encoded = (password: pulumi.Input<string>) => pulumi.output(password).apply(encodeURIComponent);
  return {
    POSTGRES_HOST: postgres.address,
    POSTGRES_PORT: String(postgres.port),
    POSTGRES_DB: database,
    POSTGRES_USER: role,
    POSTGRES_PASSWORD: postgres.password,
    DATABASE_URL: pulumi.interpolate`postgresql://${role}:${encoded(postgres.password)}@${postgres.address}:${postgres.port}/${database}`,
    REDIS_HOST: redis.address,
    REDIS_PORT: String(redis.port),
    REDIS_PASSWORD: redis.password,
    REDIS_URL: pulumi.interpolate`redis://:${encoded(redis.password)}@${redis.address}:${redis.port}`,
    KAFKA_BROKERS: kafka,
    SCHEMA_REGISTRY_URL: schemaRegistry,
  };
}

/** What everybody may see of what a service is told: the ecosystem file has it, as the guide's does. Its port comes with each release. */
export const publicVariables = (service: Service, { services }: CoreFlowSettings): Record<string, string> => ({
  NODE_ENV: "production",
  ...(services[service].switching === "port" ? {} : { [services[service].portVariable]: String(services[service].port) }),
  ...(service === "api-gateway" ? mapValues(NEIGHBOURS, (of) => `http://127.0.0.1:${services[of].port}`) : {}),
});
