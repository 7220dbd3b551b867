import type * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../kernel/duration";
import type { Adopted } from "./adopted";
import { AlarmTopic } from "./alarm-topic";
import { Cluster } from "./cluster";
import { EncryptionKey } from "./encryption-key";
import type { GroundSettings } from "./ground-settings";
import { LoadBalancer } from "./load-balancer";
import type { NamesArgs } from "./load-balancer";
import { Network } from "./network";
import type { AwsPlace } from "./place";

export interface GroundArgs {
  place: AwsPlace;
  settings: GroundSettings;
  /** Public names that the load balancer answers. */
  names: readonly string[];
  /** Longest silence of an answer, or of a WebSocket. */
  idleTimeout: Duration;
  /** What would be missed is deleted only after this is `false` and an update has run. */
  protect: boolean;
  /** What stands already and is taken over. @default nothing */
  adopt?: Partial<Record<"network" | "balancer", Adopted>>;
}

/** What the services of an environment stand on. */
export interface Ground {
  place: AwsPlace;
  /** Encrypts what they keep: secrets, logs, data. */
  key: EncryptionKey;
  network: Network;
  topic: AlarmTopic;
  balancer: LoadBalancer;
  cluster: Cluster;
}

/** Key, network, load balancer, cluster, and where alarms go: the same for every system that runs on Fargate. */
export function awsGround(name: string, args: GroundArgs, parent: pulumi.Resource): Ground {
  const { place, settings, protect } = args;
  const here = { parent };
  const key = new EncryptionKey(`${name}-key`, { place, description: `Data of ${place.prefix}`, protect }, here);
  const network = new Network(`${name}-network`, networkOf(args, key), here);
  const topic = new AlarmTopic(`${name}-alarms-topic`, { place, emails: settings.alarms.emails, key: key.arn }, here);
  const balancer = new LoadBalancer(`${name}-balancer`, balancerOf(args, network), here);
  const cluster = new Cluster(`${name}-cluster`, { place, reapply: settings.reapply }, here);
  return { place, key, network, topic, balancer, cluster };
}

function networkOf({ place, settings, adopt }: GroundArgs, key: EncryptionKey) {
  const { existing, endpoints, others, ...wanted } = settings.network;
  if (existing) return { existing };
  return {
    place,
    ...wanted,
    ...(endpoints !== undefined && { endpoints }),
    ...(others !== undefined && { others }),
    key: key.arn,
    ...(adopt?.network && { adopt: adopt.network }),
  };
}

function balancerOf({ place, settings, names, idleTimeout, protect, adopt }: GroundArgs, network: Network) {
  const { existing, from } = settings.entrance;
  if (existing) return { place, existing };
  const made = { place, network, names, by: namesBy(settings), from, idleTimeout, protect };
  return { ...made, ...(adopt?.balancer && { adopt: adopt.balancer }) };
}

/** The configuration was checked for one of the two. */
const namesBy = ({ entrance: { zone, certificate } }: GroundSettings): NamesArgs =>
  zone === undefined ? { certificate: certificate ?? "" } : { zone };
