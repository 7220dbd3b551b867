import * as pulumi from "@pulumi/pulumi";
import { HostStep } from "../host/host-step";
import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { slugProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { containerUserProblems, durationProblems, imageProblems } from "../kernel/workload-problems";
import type { ContainerNetwork } from "./container-network";
import type { ImageRelease } from "./container-service";
import { jobDocument, jobName, jobProblems } from "./job-args";
import type { JobArgs } from "./job-args";
import { buildProblems } from "./service-problems";

export interface ContainerJobArgs extends JobArgs {
  network: ContainerNetwork;
  release: ImageRelease;
  /** Arguments for the image's own entry point: `["up"]`. */
  command: readonly string[];
  /** Number of user and group in the container: `"10001:10001"`. */
  user: string;
  /** Services of the network that it reaches at the host's nginx, whichever release serves. @default none */
  neighbours?: readonly string[];
  /** @default "10 minutes" */
  pullTimeout?: Duration;
}

/**
 * A program of an image that runs once, to its end, such as the migrations of a release. It runs again when its build or its settings
 * change, but never one that is older than the newest that came to its end on this machine with the same variables: a way back leaves it
 * out. Should it fail, the update stops with its last lines: declare it before the services that need it, and those of before go on.
 *
 * @example new ContainerJob("migrator", { host, network, project: "shop", service: "migrator", release, command: ["up"], … });
 */
export class ContainerJob extends pulumi.ComponentResource {
  /** Full reference of the image, with its digest. Known in previews; resolves once the job came to its end. */
  readonly release: pulumi.Output<string>;

  constructor(name: string, args: ContainerJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:ContainerJob", name, {}, opts);
    const { host } = args;
    refuse(this, name, [...containerJobProblems(args), ...host.reserve("service", `service ${jobName(args)}`, name)]);
    const document = containerJobDocument(args);

    const step = new HostStep(`${name}-run`, { host, noun: "job", document, removable: true }, { parent: this });

    this.release = step.urn.apply(() => document.run.release.image);
    this.registerOutputs({ release: this.release });
  }
}

function containerJobDocument(args: ContainerJobArgs) {
  const { network, release } = args;
  return {
    ...jobDocument(args),
    run: {
      type: "container",
      release: { image: `${release.image}@${release.digest}`, builtAt: release.builtAt },
      command: args.command,
      network: network.network,
      hosts: Object.fromEntries((args.neighbours ?? []).map((neighbour) => [neighbour, network.gateway])),
      user: args.user,
      tmpfs: { "/tmp": 64 },
      pullTimeout: inSeconds(args.pullTimeout ?? "10 minutes"),
    },
  };
}

const containerJobProblems = (args: ContainerJobArgs): Problem[] => [
  ...jobProblems(args),
  ...imageProblems("release", args.release.image, args.release.digest),
  ...buildProblems(args.release),
  ...containerUserProblems("user", args.user),
  ...(args.neighbours ?? []).flatMap((neighbour, index) => slugProblems(`neighbours[${index}]`, neighbour)),
  ...durationProblems({ pullTimeout: args.pullTimeout }),
];
