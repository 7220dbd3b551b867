import * as pulumi from "@pulumi/pulumi";
import { HelperTimer, LOOKING } from "../host/helper-timer";
import type { Host } from "../host/host";
import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { mapValues } from "../kernel/map-values";
import { refuse } from "../kernel/refuse";
import { durationProblems, serviceNameProblems } from "../kernel/workload-problems";
import type { Pm2Daemon } from "../service/pm2-daemon";

export interface HealthCheckArgs {
  host: Host;
  /** What belongs together: `"coreflow"`. Its units are `<project>-health-check`. */
  project: string;
  /** How often it looks. @default "5 minutes" */
  every?: Duration;
  /** Units of systemd that must be active: `["nginx.service"]`. */
  units: readonly string[];
  /** Containers that must run, and not be unhealthy. */
  containers: readonly string[];
  /** What must answer on the machine's 127.0.0.1, by who it is. */
  endpoints: Readonly<Record<string, { port: number; path: string; timeout: Duration }>>;
  /** PM2 whose processes must be online, and not be restarted from one look to the next. @default none */
  daemon?: Pick<Pm2Daemon, "user" | "home">;
  /** Folders on whose disks at most so many percent may be used. @default { folders: ["/"], most: 90 } */
  disk?: { folders: readonly string[]; most: number };
  /** So many percent of the memory must be available. @default { least: 5 } */
  memory?: { least: number };
  /** Log files, of which so many lines with the word "error" may be new from one look to the next: `{ files: ["/opt/shop/logs/*.log"], most: 20 }`. @default none */
  logs?: { files: readonly string[]; most: number };
  /** Further units that start when it fails, beside the one that says so in the journal: `["page@%n.service"]`. @default none */
  onFailure?: readonly string[];
}

/**
 * Looks again and again at what a project needs, and alerts in the journal (`journalctl -p alert`) as long as something is wrong. All that is
 * wrong is told at once: `systemctl status <project>-health-check`. No line of a log is shown, for nobody knows what is in it.
 *
 * @example new HealthCheck("health", { host, project: "shop", units: ["nginx.service"], containers: ["shop-postgres"], endpoints: { api: { port: 3000, path: "/health", timeout: "5 seconds" } } });
 */
export class HealthCheck extends pulumi.ComponentResource {
  /** `"coreflow-health-check.service"`: `systemctl start` looks now, and fails if something is wrong. */
  readonly unit: string;

  constructor(name: string, args: HealthCheckArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:observe:HealthCheck", name, {}, opts);
    const { host, project, every = "5 minutes", onFailure = [] } = args;
    const service = `${project}-health-check`;
    refuse(this, name, [
      ...serviceNameProblems({ project, service: "health-check" }),
      ...durationProblems({ every }),
      ...host.reserve("project", `service ${service}`, name),
    ]);
    const timer = new HelperTimer(
      `${name}-timer`,
      {
        host,
        service,
        description: `Health of ${project}`,
        schedule: { every },
        does: ["health", "check", project],
        file: `/etc/flowfleet/health/${project}.json`,
        wanted: wantedOf(args),
        onFailure,
        deadline: "3 minutes",
        sandbox: LOOKING,
      },
      { parent: this },
    );
    this.unit = timer.unit;
    this.registerOutputs({ unit: this.unit });
  }
}

const wantedOf = ({
  units,
  containers,
  endpoints,
  daemon,
  disk = { folders: ["/"], most: 90 },
  memory = { least: 5 },
  logs,
}: HealthCheckArgs) => ({
  units,
  containers,
  endpoints: mapValues(endpoints, ({ port, path, timeout }) => ({ port, path, timeout: inSeconds(timeout) })),
  pm2: daemon ? { user: daemon.user, home: daemon.home } : null,
  disk,
  memory,
  logs: logs ?? null,
});
