import { SERVICES } from "../../components/aws/network-endpoints";
import { priceLine } from "../../components/aws/prices";
import type { AwsSettings, FlowStackSettings } from "./settings";

/** What FlowStack on AWS costs for a month, in words. What exists already is somebody else's. */
export function priceOf({ limits }: FlowStackSettings, aws: AwsSettings, watched: { alarms: number; dashboards: number }): string {
  const { network, entrance, database, files, instances, architecture, spot } = aws;
  const zones = network.existing ? Object.keys(network.existing.publicSubnets).length : network.zones.length;
  const { instanceClass, multiAz, storage } = database;
  return priceLine({
    region: aws.region,
    tasks: [{ count: instances.min, ...limits, architecture, spot }],
    zones,
    loadBalancers: entrance.existing ? 0 : 1,
    gateways: network.existing ? 0 : { one: 1, "per-zone": zones, none: 0 }[network.nat],
    endpoints: network.existing || !(network.endpoints ?? network.nat === "none") ? 0 : SERVICES.length,
    ...(!database.existing && { database: { instanceClass, multiAz, storage } }),
    share: !files.existing,
    keys: 1,
    ...watched,
  });
}
