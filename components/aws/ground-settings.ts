import type { ExistingLoadBalancer } from "./load-balancer";
import type { ExistingNetwork, Nat } from "./network-args";
import type { PricedEnvironment } from "./prices";
import { SERVICES } from "./network-endpoints";

/** What a stack says of the ground that its services stand on in AWS. `infra/config` checks it and fills in defaults. */
export interface GroundSettings {
  account: string;
  region: string;
  network: {
    cidr: string;
    zones: readonly string[];
    nat: Nat;
    endpoints?: boolean | undefined;
    /** Networks that it must not share addresses with, by name. */
    others?: Readonly<Record<string, string>> | undefined;
    existing?: ExistingNetwork["existing"] | undefined;
  };
  entrance: {
    /** Hosted zone in Route 53 that the domain is in. */
    zone?: string | undefined;
    /** ARN of a certificate, where the domain is elsewhere. */
    certificate?: string | undefined;
    /** Who may ask. */
    from: readonly string[];
    existing?: ExistingLoadBalancer["existing"] | undefined;
  };
  /** Whether its tasks may end two minutes after AWS said so, for about a third of the price. */
  spot: boolean;
  /** Any word; another one has all tasks start anew. */
  reapply?: string | undefined;
  alarms: { /** Who is told. */ emails: readonly string[] };
}

/** What of the ground costs something. What exists already is somebody else's. */
export function pricedGround({ region, network, entrance }: GroundSettings) {
  const zones = network.existing ? Object.keys(network.existing.publicSubnets).length : network.zones.length;
  return {
    region,
    zones,
    loadBalancers: entrance.existing ? 0 : 1,
    gateways: network.existing ? 0 : { one: 1, "per-zone": zones, none: 0 }[network.nat],
    endpoints: network.existing || !(network.endpoints ?? network.nat === "none") ? 0 : SERVICES.length,
    keys: 1,
    dashboards: 1,
  } satisfies Partial<PricedEnvironment>;
}
