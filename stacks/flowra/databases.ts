import * as pulumi from "@pulumi/pulumi";
import type { DataImage, DataPlace } from "../../components/data/data-container";
import { Keycloak } from "../../components/data/keycloak";
import { KeycloakRealm } from "../../components/data/keycloak-realm";
import type { KeycloakAccount } from "../../components/data/keycloak-realm";
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
import { PORTS, PROJECT, SERVICES } from "./guide";
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
  /** Unless it is elsewhere, and so is Redis then. */
  readonly mongo: Mongo | undefined;
  readonly redis: Redis | undefined;
  readonly keycloakDatabase: Postgres;
  readonly keycloak: Keycloak;
  private readonly keycloakRealm: KeycloakRealm;
  /** The secrets that the application needs. */
  readonly made: Made;
  private readonly passwords: Record<Rotated, pulumi.Output<string>>;
  private readonly user: MongoUser;
  private readonly account: KeycloakAccount;

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
    this.account = accountOf(settings, this.passwords.keycloakAccount);

    const runsHere = settings.databases === undefined;
    this.mongo = runsHere ? this.madeMongo() : undefined;
    if (this.mongo) new MongoUsers(`${label}-mongodb-users`, { host, mongo: this.mongo, users: [this.user] }, here);
    this.redis = runsHere ? this.madeRedis() : undefined;
    this.keycloakDatabase = this.madeKeycloakDatabase();
    this.keycloak = this.madeKeycloak();
    this.keycloakRealm = new KeycloakRealm(`${label}-realm`, { host, keycloak: this.keycloak, ...this.realm() }, here);
    if (this.mongo) this.listen("mongodb", this.mongo, "tcp");
    if (this.redis) this.listen("redis", this.redis, "tcp");
    this.listen("keycloak", this.keycloak, "http");

    this.made = this.madeForApplication();
    this.registerOutputs({});
  }

  /** Where Keycloak answers. */
  get keycloakAt(): { address: string; port: number } {
    return { address: this.keycloak.address, port: this.keycloak.port };
  }

  /** Ends what earlier rotations left valid. For after the last of those who might use it. */
  retire(): void {
    const { host } = this.args;
    const { mongo, redis } = this;
    const here = { parent: this };
    if (mongo) new MongoUsers(`${this.label}-mongodb-retired`, { host, mongo, users: [this.user], retire: true }, here);
    const passwords = { application: this.passwords.redis, administrator: this.passwords.redisAdministrator };
    if (redis) new RedisUsers(`${this.label}-redis-retired`, { host, redis, ...passwords, retire: redis.users }, here);
    new KeycloakRealm(`${this.label}-realm-retired`, { host, keycloak: this.keycloak, ...this.realm(), retire: this.keycloakRealm }, here);
  }

  private madeMongo(): Mongo {
    const { mongodbRoot } = this.passwords;
    const own = { ...this.volume("mongodb"), rootPassword: mongodbRoot };
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
    const own = { ...this.volume("keycloakDatabase"), database: "keycloak", role: "keycloak", ...passwords };
    return new Postgres(`${this.label}-keycloak-db`, { ...this.place("keycloak-db"), ...own }, { parent: this });
  }

  private madeKeycloak(): Keycloak {
    const { authDomain: domain } = this.args.settings;
    const own = { postgres: this.keycloakDatabase, domain, adminPassword: this.passwords.keycloakAdministrator };
    return new Keycloak(`${this.label}-keycloak`, { ...this.place("keycloak"), ...own }, { parent: this });
  }

  private madeForApplication(): Made {
    const { passwords, mongo, user, account } = this;
    const { mode, databases } = this.args.settings;
    return {
      FLOWRA_MONGODB_URI: databases?.mongodb.uri ?? (mode === "systemd" ? mongo?.hostUri(user) : mongo?.uri(user)) ?? "",
      FLOWRA_REDIS_PASSWORD: databases?.redis.password ?? passwords.redis,
      FLOWRA_KEYCLOAK_CLIENT_SECRET: passwords.keycloakClient,
      FLOWRA_KEYCLOAK_ADMIN_USERNAME: account.name,
      FLOWRA_KEYCLOAK_ADMIN_PASSWORD: account.password,
      FLOWRA_AUTH_JWT_SECRET: passwords.jwt,
    };
  }

  private realm() {
    const { variables, client } = this.args.settings;
    const { FLOWRA_KEYCLOAK_REALM: realm, FLOWRA_KEYCLOAK_CLIENT_ID: id } = variables;
    const clients = [{ id, secret: this.passwords.keycloakClient, serviceAccount: true, ...client }];
    return { realm, clients, accounts: [this.account] };
  }

  private listen(service: keyof typeof PORTS, to: { address: string; port: number }, protocol: "tcp" | "http"): void {
    const { host } = this.args;
    new LocalListener(`${this.label}-${service}-local`, { host, port: PORTS[service], to, protocol }, { parent: this });
  }

  private volume(of: keyof FlowraSettings["volumes"]): { volume: string; protect: boolean } {
    const { volumes, protect } = this.args.settings;
    return { volume: volumes[of], protect };
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
 * A rotation makes another one, and the one before it works until it is retired. The password has a part in the name: a word of
 * earlier, taken up again after a release that failed, makes another password, and what still serves logs in with the one before.
 */
const nameOf = (settings: FlowraSettings, of: Rotated, password: pulumi.Output<string>): pulumi.Output<string> =>
  password.apply((known) => `${PROJECT}-${rotationOf(settings, of)}-${markOf({ known }, PROJECT)}`);

const userOf = (settings: FlowraSettings, password: pulumi.Output<string>): MongoUser => ({
  name: nameOf(settings, "mongodb", password),
  password,
  database: settings.variables.FLOWRA_MONGODB_DATABASE,
  roles: ["readWrite"],
});

/** The application's own administrator: of its realm, and not of Keycloak, whose `admin` is for people and Flowfleet. */
const accountOf = (settings: FlowraSettings, password: pulumi.Output<string>): KeycloakAccount => ({
  name: nameOf(settings, "keycloakAccount", password),
  password,
  roles: settings.account.roles,
});
