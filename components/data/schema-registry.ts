import * as pulumi from "@pulumi/pulumi";
import { DataContainer } from "./data-container";
import type { DataPlace } from "./data-container";
import { DataServer } from "./data-server";
import { asks, CONFLUENT, heapOf } from "./java";
import type { Kafka } from "./kafka";

export interface SchemaRegistryArgs extends DataPlace {
  /** Where its schemas are, in a topic of their own. Declared before it, in the same network. */
  kafka: Kafka;
}

const PORT = 8081;

/**
 * Confluent's Schema Registry, of its image `confluentinc/cp-schema-registry` 7, in a container of its own without data of its own.
 *
 * @example
 * const registry = new SchemaRegistry("prod-schema-registry", { ...place, service: "schema-registry", user: "1000:1000", kafka });
 * new LocalListener("schema-registry-local", { host, port: 8081, to: registry, protocol: "http" });
 */
export class SchemaRegistry extends DataServer {
  constructor(name: string, args: SchemaRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:SchemaRegistry", name, {}, opts);
    const { kafka, ...place } = args;

    const server = new DataContainer(
      `${name}-server`,
      {
        ...place,
        port: PORT,
        environment: {
          LOG_DIR: CONFLUENT.LOG_DIR,
          SCHEMA_REGISTRY_HEAP_OPTS: heapOf(place.limits.memory),
          SCHEMA_REGISTRY_HOST_NAME: place.service,
          SCHEMA_REGISTRY_LISTENERS: `http://0.0.0.0:${PORT}`,
          SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS: `PLAINTEXT://${kafka.bootstrap}`,
          SCHEMA_REGISTRY_KAFKASTORE_TOPIC_REPLICATION_FACTOR: "1",
        },
        health: {
          command: asks(PORT, String.raw`GET /subjects HTTP/1.0\r\n\r\n`, String.raw`^HTTP/1\.[01] 200 `),
          startPeriod: "2 minutes",
        },
        tmpfs: { "/tmp": "64 MB", "/etc/schema-registry": "1 MB" },
        loadsFrom: ["/tmp"],
      },
      { parent: this },
    );

    this.made(server);
  }
}
