import type { Size } from "../../components/kernel/size";

/** Where CoreFlow lives in one environment. The guide has one server, and a table of three sizes of it. */
export interface Place {
  /** Branch from which the application's pipeline deploys. Not in the guide, whose `git clone` takes the default. */
  branch: string;
  /** Addresses of the container network. Not in the guide, which lets Docker choose. */
  subnet: string;
  /** What the guide's table of server specs asks of it, by its columns Production, Recommended and Minimum. */
  size: { cpus: number; memory: Size; disk: Size };
  /** How many processes of a service run. The guide has 2 everywhere; its smallest server has no room for them. */
  instances: number;
}

export const ENVIRONMENTS = {
  production: { branch: "main", subnet: "10.92.1.0/24", size: { cpus: 8, memory: "16 GB", disk: "500 GB" }, instances: 2 },
  staging: { branch: "staging", subnet: "10.92.2.0/24", size: { cpus: 4, memory: "8 GB", disk: "100 GB" }, instances: 2 },
  development: { branch: "develop", subnet: "10.92.3.0/24", size: { cpus: 2, memory: "4 GB", disk: "50 GB" }, instances: 1 },
} as const satisfies Record<string, Place>;

export type Environment = keyof typeof ENVIRONMENTS;
export const ENVIRONMENT_NAMES = Object.keys(ENVIRONMENTS) as Environment[];

/** The beginning of the names of its containers and of what nginx knows its services by. */
export const PROJECT = "coreflow";
export const NETWORK = "coreflow-network";
/** Account that owns PM2 and runs the services. The guide has whoever deploys. */
export const USER = "coreflow";
/** Account that builds. Not the services' own: install scripts of packages could read the services' secrets, and command their PM2. */
export const BUILDER = "coreflow-build";
export const DIRECTORY = "/opt/coreflow";

/** The processes of PM2 with the guide's ports, by the folder below `apps/` that the guide gives each. PM2 knows them by the same name. */
export const SERVICES = {
  "api-gateway": { port: 3000, script: "dist/main.js" },
  "cms-service": { port: 3001, script: "dist/main.js" },
  "ai-service": { port: 8000, script: "dist/main.js" },
  "blockchain-service": { port: 3002, script: "dist/main.js" },
  "payments-service": { port: 8080, script: "dist/main.js" },
  // The guide gives the React dashboard the CMS' port. What starts it the guide does not say.
  "coreflow-dashboard": { port: 3001, script: "server.js" },
} as const satisfies Record<string, { port: number; script: string }>;
export type Service = keyof typeof SERVICES;
export const SERVICE_NAMES = Object.keys(SERVICES) as Service[];

/** Those that the API gateway asks, by the variable that tells it where. The guide draws them and names no variable. */
export const NEIGHBOURS = {
  CMS_SERVICE_URL: "cms-service",
  AI_SERVICE_URL: "ai-service",
  BLOCKCHAIN_SERVICE_URL: "blockchain-service",
  PAYMENTS_SERVICE_URL: "payments-service",
  DASHBOARD_URL: "coreflow-dashboard",
} as const satisfies Record<string, Service>;

/** The Astro site: files that nginx serves, in a folder of its own below `apps/`. */
export const SITE = "coreflow-astro";
/** Where its build puts them, and in which folder of it their names have a hash. */
export const SITE_BUILD = { from: "dist", hashed: "_astro" } as const;
/** What browsers keep for a year: the guide's endings, and what Astro gives a hash. */
export const IMMUTABLE = [".js", ".css", ".png", ".jpg", ".jpeg", ".gif", ".ico", ".svg", "/_astro/"] as const;
/** The guide's headers of every answer, in the place of ours where they differ. */
export const HEADERS = { "X-Frame-Options": "DENY", "X-XSS-Protection": "1; mode=block" } as const;

/** The guide's nginx.conf, for the machine's `nginx`; nginx compresses text/html in any case. */
export const NGINX = {
  connections: 1024,
  multiAccept: true,
  compressible: [
    "text/plain",
    "text/css",
    "application/json",
    "application/javascript",
    "text/xml",
    "application/xml",
    "application/xml+rss",
    "text/javascript",
  ],
  logFormats: {
    main: '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"',
  },
} as const;

