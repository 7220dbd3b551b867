import * as pulumi from "@pulumi/pulumi";
import { HostStep } from "../host/host-step";
import { accountProblems, pathProblems, slugProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { atLeast } from "../kernel/workload-problems";
import { jobDocument, jobProblems } from "./job-args";
import type { JobArgs } from "./job-args";
import { HARDENING_OF_NODE, homeAccess } from "./node-hardening";
import { lineProblems } from "./systemd-service-problems";

export interface OneTimeJobArgs extends JobArgs {
  /** Any word, e.g. the month: it runs once for each. */
  word: string;
  /** Program and arguments, without a shell: `["npm", "run", "db:reset"]`. */
  command: readonly string[];
  /** Account that it runs as. */
  user: string;
  /** Folder in which it starts. */
  directory: string;
  /** Home of the account, which it may write. */
  home: string;
}

/**
 * A command of Node's that runs once for each word and never again for one that it ran for, whatever else changes and even where every step
 * of the machine is to run again: for what must not happen twice by itself, such as deleting all data. One that fails may try again.
 *
 * @example new OneTimeJob("reset", { host, project: "shop", service: "reset", word: "november", command: ["npm", "run", "db:reset"], user: "shop", … });
 */
export class OneTimeJob extends pulumi.ComponentResource {
  /** Known in previews; resolves once it ran, now or earlier. */
  readonly applied: pulumi.Output<string>;

  constructor(name: string, args: OneTimeJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:OneTimeJob", name, {}, opts);
    const { host, word, command, user, directory, home } = args;
    const common = jobDocument(args);
    refuse(this, name, [...oneTimeJobProblems(args), ...host.reserve("service", `service ${common.job}`, name)]);
    const sandbox = [...HARDENING_OF_NODE, ...homeAccess(home, [home])];
    // What it ran for is remembered on the machine, also when the resource goes.
    const step = new HostStep(
      `${name}-run`,
      { host, noun: "once", document: { ...common, word, command, user, directory, sandbox } },
      { parent: this },
    );
    this.applied = step.urn;
    this.registerOutputs({});
  }
}

const oneTimeJobProblems = (args: OneTimeJobArgs): Problem[] => [
  ...jobProblems(args),
  ...slugProblems("word", args.word),
  ...atLeast("command", args.command.length, 1),
  ...args.command.flatMap((part, index) => lineProblems(`command[${index}]`, part)),
  ...accountProblems("user", args.user),
  ...pathProblems("directory", args.directory),
  ...pathProblems("home", args.home),
];
