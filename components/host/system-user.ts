import * as pulumi from "@pulumi/pulumi";
import { accountProblems, pathProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import type { Host } from "./host";
import { HostStep } from "./host-step";

export interface SystemUserArgs {
  host: Host;
  /** `"flowra"`; the group has the same name. */
  user: string;
  /** Home folder that stands in its entry; it is not made. `"/opt/flowra"` */
  home: string;
}

/**
 * An account for services: nobody can log in with it. One that exists already and is as harmless is taken over; it then stays when
 * the resource is deleted.
 *
 * @example new SystemUser("flowra-user", { host, user: "flowra", home: "/opt/flowra" });
 */
export class SystemUser extends pulumi.ComponentResource {
  readonly user: string;

  constructor(name: string, args: SystemUserArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:host:SystemUser", name, {}, opts);
    const { host, user, home } = args;
    refuse(this, name, [...accountProblems("user", user), ...pathProblems("home", home)]);
    new HostStep(`${name}-account`, { host, noun: "user", document: { user, home }, removable: true }, { parent: this });
    this.user = user;
    this.registerOutputs({});
  }
}
