import { Kafka } from "./data/kafka";
import { KafkaUi } from "./data/kafka-ui";
import { Keycloak } from "./data/keycloak";
import { KeycloakRealm } from "./data/keycloak-realm";
import { Mongo } from "./data/mongo";
import { MongoUsers } from "./data/mongo-users";
import { PgAdmin } from "./data/pg-admin";
import { Postgres } from "./data/postgres";
import { Redis } from "./data/redis";
import { RedisUsers } from "./data/redis-users";
import { SchemaRegistry } from "./data/schema-registry";
import { ZooKeeper } from "./data/zoo-keeper";
import { Claim } from "./host/claim";
import { Guard } from "./host/guard";
import { Host } from "./host/host";
import { HostBase } from "./host/host-base";
import { judged } from "./host/judged";
import { record } from "./host/recording";
import { SecretBundle } from "./secrets/secret-bundle";
import { ContainerJob } from "./service/container-job";
import { ContainerNetwork } from "./service/container-network";
import { ContainerService } from "./service/container-service";
import { GitLogin } from "./service/git-login";
import { Liveness } from "./service/liveness";
import { Pm2Daemon } from "./service/pm2-daemon";
import { Pm2Service } from "./service/pm2-service";
import { RegistryLogin } from "./service/registry-login";
import { ScheduledJob } from "./service/scheduled-job";
import { StaticSite } from "./service/static-site";
import { SystemdJob } from "./service/systemd-job";
import { Workspace } from "./service/workspace";
import { Certificate } from "./web/certificate";
import type { Challenge } from "./web/certificate";
import { CloudflareTunnel } from "./web/cloudflare-tunnel";
import { FixedUpstream } from "./web/fixed-upstream";
import { LocalListener } from "./web/local-listener";
import { NginxServer } from "./web/nginx-server";
import { NginxSite } from "./web/nginx-site";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";

const CHALLENGES: Challenge[] = [
  { type: "http" },
  { type: "rfc2136", server: "203.0.113.53", keyName: "acme.", secret: "c2VjcmV0" },
  { type: "cloudflare", token: "t0ken" },
  { type: "files", certificate: "/etc/ssl/a.pem", key: "-----BEGIN\n-----END\n" },
  { type: "self-signed" },
];

/** One database of each kind, and the accounts in it. */
function databases(host: Host): void {
  const network = new ContainerNetwork("data-net", { host, network: "data", subnet: "10.90.4.0/24" });
  const image = { image: "registry.example.com/data", digest: `sha256:${"0".repeat(64)}`, version: "15.6" };
  const kafkas = { ...image, version: "7.9.6" };
  const common = { host, network, project: "data", directory: "/srv/data", image, user: "999:999" };
  const place = (service: string, index: number) => ({ ...common, limits: { memory: "1 GB", cpus: 1 } as const, service, index });
  const mongo = new Mongo("mongo", { ...place("mongodb", 0), volume: "mongodb_data", rootPassword: "it's" });
  const user = { name: "shop-first", password: "a b", database: "shop", roles: ["readWrite"] };
  new MongoUsers("mongo-users", { host, mongo, users: [user], retire: true });
  const passwords = { application: 'a "b', administrator: "c" };
  const accounts = { applicationPassword: passwords.application, administratorPassword: passwords.administrator };
  const redis = new Redis("redis", { ...place("redis", 1), volume: "redis_data", ...accounts });
  new RedisUsers("redis-users", { host, redis, ...passwords, retire: redis.users });
  const role = { database: "shop", role: "shop", password: "d", superuserPassword: "e" };
  const postgres = new Postgres("postgres", { ...place("db", 2), volume: "db_data", ...role });
  const keycloak = new Keycloak("keycloak", { ...place("keycloak", 3), postgres, domain: "login.example.com", adminPassword: "f" });
  const zookeeper = new ZooKeeper("zookeeper", {
    ...place("zookeeper", 4),
    image: kafkas,
    volume: "zookeeper_data",
    logVolume: "zookeeper_log",
  });
  const kafka = new Kafka("kafka", { ...place("kafka", 5), image: kafkas, zookeeper, volume: "kafka_data" });
  const schemaRegistry = new SchemaRegistry("schemas", { ...place("schema-registry", 6), kafka });
  const login = { password: "h" };
  new KafkaUi("kafka-ui", { ...place("kafka-ui", 7), kafka, schemaRegistry, path: "/kafka-ui", login });
  const admin = { email: "ops@example.com", password: "i", volume: "pgadmin_data" };
  new PgAdmin("pgadmin", { ...place("pgadmin", 8), image: { ...image, version: "9.17" }, postgres, ...admin });
  new KeycloakRealm("realm", { host, keycloak, realm: "shop", clients: [{ id: "shop", secret: "g", redirectUris: ["https://a/*"] }] });
}

