import type { Size } from "../../components/kernel/size";

/** What differs between environments before anybody says anything. The guide has production on AWS, and development in containers. */
interface Environmental {
  /** Branch from which the application's pipeline builds. Not in the guide. */
  branch: string;
  /** Addresses of the container network, of one that runs on a machine. Not in the guide. */
  subnet: string;
  /** What one instance may use. Not in the guide: Flowise is one Node.js process beside two small ones. */
  limits: { cpus: number; memory: Size };
}

export const ENVIRONMENTS = {
  production: { branch: "main", subnet: "10.94.1.0/24", limits: { cpus: 1, memory: "2 GB" } },
  development: { branch: "develop", subnet: "10.94.2.0/24", limits: { cpus: 1, memory: "2 GB" } },
} as const satisfies Record<string, Environmental>;

export type Environment = keyof typeof ENVIRONMENTS;
export const ENVIRONMENT_NAMES = Object.keys(ENVIRONMENTS) as Environment[];

/** Begins the names of all that belongs to it. */
export const PROJECT = "flowstack";
/** On AWS: folder of an environment's parameters. */
export const parametersOf = (environment: Environment): string => `/${PROJECT}/${environment}`;
/** One container with proxy, core API and UI below one supervisord. */
export const SERVICE = "app";
/** Services on a machine with their number in the network. */
export const SERVICES = { app: 0, postgres: 1 } as const;

/** In the container. Only the proxy's answers from outside of it. */
export const PORTS = { proxy: 3000, core: 3001, ui: 8080 } as const;
export const POSTGRES_PORT = 5432;
export const HEALTH_PATH = "/api/v1/ping";
/** Asked inside the container: node:20-alpine has wget, and no curl. */
export const HEALTH_COMMAND = `wget -q -O /dev/null http://127.0.0.1:${PORTS.proxy}${HEALTH_PATH}`;

export const DATABASE = { name: "flowstack", role: "flowstack_admin" } as const;
/** Numbers of user and group: `node` of node:20-alpine, and `postgres` of postgres:15-alpine. */
export const USERS = { app: "1000:1000", postgres: "70:70" } as const;

export const DEFAULTS = {
  seedUser: "hafiz@leadevs.com",
  /** Where the application is told to keep what is in no database. The guide says that it is an EFS mount, and not where. */
  mount: "/usr/src/.flowise",
  /** The same on a machine, and everything else of it. */
  directory: "/opt/flowstack",
  composeFile: "docker-compose.yml",
  volume: "flowstack_postgres_data",
  /** So that a bad release on AWS is known within five minutes: two tasks, 2 x (40 s + 50 s + 3 x (10 s + 3 s) + 20 s). */
  health: { interval: "10 seconds", timeout: "3 seconds", retries: 3, startPeriod: "50 seconds" },
  drain: "30 seconds",
  /** supervisord gives each of its processes ten. */
  stopTimeout: "20 seconds",
  /** Answers of a flow grow while they are read. */
  idleTimeout: "5 minutes",
  maxBody: "50 MB",
  /** On a machine. */
  postgresLimits: { cpus: 0.5, memory: "512 MB" },
} as const;

export const AWS = {
  network: { cidr: "10.40.0.0/16", nat: "one" },
  entrance: { priority: 100 },
  database: { version: "15", instanceClass: "db.t4g.small", storage: "20 GB", maxStorage: "100 GB", backups: "7 days" },
  /** Directory in the share. */
  files: { directory: "/flowstack" },
  instances: { min: 2, max: 4 },
  logs: "30 days",
} as const;
