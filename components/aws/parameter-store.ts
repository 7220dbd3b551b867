import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../kernel/map-values";
import type { Problem } from "../kernel/refuse";
import { refuse } from "../kernel/refuse";
import type { Adopted } from "./adopted";
import { adopting, adoptionProblems } from "./adopted";
import { decryptStatement } from "./encryption-key";
import { LONGEST, parameterNameProblems } from "./parameter-name";
import type { AwsPlace } from "./place";
import { arnOf, placeProblems, tagged } from "./place";
import type { Statement } from "./policy";

export interface ParameterStoreArgs {
  place: AwsPlace;
  /** Folder of the parameters: `"/flowstack/prod"`. It names things, so it is plain. */
  path: string;
  /** Secrets that are put there, by the name of the variable: `{ DATABASE_PASSWORD: password }`. */
  values: Readonly<Record<string, pulumi.Input<string>>>;
  /** Parameters that are there and stay somebody else's, by the name of the variable: `{ OPENAI_API_KEY: "/shared/openai" }`. @default none */
  existing?: Readonly<Record<string, string>>;
  /** ARN of the key that encrypts them. @default AWS's own for Parameter Store */
  key?: pulumi.Input<string> | undefined;
  /** Parameters of `values` that stand already: `{ DATABASE_PASSWORD: { id: "/flowstack/prod/DATABASE_PASSWORD" } }`. */
  adopt?: Adopted;
}

/** Where a task finds a secret. Tells nothing about it. */
export interface ParameterRef {
  name: pulumi.Output<string>;
  arn: pulumi.Output<string>;
}

/**
 * Secrets as SecureStrings of Parameter Store, for the `secrets` of a task definition: their values are in no task definition, log or plan.
 *
 * @example
 * const store = new ParameterStore("prod-secrets", { place, path: "/flowstack/prod", values: { DATABASE_PASSWORD: password } });
 * new FargateService("prod-service", { secrets: store.refs, … });
 */
export class ParameterStore extends pulumi.ComponentResource {
  /** By the name of the variable. */
  readonly refs: Readonly<Record<string, ParameterRef>>;
  /** Changes when a value was put anew. A task reads its secrets when it starts: a release has to name this, to see the new ones. */
  readonly revision: pulumi.Output<string>;
  /** What the role needs that reads them: these parameters, and no others. */
  readonly readStatements: pulumi.Output<Statement[]>;

  constructor(name: string, args: ParameterStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:ParameterStore", name, {}, opts);
    const { place, path, values, existing = {}, key, adopt } = args;
    refuse(this, name, problems(args));

    const made = mapValues(
      values,
      (value, variable) =>
        new ssm.Parameter(
          `${name}-${variable}`,
          {
            name: adopt?.[variable]?.id ?? `${path}/${variable}`,
            type: "SecureString",
            tier: "Standard",
            value: pulumi.secret(this.looked(name, variable, value)),
            ...(key !== undefined && { keyId: key }),
            tags: tagged(place, `${path}/${variable}`),
          },
          { parent: this, ...adopting(adopt, variable) },
        ),
    );

    this.refs = {
      ...mapValues(existing, (found) => ({ name: pulumi.output(found), arn: pulumi.output(arnOf(place, "ssm", `parameter${found}`)) })),
      ...mapValues(made, (parameter) => ({ name: parameter.name, arn: parameter.arn })),
    };
    this.revision = pulumi.all(Object.values(made).map(({ version }) => version)).apply((versions) => versions.join("."));
    this.readStatements = pulumi
      .all([Object.values(this.refs).map(({ arn }) => arn), pulumi.output(key)])
      .apply(([arns, keyArn]) => readStatements(place, arns, keyArn));
    this.registerOutputs({ names: mapValues(this.refs, (ref) => ref.name), revision: this.revision });
  }

  /** Values that are only known now are looked at now. */
  private looked(name: string, variable: string, value: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.output(value).apply((known) => {
      refuse(this, name, valueProblems({ [variable]: known }));
      return known;
    });
  }
}

const readStatements = (place: AwsPlace, arns: string[], key: string | undefined): Statement[] => [
  { Effect: "Allow", Action: "ssm:GetParameters", Resource: [...arns].sort() },
  ...(key === undefined ? [] : [decryptStatement(place, key, "ssm")]),
];

const problems = ({ place, path, values, existing = {}, adopt }: ParameterStoreArgs): Problem[] => [
  ...placeProblems("place", place),
  ...parameterNameProblems("path", path),
  ...Object.keys({ ...values, ...existing })
    .filter((variable) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable))
    .map((variable) => ({ path: `values/${variable}`, wrong: "is no name of a variable" })),
  ...Object.entries(existing).flatMap(([variable, name]) => parameterNameProblems(`existing/${variable}`, name)),
  ...Object.keys(existing)
    .filter((variable) => variable in values)
    .map((variable) => ({ path: `existing/${variable}`, wrong: "is also put anew", todo: "leave it out of one of the two" })),
  ...valueProblems(values),
  ...adoptionProblems(adopt, Object.keys(values)),
];

/** What is missing or too long. A value that is still to come is looked at when it is there; none is ever shown. */
const valueProblems = (values: Readonly<Record<string, unknown>>): Problem[] =>
  Object.entries(values).flatMap(([variable, value]): Problem[] => {
    if (value === undefined || value === null || value === "")
      return [{ path: `values/${variable}`, wrong: "has no value", todo: "set it in the stack's configuration" }];
    return typeof value === "string" && Buffer.byteLength(value) > LONGEST
      ? [{ path: `values/${variable}`, wrong: "is too long for a parameter", allowed: `up to ${LONGEST} bytes` }]
      : [];
  });
