import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { mapValues } from "../kernel/map-values";
import { markOf } from "../kernel/mark";
import { accountProblems, pathProblems } from "../kernel/names";
import { problemsOf, refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { dotenvText, quoted } from "./dotenv";
import { password } from "./password";
import type { PasswordForm } from "./password";

/** Where the value of a variable comes from. */
export type SecretVariable =
  /** Given: a plain value or a secret of the configuration. */
  | { value: pulumi.Input<string> }
  /** Made once and kept in the state. Another `rotation` makes a new one. */
  | {
      generate: PasswordForm;
      /** Any word, e.g. the month of the last rotation. @default "first" */
      rotation?: string;
    };

export interface SecretBundleArgs {
  host: Host;
  /** The file: `"/srv/flowmaster/staging/environments/.env.staging"`. It names a thing on the machine, so it is plain. */
  path: string;
  /** Every variable, by name. One without a value is an error before anything is touched. */
  variables: Readonly<Record<string, SecretVariable>>;
  /** Account, and its group, that file and folder belong to, where the application reads the file by itself. @default "root" */
  user?: string;
  /** The folder is somebody else's, is there, and keeps its rights. @default false: it is made, and belongs to the account */
  folderStays?: boolean;
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
  /** Changes when a value does, and tells nothing about the values. Known in previews, unless one of them is still to be made. */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: SecretBundleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:secrets:SecretBundle", name, {}, opts);
    const { host, path, variables, user, folderStays = false } = args;
    refuse(this, name, secretBundleProblems(args));

    const values = mapValues(variables, (variable, key) =>
      "generate" in variable ? password(`${name}-${key}`, { ...variable, form: variable.generate }, this) : variable.value,
    );
    const text = pulumi.output(values).apply((known) => {
      refuse(this, name, valueProblems(known));
      return dotenvText(known);
    });
    new FileSet(
      `${name}-file`,
      {
        host,
        ...(!folderStays && { directories: { [dirname(path)]: { ...(user !== undefined && { user, group: user }) } } }),
        files: { [path]: { text: pulumi.secret(text), mode: "0600", ...(user !== undefined && { user, group: user }) } },
        secret: true,
      },
      { parent: this },
    );

    this.path = path;
    this.revision = revisionOf(path, values);
    this.registerOutputs({ revision: this.revision });
  }
}

/** A short mark of all values together, so that a release sees when one changed, whatever changed it. */
const revisionOf = (path: string, values: Readonly<Record<string, pulumi.Input<string>>>): pulumi.Output<string> =>
  pulumi.unsecret(pulumi.output(values).apply((known) => markOf(known, path)));

const secretBundleProblems = ({ path, variables, user }: SecretBundleArgs): Problem[] => [
  ...pathProblems("path", path),
  ...(user === undefined ? [] : accountProblems("user", user)),
  ...Object.keys(variables).flatMap((key) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? [] : [{ path: `variables/${key}`, wrong: "is no name of a variable" }],
  ),
  ...valueProblems(mapValues(variables, (variable) => ("generate" in variable ? "made" : variable.value))),
];

/** What is missing or cannot be written. Values that are still to come are looked at when they are there. */
const valueProblems = (values: Readonly<Record<string, unknown>>): Problem[] =>
  Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined || value === null || value === "")
      return [{ path: `variables/${key}`, wrong: "has no value", todo: "set it in the stack's configuration" }];
    return typeof value === "string" ? problemsOf(`variables/${key}`, () => quoted(value)) : [];
  });
