import * as pulumi from "@pulumi/pulumi";
import { HostStep } from "../host/host-step";
import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { accountProblems, pathProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { durationProblems } from "../kernel/workload-problems";
import { jobDocument, jobName, jobProblems } from "./job-args";
import type { JobArgs } from "./job-args";
import type { ArchiveRelease } from "./systemd-service";
import { archiveProblems, insideProblems } from "./systemd-service-problems";
import { HARDENING } from "../kernel/hardening";

export interface SystemdJobArgs extends JobArgs {
  release: ArchiveRelease;
  /** Where the project lives: `"/opt/flowra"`. Releases are below it, and the job starts in it. */
  directory: string;
  /** Account that it runs as: `"flowra"`. */
  user: string;
  /** Program in the archive: `"bin/migrator"`. */
  executable: string;
  /** @default none */
  arguments?: readonly string[];
  /** @default "10 minutes" */
  downloadTimeout?: Duration;
}

/**
 * A program of an archive that runs once, to its end, as a hardened unit of systemd: what `ContainerJob` is for images.
 *
 * @example new SystemdJob("migrator", { host, project: "shop", service: "migrator", release, directory: "/opt/shop", executable: "bin/migrator", … });
 */
export class SystemdJob extends pulumi.ComponentResource {
  /** `"<archive>@sha256:<sum>"`. Known in previews; resolves once the job came to its end. */
  readonly release: pulumi.Output<string>;

  constructor(name: string, args: SystemdJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:SystemdJob", name, {}, opts);
    const { host } = args;
    refuse(this, name, [...systemdJobProblems(args), ...host.reserve("service", `service ${jobName(args)}`, name)]);
    const document = systemdJobDocument(args);

    const step = new HostStep(`${name}-run`, { host, noun: "job", document, removable: true }, { parent: this });

    const { archive, sha256 } = document.run.release;
    this.release = step.urn.apply(() => `${archive}@sha256:${sha256}`);
    this.registerOutputs({ release: this.release });
  }
}

const systemdJobDocument = (args: SystemdJobArgs) => ({
  ...jobDocument(args),
  run: {
    type: "unit",
    release: { archive: args.release.archive, sha256: args.release.sha256, builtAt: args.release.builtAt },
    directory: args.directory,
    executable: args.executable,
    arguments: args.arguments ?? [],
    user: args.user,
    sandbox: HARDENING,
    downloadTimeout: inSeconds(args.downloadTimeout ?? "10 minutes"),
  },
});

const systemdJobProblems = (args: SystemdJobArgs): Problem[] => [
  ...jobProblems(args),
  ...archiveProblems(args.release),
  ...pathProblems("directory", args.directory),
  ...accountProblems("user", args.user),
  ...insideProblems("executable", args.executable),
  ...durationProblems({ downloadTimeout: args.downloadTimeout }),
];
