import * as pulumi from "@pulumi/pulumi";
import type { DataImage, DataPlace } from "../../components/data/data-container";
import { Keycloak } from "../../components/data/keycloak";
import { KeycloakRealm } from "../../components/data/keycloak-realm";
import { Mongo } from "../../components/data/mongo";
import type { MongoUser } from "../../components/data/mongo";
import { MongoUsers } from "../../components/data/mongo-users";
import { Postgres } from "../../components/data/postgres";
import { Redis } from "../../components/data/redis";
import { RedisUsers } from "../../components/data/redis-users";
import type { Host } from "../../components/host/host";
import { markOf } from "../../components/kernel/mark";
import type { ContainerNetwork } from "../../components/service/container-network";
import { LocalListener } from "../../components/web/local-listener";
import type { Made } from "./configuration";
import type { DATA } from "./guide";
import { PORTS, PROJECT, SERVICES, VOLUMES } from "./guide";
import { passwordsOf, rotationOf } from "./passwords";
import type { FlowraSettings, Rotated } from "./settings";

type DataService = (typeof DATA)[number];

export interface DatabasesArgs {
  host: Host;
  network: ContainerNetwork;
  settings: FlowraSettings;
  images: Readonly<Record<DataService, DataImage>>;
}

/**
 * What Flowra keeps its data in: MongoDB, Redis, and Keycloak with its PostgreSQL; each in a container that publishes no port, at
 * an address that no release changes, and on the machine's 127.0.0.1 where the guide has it.
 */
export class Databases extends pulumi.ComponentResource {
  readonly mongo: Mongo;
  readonly redis: Redis;
  readonly keycloakDatabase: Postgres;
  readonly keycloak: Keycloak;
  /** The secrets that the application needs. */
  readonly made: Made;
  private readonly passwords: Record<Rotated, pulumi.Output<string>>;
  private readonly user: MongoUser;

  constructor(
    private readonly label: string,
    private readonly args: DatabasesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flowfleet:flowra:Databases", label, {}, opts);
    const { host, settings } = args;
    const here = { parent: this };
    this.passwords = passwordsOf(label, settings, this);
    this.user = userOf(settings, this.passwords.mongodb);

    this.mongo = this.madeMongo();
    new MongoUsers(`${label}-mongodb-users`, { host, mongo: this.mongo, users: [this.user] }, here);
    this.redis = this.madeRedis();
    this.keycloakDatabase = this.madeKeycloakDatabase();
    this.keycloak = this.madeKeycloak();
    new KeycloakRealm(`${label}-realm`, { host, keycloak: this.keycloak, ...this.realm(), keepSecrets: true }, here);
    this.listen("mongodb", this.mongo, "tcp");
    this.listen("redis", this.redis, "tcp");
    this.listen("keycloak", this.keycloak, "http");

    this.made = madeOf(settings, this.passwords, this.mongo, this.user);
    this.registerOutputs({});
  }

  /** Where Keycloak answers. */
  get keycloakAt(): { address: string; port: number } {
    return { address: this.keycloak.address, port: this.keycloak.port };
  }

  /** Ends what earlier rotations left valid. For after the last of those who might use it. */
  retire(): void {
    const { host } = this.args;
    const { redis, redisAdministrator } = this.passwords;
    const here = { parent: this };
    new MongoUsers(`${this.label}-mongodb-retired`, { host, mongo: this.mongo, users: [this.user], retire: true }, here);
    const passwords = { application: redis, administrator: redisAdministrator };
    new RedisUsers(`${this.label}-redis-retired`, { host, redis: this.redis, ...passwords, retire: this.redis.users }, here);
    // Keycloak knows one secret of a client: the new one is its secret once those that use it serve.
    new KeycloakRealm(`${this.label}-realm-secrets`, { host, keycloak: this.keycloak, ...this.realm() }, here);
  }

