import { machineScript, standInArchive, standInFiles, standInImage, type SourceStandIn, type StandIn } from "../rehearsal/apps";
import type { StandInBuilder } from "../rehearsal/local-releases";
import { CliError } from "./explain";

/** Services that have a stand-in, by system. */
const STAND_INS: Readonly<Record<string, readonly string[]>> = {
  flowmaster: ["backend", "frontend"],
  flowra: ["api", "worker", "migrator", "mongodb", "redis", "keycloak", "keycloak-db"],
};

const REPOSITORIES: Readonly<Record<string, readonly string[]>> = {
  flatlogic: ["workspace"],
};

/** The first version of every application; databases are of the version that their release names. */
export const standInBuilder = (signal: AbortSignal): StandInBuilder => ({
  image: ({ system, service, version = "v1" }, report) => {
    if (!STAND_INS[system]?.includes(service)) throw noStandIn(system, service);
    return standInImage({ system, service, version } as StandIn, { report, signal });
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
