/** The guide's security checklist, point by point, in the words of docs/systems/flowra.md. */
import { readFileSync } from "node:fs";
import * as https from "node:https";
import * as path from "node:path";
import { connect } from "node:tls";
import { checkout } from "../../cli/checkout";
import { Flowra, STACK } from "./flowra";
import { gate } from "./container-gate";
import { addPerson, logIn } from "./keycloak";
import { secretsOf } from "./leaks";
import { pause } from "./load";
import type { Answer, Ask } from "./request";

let flowra: Flowra;
const on = (command: string, input?: string): Promise<string> =>
  flowra.on(command, { check: false, ...(input !== undefined && { input }) });
const auth = (): string => flowra.world.domains(STACK)[1] ?? "";
const askAuth = (where: string, more: Ask = {}): Promise<Answer> => flowra.ask(where, { ...more, name: auth() });
const secret = (name: string): Promise<string> => on(`. /opt/flowra/.env; printf %s "$${name}"`);

const points: string[] = [];
const point = (name: string, tests: () => void): void => {
  points.push(name);
  describe(name, tests);
};

beforeAll(async () => {
  flowra = await Flowra.open("containers");
}, 1_800_000);

/** What MongoDB says to each command, of each user; no password is in a command line. One shell for all: it takes seconds to start. */
async function mongo(uris: string[], ...commands: string[]): Promise<string[]> {
  const asked = uris.flatMap((uri) => commands.map((command) => `connect(${JSON.stringify(uri)}).${command}`));
  const script = asked.map(
    (one) => `try { print("sa" + "id:" + JSON.stringify(${one})) } catch (error) { print("sa" + "id:" + error.message) }\n`,
  );
  const printed = await on("docker exec -i flowra-mongodb mongosh --quiet --norc --nodb", script.join(""));
  return [...printed.matchAll(/said:(.*)/g)].map(([, said = ""]) => said);
}
const redis = async (...commands: string[]): Promise<string[]> =>
  (await on("docker exec -i flowra-redis redis-cli", commands.map((command) => `${command}\n`).join("")))
    .trim()
    .split("\n")
    .filter(Boolean);

point("default passwords changed", () => {
  const guess = async (password: string): Promise<number> => {
    const form = new URLSearchParams({ grant_type: "password", client_id: "admin-cli", username: "admin", password }).toString();
    const where = "http://127.0.0.1:8090/realms/master/protocol/openid-connect/token";
    return Number(await on(`curl -s -o /dev/null -w '%{http_code}' -d @- ${where}`, form));
  };

  test("none of the guide's lets anyone into Keycloak", async () => {
    const right = (await on("cat /opt/flowra/secrets/keycloak/admin-password")).trim();
    expect(await guess(right)).toBe(200);
    for (const password of ["admin123", "<secure-password>"]) {
      expect([password, await guess(password)]).toEqual([password, 401]);
      // Two wrong ones within a second lock the account for a minute, by Keycloak's default.
      await pause(1500);
    }
    expect(await guess(right)).toBe(200);
  }, 60_000);

  test("nor into MongoDB, Redis or PostgreSQL", async () => {
    const guesses = ["admin:admin123", "admin:password", "root:admin123", "flowra:flowra"].map(
      (pair) => `mongodb://${pair}@127.0.0.1/admin`,
    );
    expect(await mongo(guesses, "runCommand({ ping: 1 })")).toEqual(
      guesses.map(() => expect.stringContaining("Authentication failed") as string),
    );
    expect(await redis("AUTH admin123", "AUTH administrator admin123")).toEqual([
      expect.stringContaining("WRONGPASS"),
      expect.stringContaining("WRONGPASS"),
    ]);
    const postgres =
      'docker exec -i flowra-keycloak-db sh -c \'read -r PGPASSWORD; export PGPASSWORD; psql -h "$(hostname -i)" -Atc "SELECT 1"';
    for (const role of ["keycloak", "postgres"])
      expect(await on(`${postgres} -U ${role} keycloak'`, "admin123\n")).toContain("password authentication failed");
  }, 60_000);
});

