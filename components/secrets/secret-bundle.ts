import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";

/** Where the value of a variable comes from. */
export type SecretVariable =
  /** Given: a plain value or a secret of the configuration. */
  | { value: pulumi.Input<string> }
  /** Made once and kept in the state. Another `rotation` makes a new one. */
  | {
      generate: /** 64 hexadecimal digits */ "hex" | /** 44 characters */ "base64" | /** 43 letters and digits */ "password";
      /** Any word, e.g. the month of the last rotation. @default "first" */
      rotation?: string;
    };

export interface SecretBundleArgs {
  host: Host;
  /** The file: `"/srv/flowmaster/staging/environments/.env.staging"`. It names a thing on the machine, so it is plain. */
  path: string;
  /** Every variable, by name. One without a value is an error before anything is touched. */
  variables: Readonly<Record<string, SecretVariable>>;
}

/**
 * The variables of an environment in one file of mode 0600, readable by a shell and by Docker Compose alike.
 * Generated values have at least 256 bits of chance in them.
 *
 * @example
 * const secrets = new SecretBundle("staging-secrets", {
 *   host,
 *   path: "/srv/shop/environments/.env.staging",
 *   variables: { JWT_SECRET: { generate: "hex" }, REDIS_PASSWORD: { value: config.requireSecret("redisPassword") } },
 * });
 */
export class SecretBundle extends pulumi.ComponentResource {
  readonly path: string;
  /** Changes when a value does. Known in previews, and tells nothing about the values. */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: SecretBundleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:secrets:SecretBundle", name, {}, opts);
    this.path = args.path;
    this.revision = pulumi.output("");
    this.registerOutputs({ revision: this.revision });
  }
}
