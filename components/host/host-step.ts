import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Host } from "./host";

/** The one command that the deploy user may run as root. */
const HELPER = "sudo -n /usr/local/lib/flowfleet/helper";

export interface HostStepArgs {
  /** Machine on which the step runs, after the step that was declared before it. */
  host: Host;
  /** What the helper is to bring about: one of its nouns. Part of the command, so it is plain. */
  noun: string;
  /** What is wanted, without `owner` and `reapply`, which the step adds. */
  document: pulumi.Input<object>;
  /** The document holds a secret: it is encrypted in the state and hidden in previews. @default false */
  secret?: boolean;
  /** Deleting the resource takes away on the machine what is still its own. @default false: nothing runs at deletion */
  removable?: boolean;
}

/**
 * One call of the helper on a machine: the only place that makes a `remote.Command`.
 * The document travels on stdin, so it is in no argument list and no error message, and a preview shows its line diff.
 */
export class HostStep extends remote.Command {
  /** What the helper answered. Never a secret: the helper prints none. Unknown in a preview in which the step runs. */
  readonly result: pulumi.Output<Record<string, unknown>>;

  constructor(name: string, args: HostStepArgs, opts: { parent: pulumi.Resource }) {
    const { host, noun, document, secret = false, removable = false } = args;
    const stdin = pulumi
      .all([ownerOf(opts.parent), document])
      .apply(([owner, wanted]) => documentText({ owner, ...(host.reapply === undefined ? {} : { reapply: host.reapply }), ...wanted }));
    super(
      name,
      {
        connection: host.connection,
        create: `${HELPER} ${noun} apply`,
        ...(removable ? { delete: `${HELPER} ${noun} remove` } : {}),
        stdin: secret ? pulumi.secret(stdin) : stdin,
        // Progress is on stderr; stdout holds the result, which is of no use to a reader.
        logging: remote.Logging.Stderr,
        // It would arrive as a variable that no sshd accepts by itself: a warning per update.
        addPreviousOutputInEnv: false,
      },
      { parent: opts.parent, dependsOn: host.chain, ...(host.state === "abandoned" ? LEFT_ALONE : {}) },
    );
    host.follow(this);
    this.result = pulumi.unsecret(this.stdout).apply((line) => JSON.parse(line || "{}") as Record<string, unknown>);
  }
}

/** Nobody waits for a machine that is gone: neither a change nor a deletion may try to reach it. */
const LEFT_ALONE: pulumi.CustomResourceOptions = {
  retainOnDelete: true,
  ignoreChanges: ["connection", "create", "delete", "stdin", "logging", "addPreviousOutputInEnv"],
};

/**
 * The URN of the component that a step belongs to, as a value without a dependency: a step that depended on its own parent, which
 * Pulumi takes for all children of it, would wait for itself.
 */
function ownerOf(parent: pulumi.Resource): pulumi.Output<string> {
  return pulumi.output(new Promise<string>((resolve) => parent.urn.apply(resolve)));
}

/** The document as the helper reads it and as a preview shows it. */
export const documentText = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
