import * as pulumi from "@pulumi/pulumi";
import { portProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import type { Host } from "./host";
import { HostStep } from "./host-step";

/** One thing that may come in. */
export interface Opening {
  port: number;
  /** @default "tcp" */
  protocol?: "tcp" | "udp";
  /** Addresses or subnets that may. @default everybody */
  from?: readonly string[];
}

export interface FirewallArgs {
  host: Host;
  /** What is open; everything else is closed. SSH has to be among it. */
  allow: readonly Opening[];
}

/**
 * Default deny for what comes in, with the named openings. Container networks take no new connection from outside, whatever a
 * container publishes, so a forgotten `-p` opens nothing.
 *
 * @example new Firewall("walls", { host, allow: [{ port: 22 }, { port: 443 }] });
 */
export class Firewall extends pulumi.ComponentResource {
  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:host:Firewall", name, {}, opts);
    const { host, allow } = args;
    refuse(
      this,
      name,
      allow.flatMap(({ port }, index) => portProblems(`allow[${index}]/port`, port)),
    );
    const document = { allow: allow.map(({ protocol = "tcp", ...opening }) => ({ ...opening, protocol })), containers: "closed" };
    new HostStep(`${name}-rules`, { host, noun: "firewall", document, removable: true }, { parent: this });
    this.registerOutputs({});
  }
}
