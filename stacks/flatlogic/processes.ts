import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../components/host/host";
import type { SecretBundle } from "../../components/secrets/secret-bundle";
import type { Pm2Daemon } from "../../components/service/pm2-daemon";
import { Pm2Service } from "../../components/service/pm2-service";
import type { BuildArgs } from "../../components/service/service-args";
import type { Workspace } from "../../components/service/workspace";
import { backendEnvironment } from "./environment";
import type { Agent, Application as Half, Process } from "./guide";
import { AGENT, AGENT_FILES, APPLICATION, DEFAULTS, FOLDERS, NAMES, PATHS, PORTS, SCRIPTS, SYSTEM } from "./guide";
import type { FlatlogicSettings } from "./settings";
import { backendPort } from "./variables";

interface ProcessArgs {
  host: Host;
  daemon: Pm2Daemon;
  settings: FlatlogicSettings;
}

export interface ApplicationArgs extends ProcessArgs {
  workspace: Workspace;
  built: BuildArgs;
  secrets: SecretBundle;
}

/** The two halves of the application. Their ports and names are fixed and known to the agent, so one is stopped before the next starts. */
export class Application extends pulumi.ComponentResource {
  readonly frontend: Pm2Service;
  readonly backend: Pm2Service;
  /** What a change does to users, and what the agent's own restarts do. */
  readonly interruption: string;

  constructor(
    label: string,
    private readonly args: ApplicationArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flowfleet:flatlogic:Application", label, {}, opts);
    const { settings, secrets } = args;
    const { variables } = settings;
    this.backend = this.half(label, "backend", { port: backendPort(variables), environment: backendEnvironment(settings), secrets });
    const loopback = ["--", "--hostname", "127.0.0.1"];
    const address = settings.mode === "development" ? [...loopback, "--port", String(PORTS.frontend)] : loopback;
    const environment = { FRONT_PORT: String(PORTS.frontend) };
    this.frontend = this.half(label, "frontend", { port: PORTS.frontend, environment, arguments: address });
    const served = APPLICATION.map((half) => `${this[half].process} ${this[half].interruption}`).join("; ");
    this.interruption = `${served}; ${INSTALLATION}${agentRestarts(settings)}`;
    this.registerOutputs({ interruption: this.interruption });
  }

  private half(
    label: string,
    half: Half,
    own: { port: number; environment: Record<string, pulumi.Input<string>>; arguments?: string[]; secrets?: SecretBundle },
  ): Pm2Service {
    const { host, daemon, settings, workspace, built } = this.args;
    return new Pm2Service(
      `${label}-${half}`,
      {
        ...own,
        ...processOf(host, daemon, half),
        name: NAMES[settings.mode][half],
        release: { workspace, ...built },
        script: "npm",
        interpreter: "none",
        arguments: ["run", SCRIPTS[settings.mode][half], ...(own.arguments ?? [])],
        cwd: half,
        health: { path: PATHS.health[half] },
        deadline: settings.deadlines[half],
        switching: { by: "stop", downFor: DEFAULTS.downFor[half] },
      },
      { parent: this },
    );
  }
}

const INSTALLATION = "another commit is preceded by npm ci, below what still runs: for as long as that takes, answers may fail";

/** What becomes of what the agent pulls by itself. */
export const agentRestarts = ({ mode, agent }: Pick<FlatlogicSettings, "mode" | "agent">): string => {
  if (!agent.executor || mode === "development") return "";
  const names = [NAMES.development.backend, NAMES.development.frontend].join(" and ");
  return (
    `; the agent restarts ${names} after it pulled, which do not run in mode ${mode}: what it pulls is served after the next build, ` +
    "which its list of services or another commit in the release file brings about"
  );
};

export interface AgentArgs extends ProcessArgs {
  /** `~/executor/.env`, which the agent reads when it starts. */
  known: SecretBundle;
  /** Of `fl-executor` alone. */
  secrets: SecretBundle;
}

/** The platform's agent, as far as it is on the machine. Its programs belong to the platform, which renews them by itself. */
export function startAgent(label: string, args: AgentArgs, parent: pulumi.Resource): void {
  for (const process of AGENT.filter((one) => args.settings.agent[one])) agentProcess(label, process, args, parent);
}

function agentProcess(label: string, process: Agent, { host, daemon, settings, known, secrets }: AgentArgs, parent: pulumi.Resource): void {
  const workspace = { directory: `${settings.home}/${FOLDERS.agent}`, revision: `the platform's ${AGENT_FILES[process]}` };
  new Pm2Service(
    `${label}-${process}`,
    {
      ...processOf(host, daemon, process),
      name: NAMES[settings.mode][process],
      release: { workspace, builtAt: DEFAULTS.agentBuiltAt },
      script: AGENT_FILES[process],
      // Another file is read at the next start.
      environment: { FLOWFLEET_VARIABLES: known.revision },
      ...(process === "executor" && { secrets }),
      health: { alive: DEFAULTS.agentAlive },
      switching: { by: "stop", downFor: DEFAULTS.agentAlive },
    },
    { parent },
  );
}

const processOf = (host: Host, daemon: Pm2Daemon, process: Process) => ({
  host,
  daemon,
  project: SYSTEM,
  service: process,
  mode: "fork" as const,
  limits: DEFAULTS.limits[process],
});
