import * as pulumi from "@pulumi/pulumi";
import type { DataImage, DataPlace } from "../../components/data/data-container";
import { Kafka } from "../../components/data/kafka";
import { KafkaUi } from "../../components/data/kafka-ui";
import { PgAdmin } from "../../components/data/pg-admin";
import { Postgres } from "../../components/data/postgres";
import { Redis } from "../../components/data/redis";
import { RedisUsers } from "../../components/data/redis-users";
import { SchemaRegistry } from "../../components/data/schema-registry";
import { ZooKeeper } from "../../components/data/zoo-keeper";
import type { Host } from "../../components/host/host";
import type { ContainerNetwork } from "../../components/service/container-network";
import { FixedUpstream } from "../../components/web/fixed-upstream";
import { LocalListener } from "../../components/web/local-listener";
import type { Places } from "./environment";
import type { PORTS } from "./guide";
import { DATA, DEFAULTS, FOLDERS, PATHS, PROJECT } from "./guide";
import type { DataService } from "./guide";
import { passwordsOf } from "./passwords";
import type { CoreFlowSettings, Rotated } from "./settings";

export interface InfrastructureArgs {
  host: Host;
  network: ContainerNetwork;
  settings: CoreFlowSettings;
  images: Readonly<Record<DataService, DataImage>>;
}

/**
 * What CoreFlow keeps its data in, and what people look at them with; each in a container that publishes no port, at an address that no
 * release changes, and on the machine's 127.0.0.1 where the guide has it.
 */
export class Infrastructure extends pulumi.ComponentResource {
  readonly postgres: Postgres;
  readonly redis: Redis;
  readonly kafka: Kafka;
  readonly schemaRegistry: SchemaRegistry;
  /** Where the services find it. */
  readonly places: Places;
  /** What nginx shows to people, who have to be in listed networks. */
  readonly management: { pgadmin: FixedUpstream; kafkaUi: FixedUpstream };
  private readonly passwords: Record<Rotated, pulumi.Output<string>>;

  constructor(
    private readonly label: string,
    private readonly args: InfrastructureArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flowfleet:coreflow:Infrastructure", label, {}, opts);
    this.passwords = passwordsOf(label, args.settings, this);

    // Each is found on 127.0.0.1 again before the next one is touched: containers made by hand that these take over from were found there.
    this.postgres = this.found("postgres", this.madePostgres(), "tcp");
    this.redis = this.found("redis", this.madeRedis(), "tcp");
    this.kafka = this.found("kafka", this.madeKafka(this.madeZooKeeper()), "tcp");
    this.schemaRegistry = this.found("schema-registry", this.madeSchemaRegistry(), "http");
    const pgadmin = this.found("pgadmin", this.madePgAdmin(), "http");
    const kafkaUi = this.found("kafka-ui", this.madeKafkaUi(), "http");

    this.places = this.placesForServices();
    this.management = { pgadmin: this.shown("pgadmin", pgadmin), kafkaUi: this.shown("kafka-ui", kafkaUi) };
    this.registerOutputs({});
  }

  /** Ends what earlier rotations left valid. For after the last of those who might use it. */
  retire(): void {
    const { redis, redisAdministrator } = this.passwords;
    const passwords = { application: redis, administrator: redisAdministrator };
    new RedisUsers(
      `${this.label}-redis-retired`,
      { host: this.args.host, redis: this.redis, ...passwords, retire: this.redis.users },
      { parent: this },
    );
  }

  private madePostgres(): Postgres {
    const { postgres: password, postgresRoot: superuserPassword } = this.passwords;
    const own = { ...this.volume("postgres"), database: DEFAULTS.database, role: DEFAULTS.role, password, superuserPassword };
    return new Postgres(`${this.label}-postgres`, { ...this.place("postgres"), ...own }, { parent: this });
  }

  private madeRedis(): Redis {
    const { redis, redisAdministrator } = this.passwords;
    const own = { ...this.volume("redis"), applicationPassword: redis, administratorPassword: redisAdministrator };
    return new Redis(`${this.label}-redis`, { ...this.place("redis"), ...own }, { parent: this });
  }

  private madeZooKeeper(): ZooKeeper {
    const { zookeeperLog: logVolume } = this.args.settings.volumes;
    const own = { ...this.volume("zookeeper"), logVolume };
    return new ZooKeeper(`${this.label}-zookeeper`, { ...this.place("zookeeper"), ...own }, { parent: this });
  }

  private madeKafka(zookeeper: ZooKeeper): Kafka {
    const own = { ...this.volume("kafka"), zookeeper, hostPort: this.args.settings.ports.kafka };
    return new Kafka(`${this.label}-kafka`, { ...this.place("kafka"), ...own }, { parent: this });
  }

  private madeSchemaRegistry(): SchemaRegistry {
    const own = { ...this.place("schema-registry"), kafka: this.kafka };
    return new SchemaRegistry(`${this.label}-schema-registry`, own, { parent: this });
  }

  private madePgAdmin(): PgAdmin {
    const { email } = this.args.settings.management;
    const own = { ...this.volume("pgadmin"), postgres: this.postgres, email, password: this.passwords.pgadmin };
    return new PgAdmin(`${this.label}-pgadmin`, { ...this.place("pgadmin"), ...own }, { parent: this });
  }

  private madeKafkaUi(): KafkaUi {
    const { kafka, schemaRegistry } = this;
    return new KafkaUi(
      `${this.label}-kafka-ui`,
      { ...this.place("kafka-ui"), kafka, schemaRegistry, path: PATHS["kafka-ui"] },
      { parent: this },
    );
  }

  /** Not the listeners on 127.0.0.1, through which nginx ends a connection some time after a reload; but Kafka sends its clients there. */
  private placesForServices(): Places {
    const { postgres, redis, schemaRegistry, passwords } = this;
    return {
      postgres: { address: postgres.address, port: postgres.port, password: passwords.postgres },
      redis: { address: redis.address, port: redis.port, password: passwords.redis },
      kafka: `127.0.0.1:${this.args.settings.ports.kafka}`,
      schemaRegistry: `http://${schemaRegistry.address}:${schemaRegistry.port}`,
    };
  }

  private shown(service: "pgadmin" | "kafka-ui", at: { address: string; port: number }): FixedUpstream {
    const { host } = this.args;
    return new FixedUpstream(
      `${this.label}-${service}-upstream`,
      { host, upstream: `${PROJECT}-${service}-site`, ...at },
      { parent: this },
    );
  }

  /** The same, with a port of the machine that leads to it. */
  private found<Of extends { address: string; port: number }>(service: keyof typeof PORTS, to: Of, protocol: "tcp" | "http"): Of {
    const { host, settings } = this.args;
    new LocalListener(`${this.label}-${service}-local`, { host, port: settings.ports[service], to, protocol }, { parent: this });
    return to;
  }

  private volume(of: keyof CoreFlowSettings["volumes"]): { volume: string; protect: boolean } {
    const { volumes, protect } = this.args.settings;
    return { volume: volumes[of], protect };
  }

  private place(service: DataService): DataPlace {
    const { host, network, images, settings } = this.args;
    return {
      host,
      network,
      project: PROJECT,
      service,
      index: DATA[service],
      directory: `${settings.directory}/${FOLDERS.infra}`,
      image: images[service],
      user: settings.users[service],
      limits: settings.sizes[service],
      takesOver: true,
    };
  }
}