/** Containers, with their number in the network, which decides their addresses. Their names are `coreflow-<name>`, as in the guide. */
export const DATA = { postgres: 0, redis: 1, zookeeper: 2, kafka: 3, "schema-registry": 4, pgadmin: 5, "kafka-ui": 6 } as const;
export type DataService = keyof typeof DATA;
export const DATA_NAMES = Object.keys(DATA) as DataService[];

/** Ports of the containers that answer on the server's 127.0.0.1. ZooKeeper is Kafka's alone, as in the guide. */
export const PORTS = { postgres: 5432, redis: 6379, kafka: 9092, "schema-registry": 8081, pgadmin: 5050, "kafka-ui": 8080 } as const;

/** Docker's names of the volumes. Not in the guide, which does not show its compose file. */
export const VOLUMES = {
  postgres: "coreflow_postgres_data",
  redis: "coreflow_redis_data",
  zookeeper: "coreflow_zookeeper_data",
  zookeeperLog: "coreflow_zookeeper_log",
  kafka: "coreflow_kafka_data",
  pgadmin: "coreflow_pgadmin_data",
} as const;

/** Public paths, as the guide's nginx site has them. */
export const PATHS = { site: "/", api: "/api/", dashboard: "/dashboard", pgadmin: "/pgadmin", "kafka-ui": "/kafka-ui" } as const;

/** Folders of the guide's layout. `scripts` is not among them: what those did is declared. */
export const FOLDERS = { apps: "apps", infra: "infra", logs: "logs" } as const;
/** Holds the folders that services may write. Not in the guide, whose services may write everywhere. */
export const DATA_FOLDER = "data";

/** Numbers of user and group in the containers, so that files can belong to them before the images are there. */
export const USERS = {
  // postgres and redis of Alpine.
  postgres: "70:70",
  redis: "999:1000",
  zookeeper: "1000:1000",
  kafka: "1000:1000",
  "schema-registry": "1000:1000",
  pgadmin: "5050:0",
  "kafka-ui": "100:101",
} as const satisfies Record<DataService, string>;

export const DEFAULTS = {
  /** Asked of each service before it gets a request. The guide names none. */
  healthPath: "/health",
  healthTimeout: "5 seconds",
  /** The path of a login, which has a limit of its own. The guide has the limit and no path. */
  loginPath: "/api/auth/login",
  /** PostgreSQL's; also the guide's. */
  database: "coreflow",
  role: "coreflow",
  /** How code becomes something that runs. The guide's `npm install` takes other versions than those that were tested. */
  commands: [
    ["npm", "ci"],
    ["npm", "run", "build"],
  ],
  buildTimeout: "15 minutes",
  buildLimits: { cpus: 2, pids: 1024 },
  keep: 5,
  deadline: "60 seconds",
  drain: "30 seconds",
  stopTimeout: "30 seconds",
  /** For the way reload: how long a process may take until it says that it is ready. */
  listenTimeout: "30 seconds",
  /** Who may open pgAdmin and Kafka UI: the guide's two networks. */
  allowFrom: ["192.168.1.0/24", "10.0.0.0/8"],
  /** The guide's zones and what it takes of them; of `login` it shows the zone alone. */
  apiLimit: { perSecond: 10, burst: 20 },
  loginLimit: { perSecond: 1, burst: 5 },
  /** Of the CDN that the guide draws, Cloudflare. */
  cdnHeader: "CF-Connecting-IP",
  maxBody: "10 MB",
  /** nginx's own, which the guide leaves as it is. */
  apiTimeout: "60 seconds",
  dashboardTimeout: "60 seconds",
  downFor: "20 seconds",
  /** The guide's folder and days; of the hours it says nothing. */
  backup: { at: "02:30", directory: "/opt/backups/coreflow", keep: 7 },
  /** Percent of the disk that may be used and of the memory that must be available; new lines with errors. */
  healthCheck: { every: "5 minutes", disk: 90, memory: 5, errors: 20 },
  /** `max-age=31536000; includeSubDomains` */
  hsts: { maxAge: "365 days", includeSubDomains: true },
} as const;

/** What a build makes anew, in the folders of applications. */
export const DERIVED = ["node_modules", ".venv"] as const;

/** A port of each of a service's two releases, for one that can be told where to listen. */
export const slotsOf = (port: number): [number, number] => [port + 10_000, port + 20_000];
/** So that the second of them is below the ports that Linux gives to outgoing connections. */
export const HIGHEST_PORT = 12_767;
