import { REALM_ROLES } from "../../components/data/realm-settings";
import type { Size } from "../../components/kernel/size";

/** Where Flowra lives in one environment. The guide names production's addresses and folder; the others follow their pattern. */
export interface Place {
  /** Branch from which the application's pipeline deploys. Not in the guide. */
  branch: string;
  domain: string;
  authDomain: string;
  composeFile: string;
  /** Addresses of the environment's container network. Not in the guide, which lets Docker choose. */
  subnet: string;
  /** What the guide's table of system requirements asks of the server. */
  size: { cpus: number; memory: Size; disk: Size };
}

export const ENVIRONMENTS = {
  production: {
    branch: "main",
    domain: "api.flowra.com",
    authDomain: "auth.flowra.com",
    composeFile: "docker-compose.prod.yml",
    subnet: "10.91.1.0/24",
    size: { cpus: 8, memory: "16 GB", disk: "100 GB" },
  },
  staging: {
    branch: "staging",
    domain: "api.staging.flowra.com",
    authDomain: "auth.staging.flowra.com",
    composeFile: "docker-compose.yml",
    subnet: "10.91.2.0/24",
    size: { cpus: 4, memory: "8 GB", disk: "50 GB" },
  },
  development: {
    branch: "develop",
    domain: "api.dev.flowra.com",
    authDomain: "auth.dev.flowra.com",
    composeFile: "docker-compose.yml",
    subnet: "10.91.3.0/24",
    size: { cpus: 2, memory: "4 GB", disk: "10 GB" },
  },
} as const satisfies Record<string, Place>;

export type Environment = keyof typeof ENVIRONMENTS;
export const ENVIRONMENT_NAMES = Object.keys(ENVIRONMENTS) as Environment[];

/** Its compose project, and the beginning of the names of its containers, services and units. */
export const PROJECT = "flowra";
export const NETWORK = "flowra-network";

/** Services with their number in the network, which decides their addresses. */
export const SERVICES = { api: 0, worker: 1, migrator: 2, mongodb: 3, redis: 4, keycloak: 5, "keycloak-db": 6 } as const;
export type Service = keyof typeof SERVICES;
export const SERVICE_NAMES = Object.keys(SERVICES) as Service[];

/** Three binaries, in containers of their own or as services of the machine. */
export const APPLICATION = ["api", "worker", "migrator"] as const satisfies readonly Service[];
/** Containers either way: they keep data, or serve what does. */
export const DATA = ["mongodb", "redis", "keycloak", "keycloak-db"] as const satisfies readonly Service[];

/** Those that are here even where MongoDB and Redis are elsewhere. */
export const dataOf = ({ databases }: { databases?: object | undefined }): readonly (typeof DATA)[number][] =>
  databases === undefined ? DATA : ["keycloak", "keycloak-db"];

/** Ports that answer on the server's 127.0.0.1, and in the containers. The API's is `FLOWRA_SERVER_PORT`. */
export const PORTS = { mongodb: 27017, redis: 6379, keycloak: 8090 } as const;
/** Keycloak listens on 8080 in its container: 8090 is what the guide publishes. */
export const KEYCLOAK_PORT = 8080;

export const VOLUMES = { mongodb: "mongodb_data", redis: "redis_data", keycloakDatabase: "keycloak_db_data" } as const;

export const PATHS = {
  liveness: "/health",
  readiness: "/ready",
  metrics: "/metrics",
  websocket: "/api/v1/ws",
  /** Nobody outside has any business with them. */
  hidden: ["/metrics", "/debug/pprof", "/health/details"],
  keycloak: {
    liveness: "/health/live",
    admin: ["/admin/", "/realms/master/"],
    /** Version 23 has them on the port that serves everybody. */
    hidden: ["/metrics", "/health"],
  },
} as const;

/** Addresses on the loopback device on which releases of the API take turns when they run without a container. */
export const LOOPBACK = ["127.0.0.31", "127.0.0.32"] as const;

/** What prints to the journal, and in which files its lines are, too. The guide also names /opt/flowra/logs; its own commands read these. */
export const LOG_FILES = { api: "/var/log/flowra/api.log", worker: "/var/log/flowra/worker.log" } as const;

/** Numbers of user and group in the containers, so that files can belong to them before the images are there. */
export const USERS = {
  api: "10001:10001",
  worker: "10001:10001",
  migrator: "10001:10001",
  mongodb: "999:999",
  // redis:7-alpine and postgres:15-alpine, as the guide has them.
  redis: "999:1000",
  keycloak: "1000:1000",
  "keycloak-db": "70:70",
} as const satisfies Record<Service, string>;

export const DEFAULTS = {
  directory: "/opt/flowra",
  /** Account of the services that run without a container. */
  user: "flowra",
  /** Where the images start the application: that of the guide's services. */
  workingDirectory: "/opt/flowra",
  /** Docker's health check of the API, as the guide has it. */
  health: { interval: "30 seconds", timeout: "10 seconds", retries: 3, startPeriod: "30 seconds" },
  /** Of the readiness probe of the guide, which a release has to pass. */
  readinessTimeout: "3 seconds",
  /** The liveness probe of the guide. */
  liveness: { every: "10 seconds", timeout: "5 seconds", failures: 3, startPeriod: "30 seconds" },
  /** How long a database that is unhealthy may be busy with its start, such as with what a power cut left: one restarted then never comes up. */
  dataStart: "5 minutes",
  /** Keycloak compiles its settings when it starts. */
  keycloakStart: "5 minutes",
  /** The worker answers no requests: it counts as healthy once it has run for so long. */
  workerAlive: "10 seconds",
  drain: "30 seconds",
  deadlines: {
    /** The health check's start period, and then the readiness probe's tries: 30 s + 3 x (5 s + 3 s). */
    api: "54 seconds",
    worker: "60 seconds",
    migrator: "10 minutes",
  },
  /**
   * The guide gives the application Keycloak's own administrator, and does not say what for. So it may do all in its realm, but log in as
   * somebody else, and delete what is recorded.
   */
  accountRoles: REALM_ROLES.filter((role) => role !== "impersonation" && role !== "manage-events"),
  maxBody: "10 MB",
  apiTimeout: "60 seconds",
  /** Longer than the application's own pong timeout of 60 s, which closes a silent WebSocket. */
  websocketTimeout: "5 minutes",
  /** Per address of a client. */
  rateLimit: { perSecond: 50, burst: 100 },
  authRateLimit: { perSecond: 20, burst: 60 },
} as const;

/** Of an API on AWS, for whoever has outgrown a machine. Nothing of it is in the guide. */
export const AWS = {
  network: "10.42.0.0/16",
  /** A pair that Fargate has. */
  limits: { cpus: 1, memory: "2 GB" },
  /** With the guide's health check a bad release is known within five minutes when three tasks start at once, and not when two do. */
  instances: { min: 3, max: 6 },
  logs: "30 days",
  /**
   * What the load balancer lets through, and nothing else: a list of what is hidden, as a machine's nginx has it, would be passed by
   * whoever spells a path another way.
   */
  paths: ["/api/", PATHS.liveness, PATHS.readiness],
} as const;