  private madeMongo(): Mongo {
    const { mongodbRoot } = this.passwords;
    const { settings } = this.args;
    const own = { ...this.volume("mongodb"), holds: settings.holds.mongodb, rootPassword: mongodbRoot };
    return new Mongo(`${this.label}-mongodb`, { ...this.place("mongodb"), ...own }, { parent: this });
  }

  private madeRedis(): Redis {
    const { redis, redisAdministrator } = this.passwords;
    const own = { ...this.volume("redis"), applicationPassword: redis, administratorPassword: redisAdministrator };
    return new Redis(`${this.label}-redis`, { ...this.place("redis"), ...own }, { parent: this });
  }

  private madeKeycloakDatabase(): Postgres {
    const { keycloakDatabase, keycloakDatabaseRoot } = this.passwords;
    const passwords = { password: keycloakDatabase, superuserPassword: keycloakDatabaseRoot };
    const own = { ...this.volume("keycloak-db"), database: "keycloak", role: "keycloak", ...passwords };
    return new Postgres(`${this.label}-keycloak-db`, { ...this.place("keycloak-db"), ...own }, { parent: this });
  }

  private madeKeycloak(): Keycloak {
    const { authDomain, variables } = this.args.settings;
    const admin = { adminUser: variables.FLOWRA_KEYCLOAK_ADMIN_USERNAME, adminPassword: this.passwords.keycloakAdministrator };
    const own = { postgres: this.keycloakDatabase, domain: authDomain, ...admin };
    return new Keycloak(`${this.label}-keycloak`, { ...this.place("keycloak"), ...own }, { parent: this });
  }

  private realm() {
    const { variables, client } = this.args.settings;
    const { FLOWRA_KEYCLOAK_REALM: realm, FLOWRA_KEYCLOAK_CLIENT_ID: id } = variables;
    return { realm, clients: [{ id, secret: this.passwords.keycloakClient, serviceAccount: true, ...client }] };
  }

  private listen(service: keyof typeof PORTS, to: { address: string; port: number }, protocol: "tcp" | "http"): void {
    const { host } = this.args;
    new LocalListener(`${this.label}-${service}-local`, { host, port: PORTS[service], to, protocol }, { parent: this });
  }

  private volume(service: keyof typeof VOLUMES): { volume: string; protect: boolean } {
    return { volume: VOLUMES[service], protect: this.args.settings.protect };
  }

  private place(service: DataService): DataPlace {
    const { host, network, images, settings } = this.args;
    const { limits, reservations } = settings.sizes[service];
    return {
      host,
      network,
      project: PROJECT,
      service,
      index: SERVICES[service],
      directory: settings.directory,
      image: images[service],
      user: settings.users[service],
      limits,
      reservations,
    };
  }
}

/**
 * A rotation makes another user, and the one before it works until it is retired. The password has a part in the name: a word of
 * earlier, taken up again after a release that failed, makes another password, and what still serves logs in with the one before.
 */
const userOf = (settings: FlowraSettings, password: pulumi.Output<string>): MongoUser => ({
  name: password.apply((known) => `${PROJECT}-${rotationOf(settings, "mongodb")}-${markOf({ known }, PROJECT)}`),
  password,
  database: settings.variables.FLOWRA_MONGODB_DATABASE,
  roles: ["readWrite"],
});

const madeOf = ({ mode }: FlowraSettings, passwords: Record<Rotated, pulumi.Output<string>>, mongo: Mongo, user: MongoUser): Made => ({
  FLOWRA_MONGODB_URI: mode === "systemd" ? mongo.hostUri(user) : mongo.uri(user),
  FLOWRA_REDIS_PASSWORD: passwords.redis,
  FLOWRA_KEYCLOAK_CLIENT_SECRET: passwords.keycloakClient,
  FLOWRA_KEYCLOAK_ADMIN_PASSWORD: passwords.keycloakAdministrator,
  FLOWRA_AUTH_JWT_SECRET: passwords.jwt,
});
