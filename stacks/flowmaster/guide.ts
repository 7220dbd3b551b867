/** Where FlowMaster lives in one environment: the table of its guide, and the folders and files below it. */
export interface Place {
  /** Branch from which the application's pipeline deploys. */
  branch: string;
  domain: string;
  frontendPort: number;
  backendPort: number;
  /** `DEPLOY_PATH`. */
  directory: string;
  /** In `environments/` of the directory. */
  envFile: string;
  composeFile: string;
  /** Addresses of the environment's container network. Not in the guide, which lets Docker choose. */
  subnet: string;
}

/**
 * The environments of the guide, and `local`, which is for throwaway servers.
 * Production's ports are the reverse of the others': the frontend has the higher one.
 */
export const ENVIRONMENTS = {
  production: {
    branch: "production",
    domain: "app.flow-master.ai",
    frontendPort: 3002,
    backendPort: 3001,
    directory: "/opt/flowmaster-prod",
    envFile: ".env.production",
    composeFile: "docker-compose.production.yml",
    subnet: "10.90.1.0/24",
  },
  staging: {
    branch: "staging",
    domain: "staging.flow-master.ai",
    frontendPort: 4000,
    backendPort: 4001,
    directory: "/srv/flowmaster/staging",
    envFile: ".env.staging",
    composeFile: "docker-compose.staging.yml",
    subnet: "10.90.2.0/24",
  },
  demo: {
    branch: "demo",
    domain: "demo.flow-master.ai",
    frontendPort: 5000,
    backendPort: 5001,
    directory: "/srv/flowmaster/demo",
    envFile: ".env.demo",
    composeFile: "docker-compose.demo.yml",
    subnet: "10.90.3.0/24",
  },
  development: {
    branch: "develop",
    domain: "dev.flow-master.ai",
    frontendPort: 6000,
    backendPort: 6001,
    directory: "/srv/flowmaster/dev",
    envFile: ".env.development",
    composeFile: "docker-compose.development.yml",
    subnet: "10.90.4.0/24",
  },
  local: {
    branch: "develop",
    domain: "flowmaster.localhost",
    frontendPort: 7000,
    backendPort: 7001,
    directory: "/srv/flowmaster/local",
    envFile: ".env.local",
    composeFile: "docker-compose.local.yml",
    subnet: "10.90.5.0/24",
  },
} as const satisfies Record<string, Place>;

export type Environment = keyof typeof ENVIRONMENTS;
export const ENVIRONMENT_NAMES = Object.keys(ENVIRONMENTS) as Environment[];

/** Ports in the containers. */
export const CONTAINER_PORTS = { backend: 8000, frontend: 80 } as const;

/** Paths in the application. */
export const HEALTH_PATH = "/api/health";
/** Where the frontend's image keeps what Vite built. */
export const WEB_ROOT = "/usr/share/nginx/html";

/** Health checks inside the containers, as the guide has them. */
export const HEALTH_COMMANDS = {
  backend: `curl -fsS http://localhost:${CONTAINER_PORTS.backend}${HEALTH_PATH}`,
  frontend: `wget -q -O /dev/null http://localhost:${CONTAINER_PORTS.frontend}/`,
} as const;

/** Timings, sizes and limits: of the guide, except for the limits of memory, processors and processes, which it leaves open. */
export const DEFAULTS = {
  maxBody: "50 MB",
  /** Longest silence of an answer: AI operations take their time. */
  apiTimeout: "3600 seconds",
  websocketTimeout: "24 hours",
  databasePorts: { arango: 8529, postgres: 5432, redis: 6379 },
  backend: {
    workers: 4,
    /** `appuser`, by number, so that files can belong to it before the image is there. */
    user: "10001:10001",
    health: { interval: "30 seconds", timeout: "10 seconds", retries: 3, startPeriod: "40 seconds" },
    limits: { memory: "1 GB", cpus: 1, pids: 256 },
  },
  frontend: {
    /** `nginx` of the image nginx:alpine. */
    user: "101:101",
    health: { interval: "30 seconds", timeout: "3 seconds", retries: 3, startPeriod: "0 seconds" },
    limits: { memory: "128 MB", cpus: 0.5, pids: 64 },
  },
  drain: "30 seconds",
  compression: { level: 5, minimum: "1 KB" },
} as const;

/** What is otherwise on AWS, for whoever has outgrown a machine. Nothing of it is in the guide. */
export const AWS = {
  network: "10.41.0.0/16",
  /** Pairs that Fargate has. A task of either also runs AWS' proxy, by which they find each other. */
  limits: { backend: { cpus: 1, memory: "2 GB" }, frontend: { cpus: 0.25, memory: "512 MB" } },
  /** With the guide's health checks a bad release is known within five minutes when three tasks start at once, and not when two do. */
  instances: { backend: { min: 3, max: 6 }, frontend: { min: 3, max: 6 } },
  stopTimeout: "30 seconds",
  logs: "30 days",
  /** So slow may one answer in twenty be before somebody is woken: AI operations take their time. */
  slow: "60 seconds",
  /** Seconds that uvicorn keeps an idle connection longer than the load balancer does, which would else meet one that has just gone. */
  keptLonger: 60,
} as const;
