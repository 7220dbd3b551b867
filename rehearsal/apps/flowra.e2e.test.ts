import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import WebSocket from "ws";
import { ensureDocker } from "../machines";
import { builderBase } from "./bases";
import { standInArchive, standInImage, type StandIn } from ".";

jest.setTimeout(900_000);

/** As strict as the rehearsal's server runs them. */
const STRICT = "--read-only --cap-drop=ALL --security-opt=no-new-privileges --tmpfs=/tmp:size=64m".split(" ");
const network = `flowfleet-e2e-${process.pid}`;
const api = "http://127.22.0.1:8080";
const keycloak = "http://127.22.0.1:8090";
const secrets = mkdtempSync(join(tmpdir(), "flowfleet-e2e-"));
/** Whoever waits for a program like this stops jest's clock: each has an end of its own. Milliseconds. */
const timeout = 120_000;
const docker = (...argv: string[]) =>
  execFileSync("docker", argv, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout }).trim();
const container = (service: string) => `${network}-${service}`;

const image = (service: StandIn["service"], version: string, startup?: string) =>
  standInImage({ system: "flowra", service, version, ...(startup === undefined ? {} : { startup }) } as StandIn);

const FLOWRA = [
  "FLOWRA_MONGODB_URI=mongodb://flowra:app-word@mongodb:27017/flowra?authSource=flowra",
  "FLOWRA_REDIS_ADDR=redis:6379",
  "FLOWRA_REDIS_PASSWORD=word",
  "FLOWRA_KEYCLOAK_URL=http://keycloak:8080",
  "FLOWRA_KEYCLOAK_CLIENT_SECRET=client-word",
].flatMap((line) => ["--env", line]);

function start(service: string, from: string, ...options: string[]): void {
  const [flags, command] = options.includes("--") ? split(options) : [options, []];
  const about = [
    `--network=${network}`,
    `--network-alias=${service}`,
    `--name=${container(service)}`,
    `--volume=${secrets}:/run/flowfleet:ro`,
  ];
  docker("run", "--detach", ...STRICT, ...about, ...flags, from, ...command);
}
const split = (words: string[]) => [words.slice(0, words.indexOf("--")), words.slice(words.indexOf("--") + 1)] as const;

