/** When a stand-in begins to answer as healthy: at once, never, after so many seconds; or it ends right away. */
export type Startup = "now" | "never" | "crash" | number;

export interface FlowmasterStandIn {
  system: "flowmaster";
  service: "backend" | "frontend";
  /** What `/api/version` says and the page shows. */
  version: string;
  /** @default "now" */
  startup?: Startup;
}

/** The one container of FlowStack: proxy, core and UI below one supervisord. */
export interface FlowstackStandIn {
  system: "flowstack";
  service: "app";
  /** What `/api/v1/version` says and the page shows. */
  version: string;
  /** @default "now" */
  startup?: Startup;
}

/** The program that is released: the same for the three services, as images and in an archive. */
export interface FlowraRelease {
  system: "flowra";
  /** What `/api/v1/version` says. */
  version: string;
  /**
   * `bad-migration`: the migrator fails, the API and the worker run. The migrator knows no other than that and `crash`. `bad-worker`: the
   * worker alone crashes. @default "now"
   */
  startup?: Startup | "bad-migration" | "bad-worker" | "new-schema";
}

export interface FlowraStandIn extends FlowraRelease {
  service: "api" | "worker" | "migrator";
}

/** What an application keeps its data in. Obeys the contract of the official image that the guide names. */
export type DataStandIn = (
  | { system: "flowra"; service: "mongodb" | "redis" | "keycloak" | "keycloak-db" }
  | { system: "flowstack"; service: "postgres" }
  | { system: "coreflow"; service: "postgres" | "redis" | "zookeeper" | "kafka" | "schema-registry" | "pgadmin" | "kafka-ui" }
) & {
  /** A label: another version is another digest of the same program. */
  version: string;
};

/** A repository: what a version says of itself and how it behaves is the file `release.json` in it. */
export type SourceStandIn = (
  | { system: "flatlogic"; service: "workspace" }
  | {
      system: "coreflow";
      service:
        "api-gateway" | "cms-service" | "ai-service" | "blockchain-service" | "payments-service" | "coreflow-dashboard" | "coreflow-astro";
    }
) & {
  version: string;
  /** `error`: every answer is a 500. A number: seconds until it listens. `short`: a service of CoreFlow ends two seconds after that. @default "now" */
  startup?: Startup | "error" | "short";
};

export type StandIn = FlowmasterStandIn | FlowstackStandIn | FlowraStandIn | DataStandIn;

/** It becomes an image's tag. */
export function checkVersion({ system, version }: { system: string; version: string }, what: string): void {
  if (!/^[\w][\w.-]{0,40}$/.test(version)) throw new Error(`version "${version}" of ${system} ${what}: use letters, digits, ".", "_", "-"`);
}