/** What is built on the machine, and what PM2 runs there. */
function sources(host: Host, secrets: SecretBundle): void {
  new GitLogin("git", { host, servers: { "git.example.com": { hostKeys: [KEY], deployKey: "-----BEGIN\n-----END\n" } } });
  const daemon = new Pm2Daemon("pm2", { host, user: "shop", home: "/opt/shop", logs: "/opt/shop/logs", writable: ["/opt/shop/data"] });
  const release = { repository: "git@git.example.com:shop/api.git", ref: "main", commit: "0".repeat(40), builtAt: "2026-11-20T10:00:00Z" };
  const source = { directory: "/opt/shop/api", submodules: true, environment: { CI: "1" } };
  const service = { host, daemon, project: "shop", script: "main.js", mode: "cluster", limits: { memory: "256 MB" } } as const;
  const health = { path: "/health" };
  const switching = { by: "port", ports: [13_000, 23_000], variable: "PORT" } as const;
  new Pm2Service("pm2-api", { ...service, service: "pm2-api", release, source, secrets, port: 4000, switching, health });
  const directory = "/opt/shop/work";
  const workspace = new Workspace("work", {
    host,
    directory,
    repository: "https://git.example.com/shop/work.git",
    ref: "main",
    user: "shop",
  });
  const worker = { ...service, service: "pm2-worker", name: "worker", release: { workspace, builtAt: release.builtAt } } as const;
  new Pm2Service("pm2-worker", { ...worker, switching: { by: "stop", downFor: "5 seconds" }, health: { alive: "10 seconds" } });
  const built = { directory: "/opt/shop/astro", user: "shop", commands: [["npm", "ci"]] };
  new StaticSite("astro", { host, project: "shop", service: "astro", release, source: built, link: "/opt/shop/dist", immutable: "_astro" });
  const timer = { project: "shop", service: "clean", schedule: "daily", command: ["true"], user: "shop", directory: "/opt/shop", secrets };
  new ScheduledJob("clean", { host, ...timer, logFile: "/opt/shop/logs/clean.log" });
}

