/** Flowra in containers, on a server of its own: what its users see, what nobody sees, and what a release or a migration does to them. */
import type { WebSocket } from "ws";
import { SCRAPE_FILE, type ScrapeTarget } from "../../stacks/flowra/scrape";
import { Flowra, STACK, UNLIMITED } from "./flowra";
import { badWorkerUnderLoad, releasesUnderLoad } from "./flowra-releases";
import { PERSON, type Tokens } from "./keycloak";
import { pause } from "./load";
import { webSocket, type Answer, type Ask } from "./request";
import { changesOf, succeeded, type World } from "./world";

/** By the name of Prometheus' job. */
const METRICS = {
  "flowra-api": [
    "flowra_http_requests_total",
    "flowra_http_request_duration_seconds",
    "flowra_websocket_connections",
    "flowra_mongodb_operations_total",
    "flowra_redis_operations_total",
  ],
  "flowra-keycloak": ["jvm_memory_used_bytes", "agroal_active_count"],
} as const;
/** From the environment to the file, and a value that the environment does not have any more. */
const IN_FILE = { "flowfleet:flowra.configuration": "file", "flowfleet:flowra.variables.FLOWRA_LOG_FORMAT": "text" };

let flowra: Flowra;
let world: World;
let tokens: Tokens;
/** A WebSocket, and when the last word was said on it. */
let quiet: { socket: WebSocket; since: number };

const on = (command: string): Promise<string> => flowra.on(command);
const auth = (): string => world.domains(STACK)[1] ?? "";
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const ask = (path: string, more: Ask = {}): Promise<Answer> => flowra.ask(path, more);
const echoed = (socket: WebSocket, text: string): Promise<boolean> =>
  new Promise((resolve) => {
    socket.on("message", (data: Buffer) => {
      if (data.toString() === text) resolve(true);
    });
    socket.once("close", () => {
      resolve(false);
    });
    socket.send(text);
  });
const me = (token?: string): Promise<Answer> => ask("/api/v1/me", token === undefined ? {} : { headers: bearer(token) });

beforeAll(async () => {
  flowra = await Flowra.open("containers");
  ({ world } = flowra);
  tokens = await flowra.logIn();
}, 1_800_000);

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
    const { id } = JSON.parse(answer.body) as { id: string };
    expect([answer.status, await flowra.doneBy(id)]).toEqual([201, "v1"]);
  });

  test("a WebSocket goes through nginx and answers", async () => {
    const socket = await webSocket(world, STACK, "/api/v1/ws", bearer(tokens.access_token));
    expect(await echoed(socket, "through nginx")).toBe(true);
    quiet = { socket, since: Date.now() };
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

  test("shows 22, 80 and 443 to others, of all ports that there are", async () => {
    const neighbour = await world.prepared.estate.neighbour();
    expect(await neighbour.scan(world.machine().internalAddress)).toEqual([22, 80, 443]);
  }, 300_000);

  test("answers the guide's commands on the server itself", async () => {
    const get = (path: string): Promise<string> => on(`curl -fsS http://localhost:${path}`);
    expect(JSON.parse(await get("8080/health"))).toMatchObject({ status: "healthy" });
    expect(JSON.parse(await get("8080/ready"))).toMatchObject({ status: "ready" });
    const up = { status: "up" };
    const components = { mongodb: up, redis: up, keycloak: up };
    expect(JSON.parse(await get("8080/health/details"))).toMatchObject({ status: "healthy", components });
    expect(JSON.parse(await get("8090/realms/flowra"))).toMatchObject({ realm: "flowra" });
  });

  test("Prometheus finds the guide's metrics of the API, and Keycloak's own, where its file of targets says", async () => {
    const found = JSON.parse(await on(`cat ${SCRAPE_FILE}`)) as ScrapeTarget[];
    expect(found.map(({ labels }) => labels["job"])).toEqual(Object.keys(METRICS));
    for (const { targets, labels } of found) {
      const told = await on(`curl -fsS http://${targets.join(",")}${labels["__metrics_path__"] ?? ""}`);
      for (const name of METRICS[labels["job"] as keyof typeof METRICS]) expect(told).toMatch(new RegExp(`^# TYPE ${name} `, "m"));
    }
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

  test("a WebSocket on which nobody said a word for more than a minute goes on", async () => {
    await pause(quiet.since + 65_000 - Date.now());
    expect(await echoed(quiet.socket, "still there")).toBe(true);
    quiet.socket.close();
  }, 90_000);

  releasesUnderLoad(() => flowra, IN_FILE);

  test("the settings went into config.yaml with a release: what is in .env and the environment's name alone are variables", async () => {
    const { variables } = JSON.parse((await ask("/api/v1/version")).body) as { variables: string[] };
    expect(variables).toEqual([
      "FLOWRA_AUTH_JWT_SECRET",
      "FLOWRA_ENV",
      "FLOWRA_KEYCLOAK_ADMIN_PASSWORD",
      "FLOWRA_KEYCLOAK_ADMIN_USERNAME",
      "FLOWRA_KEYCLOAK_CLIENT_SECRET",
      "FLOWRA_MONGODB_URI",
      "FLOWRA_REDIS_PASSWORD",
    ]);
    expect(await on("docker logs --tail 5 $(docker ps -qf name=flowra-api) 2>&1")).toMatch(/^time=\S+ level=INFO msg="HTTP request" /m);
  });

  badWorkerUnderLoad(() => flowra);
});
