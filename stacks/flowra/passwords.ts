import type * as pulumi from "@pulumi/pulumi";
import { FIRST_ROTATION, password } from "../../components/secrets/password";
import type { FlowraSettings, Rotated } from "./settings";
import { ROTATED } from "./settings";
import type { SecretName } from "./variables";

/** Variables by which an installation that exists already gives its secret. The others are nobody's but the stack's. */
const GIVEN: Partial<Record<Rotated, SecretName>> = {
  redis: "FLOWRA_REDIS_PASSWORD",
  keycloakAccount: "FLOWRA_KEYCLOAK_ADMIN_PASSWORD",
  keycloakClient: "FLOWRA_KEYCLOAK_CLIENT_SECRET",
  jwt: "FLOWRA_AUTH_JWT_SECRET",
};

export const rotationOf = ({ rotation }: FlowraSettings, of: Rotated): string => rotation[of] ?? FIRST_ROTATION;

/** Every secret of Flowra, made unless it is given. */
export function passwordsOf(name: string, settings: FlowraSettings, parent: pulumi.Resource): Record<Rotated, pulumi.Output<string>> {
  const entries = ROTATED.map((of) => {
    const given = GIVEN[of];
    const value = given && settings.variables[given];
    const rotation = rotationOf(settings, of);
    return [of, password(`${name}-${of}`, { value, rotation, form: of === "jwt" ? "hex" : "password" }, parent)];
  });
  return Object.fromEntries(entries) as Record<Rotated, pulumi.Output<string>>;
}
