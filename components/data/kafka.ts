import * as pulumi from "@pulumi/pulumi";
import { portProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import { DataContainer } from "./data-container";
import type { DataPlace } from "./data-container";
import { DataServer } from "./data-server";
import { CONFLUENT, heapOf } from "./java";
import { confluentProblems, settingsProblems } from "./kafka-problems";
import type { ZooKeeper } from "./zoo-keeper";

export interface KafkaArgs extends DataPlace {
  /** Declared before it, in the same network. */
  zookeeper: ZooKeeper;
  /** Docker's name of the volume with the data: `"kafka_data"`. */
  volume: string;
  /** @default true: Pulumi refuses to delete the volume */
  protect?: boolean;
  /** Port of the machine's 127.0.0.1 by which programs there reach it: that of its `LocalListener`. @default 9092 */
  hostPort?: number;
  /** Further properties of the broker: `{ "log.retention.hours": "168" }`. @default the image's own */
  settings?: Readonly<Record<string, string>>;
}

/** For programs of the machine, and for containers: Kafka tells each where to come again, by a name that it can reach. */
const PORT = 9092;
const CONTAINER_PORT = 29_092;

/**
 * One Kafka broker with ZooKeeper, of Confluent's image `confluentinc/cp-kafka` 7, in a container of its own. Nobody logs in, so it is
 * for the machine and its network alone. Containers ask `bootstrap`, programs of the machine `127.0.0.1:<hostPort>`.
 *
 * @example
 * const kafka = new Kafka("prod-kafka", { ...place, service: "kafka", user: "1000:1000", zookeeper, volume: "kafka_data" });
 * new LocalListener("kafka-local", { host, port: 9092, to: kafka, protocol: "tcp" });
 */
export class Kafka extends DataServer {
  /** Where containers of its network find it: `"kafka:29092"`. */
  readonly bootstrap: string;

  constructor(name: string, args: KafkaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:Kafka", name, {}, opts);
    const { zookeeper, volume, protect, hostPort = PORT, settings = {}, ...place } = args;
    refuse(this, name, [...confluentProblems(place.image), ...portProblems("hostPort", hostPort), ...settingsProblems(settings)]);
    this.bootstrap = `${place.service}:${CONTAINER_PORT}`;

    const server = new DataContainer(
      `${name}-server`,
      {
        ...place,
        limits: { pids: 1024, ...place.limits },
        port: PORT,
        volume: { name: volume, path: "/var/lib/kafka/data", engine: "kafka", protect },
        environment: {
          ...CONFLUENT,
          KAFKA_HEAP_OPTS: heapOf(place.limits.memory),
          KAFKA_BROKER_ID: "1",
          KAFKA_ZOOKEEPER_CONNECT: `${zookeeper.service}:${zookeeper.port}`,
          KAFKA_LISTENERS: `HOST://0.0.0.0:${PORT},CONTAINERS://0.0.0.0:${CONTAINER_PORT}`,
          KAFKA_ADVERTISED_LISTENERS: `HOST://127.0.0.1:${hostPort},CONTAINERS://${this.bootstrap}`,
          KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "HOST:PLAINTEXT,CONTAINERS:PLAINTEXT",
          KAFKA_INTER_BROKER_LISTENER_NAME: "CONTAINERS",
          // Of one broker, no more copies can be.
          KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
          KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1",
          KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1",
          ...Object.fromEntries(Object.entries(settings).map(([property, value]) => [variableOf(property), value])),
        },
        // A question that only a broker that serves can answer. It takes a Java program a while.
        health: {
          command: [
            "CMD-SHELL",
            `KAFKA_HEAP_OPTS=-Xmx64m exec kafka-broker-api-versions --bootstrap-server 127.0.0.1:${CONTAINER_PORT} > /dev/null`,
          ],
          interval: "20 seconds",
          timeout: "20 seconds",
          startPeriod: "2 minutes",
        },
        tmpfs: { "/tmp": "64 MB", "/etc/kafka": "1 MB" },
        loadsFrom: ["/tmp"],
      },
      { parent: this },
    );

    this.made(server);
  }
}

/** How Confluent's image is told a property of the broker. */
const variableOf = (property: string): string =>
  `KAFKA_${property.toUpperCase().replaceAll("_", "__").replaceAll("-", "___").replaceAll(".", "_")}`;
