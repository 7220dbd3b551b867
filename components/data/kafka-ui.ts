import * as pulumi from "@pulumi/pulumi";
import { requestPathProblems } from "../kernel/workload-problems";
import { refuse } from "../kernel/refuse";
import { SECRETS_INSIDE } from "./container-inputs";
import { DataContainer } from "./data-container";
import type { DataPlace } from "./data-container";
import { DataServer } from "./data-server";
import { heapOf } from "./java";
import type { Kafka } from "./kafka";
import type { SchemaRegistry } from "./schema-registry";

export interface KafkaUiArgs extends DataPlace {
  kafka: Kafka;
  /** @default schemas are not shown */
  schemaRegistry?: SchemaRegistry;
  /** Path below which a web server serves it, unchanged: `"/kafka-ui"`. @default "/" */
  path?: string;
  /** Who may come in. @default everybody whom the web server lets through */
  login?: { /** @default "admin" */ user?: string; password: pulumi.Input<string> };
}

const PORT = 8080;

/**
 * Kafka UI in a container of its own without data, of `kafbat/kafka-ui` or of `provectuslabs/kafka-ui`, which it goes on from. Who uses
 * it may delete topics. Another password makes it anew.
 *
 * @example
 * const ui = new KafkaUi("prod-kafka-ui", { ...place, service: "kafka-ui", user: "100:101", kafka, schemaRegistry, path: "/kafka-ui" });
 * const upstream = new FixedUpstream("kafka-ui-upstream", { host, upstream: "coreflow-kafka-ui", address: ui.address, port: ui.port });
 * new NginxSite("site", { …, locations: { "/kafka-ui/": { to: upstream, allowFrom: ["10.0.0.0/8"] } } });
 */
export class KafkaUi extends DataServer {
  constructor(name: string, args: KafkaUiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:KafkaUi", name, {}, opts);
    const { kafka, schemaRegistry, path = "/", login, ...place } = args;
    refuse(this, name, requestPathProblems("path", path));
    const below = path.replace(/\/$/, "");

    const server = new DataContainer(
      `${name}-server`,
      {
        ...place,
        port: PORT,
        environment: {
          JAVA_OPTS: heapOf(place.limits.memory),
          KAFKA_CLUSTERS_0_NAME: place.project,
          KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS: kafka.bootstrap,
          ...(schemaRegistry && { KAFKA_CLUSTERS_0_SCHEMAREGISTRY: `http://${schemaRegistry.service}:${schemaRegistry.port}` }),
          ...(below && { SERVER_SERVLET_CONTEXT_PATH: below }),
          ...(login && {
            AUTH_TYPE: "LOGIN_FORM",
            SPRING_SECURITY_USER_NAME: login.user ?? "admin",
            // Each file there is a property by its name.
            SPRING_CONFIG_IMPORT: `configtree:${SECRETS_INSIDE}/`,
          }),
        },
        ...(login && { secretFiles: { [PASSWORD]: login.password }, restartOnSecrets: [PASSWORD] }),
        health: {
          command: ["CMD", "wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${PORT}${below}/actuator/health`],
          startPeriod: "2 minutes",
        },
        tmpfs: { "/tmp": "64 MB" },
        loadsFrom: ["/tmp"],
      },
      { parent: this },
    );

    this.made(server);
  }
}

const PASSWORD = "spring.security.user.password";
