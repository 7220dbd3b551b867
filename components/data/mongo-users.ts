import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import type { Mongo, MongoUser } from "./mongo";

export interface MongoUsersArgs {
  host: Host;
  mongo: Mongo;
  users: readonly MongoUser[];
  /** Remove users that were made here earlier and are not in the list any more. @default false: they stay */
  retire?: boolean;
}

/**
 * Users of a MongoDB, made or brought up to date, the administrator's password too. A rotation without a lost request takes two of
 * these around the services that use it: one that makes the new user, and after them one that retires the old.
 *
 * @example
 * new MongoUsers("prod-users", { host, mongo, users: [flowra] });
 * // … services with mongo.uri(flowra) …
 * new MongoUsers("prod-retired-users", { host, mongo, users: [flowra], retire: true });
 */
export class MongoUsers extends pulumi.ComponentResource {
  /** Known in previews; resolves once the users are as wanted. */
  readonly applied: pulumi.Output<string>;

  constructor(name: string, args: MongoUsersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:MongoUsers", name, {}, opts);
    const { host, mongo, users, retire = false } = args;
    refuse(this, name, usersProblems(users, mongo.root.user));
    const { container, volume, root } = mongo;
    const document = pulumi.output({ container, volume, root, users: users.map(plain), retire });
    const step = new HostStep(`${name}-accounts`, { host, noun: "mongo", document, secret: true }, { parent: this });
    this.applied = step.urn;
    this.registerOutputs({});
  }
}

const plain = ({ name, password, database, roles }: MongoUser) => ({ name, password, database, roles: [...roles].sort() });

const usersProblems = (users: readonly MongoUser[], root: string): Problem[] =>
  users.flatMap(({ name, database, roles }, index) => [
    // A name that is still to come is the helper's to judge.
    ...(typeof name !== "string" || (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && name !== root)
      ? []
      : [{ path: `users[${index}]/name`, wrong: "must be letters, digits, dots and hyphens, and not the administrator's", got: name }]),
    ...(/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(database)
      ? []
      : [{ path: `users[${index}]/database`, wrong: "must be letters, digits, underscores and hyphens", got: database }]),
    ...(roles.length > 0
      ? []
      : [{ path: `users[${index}]/roles`, wrong: "must name what the user may do", allowed: 'such as ["readWrite"]' }]),
    ...(users.findIndex((other) => other.name === name && other.database === database) === index
      ? []
      : [{ path: `users[${index}]`, wrong: "is there twice", got: `${database}.${typeof name === "string" ? name : "…"}` }]),
  ]);
