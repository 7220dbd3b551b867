import type { Props } from "../../engine";

/** Services that are in no region. */
const GLOBAL = ["iam", "route53", "cloudfront"];

/**
 * Region of what is made, as the official provider keeps it beside the other outputs; `undefined` of what is in none.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/enhanced-region-support
 */
export const regionOf = (type: string, inputs: Props, region: string | undefined): string | undefined => {
  const own = inputs["region"];
  const isGlobal = GLOBAL.includes((type.split(":")[1] ?? "").split("/")[0] ?? "");
  return isGlobal ? undefined : typeof own === "string" ? own : region === "" ? undefined : region;
};

/** Whether something is in another region than it would be made in now: the official provider makes it anew there. */
export const isElsewhere = (type: string, inputs: Props, { region: was }: Props, region: string | undefined): boolean => {
  const now = regionOf(type, inputs, region);
  return now !== undefined && typeof was === "string" && was !== now;
};
