import type { AwsPlace } from "../../components/aws/place";
import { systemPlace } from "../../components/aws/place";
import { boundaryArn } from "../../components/aws/stack-rights";
import type { Environment } from "./guide";
import { PROJECT } from "./guide";

/** Where an environment of FlowStack stands in AWS. The rights of its pipelines are made of the same. */
export function placeOf(
  environment: Environment,
  { account, region, boundary }: { account: string; region: string; boundary?: boolean },
): AwsPlace {
  const place = systemPlace(PROJECT, environment, { account, region });
  return boundary === true ? { ...place, boundary: boundaryArn(place) } : place;
}
