import * as pulumi from "@pulumi/pulumi";
import type { Size } from "../kernel/size";
import type { Opening } from "./firewall";
import type { Host } from "./host";

/** Docker Engine on a machine. */
export interface DockerArgs {
  /** `"vendor"`: Docker's own signed repository. `"distribution"`: the package of the distribution, for throwaway machines. @default "vendor" */
  source?: "vendor" | "distribution";
  /** Oldest version that will do. @default "24.0" */
  minimum?: string;
  /** A throwaway machine may run an older one; the helper then prints it as a substitution. @default false */
  lenient?: boolean;
}

export interface SshArgs {
  /** Ports on which the machine itself listens for SSH, which the firewall opens. @default [22] */
  ports?: readonly number[];
  /** Further accounts that may log in, beside the deploy user. @default none */
  users?: readonly string[];
  /** Addresses and subnets that fail2ban never bans. @default none */
  trusted?: readonly string[];
}

export interface HostBaseArgs {
  host: Host;
  /** Least that the machine must have. */
  size?: { cpus: number; memory: Size };
  /** Docker Engine. @default none */
  docker?: DockerArgs;
  ssh?: SshArgs;
  /** Swap file. @default none */
  swap?: Size;
  /** What the firewall opens beside SSH, e.g. `[{ port: 80 }, { port: 443 }]`. @default nothing */
  allow?: readonly Opening[];
  /** Most that the journal may take. @default "500 MB" */
  journal?: Size;
}

/**
 * What every machine gets before anything runs on it, declared once, by the stack that owns it: helper, registration, security
 * updates, time, SSH settings (proven by a second login before they stay), fail2ban, journal limits, swap, Docker, firewall.
 *
 * @example new HostBase("main-base", { host, docker: {}, allow: [{ port: 80 }, { port: 443 }] });
 */
export class HostBase extends pulumi.ComponentResource {
  constructor(name: string, _args: HostBaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:host:HostBase", name, {}, opts);
    this.registerOutputs({});
  }
}
