import type * as pulumi from "@pulumi/pulumi";
import { FIRST_ROTATION, password } from "../../components/secrets/password";
import type { CoreFlowSettings, Rotated } from "./settings";
import { ROTATED } from "./settings";
import type { SecretName } from "./variables";

/** Variables by which an installation that exists already gives its secret. The others are nobody's but the stack's. */
const GIVEN: Partial<Record<Rotated, SecretName>> = { postgres: "POSTGRES_PASSWORD", redis: "REDIS_PASSWORD" };

/** Every secret that the stack makes, unless it is given. */
export function passwordsOf(name: string, settings: CoreFlowSettings, parent: pulumi.Resource): Record<Rotated, pulumi.Output<string>> {
  const entries = ROTATED.map((of) => {
    const given = GIVEN[of];
    const value = given && settings.variables[given];
    return [of, password(`${name}-${of}`, { value, rotation: settings.rotation[of] ?? FIRST_ROTATION }, parent)];
  });
  return Object.fromEntries(entries) as Record<Rotated, pulumi.Output<string>>;
}
