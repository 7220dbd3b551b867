/** A server that was set up by hand, as the guide of CoreFlow says, with data on it: what this program is to take over. */
import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { sourceFiles } from "../apps/source-files";
import { written } from "../apps/machine-script";
import type { ConfigValue } from "../engine";
import { readJson, writePrivate } from "../private-file";
import { DOMAIN, STACK } from "./coreflow";
import { World } from "./world";

/** Who logged in to the server and ran the guide's commands. */
export const OPERATOR = "ubuntu";
/** Of the guide's day; the program installs a younger one. */
const PM2 = "pm2@5.4.3";
/** What each store is to hold of each service's afterwards. */
export const ITEMS = 3;
/** Those that keep something, with the port of each. The AI service's stand-in keeps nothing. */
export const KEEPERS = { "api-gateway": 3000, "cms-service": 3001, "blockchain-service": 3002, "payments-service": 8080 } as const;

/** What `.env` of the server says and what has to be said of the server in the configuration, whoever takes it over. */
export class HandBuilt {
  private constructor(
    readonly world: World,
    /** Passwords that the operator made. */
    readonly passwords: Readonly<Record<"postgres" | "redis" | "pgadmin", string>>,
  ) {}

  /** Makes the server, which takes some minutes, or goes on with the one that is there. `folder`: of a rehearsal of its own. */
  static async open(folder: string): Promise<HandBuilt> {
    const world = await World.open([STACK], { systems: ["coreflow"], folder });
    const file = path.join(world.prepared.estate.stateDir, "hand-built.json");
    const known = readJson<HandBuilt["passwords"]>(file);
    if (known) return new HandBuilt(world, known);
    const made = (): string => randomBytes(16).toString("hex");
    const built = new HandBuilt(world, { postgres: made(), redis: made(), pgadmin: made() });
    await world.reimage(() => built.byHand());
    writePrivate(file, JSON.stringify(built.passwords));
    return built;
  }

  /** Settings for a server whose data is to be gone on with: the volumes of its Compose project, and passwords that are in use. */
  settings(): Record<string, ConfigValue> {
    const volumes = { postgres: "postgres_data", redis: "redis_data", zookeeper: "zookeeper_data", zookeeperLog: "zookeeper_log" };
    const all = { ...volumes, kafka: "kafka_data", pgadmin: "pgadmin_data" };
    return {
      ...Object.fromEntries(Object.entries(all).map(([of, name]) => [`flowfleet:coreflow.volumes.${of}`, `infra_${name}`])),
      "flowfleet:coreflow.variables.POSTGRES_PASSWORD": { secret: this.passwords.postgres },
      "flowfleet:coreflow.variables.REDIS_PASSWORD": { secret: this.passwords.redis },
    };
  }

  /** As root on the server. */
  on(command: string, options: Parameters<World["on"]>[2] = {}): Promise<string> {
    return this.world.on(this.world.machine(), command, { timeout: 120_000, ...options });
  }

  /** As its operator, who has logged in. */
  asOperator(command: string, timeout = 120_000): Promise<string> {
    return this.on(`exec su - ${OPERATOR} -c "exec bash -s"`, { input: command, timeout });
  }

  private async byHand(): Promise<void> {
    await this.on(await this.login());
    await this.asOperator("bash ~/upload/deploy.sh", 1_200_000);
    await this.asOperator(DATA);
  }

  /** The account that a provider's image has, and what its owner brought along. */
  private async login(): Promise<string> {
    const { acme, git } = this.world.prepared;
    if (!git) throw new Error("the world has no git server");
    const home = `/home/${OPERATOR}`;
    const files = await sourceFiles("coreflow", "hand-built");
    const settings = {
      DOMAIN,
      EMAIL: `admin@${DOMAIN}`,
      ACME_SERVER: acme.directoryUrl,
      GIT: `git@${git.hosts[0] ?? ""}:coreflow`,
      IMAGES: `${this.world.prepared.registry?.hosts[0] ?? ""}/coreflow`,
      PM2,
    };
    return `set -e
useradd --create-home --shell /bin/bash ${OPERATOR}
${written("/etc/sudoers.d/90-cloud-init-users", `${OPERATOR} ALL=(ALL) NOPASSWD:ALL\n`, "0440")}
install -d -m 0700 ${home}/.ssh
install -d ${home}/upload/nginx ${home}/upload/scripts
${written("/usr/local/share/ca-certificates/acme.crt", acme.directoryCa)}
${written(`${home}/.ssh/id_ed25519`, git.deployKey, "0600")}
${written(`${home}/.ssh/known_hosts`, git.hosts.map((host) => `${host} ${git.hostKey}\n`).join(""))}
${written(`${home}/upload/settings`, linesOf(settings))}
${written(`${home}/upload/env`, linesOf(this.environment()))}
${written(`${home}/upload/pgadmin-password`, this.passwords.pgadmin)}
${Object.entries(files)
  .map(([file, content]) => written(`${home}/upload/${file}`, content))
  .join("")}
chown -R ${OPERATOR}: ${home}
`;
  }

  /** `/opt/coreflow/.env`, whose template the guide does not show. */
  private environment(): Record<string, string> {
    const { postgres, redis } = this.passwords;
    return {
      POSTGRES_HOST: "localhost",
      POSTGRES_PORT: "5432",
      POSTGRES_DB: "coreflow",
      POSTGRES_USER: "coreflow",
      POSTGRES_PASSWORD: postgres,
      DATABASE_URL: `postgresql://coreflow:${postgres}@localhost:5432/coreflow`,
      REDIS_HOST: "localhost",
      REDIS_PORT: "6379",
      REDIS_PASSWORD: redis,
      REDIS_URL: `redis://:${redis}@localhost:6379`,
      KAFKA_BROKERS: "localhost:9092",
      SCHEMA_REGISTRY_URL: "http://localhost:8081",
      PGADMIN_EMAIL: `admin@${DOMAIN}`,
      SANITY_PROJECT_ID: "coreflow",
      CMS_SERVICE_URL: "http://localhost:3001",
      AI_SERVICE_URL: "http://localhost:8000",
      BLOCKCHAIN_SERVICE_URL: "http://localhost:3002",
      PAYMENTS_SERVICE_URL: "http://localhost:8080",
      DASHBOARD_URL: "http://localhost:3003",
    };
  }
}

const linesOf = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");

/** What its users have left there: rows, keys, messages and a schema; and a backup as the guide makes it. */
const DATA = `set -e
for url in ${Object.entries(KEEPERS)
  .map(([service, port]) => `http://localhost:${port}${service === "api-gateway" ? "/api" : ""}`)
  .join(" ")}; do
  for try in $(seq 60); do curl -fsS -o /dev/null $url/health 2> /dev/null && break; sleep 1; done
  for item in $(seq ${ITEMS}); do curl -fsS -o /dev/null -d "item $item" $url/items; done
done
curl -fsS -o /dev/null -H 'content-type: application/vnd.schemaregistry.v1+json' -d '{"schema":"\\"string\\""}' http://localhost:8081/subjects/items-value/versions
sudo bash /opt/coreflow/scripts/backup.sh
`;
