import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AwsPlace } from "../../components/aws/place";
import { arnOf } from "../../components/aws/place";
import type { Recording } from "../../components/host/recording";

/** Something of AWS in a plan. */
export interface Planned {
  /** `"kms/key"`. */
  type: string;
  name: string;
  inputs: Readonly<Record<string, unknown>>;
}

/** What a golden plan has of AWS. */
export function plannedAws(plan: string): Planned[] {
  const { resources } = JSON.parse(readFileSync(join(__dirname, "../golden", `${plan}.json`), "utf8")) as {
    resources: Record<string, { inputs?: Record<string, unknown> }>;
  };
  return Object.entries(resources).flatMap(([path, { inputs = {} }]) => ofAws(path, inputs));
}

/** What a program registered of AWS. */
export const recordedAws = ({ resources }: Recording): Planned[] => resources.flatMap(({ urn, inputs }) => ofAws(urn, inputs));

function ofAws(path: string, inputs: Planned["inputs"]): Planned[] {
  const { type, name } = /(?:^|\$)aws:(?<type>[a-z0-9]+\/\w+):\w+::(?<name>.+)$/.exec(path)?.groups ?? {};
  return type === undefined || name === undefined ? [] : [{ type, name, inputs }];
}

/** The ARN that AWS would give, of one that a plan made up: by the name that the thing gets, or that of the plan where AWS names it. */
export function realArn(place: AwsPlace, plan: readonly Planned[], arn: string): string {
  const { kind = "", label = "" } = /^arn:made-up:(?<kind>\w+):(?<label>.+)$/.exec(arn)?.groups ?? {};
  if (kind === "Parameter") {
    const found = plan.find(({ type, name }) => type === "ssm/parameter" && name === label);
    return arnOf(place, "ssm", `parameter${String(found?.inputs["name"])}`);
  }
  if (kind === "Key") return arnOf(place, "kms", `key/${label}`);
  if (kind !== "") throw new Error(`no ARN of a ${kind}: ${arn}`);
  return arn;
}