point("strong JWT secret", () => {
  test("is 256 bits long, and so is every password", async () => {
    expect(await secret("FLOWRA_AUTH_JWT_SECRET")).toMatch(/^[0-9a-f]{64}$/);
    for (const one of await secretsOf(flowra))
      expect(one.length * (/^[0-9a-f]+$/.test(one) ? 4 : Math.log2(62))).toBeGreaterThanOrEqual(250);
  });
});

point("TLS", () => {
  const said = (version: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3"): Promise<string> =>
    new Promise((resolve) => {
      const { address, ports } = flowra.world.machine();
      const ca = readFileSync(flowra.world.prepared.acme.rootCaFile);
      const limits = { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" };
      const socket = connect({ host: address, port: ports[443] ?? 443, servername: auth(), ca, ...limits }, () => {
        resolve(socket.getProtocol() ?? "none");
        socket.end();
      });
      socket.on("error", (error: NodeJS.ErrnoException) => {
        resolve(error.code ?? error.message);
      });
    });

  test("both sites answer by HTTPS, tell browsers to stay there, and send plain HTTP to the same page", async () => {
    for (const [name, where] of [
      [flowra.world.domain(STACK), "/health"],
      [auth(), "/realms/flowra"],
    ] as const) {
      const answer = await flowra.ask(where, { name });
      expect([name, answer.status, answer.headers["strict-transport-security"]]).toEqual([name, 200, "max-age=63072000"]);
      const plain = await flowra.ask(`${where}?a=1`, { name, plain: true });
      expect([plain.status, plain.headers.location]).toEqual([301, `https://${name}${where}?a=1`]);
    }
  });

  test("no protocol older than TLS 1.2 is spoken", async () => {
    expect([await said("TLSv1.3"), await said("TLSv1.2")]).toEqual(["TLSv1.3", "TLSv1.2"]);
    const refused = "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION";
    expect([await said("TLSv1.1"), await said("TLSv1")]).toEqual([refused, refused]);
  });
});

point("firewall", () => {
  test("another machine finds SSH and nginx on the server, and nothing of the guide's other ports there or at a container", async () => {
    const { internalAddress } = flowra.world.machine();
    const neighbour = await flowra.world.prepared.estate.neighbour();
    const open = (address: string, ports: [number, number]): Promise<number[]> =>
      neighbour.scan(address, { ports, route: { subnet: "10.91.1.0/24", via: internalAddress } });
    expect(await open(internalAddress, [1, 1500])).toEqual([22, 80, 443]);
    const closed = [5432, 6379, 8080, 8090, 27_017].map((port) => open(internalAddress, [port, port]));
    expect((await Promise.all(closed)).flat()).toEqual([]);
    const format = "{{.Name}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    const containers = (await on(`docker inspect --format '${format}' $(docker ps -q)`)).trim().split("\n");
    expect(containers.length).toBe(6);
    const served: Record<string, number> = { mongodb: 27017, redis: 6379, "keycloak-db": 5432 };
    const found = containers.map(async (one) => {
      const [name = "", address = ""] = one.slice("/flowra-".length).split(" ");
      const port = served[name] ?? 8080;
      return open(address, [port, port]);
    });
    expect((await Promise.all(found)).flat()).toEqual([]);
  }, 120_000);
});

point("MongoDB authentication", () => {
  test("nobody is told anything without a password", async () => {
    const commands = [
      'runCommand({ find: "messages" })',
      "runCommand({ listCollections: 1 })",
      'runCommand({ insert: "messages", documents: [{}] })',
    ];
    const refused = expect.stringMatching(/requires authentication|no users authenticated/) as string;
    expect(await mongo(["mongodb://127.0.0.1/flowra"], ...commands)).toEqual(commands.map(() => refused));
  }, 60_000);

  test("the application has its own database and no other", async () => {
    const uri = await secret("FLOWRA_MONGODB_URI");
    expect(uri).toMatch(/^mongodb:\/\/flowra-first-[0-9a-f]{12}:/);
    const foreign = [
      'getSiblingDB("admin").runCommand({ find: "system.users" })',
      'getSiblingDB("other").runCommand({ insert: "any", documents: [{}] })',
      'runCommand({ createUser: "mallory", pwd: "mallory", roles: [] })',
      'getSiblingDB("admin").runCommand({ shutdown: 1 })',
    ];
    expect(await mongo([uri], 'runCommand({ count: "messages" })', ...foreign)).toEqual([
      expect.stringContaining('"ok":1'),
      ...foreign.map(() => expect.stringContaining("not authorized") as string),
    ]);
  }, 60_000);
});

point("Redis password", () => {
  test("nobody is told anything without it", async () => {
    expect(await redis("PING", "GET any", "INFO", "AUTH health any", "GET any")).toEqual([
      expect.stringContaining("NOAUTH"),
      expect.stringContaining("NOAUTH"),
      expect.stringContaining("NOAUTH"),
      "OK",
      expect.stringContaining("NOPERM"),
    ]);
  });

  test("the application administers nothing with it", async () => {
    const forbidden = ["CONFIG GET dir", "ACL LIST", "FLUSHALL", "KEYS *", "SAVE", "REPLICAOF NO ONE", "CLIENT LIST"];
    const [let_in, set, got, ...others] = await redis(
      `AUTH ${await secret("FLOWRA_REDIS_PASSWORD")}`,
      "SET checked yes",
      "GET checked",
      ...forbidden,
      "DEL checked",
    );
    expect([let_in, set, got]).toEqual(["OK", "OK", "yes"]);
    expect(others.slice(0, -1)).toEqual(forbidden.map(() => expect.stringContaining("NOPERM") as string));
  });
});

point("CORS", () => {
  test("pages of the listed origins are let in, others are told nothing", async () => {
    const told = async (origin: string): Promise<unknown> =>
      (await flowra.ask("/api/v1/version", { headers: { origin } })).headers["access-control-allow-origin"];
    expect(await told("https://app.flowra.com")).toBe("https://app.flowra.com");
    for (const origin of ["https://elsewhere.example.com", "https://app.flowra.com.example.com", "http://app.flowra.com", "null"])
      expect([origin, await told(origin)]).toEqual([origin, undefined]);
  });
});

point("rate limiting", () => {
  // On few connections: the handshakes of many would take a busy machine so long that nobody asks too much.
  const agent = new https.Agent({ keepAlive: true, maxSockets: 20 });
  afterAll(() => {
    agent.destroy();
  });

  test.each([
    ["the API", () => flowra.ask("/api/v1/version", { agent })],
    ["Keycloak", () => askAuth("/realms/flowra", { agent })],
  ])(
    "who asks %s too much is told to wait, and for how long",
    async (_, ask) => {
      const answers = await Promise.all(Array.from({ length: 500 }, ask));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
      for (const { status, headers } of answers)
        expect([status, headers["retry-after"]]).toEqual([status, status === 429 ? "1" : undefined]);
      await pause(4000);
      expect((await ask()).status).toBe(200);
    },
    60_000,
  );
});

point("audit logging", () => {
  const person = { name: "checked", password: "a password that is right" };
  /** A user or an event. */
  interface Entry {
    id?: string;
    time?: number;
    type?: string;
    ipAddress?: string;
  }
  /** Who we are, by a client that lies. */
  const FORGED = { "x-forwarded-for": "192.0.2.77", "x-real-ip": "192.0.2.77", forwarded: "for=192.0.2.77", "x-forwarded-port": "8443" };
  /** As Keycloak's administrator, over its interface on the server. */
  const administer = async (method: string, where: string): Promise<Entry[]> => {
    const script = `token=$(printf 'grant_type=password&client_id=admin-cli&username=admin&password=%s' "$(cat /opt/flowra/secrets/keycloak/admin-password)" |
  curl -fsS -d @- http://127.0.0.1:8090/realms/master/protocol/openid-connect/token | grep -o '"access_token":"[^"]*"' | cut -d'"' -f4)
printf 'header = "Authorization: Bearer %s"' "$token" | curl -fsS -X ${method} -K - 'http://127.0.0.1:8090/admin/realms/flowra/${where}'`;
    return JSON.parse((await flowra.on(script)) || "[]") as Entry[];
  };

  test("Keycloak keeps who logged in, who failed to, and what administrators changed", async () => {
    const began = Date.now() - 1000;
    await addPerson(flowra.world, STACK, person);
    await expect(logIn(flowra.world, STACK, { ...person, password: "a wrong one" })).rejects.toThrow("not let in");
    await logIn(flowra.world, STACK, person);
    await logIn(flowra.world, STACK, person, FORGED);
    const [{ id = "" } = {}] = await administer("GET", `users?username=${person.name}`);
    await administer("DELETE", `users/${id}`);
    const since = (events: Entry[]): Entry[] => events.filter(({ time = 0 }) => time >= began);
    const logins = since(await administer("GET", "events?type=LOGIN&type=LOGIN_ERROR&max=100"));
    expect(logins).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: "LOGIN", userId: id, clientId: "flowra-backend" }),
        expect.objectContaining({ type: "LOGIN_ERROR", userId: id, error: "invalid_user_credentials" }),
      ]),
    );
    // Published ports are asked by way of the machine's network.
    const [, , client] = (await on("ip route show default")).split(" ");
    expect(logins.map(({ ipAddress }) => ipAddress)).toEqual(logins.map(() => client));
    expect(logins.filter(({ type }) => type === "LOGIN").length).toBe(2);
    const changes = since(await administer("GET", "admin-events?max=100"));
    expect(changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ operationType: "CREATE", resourceType: "USER", resourcePath: `users/${id}` }),
        expect.objectContaining({ operationType: "DELETE", resourceType: "USER", resourcePath: `users/${id}` }),
      ]),
    );
  }, 60_000);

  test("nginx writes down who asked for what", async () => {
    await flowra.ask("/api/v1/jobs", { headers: { "user-agent": "checklist" } });
    await askAuth("/realms/flowra", { headers: { "user-agent": "checklist" } });
    for (const [name, where] of [
      [flowra.world.domain(STACK), "/api/v1/jobs"],
      [auth(), "/realms/flowra"],
    ])
      expect(await on(`grep checklist /var/log/nginx/${name ?? ""}.access.log | tail -n 1`)).toMatch(
        new RegExp(`^\\d+\\.\\d+\\.\\d+\\.\\d+ \\[.*"GET ${where ?? ""} HTTP/1.1" 200 `),
      );
  });

  test("auditd has rules for identities, sudo, settings and Docker, where the kernel takes them", async () => {
    const rules = await on("cat /etc/audit/rules.d/50-flowfleet.rules");
    for (const key of ["identity", "sudo", "settings", "docker"]) expect(rules).toMatch(new RegExp(` (?:-k|-F key=)\\s?${key}$`, "m"));
    const inForce = Number(await on("auditctl -l 2>/dev/null | grep -c -e identity -e docker"));
    const substituted = await on("cat /var/lib/flowfleet/substitutions/*");
    expect(inForce > 0).toBe(!substituted.includes("audit: rules written, not loaded (the kernel gives a container none)"));
  });
});

