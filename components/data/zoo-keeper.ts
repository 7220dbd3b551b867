import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../kernel/refuse";
import { DataContainer } from "./data-container";
import type { DataPlace } from "./data-container";
import { DataServer } from "./data-server";
import { asks, CONFLUENT, heapOf } from "./java";
import { confluentProblems } from "./kafka-problems";

export interface ZooKeeperArgs extends DataPlace {
  /** Docker's name of the volume with its snapshots: `"zookeeper_data"`. */
  volume: string;
  /** Docker's name of the volume with its log, without which the snapshots are not whole: `"zookeeper_log"`. */
  logVolume: string;
  /** @default true: Pulumi refuses to delete the volumes */
  protect?: boolean;
}

const PORT = 2181;

/**
 * ZooKeeper for one Kafka, of Confluent's image `confluentinc/cp-zookeeper` 7, in a container of its own. Nobody logs in, so it is for
 * its network alone: no port of it is open anywhere.
 *
 * @example
 * const zookeeper = new ZooKeeper("prod-zookeeper", { ...place, service: "zookeeper", user: "1000:1000", volume: "zookeeper_data", logVolume: "zookeeper_log" });
 * const kafka = new Kafka("prod-kafka", { ...place, service: "kafka", user: "1000:1000", zookeeper, volume: "kafka_data" });
 */
export class ZooKeeper extends DataServer {
  constructor(name: string, args: ZooKeeperArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:ZooKeeper", name, {}, opts);
    const { volume, logVolume, protect, ...place } = args;
    refuse(this, name, confluentProblems(place.image));

    const server = new DataContainer(
      `${name}-server`,
      {
        ...place,
        port: PORT,
        volume: {
          name: volume,
          path: "/var/lib/zookeeper/data",
          beside: { [logVolume]: "/var/lib/zookeeper/log" },
          engine: "zookeeper",
          protect,
        },
        environment: {
          ...CONFLUENT,
          KAFKA_HEAP_OPTS: heapOf(place.limits.memory),
          ZOOKEEPER_CLIENT_PORT: String(PORT),
          ZOOKEEPER_TICK_TIME: "2000",
          ZOOKEEPER_ADMIN_ENABLE_SERVER: "false",
          ZOOKEEPER_AUTOPURGE_PURGE_INTERVAL: "24",
          ZOOKEEPER_AUTOPURGE_SNAP_RETAIN_COUNT: "3",
        },
        // Only the word that it answers without being told to.
        health: { command: asks(PORT, "srvr", "^Mode:"), startPeriod: "1 minute" },
        tmpfs: { "/tmp": "64 MB", "/etc/kafka": "1 MB" },
      },
      { parent: this },
    );

    this.made(server);
  }
}
