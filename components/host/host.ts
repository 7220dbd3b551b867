import type { types } from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { dockerOverSsh } from "./docker-over-ssh";
import { hostKeyProblems } from "./host-key";
import type { OperatingSystem } from "./operating-system";

/** How a machine is reached over SSH. */
export interface SshDoor {
  /** Address or name that answers. */
  address: pulumi.Input<string>;
  /** @default 22 */
  port?: pulumi.Input<number>;
  /** User that `flowfleet bootstrap` made; may run the helper as root and nothing else. @default "deploy" */
  user?: pulumi.Input<string>;
  /** The machine's public key, as `flowfleet bootstrap` printed it: `"ssh-ed25519 AAAA…"`. A machine with another key is refused. */
  hostKey: pulumi.Input<string>;
}

export interface HostArgs extends SshDoor {
  /** Machine through which this one is reached. */
  bastion?: SshDoor;
  /** Distribution; its claim refuses a machine that runs another. @default "debian-12" */
  os?: OperatingSystem;
  /**
   * `"abandoned"`: the machine is gone for good. One `up` with it marks all that was on it as not to be removed, the next, without the
   * host, forgets it in seconds. @default "present"
   */
  state?: "present" | "abandoned";
  /** Any word. A new one makes every step on the machine run again, for one that was re-imaged under the same name. */
  reapply?: string;
  /** Private key for SSH, which then lies (encrypted) in the state of every step. @default the SSH agent of whoever runs `pulumi` */
  privateKey?: pulumi.Input<string>;
}

/** Few and short attempts: a machine that is down should be an error within a minute or so. */
const PATIENCE = { dialErrorLimit: 6, perDialTimeout: 10 };

/**
 * A machine over SSH. It makes nothing itself: it carries the connection and the chain, so that the steps on one machine run one
 * after the other in the order in which the program declares them, while machines run side by side.
 *
 * @example const host = new Host("main", { address: "203.0.113.10", hostKey: "ssh-ed25519 AAAA…" });
 */
export class Host extends pulumi.ComponentResource {
  readonly address: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly user: pulumi.Output<string>;
  readonly hostKey: pulumi.Output<string>;
  readonly os: OperatingSystem;
  readonly state: "present" | "abandoned";
  readonly reapply: string | undefined;
  /** What `remote.Command` needs. Built once, so that all steps agree. */
  readonly connection: types.input.remote.ConnectionArgs;

  private lastStep: pulumi.Resource | undefined;
  private ownDocker: docker.Provider | undefined;
  private readonly bastion: SettledDoor | undefined;
  private readonly reserved = new Map<string, string>();

  constructor(
    private readonly label: string,
    private readonly args: HostArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flowfleet:host:Host", label, {}, opts);
    const door = this.settled("", args);
    const { address, port, user, hostKey } = door;
    this.address = address;
    this.port = port;
    this.user = user;
    this.hostKey = hostKey;
    this.os = args.os ?? "debian-12";
    this.state = args.state ?? "present";
    this.reapply = args.reapply;
    this.bastion = args.bastion && this.settled("bastion/", args.bastion);
    this.connection = connectionOf(door, this.bastion, args.privateKey);
    this.registerOutputs({ address, port, user, hostKey });
  }

  /** The step that the next one on this machine waits for: none at the start. */
  get chain(): pulumi.Resource[] {
    return this.lastStep ? [this.lastStep] : [];
  }

  /**
   * Docker on the machine, for `@pulumi/docker`. Asking for it lets the deploy user talk to Docker, who thereby is root there.
   * What is made with it has to depend on `chain` and to be the last of it (`follow`), as every step on the machine.
   */
  get docker(): docker.Provider {
    if (this.args.privateKey !== undefined) refuse(this, this.label, [NO_KEY_FOR_DOCKER]);
    this.ownDocker ??= dockerOverSsh(this.label, this, this.bastion && pulumi.output(this.bastion));
    return this.ownDocker;
  }

  /** How the options of a resource on the machine end: it waits for the chain, and nobody waits for a machine that is gone. */
  placed(inputs: object): pulumi.CustomResourceOptions {
    const leftAlone = { retainOnDelete: true, ignoreChanges: Object.keys(inputs) };
    return { dependsOn: this.chain, ...(this.state === "abandoned" ? leftAlone : {}) };
  }

  /** Makes a step the last of the chain. */
  follow(step: pulumi.Resource): void {
    this.lastStep = step;
  }

  /**
   * Problems of using something twice on one machine: a domain, a loopback port, an address. None, and it is reserved, or one.
   *
   * @param what Kind and value, e.g. `"port 3001"`.
   */
  reserve(path: string, what: string, by: string): Problem[] {
    const owner = this.reserved.get(what);
    if (owner === undefined) this.reserved.set(what, by);
    return owner === undefined
      ? []
      : [{ path, wrong: `${what} on host "${this.label}" is already used by "${owner}"`, todo: "choose another" }];
  }

  private settled(path: string, door: SshDoor) {
    const check = (key: unknown) => {
      refuse(this, this.label, hostKeyProblems(`${path}hostKey`, key));
    };
    if (!pulumi.Output.isInstance(door.hostKey) && !(door.hostKey instanceof Promise)) check(door.hostKey);
    return {
      address: pulumi.output(door.address),
      port: pulumi.output(door.port ?? 22),
      user: pulumi.output(door.user ?? "deploy"),
      hostKey: pulumi.output(door.hostKey).apply((key) => {
        check(key);
        return key.trim();
      }),
    };
  }
}

const NO_KEY_FOR_DOCKER: Problem = {
  path: "privateKey",
  wrong: "Docker on this machine is spoken to by ssh itself, which takes no key from the configuration",
  todo: "leave the key out and load it into the SSH agent",
};

interface SettledDoor {
  address: pulumi.Output<string>;
  port: pulumi.Output<number>;
  user: pulumi.Output<string>;
  hostKey: pulumi.Output<string>;
}

function connectionOf(door: SettledDoor, bastion?: SettledDoor, privateKey?: pulumi.Input<string>): types.input.remote.ConnectionArgs {
  const dial = ({ address, port, user, hostKey }: SettledDoor) => ({
    host: address,
    port,
    user,
    hostKey,
    ...PATIENCE,
    ...(privateKey === undefined ? {} : { privateKey: pulumi.secret(privateKey) }),
  });
  return { ...dial(door), ...(bastion === undefined ? {} : { proxy: dial(bastion) }) };
}
