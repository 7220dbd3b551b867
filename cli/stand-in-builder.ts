import {
  machineScript,
  POSTGRES_VERSION,
  standInArchive,
  standInFiles,
  standInImage,
  type SourceStandIn,
  type StandIn,
} from "../rehearsal/apps";
import type { StandInBuilder } from "../rehearsal/local-releases";
import { CliError } from "./explain";

/** Services that have a stand-in, by system. */
const STAND_INS: Readonly<Record<string, readonly string[]>> = {
  flowmaster: ["backend", "frontend"],
  flowra: ["api", "worker", "migrator", "mongodb", "redis", "keycloak", "keycloak-db"],
  flowstack: ["app", "postgres"],
  coreflow: ["postgres", "redis", "zookeeper", "kafka", "schema-registry", "pgadmin", "kafka-ui"],
};

const REPOSITORIES: Readonly<Record<string, readonly string[]>> = {
  flatlogic: ["workspace"],
  coreflow: ["api-gateway", "cms-service", "ai-service", "blockchain-service", "payments-service", "coreflow-dashboard", "coreflow-astro"],
};

/** Where what is in an image is not of the version that its release names, and its data would tell. */
const HELD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  coreflow: { postgres: POSTGRES_VERSION },
  flowstack: { postgres: POSTGRES_VERSION },
};

/** The first version of every application; databases are of the version that their release names. */
export const standInBuilder = (signal: AbortSignal): StandInBuilder => ({
  image: async ({ system, service, version: named }, report) => {
    if (!STAND_INS[system]?.includes(service)) throw noStandIn(system, service);
    const version = HELD[system]?.[service] ?? named;
    const local = await standInImage({ system, service, version: version ?? "v1" } as StandIn, { report, signal });
    return { local, ...(version !== undefined && { version }) };
  },
  archive: ({ system, service }, report) => {
    if (system !== "flowra") throw noStandIn(system, service);
    return standInArchive({ system, version: "v1" }, { report, signal });
  },
  machine: machineScript,
  source: ({ system, service }) => {
    if (!REPOSITORIES[system]?.includes(service)) throw noStandIn(system, service);
    return standInFiles({ system, service, version: "v1" } as SourceStandIn);
  },
});

const noStandIn = (system: string, service: string): CliError => new CliError(`There is no stand-in for ${system}'s ${service}.`);
