import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../components/host/host";
import type { LivenessArgs } from "../../components/service/liveness";
import { Liveness } from "../../components/service/liveness";
import type { DATA } from "./guide";
import { dataOf, DEFAULTS, KEYCLOAK_PORT, PATHS, PROJECT } from "./guide";
import type { FlowraSettings } from "./settings";

type Watched = Pick<LivenessArgs, "target" | "probe"> & Partial<Pick<LivenessArgs, "startPeriod">>;

/**
 * Looks after each process: Docker and systemd see one that ends, but not one that hangs. Of a database that Docker
 * calls it healthy: five answers missing in a row; one that is slow because it has much to do must not be killed for it.
 */
export function watch(name: string, { host, settings }: { host: Host; settings: FlowraSettings }, parent: pulumi.Resource): void {
  const watched: Record<string, Watched> = {
    api: { target: { service: `${PROJECT}-api` }, probe: { path: PATHS.liveness, port: settings.variables.FLOWRA_SERVER_PORT } },
    worker: { target: { service: `${PROJECT}-worker` }, probe: { process: true } },
    ...Object.fromEntries(
      dataOf(settings).map((service) => [service, { target: { container: `${PROJECT}-${service}` }, ...probeOf(service) }]),
    ),
  };
  for (const [service, what] of Object.entries(watched)) {
    new Liveness(`${name}-${service}-liveness`, { host, service: `${PROJECT}-${service}`, ...DEFAULTS.liveness, ...what }, { parent });
  }
}

const probeOf = (service: (typeof DATA)[number]): Omit<Watched, "target"> =>
  service === "keycloak"
    ? { probe: { path: PATHS.keycloak.liveness, port: KEYCLOAK_PORT }, startPeriod: DEFAULTS.keycloakStart }
    : { probe: { process: true }, startPeriod: DEFAULTS.dataStart };
