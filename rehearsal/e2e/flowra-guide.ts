/** What the blocks of docs/systems/flowra.md must print and bring about on the server. 8-flowra-guide and 9-flowra-systemd run those of their mode. */
import { eventually } from "./faults";
import { DATA, type Flowra, type Mode } from "./flowra";
import { type Block, blocksOf } from "./guide";

interface Expected {
  /** Words that the block has. */
  block: string;
  prints: RegExp | Record<Mode, RegExp>;
  /** Makes ready what the block acts on. */
  before?: (flowra: Flowra) => Promise<void>;
  /** Looks at what the block brought about. */
  after?: (flowra: Flowra) => Promise<void>;
}

const named = (...names: string[]): string => names.map((name) => `(?=.*flowra-${name}\\b)`).join("");
const DATABASES = named(...DATA);
const LOGS = /"level":"\w+","msg":"(?:API server started|HTTP request)".*"level":"\w+","msg":"(?:Worker started|Job done)"/s;
const serves = (flowra: Flowra): Promise<void> => eventually(() => flowra.works("api").catch(() => false), true);
const asRoot = "/run/flowfleet/root-password";

/** What Flowra keeps, to be lost and to be brought back. */
let kept = { count: 0, messages: [] as unknown[] };
/** As the application. */
export const REDIS = ". /opt/flowra/.env; REDISCLI_AUTH=$FLOWRA_REDIS_PASSWORD docker exec -i -e REDISCLI_AUTH flowra-redis redis-cli";
const TOLD = "kept by the copy of Redis";

