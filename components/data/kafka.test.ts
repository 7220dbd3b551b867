import * as pulumi from "@pulumi/pulumi";
import { record } from "../host/recording";
import type { Registered } from "../host/recording";
import { ContainerNetwork } from "../service/container-network";
import { exampleHost, examplePlace } from "./example-place";
import { Kafka } from "./kafka";
import type { KafkaArgs } from "./kafka";
import { KafkaUi } from "./kafka-ui";
import type { KafkaUiArgs } from "./kafka-ui";
import { SchemaRegistry } from "./schema-registry";
import { ZooKeeper } from "./zoo-keeper";

const made = (args: Partial<KafkaArgs> = {}, ui: Partial<KafkaUiArgs> = {}, version = "7.9.6") =>
  record(() => {
    const host = exampleHost();
    const network = new ContainerNetwork("net", { host, network: "coreflow", subnet: "10.92.1.0/24" });
    const place = (service: string, index: number) => {
      const one = examplePlace(host, network, service, index);
      return { ...one, project: "coreflow", directory: "/opt/coreflow", user: "1000:1000", image: { ...one.image, version } };
    };
    const zookeeper = new ZooKeeper("zookeeper", { ...place("zookeeper", 2), volume: "zookeeper_data", logVolume: "zookeeper_log" });
    const kafka = new Kafka("kafka", { ...place("kafka", 3), zookeeper, volume: "kafka_data", ...args });
    const schemaRegistry = new SchemaRegistry("schemas", { ...place("schema-registry", 4), kafka });
    new KafkaUi("ui", { ...place("kafka-ui", 6), kafka, schemaRegistry, path: "/kafka-ui", ...ui });
  });

const containerOf = (resources: Registered[], name: string) =>
  resources.find(({ type, inputs }) => type === "docker:index/container:Container" && inputs["name"] === name)?.inputs;

