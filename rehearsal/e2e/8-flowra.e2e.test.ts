/** Flowra in containers, on a server of its own: what its users see, what nobody sees, and what a release or a migration does to them. */
import { eventually } from "./faults";
import { addPerson, logIn, type Tokens } from "./keycloak";
import { pause, underLoad } from "./load";
import { request, webSocket, type Answer, type Ask } from "./request";
import { snapshot } from "./snapshot";
import { type Change, changesOf, type ImageRelease, reasons, succeeded, World } from "./world";

const stack = "prod";
const person = { name: "ann", password: "correct horse battery staple" };
/** One address asks as much as many users do. */
const unlimited = { "flowfleet:flowra.rateLimit.perSecond": 100_000, "flowfleet:flowra.rateLimit.burst": 100_000 };

let world: World;
let tokens: Tokens;

const up = (change: Change = {}): ReturnType<World["up"]> => world.up(stack, change);
const on = (command: string, timeout = 120_000): Promise<string> => world.on(world.machine(), command, { timeout });
const auth = (): string => world.domains(stack)[1] ?? "";
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const ask = (path: string, more: Ask = {}): Promise<Answer> => request(world, stack, path, more);
const me = (token?: string): Promise<Answer> => ask("/api/v1/me", token === undefined ? {} : { headers: bearer(token) });
const version = async (): Promise<string> => (JSON.parse((await ask("/api/v1/version")).body) as { version: string }).version;

beforeAll(async () => {
  world = await World.open([stack], { systems: ["flowra"] });
  succeeded(await up());
  await addPerson(world, stack, person);
  tokens = await logIn(world, stack, person);
}, 1_800_000);

describe("what stands there", () => {
  test("a second run changes nothing", async () => {
    expect(changesOf(succeeded(await up()))).toEqual([]);
  }, 300_000);

  test("runs every service of the guide's compose file, healthy, on addresses of its own, with no port published", async () => {
    const listed = await on("docker ps --format '{{.Names}} {{.Ports}} {{.Status}}' | sort");
    const names = listed.trim().split("\n");
    expect(names.map((line) => line.split(" ")[0]?.replace(/-[0-9a-f]{8}$/, ""))).toEqual([
      "flowra-api",
      "flowra-keycloak",
      "flowra-keycloak-db",
      "flowra-mongodb",
      "flowra-redis",
      "flowra-worker",
    ]);
    expect(listed).not.toMatch(/unhealthy|->/);
    const volumes = await on("docker volume ls --format '{{.Name}}' | sort");
    expect(volumes.trim().split("\n")).toEqual(expect.arrayContaining(["keycloak_db_data", "mongodb_data", "redis_data"]));
  });

  test("shows 22, 80 and 443 to others, the network of its containers included", async () => {
    const { internalAddress } = world.machine();
    const neighbour = await world.prepared.estate.neighbour();
    expect(await neighbour.scan(internalAddress)).toEqual([22, 80, 443]);
    const route = { subnet: "10.91.1.0/24", via: internalAddress };
    // Every port of all of them would take minutes: what is dropped is waited for.
    const ports = { "flowra-mongodb": 27_017, "flowra-redis": 6379, "flowra-keycloak": 8080, "flowra-keycloak-db": 5432 };
    for (const [container, port] of Object.entries(ports)) {
      const address = await on(`docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' ${container}`);
      expect([container, await neighbour.scan(address.trim(), { route, ports: [port - 5, port + 5] })]).toEqual([container, []]);
    }
  }, 300_000);

  test("answers the guide's commands on the server itself", async () => {
    const get = (path: string): Promise<string> => on(`curl -fsS http://localhost:${path}`);
    expect(JSON.parse(await get("8080/health"))).toMatchObject({ status: "healthy" });
    expect(JSON.parse(await get("8080/ready"))).toMatchObject({ status: "ready" });
    expect(JSON.parse(await get("8090/realms/flowra"))).toMatchObject({ realm: "flowra" });
    const metrics = await get("8080/metrics");
    for (const name of [
      "http_requests_total",
      "http_request_duration_seconds",
      "websocket_connections",
      "mongodb_operations_total",
      "redis_operations_total",
    ])
      expect(metrics).toContain(`flowra_${name}`);
  });
});