async function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 450; ; left--) {
    if (await Promise.resolve(look()).catch(() => false)) return;
    if (left === 0) throw new Error(`in vain: ${what}`);
    await new Promise((ok) => setTimeout(ok, 200));
  }
}
const answers = (url: string) => until(url, async () => (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok);
const inside = (service: string, ...argv: string[]) =>
  spawnSync("docker", ["exec", container(service), ...argv], { encoding: "utf8", timeout });

const ROOT = "mongodb://root:word@127.0.0.1:27017";
/** The script comes on standard input, as the program's own helper has it. */
function mongosh(uri: string, script: string): string {
  const argv = ["exec", "--interactive", container("mongodb"), "mongosh", "--quiet", uri, "--file", "/dev/stdin"];
  return execFileSync("docker", argv, { encoding: "utf8", input: script, stdio: ["pipe", "pipe", "ignore"], timeout }).trim();
}

beforeAll(async () => {
  await ensureDocker({ stateDir: "/tmp" });
  // Each of the containers' users reads it.
  chmodSync(secrets, 0o755);
  writeFileSync(join(secrets, "password"), "word", { mode: 0o644 });
  const images = await Promise.all([
    image("keycloak-db", "15"),
    image("keycloak", "23.0.7"),
    image("mongodb", "6.0.20"),
    image("redis", "7.0.15"),
    image("api", "v1"),
    image("worker", "v1"),
  ]);
  docker("network", "create", network);
  const [keycloakDb, keycloakImage, mongodb, redis, apiImage, worker] = images;
  const database = ["POSTGRES_DB=keycloak", "POSTGRES_USER=keycloak", "POSTGRES_PASSWORD_FILE=/run/flowfleet/password"];
  start("keycloak-db", keycloakDb, "--user=70:70", "--tmpfs=/var/run/postgresql", ...database.flatMap((line) => ["--env", line]));
  await until("PostgreSQL", () => inside("keycloak-db", "pg_isready", "-h", "127.0.0.1").status === 0);
  const settings = `KC_DB=postgres KC_DB_URL=jdbc:postgresql://keycloak-db:5432/keycloak KC_DB_USERNAME=keycloak KC_DB_PASSWORD=word
KC_HOSTNAME=auth.flowra.com KC_PROXY=edge KC_HTTP_ENABLED=true KC_HEALTH_ENABLED=true KC_METRICS_ENABLED=true KC_CACHE=local
KEYCLOAK_ADMIN=admin KEYCLOAK_ADMIN_PASSWORD=word`;
  const variables = settings.split(/\s+/).flatMap((line) => ["--env", line]);
  start("keycloak", keycloakImage, "--user=1000:1000", "--publish=127.22.0.1:8090:8080", ...variables, "--", "start");
  const root = ["--env", "MONGO_INITDB_ROOT_USERNAME=root", "--env", "MONGO_INITDB_ROOT_PASSWORD_FILE=/run/flowfleet/password"];
  start("mongodb", mongodb, "--user=999:999", ...root);
  start("redis", redis, "--user=999:1000", "--", "redis-server", "--appendonly", "yes", "--requirepass", "word");
  // Not on 127.0.0.1, where a server without logins answers while the first user is made.
  await until("MongoDB", () => inside("mongodb", "mongosh", "--host=mongodb", "--eval", "db.adminCommand('ping')").status === 0);
  mongosh(ROOT, `db.getSiblingDB("flowra").createUser({user: "flowra", pwd: "app-word", roles: [{role: "readWrite", db: "flowra"}]})`);
  start("api", apiImage, "--user=10001:10001", "--publish=127.22.0.1:8080:8080", ...FLOWRA);
  start("worker", worker, "--user=10001:10001", ...FLOWRA);
  await answers(`${api}/health`);
});
afterAll(() => {
  const names = docker("ps", "--all", "--quiet", `--filter=network=${network}`).split("\n").filter(Boolean);
  if (names.length > 0) docker("rm", "--force", "--volumes", ...names);
  docker("network", "rm", network);
  rmSync(secrets, { recursive: true, force: true });
});

test("MongoDB: a user may do what its role allows, a wrong password nothing; a dump comes back", () => {
  const own = "mongodb://flowra:app-word@127.0.0.1:27017/flowra";
  expect(mongosh(own, "db.notes.insertOne({text: 'kept'}); print(db.notes.countDocuments())")).toBe("1");
  expect(() => mongosh(own, "db.getSiblingDB('other').notes.insertOne({})")).toThrow();
  expect(() => mongosh("mongodb://flowra:wrong@127.0.0.1:27017/flowra", "db.notes.countDocuments()")).toThrow();
  expect(inside("mongodb", "mongodump", `--uri=${ROOT}`, "--out=/tmp/dump").status).toBe(0);
  mongosh(own, "db.notes.drop()");
  expect(inside("mongodb", "mongorestore", `--uri=${ROOT}`, "--nsInclude=flowra.*", "/tmp/dump").status).toBe(0);
  expect(mongosh(own, "print(db.notes.countDocuments())")).toBe("1");
});

test("Redis asks for its password, PostgreSQL too, over the network", () => {
  expect(inside("redis", "redis-cli", "ping").stdout).toContain("NOAUTH");
  expect(inside("redis", "env", "REDISCLI_AUTH=word", "redis-cli", "ping").stdout).toBe("PONG\n");
  const query = (password: string) =>
    inside(
      "keycloak-db",
      "env",
      `PGPASSWORD=${password}`,
      "psql",
      "-h",
      container("keycloak-db"),
      "-U",
      "keycloak",
      "-Atc",
      "SHOW server_version_num",
    );
  expect(query("word").stdout).toMatch(/^15\d{4}\n$/);
  expect(query("wrong").status).not.toBe(0);
});

test("the migrator migrates once; a bad migration fails and leaves the schema", async () => {
  const [good, bad] = await Promise.all([image("migrator", "v1"), image("migrator", "v2", "bad-migration")]);
  const migrate = (from: string) =>
    spawnSync("docker", ["run", "--rm", ...STRICT, "--user=10001:10001", `--network=${network}`, ...FLOWRA, from, "up"], {
      encoding: "utf8",
      timeout,
    });
  const messages = (text: string) =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(messages(migrate(good).stdout)).toEqual(["Migration applied", "Migration applied", "Migration applied", "Schema is up to date"]);
  expect(messages(migrate(good).stdout)).toEqual(["Schema is up to date"]);
  expect(migrate(bad)).toMatchObject({ status: 1, stderr: "error: migration 4 (built to fail): this migration was built to fail\n" });
  expect(messages(migrate(good).stdout)).toEqual(["Schema is up to date"]);
});

const json = async (url: string, init?: RequestInit): Promise<unknown> => (await fetch(url, init)).json();
const post = (url: string, body: unknown, token?: string) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });

