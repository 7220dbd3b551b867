import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { atLeast, durationProblems, variableProblems } from "../kernel/container-problems";
import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { slugProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inMegabytes } from "../kernel/size";
import type { Size } from "../kernel/size";
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
  ...slugProblems("project", args.project),
  ...slugProblems("service", args.service),
  ...variableProblems("environment", Object.keys(args.environment ?? {})),
  ...problemsOf("limits/memory", () => inMegabytes(args.limits.memory)),
  ...atLeast("limits/cpus", args.limits.cpus, 0.01),
  ...atLeast("limits/pids", args.limits.pids ?? 1, 1),
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
