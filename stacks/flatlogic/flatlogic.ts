import * as pulumi from "@pulumi/pulumi";
import { PostgresLocal } from "../../components/data/postgres-local";
import { Claim } from "../../components/host/claim";
import type { Host } from "../../components/host/host";
import { password } from "../../components/secrets/password";
import { SecretBundle } from "../../components/secrets/secret-bundle";
import { Pm2Daemon } from "../../components/service/pm2-daemon";
import type { RepositoryRelease } from "../../components/service/source";
import { Workspace } from "../../components/service/workspace";
import { CloudflareTunnel } from "../../components/web/cloudflare-tunnel";
import { NginxSite } from "../../components/web/nginx-site";
import { makeAccount } from "./account";
import { agentVariables, backendSecrets, executorSecrets } from "./environment";
import { BUILD_SCRIPT, databaseOf, FOLDERS, PORTS, SERVE_WRAPPER, SYSTEM } from "./guide";
import { cleanTokens, resetOnce } from "./jobs";
import { Application, startAgent } from "./processes";
import type { FlatlogicSettings } from "./settings";
import { domainOf, site } from "./site";
import { backendPort } from "./variables";

export interface FlatlogicArgs {
  /** VM with Node.js, PM2 and an nginx that nobody outside reaches. */
  host: Host;
  settings: FlatlogicSettings;
  /** Which commit the workspace is brought to, when another one stands here than the last time. */
  release: RepositoryRelease;
}

/**
 * The Flatlogic VM: frontend and backend in PM2, from a workspace in which the platform's agent works, with the machine's PostgreSQL and
 * nginx, behind a Cloudflare tunnel. Nothing of it listens to the outside.
 */
export class Flatlogic extends pulumi.ComponentResource {
  /** Public address, which the tunnel serves. */
  readonly url: pulumi.Output<string>;
  /** What serves, by process. */
  readonly release: Record<"frontend" | "backend", pulumi.Output<string>>;
  /** Its names in PM2. */
  readonly processes: Record<"frontend" | "backend", string>;

  constructor(name: string, args: FlatlogicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:flatlogic:Flatlogic", name, {}, opts);
    const { host, settings, release } = args;
    const { user, home, variables, rotation, tunnel } = settings;
    const here = { parent: this };

    new Claim(`${name}-claim`, { host, ...claimOf(settings) }, here);
    makeAccount(name, { host, settings }, this);
    const made = {
      SECRET_KEY: password(`${name}-secret-key`, { value: variables.SECRET_KEY, rotation: rotation.secretKey, form: "hex" }, this),
      DB_PASS: password(`${name}-database-password`, { value: variables.DB_PASS, rotation: rotation.database }, this),
    };
    const database = databaseOf(variables.PROJECT_ID);
    new PostgresLocal(`${name}-database`, { host, role: database, database, password: made.DB_PASS }, here);
    const bundle = (of: string, path: string, values: ReturnType<typeof backendSecrets>, more = {}) =>
      new SecretBundle(`${name}-${of}-variables`, { host, path, variables: values, ...more }, here);
    const known = bundle("agent", `${home}/${FOLDERS.agentEnv}`, agentVariables(settings), { user, folderStays: hasAgent(settings) });
    const secrets = bundle("backend", `${SECRETS}/backend.env`, backendSecrets(settings, made));
    const executor = bundle("executor", `${SECRETS}/executor.env`, executorSecrets(settings, made));
    const workspace = new Workspace(`${name}-workspace`, { host, ...workspaceOf(settings, release) }, here);
    const daemon = new Pm2Daemon(`${name}-pm2`, { host, user, home, writable: [home] }, here);
    resetOnce(name, { host, settings, secrets }, this);
    const application = new Application(`${name}-application`, { host, daemon, settings, workspace, built: release, secrets }, here);
    startAgent(name, { host, daemon, settings, known, secrets: executor }, this);
    cleanTokens(name, { host, settings, secrets }, this);
    const served = new NginxSite(`${name}-site`, { host, ...site(settings, application) }, here);
    const tunnelled = new CloudflareTunnel(
      `${name}-tunnel`,
      { host, token: tunnel.token, ...(tunnel.program && { program: tunnel.program }) },
      here,
    );

    this.url = pulumi.all([served.url, tunnelled.ready]).apply(([url]) => url);
    this.release = { frontend: application.frontend.release, backend: application.backend.release };
    this.processes = { frontend: application.frontend.process, backend: application.backend.process };
    this.registerOutputs({ url: this.url, release: this.release, processes: this.processes });
  }
}

/** Variables that only one process may see; none of them is in the workspace. */
const SECRETS = `/etc/flowfleet/${SYSTEM}`;

/** Then its folder is there, with rights that its own scripts may change. */
const hasAgent = ({ account, agent }: FlatlogicSettings): boolean => account === "platform" && (agent.executor || agent.telemetry);

/** What it must have for itself on its machine. */
export const claimOf = (settings: FlatlogicSettings) => ({
  system: SYSTEM,
  names: [domainOf(settings)],
  ports: [PORTS.nginx, PORTS.frontend, backendPort(settings.variables)],
});

const workspaceOf = ({ mode, user, home, installTimeout }: FlatlogicSettings, { repository, ref, commit }: RepositoryRelease) => ({
  directory: `${home}/${FOLDERS.workspace}`,
  repository,
  ref,
  commit,
  user,
  install: ["backend", "frontend"],
  build: mode === "compiled" ? [["npm", "run", BUILD_SCRIPT]] : [],
  needs: { [SERVE_WRAPPER]: "Vite would refuse the flag --hostname (Unknown option), and the frontend would not start" },
  timeout: installTimeout,
});