test("a release that was made to crash does, one that was made to be ill is alive and not ready", async () => {
  const [crash, never] = await Promise.all([image("api", "v3", "crash"), image("api", "v4", "never")]);
  expect(spawnSync("docker", ["run", "--rm", crash], { timeout }).status).toBe(1);
  start("never", never, "--publish=127.22.0.1:8081:8080", ...FLOWRA);
  await answers("http://127.22.0.1:8081/health");
  expect((await fetch("http://127.22.0.1:8081/ready")).status).toBe(503);
});

test("a message is a job for the worker", async () => {
  await until("the API is ready", async () => (await fetch(`${api}/ready`)).ok);
  expect((await post(`${api}/api/v1/messages`, { text: "hello" })).status).toBe(201);
  expect(await json(`${api}/api/v1/messages`)).toMatchObject({ version: "v1", count: 1, messages: [{ text: "hello" }] });
  await until("the job is done", async () => ((await json(`${api}/api/v1/jobs`)) as { done: number }).done === 1);
  expect(await json(`${api}/api/v1/jobs`)).toMatchObject({ waiting: 0 });
});

test("metrics and log lines are the guide's", async () => {
  const metrics = await (await fetch(`${api}/metrics`)).text();
  for (const name of [
    "http_requests_total",
    "http_request_duration_seconds",
    "websocket_connections",
    "mongodb_operations_total",
    "redis_operations_total",
  ])
    expect(metrics).toContain(`# TYPE flowra_${name} `);
  const line =
    docker("logs", container("api"))
      .split("\n")
      .find((text) => text.includes("/api/v1/jobs")) ?? "";
  expect(JSON.parse(line)).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as unknown,
    level: "INFO",
    msg: "HTTP request",
    method: "GET",
    path: "/api/v1/jobs",
    status: 200,
    duration_ms: expect.any(Number) as unknown,
  });
});

