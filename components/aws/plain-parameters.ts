import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../kernel/refuse";
import { refuse } from "../kernel/refuse";
import { LONGEST, parameterNameProblems } from "./parameter-name";
import type { AwsPlace } from "./place";
import { arnOf, placeProblems, tagged } from "./place";
import type { Statement } from "./policy";
import { allow } from "./policy";
import { PARAMETERS } from "./stack-actions";

export interface PlainParametersArgs {
  place: AwsPlace;
  /** Folder of the parameters: `"/flowfleet/prod"`. It names things, so it is plain. */
  path: string;
  /** Texts by their name below the folder: `{ "flowmaster/url": url }`. Whoever may read the folder reads them. */
  values: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Texts that are no secrets as Strings of Parameter Store, for whoever reads them there: with `aws ssm get-parameters-by-path`, in a
 * CloudFormation template, from a task. For secrets there is `ParameterStore`; one that is marked as such is refused here.
 *
 * @example
 * new PlainParameters("outputs", { place, path: "/flowfleet/prod", values: { "flowmaster/url": url } });
 */
export class PlainParameters extends pulumi.ComponentResource {
  constructor(name: string, args: PlainParametersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:PlainParameters", name, {}, opts);
    const { place, path, values } = args;
    refuse(this, name, problems(args));

    for (const [below, value] of Object.entries(values)) {
      const full = `${path}/${below}`;
      new ssm.Parameter(
        `${name}-${below}`,
        { name: full, type: "String", tier: "Standard", insecureValue: this.looked(name, below, value), tags: tagged(place, full) },
        { parent: this },
      );
    }
    this.registerOutputs({ path });
  }

  /** Values that are only known now are looked at now, and marks of secrets, which nobody can ask for at once. */
  private looked(name: string, below: string, value: pulumi.Input<string>): pulumi.Output<string> {
    const given = pulumi.output(value);
    return pulumi.all([given, pulumi.isSecret(given)]).apply(([known, secret]) => {
      refuse(this, name, plainValueProblems(below, known, secret));
      return known;
    });
  }
}

/** What a pipeline needs that puts them there. */
export const plainParameterStatements = (place: AwsPlace, path: string): Statement[] => [
  allow("PlainParameters", PARAMETERS, arnOf(place, "ssm", `parameter${path}/*`)),
];

const problems = ({ place, path, values }: PlainParametersArgs): Problem[] => [
  ...placeProblems("place", place),
  ...parameterNameProblems("path", path),
  ...Object.keys(values).flatMap((below) =>
    parameterNameProblems(`values/${below}`, `/${below}`).map((problem) => ({ ...problem, wrong: "is no name of a parameter" })),
  ),
];

/** What AWS would not take, and what everybody could read then. Pure, because an error at that time is nothing that a test could catch. */
export function plainValueProblems(below: string, value: string, secret: boolean): Problem[] {
  const path = `values/${below}`;
  if (secret) return [{ path, wrong: "is marked as a secret, and would be there in clear", todo: "put it into a ParameterStore" }];
  if (value === "") return [{ path, wrong: "is empty, which no parameter can be", todo: "leave it out" }];
  return Buffer.byteLength(value) > LONGEST ? [{ path, wrong: "is too long for a parameter", allowed: `up to ${LONGEST} bytes` }] : [];
}