/** One of everything, with every optional argument that shows in a document. */
function everything(): void {
  const host = new Host("main", { address: "203.0.113.10", hostKey: KEY, reapply: "again" });
  const docker = { source: "vendor", lenient: true } as const;
  new HostBase("base", {
    host,
    docker,
    node: { source: "distribution", minimum: "18.19", lenient: true },
    swap: "2 GB",
    size: { cpus: 2, memory: "4 GB", disk: "10 GB", lenient: true },
    audit: true,
    allow: [{ port: 80 }, { port: 8000, from: ["10.90.0.0/16"] }],
  });
  new NginxServer("nginx", { host });
  new Claim("claim", {
    host,
    system: "shop",
    names: ["shop.example.com"],
    ports: [3000],
    paths: ["/srv/shop"],
    containers: ["shop-"],
    subnets: ["10.90.2.0/24"],
  });
  new RegistryLogin("login", { host, registry: "registry.example.com:5000", user: "deploy", password: "t0ken" });
  const secrets = new SecretBundle("secrets", {
    host,
    path: "/srv/shop/.env",
    variables: { A: { value: "it's" }, B: { generate: "hex" } },
  });
  const network = new ContainerNetwork("net", { host, network: "shop", subnet: "10.90.2.0/24" });
  const service = new ContainerService("web", {
    host,
    network,
    project: "shop",
    service: "web",
    index: 0,
    release: { image: "registry.example.com/shop", digest: `sha256:${"0".repeat(64)}`, builtAt: "2026-11-20T10:00:00.5Z", rollback: true },
    compose: { directory: "/srv/shop", file: "docker-compose.yml" },
    port: 80,
    localPort: 3000,
    neighbours: ["web", "api"],
    environment: { LEVEL: "info", EMPTY: "" },
    secrets,
    user: "101:101",
    health: { path: "/", command: "wget -q -O /dev/null http://localhost/" },
    overlap: "allowed",
    limits: { memory: "256 MB", cpus: 0.5 },
    assets: { from: "/usr/share/nginx/html/assets" },
  });
  const job = { host, project: "shop", service: "migrator", environment: { EMPTY: "" }, secrets, deadline: "5 minutes" } as const;
  const { limits, release, archive } = {
    limits: { memory: "64 MB", cpus: 0.25, pids: 32 } as const,
    release: { image: "registry.example.com/shop", digest: `sha256:${"0".repeat(64)}`, builtAt: "2026-11-20T10:00:00Z" },
    archive: { archive: "https://releases.example.com/shop.tar.gz", sha256: "0".repeat(64), builtAt: "2026-11-20T10:00:00Z" },
  };
  new ContainerJob("migrator", { ...job, network, release, limits, command: ["up"], user: "101:101", neighbours: ["web"] });
  const program = { directory: "/opt/shop", executable: "bin/seed", arguments: ["--all", ""], user: "shop" };
  new SystemdJob("seed", { ...job, service: "seed", release: archive, limits, ...program });
  new Liveness("web-liveness", { host, service: "web", target: { service: "shop-web" }, probe: { path: "/", port: 80 } });
  new Liveness("database-liveness", { host, service: "db", target: { container: "shop-db" }, probe: { command: ["pg_isready"] } });
  new Liveness("worker-liveness", { host, service: "worker", target: { service: "shop-worker" }, probe: { process: true } });
  const acme = { email: "ops@example.com", server: "https://acme.example.com/dir", trust: "/etc/flowfleet/ca.pem" };
  const [first] = CHALLENGES.map(
    (challenge) =>
      new Certificate(challenge.type, {
        host,
        names: ["shop.example.com"],
        certificate: challenge.type,
        challenge,
        acme,
        fallback: "self-signed",
      }),
  );
  if (first) new NginxSite("site", { host, domain: "shop.example.com", certificate: first, locations: { "/": { to: service } } });
  new FixedUpstream("login-upstream", { host, upstream: "shop-login", address: "10.90.2.20", port: 8080 });
  new LocalListener("database", { host, port: 5432, to: { address: "10.90.2.16", port: 5432 }, protocol: "tcp" });
  new CloudflareTunnel("tunnel", { host, token: "t0ken" });
  databases(host);
  sources(host, secrets);
  new Guard("guard", { host });
}

it("the helper takes every document that the components write", async () => {
  const { steps } = await record(everything);
  expect(new Set(steps.map(({ noun }) => noun))).toEqual(
    new Set([
      "certificate",
      "claim",
      "confirm",
      "container",
      "docker-access",
      "files",
      "firewall",
      "guard",
      "helper",
      "image",
      "job",
      "keycloak",
      "liveness",
      "mongo",
      "network",
      "npm-tool",
      "packages",
      "postgres",
      "redis",
      "registry",
      "release",
      "static",
      "swap",
      "volume",
      "workspace",
    ]),
  );
  expect(judged(steps)).toEqual([]);
});

it("and refuses one with a key that it does not know", async () => {
  const { steps } = await record(
    () =>
      new ContainerNetwork("net", {
        host: new Host("main", { address: "203.0.113.10", hostKey: KEY }),
        network: "a",
        subnet: "10.90.2.0/24",
      }),
  );
  expect(judged(steps.map((step) => ({ ...step, document: { ...step.document, colour: "blue" } })))).toEqual([
    expect.stringContaining("colour: unknown key"),
  ]);
});