/** In the page's order. */
const EXPECTED: readonly Expected[] = [
  {
    block: "docker ps --all --filter name=flowra-\n",
    prints: {
      containers: new RegExp(`^${named("api-[0-9a-f]{8}", "worker-[0-9a-f]{8}")}${DATABASES}.*\\(healthy\\)`, "s"),
      systemd: new RegExp(`^(?!.*flowra-(?:api|worker))${DATABASES}.*\\(healthy\\)`, "s"),
    },
  },
  { block: 'docker logs --tail 100 "$(', prints: LOGS },
  { block: "journalctl", prints: LOGS },
  { block: "127.0.0.1:8080/health", prints: /^\{"status":"healthy"\}\s+\{.*"mongodb":"up".*"status":"ready"\}\s*$/s },
  {
    block: "systemctl status",
    prints: /flowra-api-[ab]\.service.*Active: active \(running\).*flowra-worker-[ab]\.service.*Active: active \(running\)/s,
  },
  { block: "systemctl restart", prints: /^$/, after: serves },
  { block: "docker restart", prints: /^[0-9a-f]{12}\n$/, after: serves },
  { block: "readlink -e", prints: /^\/opt\/flowra\/releases\/([0-9a-f]{16})\/bin\/api\n\S+\/\1\/bin\/worker\n\S+\/\1\/bin\/migrator\n$/ },
  {
    block: "{{.Names}} {{.Image}}",
    prints: /(?=.*flowra-api-[0-9a-f]{8} \S+\/flowra\/api)(?=.*flowra-worker-[0-9a-f]{8} \S+\/flowra\/worker)/s,
  },
  {
    block: "grep -o '^FLOWRA_",
    prints:
      /^FLOWRA_AUTH_JWT_SECRET\nFLOWRA_KEYCLOAK_ADMIN_PASSWORD\nFLOWRA_KEYCLOAK_ADMIN_USERNAME\nFLOWRA_KEYCLOAK_CLIENT_SECRET\nFLOWRA_MONGODB_URI\nFLOWRA_REDIS_PASSWORD\n$/,
  },
  { block: "docker logs --tail 100 flowra-mongodb", prints: /flowra-mongodb\nrunning healthy\n.*\S/s },
  { block: "ping: 1", prints: /\{ ok: 1 \}\s*$/ },
  { block: "docker network inspect", prints: /flowra-network.*"Subnet": "10\.91\.1\.0\/24".*127\.0\.0\.1:27017/s },
  { block: "docker logs --tail 100 flowra-redis", prints: /flowra-redis\n.*Ready to accept connections/s },
  { block: "grep -x PONG", prints: /^PONG\n$/ },
  { block: "curl -fsS http://127.0.0.1:8090/realms/flowra\n", prints: /^\{"realm":"flowra"/ },
  { block: "client_credentials", prints: /^"token_type":"Bearer"\n$/ },
  { block: "timedatectl", prints: /Universal time: .*NTP service: /s },
  { block: "Sec-WebSocket-Key", prints: /^HTTP\/1\.1 401 / },
  { block: "nginx -t", prints: /(?=.*"GET \/\S* HTTP\/)(?=.*test is successful)/s },
  { block: "docker stats", prints: new RegExp(DATABASES, "s") },
  { block: "MemoryPeak", prints: /^MemoryCurrent=\d+\n(?:MemoryPeak=\S+\n)?MemoryMax=\d+\n$/ },
  { block: "OOMKilled", prints: /^false \d+\n$/ },
  { block: "Result,NRestarts", prints: /^(?=.*^Result=success$)(?=.*^NRestarts=\d+$)/ms },
  {
    block: "pprof/heap",
    prints: /^$/,
    after: async (flowra) => {
      expect(await flowra.on("od -An -tx1 -N2 /root/heap.prof; rm /root/heap.prof")).toBe(" 1f 8b\n");
    },
  },
  { block: "getIndexes()", prints: /'messages',\s+\[.*name: 'created_at_1'/s },
  { block: "setProfilingLevel(1", prints: /was: 0, slowms: 100.*ok: 1 \}\s*$/ },
  { block: "setProfilingLevel(0", prints: /was: 1, slowms: 100.*ok: 1 \}\s*$/ },
  { block: "--latency", prints: /^\d+ \d+ [\d.]+ \d+\n$/ },
  { block: 'docker logs "$(docker ps -q --filter name=flowra-api-)" 2>&1', prints: /^[\d.]+ \{.*"duration_ms":/ },
  { block: "/var/log/flowra/api.log", prints: /^[\d.]+ \{.*"duration_ms":/ },
  {
    block: "mongodump",
    prints: /^Enter password:\s*$/,
    before: async (flowra) => {
      const headers = { "content-type": "application/json" };
      await flowra.ask("/api/v1/messages", { method: "POST", headers, body: JSON.stringify({ text: "kept by the backup" }) });
      kept = await flowra.messages();
    },
    after: async (flowra) => {
      const files = await flowra.on("stat -c '%a %n' /backup /backup/flowra-*.gz");
      expect(files).toMatch(/^700 \/backup\n\d+ \/backup\/flowra-\d{8}\.gz\n$/);
      const script = `db.auth("root", fs.readFileSync("${asRoot}", "utf8").trim()); db.getSiblingDB("flowra").dropDatabase()\n`;
      await flowra.on("docker exec -i flowra-mongodb mongosh --quiet --norc admin", { input: script });
      expect((await flowra.messages()).count).toBe(0);
    },
  },
  {
    block: "mongorestore",
    prints: /^Enter password:\s*$/,
    after: async (flowra) => {
      expect(kept.count).toBeGreaterThan(0);
      expect(await flowra.messages()).toEqual(kept);
      expect(await flowra.on(block("getIndexes()").script)).toMatch(/'messages',\s+\[.*name: 'created_at_1'/s);
      expect(await flowra.works("worker")).toBe(true);
    },
  },
  {
    block: "/backup/redis",
    prints: /^OK\nOK\n$/,
    before: async (flowra) => {
      expect(await flowra.on(REDIS, { input: `SET copied "${TOLD}"\n` })).toBe("OK\n");
      // Redis saves by itself, too, and takes no other word meanwhile.
      await eventually(() => flowra.on("docker exec flowra-redis find /data -name 'temp-*.rdb'"), "");
    },
    after: async (flowra) => {
      expect(await flowra.on(LOOK_INTO_COPY)).toContain(TOLD);
      await flowra.on(REDIS, { input: "DEL copied\n" });
    },
  },
  {
    block: "ufw status verbose",
    prints:
      /^600 root \/opt\/flowra\/\.env\nStatus: active\n(?=.*Default: deny \(incoming\)).*\/etc\/audit\/rules\.d\/50-flowfleet\.rules\nLISTEN/s,
  },
];

/** Another Redis reads the copy, off every network. */
const LOOK_INTO_COPY = `set -e
folder=$(mktemp -d); cp /backup/redis/dump.rdb.* "$folder/dump.rdb"; chmod -R go+rX "$folder"
image=$(docker inspect --format '{{.Config.Image}}' flowra-redis)
other=$(docker run --detach --rm --network none --user 999:1000 --volume "$folder:/data" "$image" redis-server --dir /data --save '')
for left in 1 2 3 4 5 6 7 8 9 10; do docker exec "$other" redis-cli ping 2>/dev/null | grep -qx PONG && break; sleep 0.5; done
docker exec "$other" redis-cli get copied
docker rm --force "$other" >/dev/null; rm -r "$folder" /backup
`;

export const BLOCKS = blocksOf("flowra.md");
const onServer = BLOCKS.filter(({ where }) => where === "server");

const block = (words: string): Block => {
  const [found, ...others] = onServer.filter(({ script }) => script.includes(words));
  if (!found || others.length > 0) throw new Error(`${others.length + (found ? 1 : 0)} blocks of the page have ${JSON.stringify(words)}`);
  return found;
};

/** Tests: each block for the server that says so, in the page's order. */
export function runsBlocks(open: () => Flowra, ...about: ("" | "mode=containers" | "mode=systemd")[]): void {
  test("each block of the page for the server has its expectation, in the page's order", () => {
    expect(EXPECTED.map(({ block: words }) => block(words))).toEqual(onServer);
  });

  const chosen = EXPECTED.map((expected) => ({ ...block(expected.block), expected })).filter((one) =>
    about.some((word) => word === one.about),
  );
  test.each(chosen)(
    "on the server: $script",
    async ({ script, expected: { prints, before, after } }) => {
      await before?.(open());
      expect(await open().on(`set -e\n${script}`)).toMatch(prints instanceof RegExp ? prints : prints[open().mode]);
      await after?.(open());
    },
    180_000,
  );
}
