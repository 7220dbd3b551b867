import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { Packages } from "../host/packages";
import { alertText, timerText } from "../host/timer-text";
import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { accountProblems, pathProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inMegabytes } from "../kernel/size";
import type { Size } from "../kernel/size";
import { durationProblems, limitsProblems, serviceNameProblems, variableProblems } from "../kernel/workload-problems";
import type { SecretBundle } from "../secrets/secret-bundle";
import { jobRotationText, jobUnitText } from "./scheduled-job-text";
import { lineProblems } from "./systemd-service-problems";

export interface ScheduledJobArgs {
  host: Host;
  /** What belongs together: `"flatlogic"`. With `service` it names the units. */
  project: string;
  /** `"token-cleanup"`: its name within the project. */
  service: string;
  /** What it is, for `systemctl list-timers`. @default `"<project> <service>"` */
  description?: string;
  /** When it runs, as systemd writes it, in the machine's time zone: `"*-*-* 03:30:00"`. One that was missed while the machine was off runs at its next start. */
  schedule: string;
  /** Program and arguments, without a shell: `["npm", "run", "db:cleanup-tokens"]`. */
  command: readonly string[];
  /** Account that it runs as. */
  user: string;
  /** Folder in which it starts. */
  directory: string;
  /** Public variables. @default none */
  environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Variables from a bundle, as they are when it starts. @default none */
  secrets?: SecretBundle;
  /** File that gets what it prints, in a folder that the account may write; rotated. @default only the journal */
  logFile?: string;
  /** Further folders that it may write; they must exist. @default none */
  writable?: readonly string[];
  /** Further units that start when it fails, beside the one that says so in the journal: `["page@%n.service"]`. @default none */
  onFailure?: readonly string[];
  /** @default { memory: "512 MB", cpus: 1 } */
  limits?: { memory: Size; cpus: number; /** @default 256 */ pids?: number };
  /** How long it may take. After that it is stopped, and counts as failed. @default "10 minutes" */
  deadline?: Duration;
}

/**
 * A command that runs again and again, as a hardened unit with a systemd timer. One run at a time. When it fails, the unit
 * `<project>-<service>-failed` says so in the journal, at level alert: `journalctl -p alert`.
 *
 * @example
 * new ScheduledJob("cleanup", { host, project: "shop", service: "cleanup", schedule: "*-*-* 03:30:00", command: ["npm", "run", "cleanup"],
 *   user: "shop", directory: "/opt/shop", secrets, logFile: "/var/log/shop/cleanup.log" });
 */
export class ScheduledJob extends pulumi.ComponentResource {
  /** `"flatlogic-token-cleanup.service"`: `systemctl start` runs it now. */
  readonly unit: string;

  constructor(name: string, args: ScheduledJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:ScheduledJob", name, {}, opts);
    const { host, logFile, user } = args;
    const service = `${args.project}-${args.service}`;
    refuse(this, name, [...scheduledJobProblems(args), ...host.reserve("service", `service ${service}`, name)]);

    if (logFile !== undefined) new Packages(`${name}-rotation`, { host, install: ["logrotate"] }, { parent: this });
    new FileSet(
      `${name}-timer`,
      {
        host,
        files: {
          [`/etc/systemd/system/${service}.service`]: { text: unitTextOf(service, args) },
          [`/etc/systemd/system/${service}-failed.service`]: { text: alertText(service) },
          [`/etc/systemd/system/${service}.timer`]: { text: timerText(descriptionOf(args), args.schedule) },
          ...(logFile === undefined ? {} : { [`/etc/logrotate.d/${service}`]: { text: jobRotationText(logFile, user) } }),
        },
        check: ["systemd"],
        after: ["daemon-reload", `restart ${service}.timer`, `enable ${service}.timer`],
      },
      { parent: this },
    );

    this.unit = `${service}.service`;
    this.registerOutputs({ unit: this.unit });
  }
}

const descriptionOf = ({ description, project, service }: ScheduledJobArgs): string => description ?? `${project} ${service}`;

function unitTextOf(service: string, args: ScheduledJobArgs) {
  const { limits = { memory: "512 MB", cpus: 1 } } = args;
  return pulumi.output(args.environment ?? {}).apply((environment) =>
    jobUnitText({
      service,
      description: descriptionOf(args),
      user: args.user,
      directory: args.directory,
      command: args.command,
      environment,
      onFailure: args.onFailure ?? [],
      secrets: args.secrets?.path,
      logFile: args.logFile,
      writable: args.writable ?? [],
      limits: { memory: inMegabytes(limits.memory), cpus: limits.cpus, pids: limits.pids ?? 256 },
      deadline: inSeconds(args.deadline ?? "10 minutes"),
    }),
  );
}

const scheduledJobProblems = (args: ScheduledJobArgs): Problem[] => [
  ...serviceNameProblems(args),
  ...lineProblems("description", args.description ?? ""),
  ...(/^[A-Za-z0-9*.,:/~ -]+$/.test(args.schedule)
    ? []
    : [{ path: "schedule", wrong: 'must be a time as systemd writes it such as "*-*-* 03:30:00"', got: args.schedule }]),
  ...commandProblems("command", args.command),
  ...(args.onFailure ?? []).flatMap((unit, index) =>
    /^[\w@%:.-]+\.(?:service|target)$/.test(unit)
      ? []
      : [{ path: `onFailure[${index}]`, wrong: 'must be a unit such as "page.service"', got: unit }],
  ),
  ...accountProblems("user", args.user),
  ...pathProblems("directory", args.directory),
  ...variableProblems("environment", Object.keys(args.environment ?? {})),
  ...(args.logFile === undefined ? [] : pathProblems("logFile", args.logFile)),
  ...(args.writable ?? []).flatMap((folder, index) => pathProblems(`writable[${index}]`, folder)),
  ...(args.limits ? limitsProblems(args.limits) : []),
  ...durationProblems({ deadline: args.deadline }),
];

const commandProblems = (path: string, command: readonly string[]): Problem[] => [
  ...(command.length === 0 ? [{ path, wrong: "must be a program and its arguments" }] : []),
  ...command.flatMap((word, index) => lineProblems(`${path}[${index}]`, word)),
];
