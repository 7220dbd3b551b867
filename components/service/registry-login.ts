import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";

export interface RegistryLoginArgs {
  host: Host;
  /** Host name of the registry, with its port if it has one. It names the login on the machine, so it is plain. */
  registry: string;
  user: pulumi.Input<string>;
  /** Password or token. Always treated as a secret. */
  password: pulumi.Input<string>;
}

/**
 * Login at a private image registry, kept in root's Docker configuration on the machine. Declare it before the services that pull from there.
 *
 * @example new RegistryLogin("registry", { host, registry: "registry.example.com", user: "deploy", password: config.requireSecret("token") });
 */
export class RegistryLogin extends pulumi.ComponentResource {
  constructor(name: string, args: RegistryLoginArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:RegistryLogin", name, {}, opts);
    const { host, registry, user, password } = args;
    const document = pulumi.output({ registry, user, password });
    new HostStep(`${name}-login`, { host, noun: "registry", document, secret: true, removable: true }, { parent: this });
    this.registerOutputs({});
  }
}
