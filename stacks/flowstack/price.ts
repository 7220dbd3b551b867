import { pricedGround } from "../../components/aws/ground-settings";
import { priceLine } from "../../components/aws/prices";
import type { AwsSettings, FlowStackSettings } from "./settings";

/** What FlowStack on AWS costs for a month, in words. What exists already is somebody else's. */
export function priceOf({ limits }: FlowStackSettings, aws: AwsSettings, alarms: number): string {
  const { database, files, instances, architecture, spot } = aws;
  const { instanceClass, multiAz, storage } = database;
  return priceLine({
    ...pricedGround(aws),
    tasks: [{ count: instances.min, ...limits, architecture, spot }],
    ...(!database.existing && { database: { instanceClass, multiAz, storage } }),
    share: !files.existing,
    alarms,
  });
}
