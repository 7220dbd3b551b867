import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";
import type { Redis } from "./redis";

export interface RedisUsersArgs {
  host: Host;
  redis: Pick<Redis, "accounts">;
  /** Password of user `default`, the application. */
  application: pulumi.Input<string>;
  /** Password of user `administrator`. */
  administrator: pulumi.Input<string>;
  /** Those that set the passwords before: what they left valid of earlier rotations ends. @default none: it stays valid beside the new ones */
  retire?: RedisUsers;
}

/**
 * The passwords of a Redis, set without a restart. `Redis` has one of these; where passwords rotate, another one with `retire` comes
 * after the services that use it, so that until then both the old and the new password are good.
 *
 * @example
 * const redis = new Redis("prod-redis", { …, applicationPassword, administratorPassword });
 * // … services …
 * new RedisUsers("prod-retired-passwords", { host, redis, application: applicationPassword, administrator: administratorPassword, retire: redis.users });
 */
export class RedisUsers extends pulumi.ComponentResource {
  /** Known in previews; resolves once the passwords are as wanted. */
  readonly applied: pulumi.Output<string>;
  /** Mark of all passwords that are valid then. */
  private readonly valid: pulumi.Output<unknown>;

  constructor(name: string, args: RedisUsersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:RedisUsers", name, {}, opts);
    const { host, redis, application, administrator, retire } = args;
    // A rotation that was taken back leaves all as it was, but for what is valid: only by its mark this runs again.
    const retired = retire ? { retire: true, after: retire.valid } : { retire: false };
    const document = pulumi.output({ ...redis.accounts, passwords: { application, administrator }, ...retired });
    const step = new HostStep(`${name}-accounts`, { host, noun: "redis", document, secret: true }, { parent: this });
    this.applied = step.urn;
    this.valid = step.result.apply(({ valid }) => valid);
    this.registerOutputs({});
  }
}
