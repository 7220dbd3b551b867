/** Flowra in containers, on a server of its own: what its users see, what nobody sees, and what a release or a migration does to them. */
import { eventually } from "./faults";
import { Flowra, STACK, UNLIMITED } from "./flowra";
import { releasesUnderLoad } from "./flowra-releases";
import { PERSON, type Tokens } from "./keycloak";
import { pause } from "./load";
import { webSocket, type Answer, type Ask } from "./request";
import { changesOf, succeeded, type World } from "./world";

let flowra: Flowra;
let world: World;
let tokens: Tokens;

const on = (command: string): Promise<string> => flowra.on(command);
const auth = (): string => world.domains(STACK)[1] ?? "";
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const ask = (path: string, more: Ask = {}): Promise<Answer> => flowra.ask(path, more);
const me = (token?: string): Promise<Answer> => ask("/api/v1/me", token === undefined ? {} : { headers: bearer(token) });

beforeAll(async () => {
  flowra = await Flowra.open("containers");
  ({ world } = flowra);
  tokens = await flowra.logIn();
}, 1_800_000);

describe("what stands there", () => {
  test("a second run changes nothing", async () => {
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
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
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining(PERSON.name)]);
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
    const socket = await webSocket(world, STACK, "/api/v1/ws", bearer(tokens.access_token));
    const heard = new Promise<string>((resolve) => {
      socket.on("message", (data: Buffer) => {
        if (data.toString().includes("through nginx")) resolve(data.toString());
      });
    });
    socket.send(JSON.stringify({ text: "through nginx" }));
    expect(await heard).toContain("through nginx");
    socket.close();
    await expect(webSocket(world, STACK, "/api/v1/ws")).rejects.toThrow("401");
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
  beforeAll(async () => {
    flowra.config = UNLIMITED;
    succeeded(await flowra.up());
  }, 300_000);

  /** The stack as it is in the files. */
  afterAll(async () => {
    flowra.config = {};
    succeeded(await flowra.up({ releases: flowra.rollback() }));
  }, 300_000);

  releasesUnderLoad(() => flowra);
});
