import type { Size } from "../../components/kernel/size";

/** Its records' and units' name, and the key of its settings. */
export const SYSTEM = "flatlogic";

/** In which form the code runs: as it is written, by Vite's and nodemon's servers, or compiled. `NODE_ENV` is `dev_stage` in both. */
export const MODES = ["development", "compiled"] as const;
export type Mode = (typeof MODES)[number];

/** Who made the VM's user. */
export const ACCOUNTS = ["platform", "made"] as const;

/** Processes of the application, and of the platform's agent. */
export const APPLICATION = ["frontend", "backend"] as const;
export const AGENT = ["executor", "telemetry"] as const;
export type Application = (typeof APPLICATION)[number];
export type Agent = (typeof AGENT)[number];
export type Process = Application | Agent;

/** What PM2 calls them: people and the agent know them by these names. */
export const NAMES: Record<Mode, Record<Process, string>> = {
  development: { frontend: "frontend-dev", backend: "backend-dev", executor: "fl-executor", telemetry: "fl-telemetry" },
  compiled: { frontend: "frontend", backend: "backend", executor: "fl-executor", telemetry: "fl-telemetry" },
};

/** What `npm run` is told in the folder of each half of the application. */
export const SCRIPTS: Record<Mode, Record<Application, string>> = {
  // The backend's also brings the database to the state of its migrations and seeds.
  development: { frontend: "dev", backend: "start" },
  compiled: { frontend: "start", backend: "start:production" },
};
export const BUILD_SCRIPT = "build";
export const CLEANUP_SCRIPT = "db:cleanup-tokens";
/** Drops all tables, and makes and fills them anew. */
export const RESET_SCRIPT = "db:reset";

/** The agent's programs. They belong to the platform, which puts them on the machine. */
export const AGENT_FILES: Record<Agent, string> = { executor: "executor.js", telemetry: "telemetry-daemon.js" };

/** Ports on 127.0.0.1. The tunnel leads to nginx. */
export const PORTS = { nginx: 8080, frontend: 3001, postgres: 5432 } as const;
/** Where the backend listens with `NODE_ENV=dev_stage`, whatever `PORT` says; with another one it is `PORT`, whose own default is nginx's. */
export const BACKEND_PORT = { dev_stage: 3000, otherwise: 8080 } as const;

export const PATHS = {
  api: "/api",
  apiDocs: "/api-docs",
  /** The guide's own checks of the two halves. */
  health: { frontend: "/", backend: "/api-docs/" },
} as const;

/** Below the home of the user. */
export const FOLDERS = {
  agent: "executor",
  agentEnv: "executor/.env",
  workspace: "executor/workspace",
  cleanupLog: "token-cleanup.log",
} as const;

/** Without it Vite would refuse the flag `--hostname`, and the frontend would not start. */
export const SERVE_WRAPPER = "frontend/scripts/serve.mjs";
/** In the workspace; nginx answers with it while a half of the application is away. */
export const ERROR_PAGE = "502.html";

/** The zone is the platform's, and so are the records in it. */
export const BASE_DOMAIN = "dev.flatlogic.app";

/** Name of the database and of the role that owns it. */
export const databaseOf = (projectId: number): string => `app_${projectId}`;

interface Limits {
  memory: Size;
}

export const DEFAULTS = {
  user: "flatlogic",
  nodeEnv: "dev_stage",
  /** Of the clean-up of refresh tokens, every day. */
  cleanupAt: "03:30",
  retention: "7 days",
  /** PM2 restarts a process beyond it; of those that npm starts it sees npm alone. Vite and tsx compile what they serve when it is asked for. */
  limits: {
    frontend: { memory: "1 GB" },
    backend: { memory: "1 GB" },
    executor: { memory: "1 GB" },
    telemetry: { memory: "256 MB" },
  } satisfies Record<Process, Limits>,
  /** How long a start may take: the backend migrates and seeds before it listens. */
  deadlines: { frontend: "60 seconds", backend: "3 minutes" },
  /** A process that answers no requests counts as healthy once it has run for so long. */
  agentAlive: "10 seconds",
  /** How long each half of the application usually is away while it is restarted: Vite's start; migrations, seeds and tsx. */
  downFor: { frontend: "10 seconds", backend: "30 seconds" },
  /** The agent's programs come with the machine, and nobody tells when they were built. */
  agentBuiltAt: "2026-01-01T00:00:00Z",
  /** Of `npm ci` and `npm run build` in one folder. */
  installTimeout: "15 minutes",
  resetDeadline: "10 minutes",
  maxBody: "50 MB",
  apiTimeout: "60 seconds",
  /** Vite's hot reload is silent for as long as nobody changes anything. */
  websocketTimeout: "24 hours",
} as const;
