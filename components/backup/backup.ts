import * as pulumi from "@pulumi/pulumi";
import type { Postgres } from "../data/postgres";
import { HelperTimer, LOOKING } from "../host/helper-timer";
import type { Host } from "../host/host";
import type { Duration } from "../kernel/duration";
import { mapValues } from "../kernel/map-values";
import { pathProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { serviceNameProblems } from "../kernel/workload-problems";

export interface BackupArgs {
  host: Host;
  /** What belongs together: `"coreflow"`. Its units are `<project>-backup`. */
  project: string;
  /** Where the files are, for root alone: `"/opt/backups/coreflow"`. Every folder above it must be root's. */
  directory: string;
  /** When it runs, as systemd writes it, in the machine's time zone: `"*-*-* 02:30:00"`. One that was missed while the machine was off runs at its next start. */
  schedule: string;
  /** Days after which a file goes, once the new ones are there. @default 7 */
  keep?: number;
  /** Databases by the name of their files; dumped as the role that owns them. */
  databases: Readonly<Record<string, Pick<Postgres, "container" | "database" | "role">>>;
  /** Folders by the name of their files. */
  folders: Readonly<
    Record<
      string,
      { path: string; /** Names, anywhere below it, that are left out: `["node_modules"]`. @default none */ without?: readonly string[] }
    >
  >;
  /** Further units that start when it fails, beside the one that says so in the journal. @default none */
  onFailure?: readonly string[];
  /** How long all of it may take. @default "6 hours" */
  deadline?: Duration;
}

/**
 * Backups that stay on the machine: databases as pg_restore takes them, folders as archives; each is read again before it counts. What fails
 * is an alert in the journal (`journalctl -p alert`), and then nothing older goes. It is no protection from the loss of the machine.
 *
 * @example new Backup("backup", { host, project: "shop", directory: "/opt/backups/shop", schedule: "*-*-* 02:30:00", databases: { database: postgres }, folders: {} });
 */
export class Backup extends pulumi.ComponentResource {
  /** `"coreflow-backup.service"`: `systemctl start` makes one now. */
  readonly unit: string;

  constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:backup:Backup", name, {}, opts);
    const { host, project, schedule, onFailure = [], deadline = "6 hours" } = args;
    const service = `${project}-backup`;
    refuse(this, name, [...backupProblems(args), ...host.reserve("project", `service ${service}`, name)]);
    const timer = new HelperTimer(
      `${name}-timer`,
      {
        host,
        service,
        description: `Backup of ${project}`,
        schedule,
        does: ["backup", "run", project],
        file: `/etc/flowfleet/backup/${project}.json`,
        wanted: wantedOf(args),
        onFailure,
        deadline,
        sandbox: LOOKING,
      },
      { parent: this },
    );
    this.unit = timer.unit;
    this.registerOutputs({ unit: this.unit });
  }
}

const wantedOf = ({ directory, keep = 7, databases, folders }: BackupArgs) => ({
  directory,
  keep,
  databases: mapValues(databases, ({ container, database, role }) => ({ container, user: role, database })),
  folders: mapValues(folders, ({ path, without = [] }) => ({ path, without })),
});

const backupProblems = (args: BackupArgs): Problem[] => [
  ...serviceNameProblems({ project: args.project, service: "backup" }),
  ...pathProblems("directory", args.directory),
  ...Object.entries(args.folders).flatMap(([what, { path }]) => pathProblems(`folders.${what}.path`, path)),
  ...[...Object.keys(args.databases), ...Object.keys(args.folders)].flatMap((what, index, all) =>
    all.indexOf(what) === index ? [] : [{ path: `folders.${what}`, wrong: "a database has this name, so their files would have the same" }],
  ),
];