describe("who may call the API", () => {
  test("whoever has logged in at Keycloak", async () => {
    const answer = await me(tokens.access_token);
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining(person.name)]);
  });

  test("nobody without a token, with another one, or with one that was altered", async () => {
    const [head = "", claims = "", signature = ""] = tokens.access_token.split(".");
    const forged = Buffer.from(
      JSON.stringify({ ...(JSON.parse(Buffer.from(claims, "base64url").toString()) as object), sub: "admin" }),
    ).toString("base64url");
    const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    const wrong = [undefined, "rubbish", `${head}.${forged}.${signature}`, `${unsigned}.${claims}.`, tokens.access_token.slice(0, -8)];
    for (const token of wrong) expect([token, (await me(token)).status]).toEqual([token, 401]);
  });

  test("what the API is told, the worker does", async () => {
    const body = JSON.stringify({ text: "to be worked on" });
    const headers = { ...bearer(tokens.access_token), "content-type": "application/json" };
    const answer = await ask("/api/v1/messages", { method: "POST", headers, body });
    expect([answer.status, answer.body]).toEqual([201, expect.any(String)]);
    await eventually(async () => (await on("docker logs $(docker ps -qf name=flowra-worker) 2>&1")).includes("Job done"), true);
  }, 60_000);

  test("a WebSocket goes through nginx and answers", async () => {
    const socket = await webSocket(world, stack, "/api/v1/ws", bearer(tokens.access_token));
    const heard = new Promise<string>((resolve) => {
      socket.on("message", (data: Buffer) => {
        if (data.toString().includes("through nginx")) resolve(data.toString());
      });
    });
    socket.send(JSON.stringify({ text: "through nginx" }));
    expect(await heard).toContain("through nginx");
    socket.close();
    await expect(webSocket(world, stack, "/api/v1/ws")).rejects.toThrow("401");
  }, 30_000);

  test("pages of the listed origins only", async () => {
    const preflight = (origin: string): Promise<Answer> =>
      ask("/api/v1/me", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "GET", "access-control-request-headers": "authorization" },
      });
    const [listed, other] = [await preflight("https://app.flowra.com"), await preflight("https://elsewhere.example.com")];
    expect([listed.status, listed.headers["access-control-allow-origin"]]).toEqual([204, "https://app.flowra.com"]);
    expect(other.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("what is not for everyone", () => {
  test.each([
    "/metrics",
    "/debug/pprof/",
    "/debug/pprof/heap",
    "/health/details",
    "/%6detrics",
    "//metrics",
    "/api/../metrics",
    "/health%2fdetails",
  ])("%s of the API is not there", async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  test.each(["/metrics", "/health", "/health/live", "/%68ealth"])("%s of Keycloak is not there", async (path) => {
    expect((await ask(path, { name: auth() })).status).toBe(404);
  });

  test.each(["/admin/", "/admin/master/console/", "/realms/master/.well-known/openid-configuration"])(
    "%s of Keycloak is forbidden",
    async (path) => {
      expect((await ask(path, { name: auth() })).status).toBe(403);
    },
  );

  test("who asks too much is told to wait", async () => {
    const statuses = await Promise.all(Array.from({ length: 400 }, async () => (await ask("/api/v1/version")).status));
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    await pause(3000);
    expect((await ask("/api/v1/version")).status).toBe(200);
  }, 60_000);
});

describe("under load", () => {
  /** What serves. */
  let good: NonNullable<Change["releases"]> = {};
  const deploy = (releases: NonNullable<Change["releases"]> = {}): ReturnType<World["up"]> =>
    up({ config: unlimited, releases: { ...good, ...releases } });
  const whileAsked = <T>(work: () => Promise<T>) => underLoad(world, stack, "/api/v1/me", work, { headers: bearer(tokens.access_token) });
  const everything = (): Promise<string> => snapshot(world, world.machine());

  beforeAll(async () => {
    succeeded(await deploy());
    tokens = await logIn(world, stack, person);
  }, 300_000);

  /** The stack as it is in the files: going back to the first images is a rollback. */
  afterAll(async () => {
    const first = (service: "api" | "worker" | "migrator"): ImageRelease => ({ ...world.builtRelease(service), rollback: true });
    succeeded(await up({ releases: { api: first("api"), worker: first("worker"), migrator: first("migrator") } }));
  }, 300_000);

  test("a new release of the API and the worker loses no request", async () => {
    const releases = {
      api: await world.release({ service: "api", version: "v2" }),
      worker: await world.release({ service: "worker", version: "v2" }),
      migrator: await world.release({ service: "migrator", version: "v2" }),
    };
    const { result, failed, answered } = await whileAsked(() => deploy(releases));
    succeeded(result);
    good = releases;
    expect([failed, await version()]).toEqual([0, "v2"]);
    expect(answered).toBeGreaterThan(1000);
    expect(changesOf(succeeded(await deploy()))).toEqual([]);
  }, 600_000);

  test("a migration that fails stops the deployment: nothing of the new release is there", async () => {
    tokens = await logIn(world, stack, person);
    const releases = {
      api: await world.release({ service: "api", version: "v3" }),
      worker: await world.release({ service: "worker", version: "v3" }),
      migrator: await world.release({ service: "migrator", version: "v3", startup: "bad-migration" }),
    };
    const before = await everything();
    const { result, failed } = await whileAsked(() => deploy(releases));
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("this migration was built to fail")]);
    expect([failed, await version(), await everything()]).toEqual([0, "v2", before]);
    expect(changesOf(succeeded(await deploy()))).toEqual([]);
  }, 600_000);

  test("a release that never gets ready leaves the one before it serving", async () => {
    tokens = await logIn(world, stack, person);
    const api = await world.release({ service: "api", version: "broken", startup: "never" });
    const before = await everything();
    const { result, failed } = await whileAsked(() => deploy({ api }));
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("flowra-api")]);
    expect([failed, await version(), await everything()]).toEqual([0, "v2", before]);
    expect(changesOf(succeeded(await deploy()))).toEqual([]);
  }, 600_000);
});
