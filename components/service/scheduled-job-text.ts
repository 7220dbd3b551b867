import { dirname } from "node:path";
import type { Lines } from "../kernel/lines";
import { HARDENING_OF_NODE, homeAccess } from "./node-hardening";
import { argument, quoted } from "./unit-text";

export interface JobUnitText {
  service: string;
  description: string;
  user: string;
  directory: string;
  command: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** Further units that start when it fails. */
  onFailure: readonly string[];
  /** File of variables. */
  secrets: string | undefined;
  logFile: string | undefined;
  writable: readonly string[];
  /** Memory in megabytes. */
  limits: { memory: number; cpus: number; pids: number };
  /** Seconds. */
  deadline: number;
}

/** The unit that a timer starts. */
export const jobUnitText = (job: JobUnitText): Lines => [
  "# Written by Flowfleet.",
  "[Unit]",
  `Description=${job.description.replaceAll("%", "%%")}`,
  "After=network.target docker.service postgresql.service",
  `OnFailure=${[`${job.service}-failed.service`, ...job.onFailure].join(" ")}`,
  "",
  "[Service]",
  "Type=oneshot",
  `User=${job.user}`,
  `Group=${job.user}`,
  `WorkingDirectory=${job.directory}`,
  `ExecStart=${commandLine(job)}`,
  `TimeoutStartSec=${job.deadline}`,
  ...Object.entries(job.environment).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
  ...(job.secrets === undefined ? [] : [`EnvironmentFile=${job.secrets}`]),
  "",
  `MemoryMax=${job.limits.memory}M`,
  "MemorySwapMax=0",
  `CPUQuota=${Math.round(job.limits.cpus * 100)}%`,
  `TasksMax=${job.limits.pids}`,
  "",
  ...HARDENING_OF_NODE,
  ...homeAccess(job.directory, [...(job.logFile === undefined ? [] : [dirname(job.logFile)]), ...job.writable]),
];

/** The account itself opens the log file: root would follow a link that somebody put in its place. */
function commandLine({ command, logFile }: JobUnitText): string {
  const words = command.map(argument).join(" ");
  return logFile === undefined ? words : `/bin/sh -c ${argument(`exec "$0" "$@" >>${logFile} 2>&1`)} ${words}`;
}

export const jobRotationText = (file: string, user: string): Lines => [
  "# Written by Flowfleet.",
  `${file} {`,
  `  su ${user} ${user}`,
  "  weekly",
  "  maxsize 10M",
  "  rotate 8",
  "  compress",
  "  delaycompress",
  "  missingok",
  "  notifempty",
  "  copytruncate",
  "}",
];
