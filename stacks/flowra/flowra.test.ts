import { judged } from "../../components/host/judged";
import type { Recording, Registered } from "../../components/host/recording";
import { ARCHIVE, CONTAINERS, CORS, documentOf, run } from "./testing/program";

/** What happens on the machine, one after the other. */
function chain({ resources }: Recording): string[] {
  const links = resources.filter(({ type }) => /^command:|^docker:index/.test(type));
  // The first that waits for it comes next; a later one may wait for its result, too.
  const next = new Map(links.flatMap((resource) => resource.dependsOn.map((name) => [name, resource] as const)).reverse());
  const found: Registered[] = [];
  for (let at = links.find(({ dependsOn }) => dependsOn.length === 0); at; at = next.get(at.name)) found.push(at);
  expect(found.length).toBe(links.length);
  return found.map(({ name, type, inputs }) => {
    const noun = /helper (\S+) apply/.exec(String(inputs["create"]))?.[1];
    return `${noun ?? type.split(":").at(-1)} ${name.replace(/^flowra-/, "")}`;
  });
}

/** The set of files that holds config.yaml. */
const configurationOf = ({ steps }: Recording): Record<string, unknown> =>
  steps.find(({ name }) => /^flowra-configuration-[0-9a-f]{12}-/.test(name))?.document ?? {};
const pathOf = (recording: Recording): string => Object.keys(configurationOf(recording)["files"] ?? {})[0] ?? "";

const DATABASES = [
  "docker-access access",
  "image databases-mongodb-server-image",
  "volume databases-mongodb-server-version",
  "files databases-mongodb-server-secrets-files",
  "Volume databases-mongodb-server-volume",
  "Container databases-mongodb-server-container",
  "container databases-mongodb-server-limits",
  "mongo databases-mongodb-users-accounts",
  "redis databases-redis-users-accounts",
  "files databases-redis-kernel-files",
  "image databases-redis-server-image",
  "volume databases-redis-server-version",
  "files databases-redis-server-settings-files",
  "Volume databases-redis-server-volume",
  "Container databases-redis-server-container",
  "container databases-redis-server-limits",
  "image databases-keycloak-db-server-image",
  "volume databases-keycloak-db-server-version",
  "files databases-keycloak-db-server-secrets-files",
  "Volume databases-keycloak-db-server-volume",
  "Container databases-keycloak-db-server-container",
  "container databases-keycloak-db-server-limits",
  "postgres databases-keycloak-db-roles",
  "image databases-keycloak-server-image",
  "volume databases-keycloak-server-version",
  "files databases-keycloak-server-settings-files",
  "files databases-keycloak-server-secrets-files",
  "Container databases-keycloak-server-container",
  "container databases-keycloak-server-limits",
  "keycloak databases-realm-settings",
  "files databases-mongodb-local-listener-files",
  "files databases-redis-local-listener-files",
  "files databases-keycloak-local-listener-files",
];
const AFTER = [
  "mongo databases-mongodb-retired-accounts",
  "redis databases-redis-retired-accounts",
  "keycloak databases-realm-retired-settings",
  "liveness api-liveness-timer",
  "liveness worker-liveness-timer",
  "liveness mongodb-liveness-timer",
  "liveness redis-liveness-timer",
  "liveness keycloak-liveness-timer",
  "liveness keycloak-db-liveness-timer",
  "certificate certificate-issue",
  "files site-site-files",
  "files auth-upstream-upstream-files",
  "files auth-site-files",
  "files observed-files",
];