describe("with Keycloak's realm", () => {
  let token = "";
  const tokenFor = async (realm: string, form: Record<string, string>) => {
    const url = `${keycloak}/realms/${realm}/protocol/openid-connect/token`;
    const found = await json(url, { method: "POST", body: new URLSearchParams({ grant_type: "password", ...form }) });
    return (found as { access_token?: string }).access_token ?? "";
  };

  beforeAll(async () => {
    await answers(`${keycloak}/health/ready`);
    // At its first start it is healthy a moment before its administrator exists.
    let admin = "";
    await until("the administrator", async () => {
      admin = await tokenFor("master", { client_id: "admin-cli", username: "admin", password: "word" });
      return admin !== "";
    });
    const client = { clientId: "flowra-backend", secret: "client-word", directAccessGrantsEnabled: true };
    const user = { username: "ada", enabled: true, credentials: [{ type: "password", value: "ada-word" }] };
    const realm = { realm: "flowra", enabled: true, clients: [client], users: [user] };
    expect((await post(`${keycloak}/admin/realms`, realm, admin)).status).toBe(201);
    token = ((await (await post(`${api}/api/v1/login`, { username: "ada", password: "ada-word" })).json()) as { access_token: string })
      .access_token;
  });

  const me = (bearer: string) => fetch(`${api}/api/v1/me`, { headers: { authorization: `Bearer ${bearer}` } });

  test("it is the production one: its name is that of the proxy's site", async () => {
    expect(await json(`${keycloak}/realms/flowra/.well-known/openid-configuration`)).toMatchObject({
      issuer: "https://auth.flowra.com/realms/flowra",
    });
    const log = docker("logs", container("keycloak"));
    expect(log).toContain("Profile prod activated");
    // It was compiled with these settings: it starts without doing so again.
    expect(log).not.toContain("Updating the configuration");
    expect(await json(`${api}/ready`)).toEqual({ status: "ready", components: { mongodb: "up", redis: "up", keycloak: "up" } });
  });

  test("a token of the realm for this client is taken, no other", async () => {
    expect(await (await me(token)).json()).toMatchObject({ name: "ada" });
    const foreign = await tokenFor("flowra", { client_id: "admin-cli", username: "ada", password: "ada-word" });
    const [head, , signature] = token.split(".");
    const body = Buffer.from(JSON.stringify({ sub: "eve", azp: "flowra-backend", exp: 4e9 })).toString("base64url");
    for (const wrong of [foreign, `${head}.${body}.${signature}`, "word"]) expect((await me(wrong)).status).toBe(401);
    expect((await post(`${api}/api/v1/login`, { username: "ada", password: "wrong" })).status).toBe(401);
    expect((await post(`${api}/api/v1/messages`, { text: "x" }, "word")).status).toBe(401);
  });

  test("a WebSocket needs a token, echoes, and tells of messages; one that ends says that it goes away, after what was begun", async () => {
    const refused = new WebSocket(`${api}/api/v1/ws`);
    expect(
      await new Promise((ok) =>
        refused.once("error", (error) => {
          ok(error.message);
        }),
      ),
    ).toContain("401");
    const socket = new WebSocket(`${api}/api/v1/ws?token=${token}`);
    const heard: string[] = [];
    socket.on("message", (data: Buffer) => heard.push(data.toString()));
    await new Promise((ok) => socket.once("open", ok));
    socket.send("hello");
    await until("the echo", () => heard.includes("hello"));
    await post(`${api}/api/v1/messages`, { text: "news" }, token);
    await until("the event", () => heard.some((text) => text.includes('"event":"message"') && text.includes("news")));
    const closed = new Promise((ok) => socket.once("close", ok));
    const begun = fetch(`${api}/api/v1/slow?seconds=2`);
    await new Promise((ok) => setTimeout(ok, 300));
    docker("stop", "--time=20", container("api"));
    expect([await closed, (await begun).status]).toEqual([1001, 200]);
    expect(docker("inspect", "--format={{.State.ExitCode}}", container("api"))).toBe("0");
  });
});

test("its own tests pass, with what it is built by", async () => {
  const go = await builderBase("golang:1.26.8-bookworm", {});
  const source = ["--network=host", `--volume=${join(__dirname, "flowra")}:/source:ro`, "--workdir=/source"];
  const command = ["run", "--rm", ...source, go, "sh", "-c", "go vet ./... && go test ./..."];
  const { exitCode, all } = await execa("docker", command, { all: true, reject: false });
  expect([exitCode, all]).toEqual([0, expect.stringMatching(/^ok +\tflowra\/internal\/settings\t/m)]);
});

test("an archive of a version is the same bytes each time, with three programs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "flowfleet-e2e-"));
  const first = await standInArchive({ system: "flowra", version: "v1" }, { folder });
  expect(await standInArchive({ system: "flowra", version: "v1" }, { folder })).toEqual(first);
  expect((await standInArchive({ system: "flowra", version: "v2" }, { folder })).sha256).not.toBe(first.sha256);
  const listed = execFileSync("tar", ["--list", "--gzip", "--file", first.file], { encoding: "utf8" });
  expect(listed.split("\n").filter(Boolean)).toEqual(["bin/", "bin/api", "bin/migrator", "bin/worker", "release.json"]);
  rmSync(folder, { recursive: true });
});