point("security updates", () => {
  test("are looked for and installed every day", async () => {
    const active = "systemctl is-active apt-daily.timer apt-daily-upgrade.timer; systemctl is-enabled unattended-upgrades";
    expect(await on(active)).toBe("active\nactive\nenabled\n");
    const settings = await on("apt-config dump APT::Periodic; apt-config dump Unattended-Upgrade");
    expect(settings).toContain('APT::Periodic::Update-Package-Lists "1";');
    expect(settings).toContain('APT::Periodic::Unattended-Upgrade "1";');
    expect(settings).toMatch(/^Unattended-Upgrade::(?:Origins-Pattern|Allowed-Origins):: ".*[Ss]ecurity/m);
  });
});

test("every point of the page's checklist has its tests", () => {
  const page = readFileSync(path.join(checkout, "docs", "systems", "flowra.md"), "utf8");
  const rows = [...(page.split("## The guide's checklist for production")[1] ?? "").matchAll(/^\| ([^|]+) \| [^|]+ \| [^|]+ \|$/gm)].map(
    ([, name]) => name,
  );
  expect(points).toEqual(rows.slice(1));
});

test("every container is locked in as far as its program lets it", async () => {
  const containers = JSON.parse(await on("docker inspect $(docker ps -aq)")) as unknown[];
  expect(containers.length).toBe(6);
  expect(containers.flatMap(gate).sort()).toEqual([
    "flowra-keycloak: ReadonlyRootfs",
    expect.stringMatching(/^flowra-worker-[0-9a-f]{8}: State\.Health$/),
  ]);
});