describe("in containers", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await run();
  });

  it("comes up in this order: databases, migration, API and worker, what ends earlier passwords, what looks after all of it, sites", () => {
    expect(chain(recording)).toEqual([
      "claim claim-tenant",
      "network network-bridge",
      ...DATABASES,
      "files secrets-file-files",
      "job migrator-run",
      "release api-release-switch",
      "release worker-release-switch",
      ...AFTER,
    ]);
  });

  it("looks whether another stack's machine has what it was declared to have", async () => {
    expect(documentOf(recording, "flowra-claim-tenant")).not.toHaveProperty("size");
    const borrowed = await run(CORS, CONTAINERS, { size: { cpus: 8, memory: "16 GB", disk: "100 GB", lenient: true } });
    expect(documentOf(borrowed, "flowra-claim-tenant")["size"]).toEqual({ cpus: 8, memory: 16384, disk: 100, lenient: true });
  });

  it("claims what it takes of the machine", () => {
    expect(documentOf(recording, "flowra-claim-tenant")).toMatchObject({
      stack: "test",
      system: "flowra",
      names: ["api.flowra.com", "auth.flowra.com"],
      ports: [8080, 27017, 6379, 8090],
      paths: ["/opt/flowra"],
      containers: ["flowra-"],
      subnets: ["10.91.1.0/24"],
    });
  });

  it("has the API ready before it gets requests, beside the one before it", () => {
    expect(documentOf(recording, "flowra-api-release-switch")).toMatchObject({
      service: "flowra-api",
      compose: { project: "flowra", service: "api", directory: "/opt/flowra", file: "docker-compose.prod.yml" },
      network: "flowra-network",
      addresses: ["10.91.1.10", "10.91.1.11"],
      port: 8080,
      environment: { FLOWRA_SERVER_HOST: "0.0.0.0", FLOWRA_ENV: "production" },
      secrets: { file: "/opt/flowra/.env" },
      user: "10001:10001",
      limits: { memory: 2048, cpus: 2, pids: 256 },
      reservations: { memory: 1024, cpus: 1 },
      health: {
        path: "/ready",
        command: ["CMD-SHELL", "curl -fsS http://localhost:8080/health"],
        interval: 30,
        timeout: 10,
        retries: 3,
        startPeriod: 30,
        probeTimeout: 3,
      },
      deadline: 54,
      overlap: "allowed",
      drain: 30,
      stopTimeout: 30,
    });
  });

  it("restarts what does not live: what Docker calls unhealthy, too, but no database that is busy with its start", () => {
    const told = Object.fromEntries(
      recording.steps.flatMap(({ noun, document }) =>
        noun === "liveness" ? [[document["service"], [document["probe"], document["startPeriod"]]]] : [],
      ),
    ) as object;
    expect(told).toEqual({
      "flowra-api": [{ path: "/health", port: 8080 }, 30],
      "flowra-worker": [{ process: true }, 30],
      "flowra-mongodb": [{ process: true }, 300],
      "flowra-redis": [{ process: true }, 300],
      "flowra-keycloak": [{ path: "/health/live", port: 8080 }, 300],
      "flowra-keycloak-db": [{ process: true }, 300],
    });
  });

  it("finds config.yaml where the guide has it, below the folder in which the images start", async () => {
    const other = await run("    configuration: file\n    workingDirectory: /app\n");
    for (const service of ["api", "worker"])
      expect(documentOf(other, `flowra-${service}-release-switch`)).toMatchObject({
        environment: { FLOWRA_ENV: "production" },
        mounts: { "/app/configs/config.yaml": pathOf(other) },
      });
  });

  it("takes a worker for healthy that went on running, and lets two of them overlap", () => {
    const worker = documentOf(recording, "flowra-worker-release-switch");
    expect(worker).toMatchObject({ service: "flowra-worker", health: { alive: 10 }, deadline: 60, overlap: "allowed", nginx: {} });
    expect(worker).not.toHaveProperty("port");
  });

  it("keeps every secret of the application in .env alone, none shorter than 256 bits", () => {
    expect(documentOf(recording, "flowra-secrets-file-files")["files"]).toEqual({
      "/opt/flowra/.env": {
        mode: "0600",
        user: "root",
        group: "root",
        text: [
          "FLOWRA_AUTH_JWT_SECRET='flowra-databases-jwt-password'",
          "FLOWRA_KEYCLOAK_ADMIN_PASSWORD='flowra-databases-keycloakAccount-password'",
          expect.stringMatching(/^FLOWRA_KEYCLOAK_ADMIN_USERNAME='flowra-first-[0-9a-f]{12}'$/),
          "FLOWRA_KEYCLOAK_CLIENT_SECRET='flowra-databases-keycloakClient-password'",
          "FLOWRA_MONGODB_URI='mongodb://flowra-first-01b858320bb2:flowra-databases-mongodb-password@mongodb:27017/flowra?authSource=flowra'",
          "FLOWRA_REDIS_PASSWORD='flowra-databases-redis-password'",
        ],
      },
    });
    const made = recording.resources.filter(({ type }) => type.startsWith("random:"));
    expect(made.map(({ name }) => name).sort()).toEqual(
      [
        "jwt",
        "keycloakAccount",
        "keycloakAdministrator",
        "keycloakClient",
        "keycloakDatabase",
        "keycloakDatabaseRoot",
        "mongodb",
        "mongodbRoot",
        "redis",
        "redisAdministrator",
      ].map((name) => `flowra-databases-${name}`),
    );
    for (const { inputs } of made)
      expect(Number(inputs["length"]) * Math.log2(inputs["special"] === false ? 62 : 16)).toBeGreaterThanOrEqual(256);
  });

  it("shows no password in anything that is not secret", () => {
    const shown = recording.resources
      .filter(({ type }) => !type.startsWith("random:"))
      .flatMap(({ inputs, secrets }) => Object.entries(inputs).filter(([key]) => !secrets.includes(key)));
    expect(shown.length).toBeGreaterThan(100);
    expect(JSON.stringify(shown)).not.toMatch(/flowra-databases-\w+-password/);
  });

  it("opens Keycloak's administration to listed addresses alone, and hides what is nobody's business", () => {
    const auth = siteText(recording, "flowra-auth-site-files");
    expect(auth).toContain("allow 203.0.113.0/24;");
    expect(auth).toContain("location /admin/ {");
    expect(auth).toContain("location /realms/master/ {");
    for (const path of ["metrics", "health"]) expect(auth).toMatch(new RegExp(`location ~\\*? .*${path}`));
    const api = siteText(recording, "flowra-site-site-files");
    for (const path of ["metrics", "debug/pprof", "health/details"]) expect(api).toMatch(new RegExp(`location ~\\*? .*${path}`));
    expect(api).toContain("limit_req ");
    expect(api).toContain("https://app.flowra.com");
    expect(api.split("location = /api/v1/ws {")[1]).toContain("proxy_read_timeout 300s;");
  });
});

