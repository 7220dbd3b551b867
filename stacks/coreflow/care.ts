import type * as pulumi from "@pulumi/pulumi";
import { Backup } from "../../components/backup/backup";
import type { Postgres } from "../../components/data/postgres";
import type { Host } from "../../components/host/host";
import { HealthCheck } from "../../components/observe/health-check";
import type { Pm2Daemon } from "../../components/service/pm2-daemon";
import { DATA_FOLDER, DATA_NAMES, DERIVED, FOLDERS, PROJECT, SERVICE_NAMES } from "./guide";
import type { CoreFlowSettings } from "./settings";

export interface CareArgs {
  host: Host;
  settings: CoreFlowSettings;
  daemon: Pm2Daemon;
  postgres: Postgres;
}

/** What the guide's `health-check.sh` and `backup.sh` do when somebody thinks of it. */
export function lookAfter(name: string, { host, settings, daemon, postgres }: CareArgs, parent: pulumi.Resource): void {
  const { directory, services, healthCheck, backup } = settings;
  const logs = `${directory}/${FOLDERS.logs}`;
  new HealthCheck(
    `${name}-health-check`,
    {
      host,
      project: PROJECT,
      every: healthCheck.every,
      units: ["nginx.service", "docker.service", daemon.unit],
      containers: DATA_NAMES.map((service) => `${PROJECT}-${service}`),
      endpoints: Object.fromEntries(
        SERVICE_NAMES.map((service) => [service, { port: services[service].port, ...services[service].health }]),
      ),
      daemon,
      disk: { folders: ["/"], most: healthCheck.disk },
      memory: { least: healthCheck.memory },
      logs: { files: SERVICE_NAMES.map((service) => `${logs}/${service}.log`), most: healthCheck.errors },
    },
    { parent },
  );
  new Backup(
    `${name}-backup`,
    {
      host,
      project: PROJECT,
      directory: backup.directory,
      schedule: `*-*-* ${backup.at}:00`,
      keep: backup.keep,
      databases: { database: postgres },
      folders: {
        apps: { path: `${directory}/${FOLDERS.apps}`, without: DERIVED },
        logs: { path: logs },
        data: { path: `${directory}/${DATA_FOLDER}` },
      },
    },
    { parent },
  );
}
