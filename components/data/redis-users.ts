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
  /** Whether passwords of earlier rotations end. @default false: they stay valid beside the new ones */
  retire?: boolean;
}

/**
 * The passwords of a Redis, set without a restart. `Redis` has one of these; where passwords rotate, another one with `retire` comes
 * after the services that use it, so that until then both the old and the new password are good.
 *
 * @example
 * const redis = new Redis("prod-redis", { …, applicationPassword, administratorPassword });
 * // … services …
 * new RedisUsers("prod-retired-passwords", { host, redis, application: applicationPassword, administrator: administratorPassword, retire: true });
 */
export class RedisUsers extends pulumi.ComponentResource {
  /** Known in previews; resolves once the passwords are as wanted. */
  readonly applied: pulumi.Output<string>;

  constructor(name: string, args: RedisUsersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:RedisUsers", name, {}, opts);
    const { host, redis, application, administrator, retire = false } = args;
    const document = pulumi.output({ ...redis.accounts, passwords: { application, administrator }, retire });
    const step = new HostStep(`${name}-accounts`, { host, noun: "redis", document, secret: true }, { parent: this });
    this.applied = step.urn;
    this.registerOutputs({});
  }
}