describe("as services of the machine", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await run("    mode: systemd\n    configuration: file\n    variables: {FLOWRA_SERVER_PORT: 8081}\n", ARCHIVE);
  });

  it("comes up in the same order, with an account and log files of its own", () => {
    expect(chain(recording)).toEqual([
      "claim claim-tenant",
      "user user-account",
      "network network-bridge",
      ...DATABASES,
      "files secrets-file-files",
      expect.stringMatching(/^files configuration-[0-9a-f]{12}-files$/),
      "job migrator-run",
      "packages api-log-rotation-apt",
      "files api-log-follower-files",
      "release api-release-switch",
      "packages worker-log-rotation-apt",
      "files worker-log-follower-files",
      "release worker-release-switch",
      "files configuration-link-files",
      ...AFTER,
    ]);
  });

  it("runs each release of the API on an address of its own, with its settings from config.yaml", () => {
    const api = documentOf(recording, "flowra-api-release-switch");
    expect(api).toMatchObject({
      service: "flowra-api",
      release: { archive: "https://releases.example.com/flowra-1.0.0.tar.gz", sha256: "a".repeat(64) },
      addresses: ["127.0.0.31", "127.0.0.32"],
      port: 8081,
      health: { path: "/ready", timeout: 3 },
      unit: {
        directory: "/opt/flowra",
        user: "flowra",
        executable: "bin/api",
        addressVariable: "FLOWRA_SERVER_HOST",
        links: { "/opt/flowra/bin/api": "bin/api", "/opt/flowra/bin/migrator": "bin/migrator" },
      },
    });
    const own = pathOf(recording).replace("/config.yaml", "");
    expect((api["unit"] as { text: string[] }).text).toEqual(
      expect.arrayContaining([
        "Description=Flowra API Server",
        'Environment="FLOWRA_ENV=production"',
        `BindReadOnlyPaths=${own}:/opt/flowra/configs`,
        "WorkingDirectory=/opt/flowra",
      ]),
    );
    expect((api["unit"] as { text: string[] }).text.join("\n")).not.toContain("FLOWRA_SERVER_PORT");
  });

  it("reaches the databases at their own addresses: no reload of nginx ends those connections", () => {
    expect(JSON.stringify(documentOf(recording, "flowra-secrets-file-files"))).toContain("@10.91.1.16:27017/flowra?authSource=flowra");
    const { text } = Object.values(configurationOf(recording)["files"] as Record<string, { text: string[] }>)[0] ?? { text: [] };
    expect(text).toEqual(expect.arrayContaining(['  addr: "10.91.1.18:6379"', '  url: "http://10.91.1.20:8080"']));
    expect(documentOf(recording, "flowra-migrator-run")).toMatchObject({ environment: { FLOWRA_REDIS_ADDR: "10.91.1.18:6379" } });
  });

  it("has another file for other settings, so that the release before finds its own until the end", async () => {
    const other = await run("    mode: systemd\n    configuration: file\n    variables: {FLOWRA_LOG_LEVEL: debug}\n", ARCHIVE);
    expect(pathOf(other)).toMatch(/^\/opt\/flowra\/configs\/[0-9a-f]{12}\/config\.yaml$/);
    expect(pathOf(other)).not.toBe(pathOf(recording));
  });

  it("has one link for people, which the end of the file before does not take away", async () => {
    const other = await run("    mode: systemd\n    configuration: file\n    variables: {FLOWRA_LOG_LEVEL: debug}\n", ARCHIVE);
    const [former, latter] = [recording, other].map((one) => documentOf(one, "flowra-configuration-link-files"));
    expect(latter?.["owner"]).toBe(former?.["owner"]);
    const target = pathOf(other).replace("/opt/flowra/configs/", "");
    expect(latter).toMatchObject({ files: {}, links: { "/opt/flowra/configs/config.yaml": target } });
    expect(Object.keys(configurationOf(other)).filter((part) => ["links", "directories"].includes(part))).toEqual([]);
  });
});

it("the helper takes every document, whichever way it runs", async () => {
  const settings = "    configuration: file\n    cors: {origins: []}\n    rateLimit: {perSecond: 5, burst: 0}\n";
  const [containers, systemd] = [await run(settings), await run(`    mode: systemd\n${settings}`, ARCHIVE)];
  // Docker would have told the ids of its containers.
  const told = ({ steps }: Recording) =>
    steps.map((step) => (step.noun === "container" ? { ...step, document: { ...step.document, id: "0".repeat(64) } } : step));
  expect(judged(told(containers))).toEqual([]);
  expect(judged(told(systemd))).toEqual([]);
});

const siteText = (recording: Recording, name: string): string => {
  const files = documentOf(recording, name)["files"] as Record<string, { text: string[] }>;
  return Object.entries(files)
    .flatMap(([path, { text }]) => (path.endsWith(".conf") ? text : []))
    .join("\n");
};
