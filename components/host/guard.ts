import * as pulumi from "@pulumi/pulumi";
import type { Host } from "./host";
import { HostStep } from "./host-step";

export interface GuardArgs {
  host: Host;
  /** The machine's owner, whose own registration does not count. @default the stack that is being deployed */
  stack?: string;
}

/**
 * The last link of the chain of a machine's owner. Its deletion, the first to run, fails while other stacks are registered there
 * and names them, so a shared machine is not taken apart under its tenants. Declare it after all else on the machine.
 */
export class Guard extends pulumi.ComponentResource {
  constructor(name: string, args: GuardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:host:Guard", name, {}, opts);
    const { host, stack = pulumi.getStack() } = args;
    new HostStep(`${name}-tenants`, { host, noun: "guard", document: { stack }, removable: true }, { parent: this });
    this.registerOutputs({});
  }
}
