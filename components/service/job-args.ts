import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import type { Problem } from "../kernel/refuse";
import { inMegabytes } from "../kernel/size";
import type { Size } from "../kernel/size";
import { durationProblems, limitsProblems, serviceNameProblems, variableProblems } from "../kernel/workload-problems";
import type { SecretBundle } from "../secrets/secret-bundle";

/** What every job has, whether it runs in a container or as a systemd unit. */
export interface JobArgs {
  host: Host;
  /** What belongs together: `"flowra"`. With `service` it names the job. */
  project: string;
  /** `"migrator"`: its name within the project. */
  service: string;
  /** Public variables. @default none */
  environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Variables from a bundle. A rotated one does not run the job again. @default none */
  secrets?: SecretBundle;
  limits: { memory: Size; cpus: number; /** @default 256 */ pids?: number };
  /** How long it may take. After that it is stopped, and the update fails. @default "10 minutes" */
  deadline?: Duration;
}

export const jobName = ({ project, service }: JobArgs): string => `${project}-${service}`;

export const jobProblems = (args: JobArgs): Problem[] => [
  ...serviceNameProblems(args),
  ...variableProblems("environment", Object.keys(args.environment ?? {})),
  ...limitsProblems(args.limits),
  ...durationProblems({ deadline: args.deadline }),
];

/** What the helper is told of every job. */
export const jobDocument = (args: JobArgs) => ({
  job: jobName(args),
  environment: args.environment ?? {},
  // Not its revision: see `secrets`.
  secrets: args.secrets ? { file: args.secrets.path } : null,
  limits: { memory: inMegabytes(args.limits.memory), cpus: args.limits.cpus, pids: args.limits.pids ?? 256 },
  deadline: inSeconds(args.deadline ?? "10 minutes"),
});