it("ZooKeeper keeps snapshots and log in a volume each, and answers on no port but Kafka's", async () => {
  const { resources, steps } = await made();
  expect(containerOf(resources, "coreflow-zookeeper")).toMatchObject({
    envs: [
      "KAFKA_GC_LOG_OPTS=-Xlog:gc*=off",
      "KAFKA_HEAP_OPTS=-Xms64m -Xmx512m",
      "LOG_DIR=/tmp",
      "ZOOKEEPER_ADMIN_ENABLE_SERVER=false",
      "ZOOKEEPER_AUTOPURGE_PURGE_INTERVAL=24",
      "ZOOKEEPER_AUTOPURGE_SNAP_RETAIN_COUNT=3",
      "ZOOKEEPER_CLIENT_PORT=2181",
      "ZOOKEEPER_TICK_TIME=2000",
    ],
    mounts: [
      { type: "volume", source: "zookeeper_data", target: "/var/lib/zookeeper/data", readOnly: false },
      { type: "volume", source: "zookeeper_log", target: "/var/lib/zookeeper/log", readOnly: false },
    ],
    readOnly: true,
    tmpfs: { "/tmp": "size=64m", "/etc/kafka": "size=1m" },
    healthcheck: { tests: ["CMD", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/2181 && printf 'srvr' >&3 && grep -q '^Mode:' <&3"] },
  });
  expect(
    resources
      .filter(({ type }) => type === "docker:index/volume:Volume")
      .map(({ name, inputs, protect }) => [name, inputs["name"], protect]),
  ).toEqual([
    ["zookeeper-server-volume", "zookeeper_data", true],
    ["zookeeper-server-volume-2", "zookeeper_log", true],
    ["kafka-server-volume", "kafka_data", true],
  ]);
  expect(steps.filter(({ noun }) => noun === "volume").map(({ document }) => document)).toMatchObject([
    { volume: "zookeeper_data", engine: "zookeeper", version: "7.9.6" },
    { volume: "kafka_data", engine: "kafka", version: "7.9.6" },
  ]);
});

it("Kafka tells containers and programs of the machine where each of them finds it", async () => {
  const { resources } = await made({ hostPort: 19_092, settings: { "log.retention.hours": "48", "a.b_c-d": "x" } });
  expect(containerOf(resources, "coreflow-kafka")).toMatchObject({
    networksAdvanced: [{ aliases: ["kafka"] }],
    envs: [
      "KAFKA_ADVERTISED_LISTENERS=HOST://127.0.0.1:19092,CONTAINERS://kafka:29092",
      "KAFKA_A_B__C___D=x",
      "KAFKA_BROKER_ID=1",
      "KAFKA_GC_LOG_OPTS=-Xlog:gc*=off",
      "KAFKA_HEAP_OPTS=-Xms64m -Xmx512m",
      "KAFKA_INTER_BROKER_LISTENER_NAME=CONTAINERS",
      "KAFKA_LISTENERS=HOST://0.0.0.0:9092,CONTAINERS://0.0.0.0:29092",
      "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=HOST:PLAINTEXT,CONTAINERS:PLAINTEXT",
      "KAFKA_LOG_RETENTION_HOURS=48",
      "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1",
      "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR=1",
      "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR=1",
      "KAFKA_ZOOKEEPER_CONNECT=zookeeper:2181",
      "LOG_DIR=/tmp",
    ],
    tmpfs: { "/tmp": "size=64m,exec", "/etc/kafka": "size=1m" },
    healthcheck: {
      tests: ["CMD-SHELL", "KAFKA_HEAP_OPTS=-Xmx64m exec kafka-broker-api-versions --bootstrap-server 127.0.0.1:29092 > /dev/null"],
      interval: "20s",
      timeout: "20s",
      startPeriod: "2m0s",
    },
  });
});

it("the registry of schemas keeps them in Kafka, and is healthy once it has read them", async () => {
  const { resources } = await made();
  expect(containerOf(resources, "coreflow-schema-registry")).toMatchObject({
    envs: [
      "LOG_DIR=/tmp",
      "SCHEMA_REGISTRY_HEAP_OPTS=-Xms64m -Xmx512m",
      "SCHEMA_REGISTRY_HOST_NAME=schema-registry",
      "SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS=PLAINTEXT://kafka:29092",
      "SCHEMA_REGISTRY_KAFKASTORE_TOPIC_REPLICATION_FACTOR=1",
      "SCHEMA_REGISTRY_LISTENERS=http://0.0.0.0:8081",
    ],
    mounts: [],
    tmpfs: { "/tmp": "size=64m,exec", "/etc/schema-registry": "size=1m" },
    healthcheck: {
      tests: [
        "CMD",
        "bash",
        "-c",
        "exec 3<>/dev/tcp/127.0.0.1/8081 && printf 'GET /subjects HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '^HTTP/1\\.[01] 200 ' <&3",
      ],
    },
  });
});

it("Kafka UI is below its path, and lets in whom the web server lets through", async () => {
  const { resources } = await made();
  const ui = containerOf(resources, "coreflow-kafka-ui");
  expect(ui).toMatchObject({
    envs: [
      "JAVA_OPTS=-Xms64m -Xmx512m",
      "KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS=kafka:29092",
      "KAFKA_CLUSTERS_0_NAME=coreflow",
      "KAFKA_CLUSTERS_0_SCHEMAREGISTRY=http://schema-registry:8081",
      "SERVER_SERVLET_CONTEXT_PATH=/kafka-ui",
    ],
    mounts: [],
    healthcheck: { tests: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/kafka-ui/actuator/health"] },
  });
});

it("or whoever has its password, which is in a file", async () => {
  const { resources, steps } = await made({}, { path: "/", login: { user: "ops", password: pulumi.secret("pencil") } });
  const ui = containerOf(resources, "coreflow-kafka-ui");
  expect(ui).toMatchObject({
    envs: expect.arrayContaining([
      "AUTH_TYPE=LOGIN_FORM",
      "SPRING_CONFIG_IMPORT=configtree:/run/flowfleet/",
      "SPRING_SECURITY_USER_NAME=ops",
    ]) as unknown,
    healthcheck: { tests: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/actuator/health"] },
    labels: expect.arrayContaining([expect.objectContaining({ label: "flowfleet.secrets" })]) as unknown,
  });
  expect(JSON.stringify(ui)).not.toContain("pencil");
  expect(steps.find(({ name }) => name === "ui-server-secrets-files")).toMatchObject({
    secrets: ["connection", "stdin"],
    document: {
      files: { "/opt/coreflow/secrets/kafka-ui/spring.security.user.password": { mode: "0400", user: "1000", text: ["pencil"] } },
    },
  });
});

it("is refused without ZooKeeper, and with settings that are not free", async () => {
  await expect(made({}, {}, "8.0.0")).rejects.toThrow(
    'zookeeper/image/version: must be Confluent\'s 7, the last one with ZooKeeper; got "8.0.0"; allowed: such as "7.9.6"',
  );
  const settings = { "advertised.listeners": "x", "Log.Dirs": "x", "log.retention.hours": "1\n2" };
  await expect(made({ hostPort: 0, settings })).rejects.toThrow(
    "kafka/hostPort: must be a port; got 0; allowed: 1 to 65535\n" +
      "kafka/settings/advertised.listeners: is decided by the component\n" +
      'kafka/settings: must be a property of the broker such as "log.retention.hours"; got "Log.Dirs"\n' +
      "kafka/settings/log.retention.hours: must be one line",
  );
});
