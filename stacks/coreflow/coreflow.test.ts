import { judged } from "../../components/host/judged";
import type { Recording } from "../../components/host/recording";
import { claimOf } from "./coreflow";
import { variableNames } from "./environment";
import { DATA_NAMES, SERVICE_NAMES, SERVICES } from "./guide";
import { documentOf, RELEASES, run, settingsOf } from "./testing/program";

let recording: Recording;
beforeAll(async () => {
  recording = await run();
});

const SERVER = ["image", "container"];

it("comes up in this order: what keeps data, .env, PM2, the services with the gateway last, the site's files, nginx' site", () => {
  const steps = recording.steps
    // What a container consists of is its component's business.
    .filter(({ noun, name }) => !(SERVER.includes(noun) || /-server-(?:version|settings-files|secrets-files)$/.test(name)))
    .map(({ noun, name }) => `${noun} ${name.replace("coreflow-", "").replace("infrastructure-", "")}`);
  expect(steps).toEqual([
    "claim claim-tenant",
    "user user-account",
    "user builder-account",
    "files layout-files",
    "network network-bridge",
    "docker-access access",
    "predecessor postgres-server-predecessor",
    "postgres postgres-roles",
    "files postgres-local-listener-files",
    "redis redis-users-accounts",
    "files redis-kernel-files",
    "predecessor redis-server-predecessor",
    "files redis-local-listener-files",
    "predecessor zookeeper-server-predecessor",
    ...["kafka", "schema-registry", "pgadmin", "kafka-ui"].flatMap((service) => [
      `predecessor ${service}-server-predecessor`,
      `files ${service}-local-listener-files`,
    ]),
    "files pgadmin-upstream-upstream-files",
    "files kafka-ui-upstream-upstream-files",
    "files secrets-file-files",
    "packages pm2-rotation-apt",
    "files pm2-unit-files",
    "release cms-service-release-switch",
    "release ai-service-release-switch",
    "release blockchain-service-release-switch",
    "release payments-service-release-switch",
    "release coreflow-dashboard-release-switch",
    "release api-gateway-release-switch",
    "static site-files-switch",
    "redis redis-retired-accounts",
    "certificate certificate-issue",
    "files site-site-files",
    "files health-check-timer-files",
    "files backup-timer-files",
  ]);
  const names = recording.resources.flatMap(({ type, inputs }) => (type === "docker:index/container:Container" ? [inputs["name"]] : []));
  expect(names).toEqual(DATA_NAMES.map((service) => `coreflow-${service}`));
});

it("looks at all that it needs, and backs up every night", () => {
  const wanted = (step: string, file: string): unknown => {
    const files = documentOf(recording, step)["files"] as Record<string, { text: string[] }>;
    return JSON.parse(files[file]?.text.join("\n") ?? "");
  };
  expect(wanted("coreflow-health-check-timer-files", "/etc/flowfleet/health/coreflow.json")).toMatchObject({
    units: ["nginx.service", "docker.service", "pm2-coreflow.service"],
    containers: DATA_NAMES.map((service) => `coreflow-${service}`),
    endpoints: { "api-gateway": { port: 3000, path: "/health", timeout: 5 } },
    pm2: { user: "coreflow", home: "/opt/coreflow" },
    logs: { files: expect.arrayContaining(["/opt/coreflow/logs/api-gateway.log"]) as string[], most: 20 },
  });
  expect(wanted("coreflow-backup-timer-files", "/etc/flowfleet/backup/coreflow.json")).toEqual({
    directory: "/opt/backups/coreflow",
    keep: 7,
    databases: { database: { container: "coreflow-postgres", user: "coreflow", database: "coreflow" } },
    folders: {
      apps: { path: "/opt/coreflow/apps", without: ["node_modules", ".venv"] },
      logs: { path: "/opt/coreflow/logs", without: [] },
      data: { path: "/opt/coreflow/data", without: [] },
    },
  });
});

it("gives the services folders that they may write, which are in the backup", async () => {
  const text = (from: Recording, step: string, file: string) =>
    (documentOf(from, step)["files"] as Record<string, { text: string[] }>)[file]?.text ?? [];
  const writable = (from: Recording) =>
    text(from, "coreflow-pm2-unit-files", "/etc/systemd/system/pm2-coreflow.service").filter((line) => line.startsWith("ReadWritePaths="));

  const root = { mode: "0755", user: "root", group: "root" };
  const usual = ["", "/apps", "/infra", "/infra/nginx", "/infra/nginx/sites-available", "/data"].map((folder) => [
    `/opt/coreflow${folder}`,
    root,
  ]);
  expect(documentOf(recording, "coreflow-layout-files")["directories"]).toEqual(Object.fromEntries(usual));
  const given = await run("    folders: [uploads, exports]\n");
  const own = { mode: "0750", user: "coreflow", group: "coreflow" };
  expect(documentOf(given, "coreflow-layout-files")["directories"]).toEqual({
    ...Object.fromEntries(usual),
    "/opt/coreflow/data/uploads": own,
    "/opt/coreflow/data/exports": own,
  });
  // With and without any: a changed unit would hold only from PM2's next start on.
  for (const one of [recording, given])
    expect(writable(one)).toEqual(["ReadWritePaths=/opt/coreflow/.pm2 /opt/coreflow/logs /opt/coreflow/data"]);
});

it("has all containers healthy before the first service starts", () => {
  const order = recording.resources.map(({ name }) => name);
  const waiting = DATA_NAMES.map((service) => `coreflow-infrastructure-${service}-server-limits`);
  expect(order.indexOf("coreflow-cms-service-release-switch")).toBeGreaterThan(Math.max(...waiting.map((name) => order.indexOf(name))));
  for (const name of waiting) expect(documentOf(recording, name)["wait"]).toBeGreaterThan(60);
});

it("claims what it takes of the machine, and of another stack's machine looks what it has", async () => {
  const claim = documentOf(recording, "coreflow-claim-tenant");
  expect(claim).toMatchObject({
    system: "coreflow",
    names: ["coreflow.example.com", "www.coreflow.example.com"],
    paths: ["/opt/coreflow"],
    containers: ["coreflow-"],
    subnets: ["10.92.1.0/24"],
  });
  const own = [3000, 3001, 8000, 3002, 8080, 3003].flatMap((port) => [port, port + 10_000, port + 20_000]);
  expect(claim["ports"]).toEqual([...own, 5432, 6379, 9092, 8081, 5050, 8082]);
  expect(claim).not.toHaveProperty("size");
  const borrowed = await run("", { size: { cpus: 8, memory: "16 GB", disk: "500 GB" } });
  expect(documentOf(borrowed, "coreflow-claim-tenant")["size"]).toEqual({ cpus: 8, memory: 16384, disk: 500 });
});

it("has the machine's own first step know which variables there will be, which is nothing of its own claim", () => {
  const settings = settingsOf("    more: {JWT_ISSUER: x}\n    directory: /srv/coreflow\n");
  expect(claimOf(settings).variables).toEqual({ "/srv/coreflow/.env": variableNames(settings) });
  expect(documentOf(recording, "coreflow-claim-tenant")).not.toHaveProperty("variables");
});

describe("a service", () => {
  const released = (service: string, from = recording) => documentOf(from, `coreflow-${service}-release-switch`);
  const ecosystem = (service: string, from = recording) => (released(service, from)["pm2"] as { text: string[] }).text.join("\n");

  it("is built in a folder of its own, answers there, and takes over on a port of its own", () => {
    expect(released("cms-service")).toMatchObject({
      service: "coreflow-cms-service",
      release: { repository: RELEASES["cms-service"].repository, ref: "main", commit: "c".repeat(40) },
      source: {
        directory: "/opt/coreflow/apps/cms-service",
        commands: [
          ["npm", "ci"],
          ["npm", "run", "build"],
        ],
        // Neither the one that the services run as, nor in its group.
        user: "coreflow-build",
        login: { key: "/etc/flowfleet/git/git.example.com.key" },
        limits: { memory: 2048, cpus: 2, pids: 1024 },
      },
      pm2: {
        user: "coreflow",
        home: "/opt/coreflow",
        way: "port",
        name: "cms-service",
        instances: 2,
        file: "/opt/coreflow/apps/cms-service/ecosystem.config.js",
      },
      ports: [13001, 23001],
      secrets: { file: "/opt/coreflow/.env" },
      health: { path: "/health", timeout: 5 },
      deadline: 60,
      drain: 30,
      overlap: "allowed",
      keep: 5,
    });
    const text = ecosystem("cms-service");
    for (const line of ['exec_mode: "cluster"', "instances: 2", 'NODE_ENV: "production"', 'max_memory_restart: "512M"'])
      expect(text).toContain(line);
    for (const file of ["cms-service.log", "cms-service-out.log", "cms-service-error.log"])
      expect(text).toContain(`"/opt/coreflow/logs/${file}"`);
  });

  it("has the guide's name in PM2 and its script, one for each", () => {
    const told = SERVICE_NAMES.map((service) => [(released(service)["pm2"] as { name: string }).name, scriptOf(ecosystem(service))]);
    expect(told).toEqual(SERVICE_NAMES.map((service) => [service, SERVICES[service].script]));
  });

  it("answers on the port of the guide to whoever asks the machine itself", () => {
    const listening = SERVICE_NAMES.flatMap((service) =>
      Object.values(released(service)["nginx"] as Record<string, string[]>).flatMap((lines) =>
        lines.filter((line) => line.includes("listen ")),
      ),
    );
    expect(listening.map((line) => line.trim())).toEqual([3000, 3001, 8000, 3002, 8080, 3003].map((port) => `listen 127.0.0.1:${port};`));
  });

  it("alone of all, the gateway is told where the others are", () => {
    expect(ecosystem("api-gateway")).toContain('CMS_SERVICE_URL: "http://127.0.0.1:3001"');
    expect(ecosystem("ai-service")).not.toContain("_URL");
  });

  it("may be something else than Node.js, and switch in another way", async () => {
    const services = `    services:
      coreflow-dashboard: {port: 3003, switching: reload, listenTimeout: 40 seconds}
      ai-service:
        {script: main.py, interpreter: ./.venv/bin/python, mode: fork, instances: 1, portArgument: --port, build: {commands: [[python3, -m, venv, .venv]]}}
      payments-service: {switching: stop, downFor: 15 seconds}
`;
    const other = await run("    packages: [python3-venv]\n", { services });
    expect(documentOf(other, "coreflow-packages-apt")).toMatchObject({ install: ["python3-venv"] });
    expect(released("ai-service", other)).toMatchObject({
      source: { commands: [["python3", "-m", "venv", ".venv"]] },
      ports: [18000, 28000],
    });
    expect(ecosystem("ai-service", other)).toContain('interpreter: "@release@/.venv/bin/python"');
    expect(released("coreflow-dashboard", other)).toMatchObject({ pm2: { way: "reload" }, ports: [3003], overlap: "allowed" });
    expect(ecosystem("coreflow-dashboard", other)).toContain("listen_timeout: 40000");
    expect(released("payments-service", other)).toMatchObject({ pm2: { way: "stop" }, ports: [8080], overlap: "never" });
    expect(ecosystem("payments-service", other)).toContain('PORT: "8080"');
    expect(judged(told(other))).toEqual([]);
    const said = ["ai-service", "coreflow-dashboard", "payments-service"].map(
      (service) => (other.outputs[`coreflow-${service}`] as { interruption: string }).interruption,
    );
    expect(said[0]).toContain("not interrupted");
    expect(said[1]).toContain("not interrupted");
    expect(said[2]).toContain("15 s");
  });

  it("may come as an archive", async () => {
    const archive = {
      archive: "https://releases.example.com/cms-service-1.0.0.tar.gz",
      sha256: "a".repeat(64),
      builtAt: "2026-11-20T10:00:00Z",
      rollback: false,
    };
    const other = await run("", { releases: { ...RELEASES, "cms-service": archive } });
    expect(released("cms-service", other)).toMatchObject({ release: archive, source: { login: null } });
  });
});

const scriptOf = (text: string): string | undefined => /script: "(.*)"/.exec(text)?.[1];

describe("secrets", () => {
  it("are in .env, whole, for root alone", () => {
    const { files } = documentOf(recording, "coreflow-secrets-file-files") as { files: Record<string, { mode: string; text: string[] }> };
    const { mode, text } = files["/opt/coreflow/.env"] ?? { mode: "", text: [] };
    expect(mode).toBe("0600");
    expect(text).toEqual(
      [
        "BLOCKCHAIN_CHAIN_ID='137'",
        "BLOCKCHAIN_RPC_URL='https://rpc.example.com/v2/key'",
        "DATABASE_URL='postgresql://coreflow:coreflow-infrastructure-postgres-password@10.92.1.10:5432/coreflow'",
        "KAFKA_BROKERS='127.0.0.1:9092'",
        "POSTGRES_DB='coreflow'",
        "POSTGRES_HOST='10.92.1.10'",
        "POSTGRES_PASSWORD='coreflow-infrastructure-postgres-password'",
        "POSTGRES_PORT='5432'",
        "POSTGRES_USER='coreflow'",
        "REDIS_HOST='10.92.1.12'",
        "REDIS_PASSWORD='coreflow-infrastructure-redis-password'",
        "REDIS_PORT='6379'",
        "REDIS_URL='redis://:coreflow-infrastructure-redis-password@10.92.1.12:6379'",
        "SANITY_API_TOKEN='sanity-token'",
        "SANITY_DATASET='production'",
        "SANITY_PROJECT_ID='abc12345'",
        "SCHEMA_REGISTRY_URL='http://10.92.1.18:8081'",
        "STRIPE_SECRET_KEY='stripe-key'",
        "STRIPE_WEBHOOK_SECRET='stripe-webhook'",
      ].sort(),
    );
  });

  it("that the stack makes have 256 bits; another word makes another one, and the services are released with it", async () => {
    const made = ({ resources }: Recording) => resources.filter(({ type }) => type.startsWith("random:"));
    expect(made(recording).map(({ name }) => name)).toEqual(
      ["postgres", "postgresRoot", "redis", "redisAdministrator", "pgadmin"].map((name) => `coreflow-infrastructure-${name}`),
    );
    for (const { inputs } of made(recording)) expect(Number(inputs["length"]) * Math.log2(62)).toBeGreaterThanOrEqual(256);
    const rotated = await run("    rotation: {redis: november}\n");
    const revision = (from: Recording) =>
      (documentOf(from, "coreflow-ai-service-release-switch")["secrets"] as { revision: string }).revision;
    expect(revision(rotated)).not.toBe(revision(recording));
  });

  it("are in nothing that a plan shows", () => {
    const shown = recording.resources
      .filter(({ type }) => !type.startsWith("random:"))
      .flatMap(({ inputs, secrets }) => Object.entries(inputs).filter(([key]) => !secrets.includes(key)));
    expect(shown.length).toBeGreaterThan(100);
    expect(JSON.stringify(shown)).not.toMatch(/coreflow-infrastructure-\w+-password|sanity-token|stripe-(?:key|webhook)|rpc\.example\.com/);
  });
});

describe("nginx", () => {
  const siteText = (from = recording): string => {
    const files = documentOf(from, "coreflow-site-site-files")["files"] as Record<string, { text: string[] }>;
    return (files["/etc/nginx/flowfleet/sites/coreflow.example.com.conf"]?.text ?? []).join("\n");
  };
  const location = (path: string, from = recording): string =>
    siteText(from).split(`\n  location ${path} {\n`)[1]?.split("\n  }\n")[0] ?? "";

  it("serves the Astro site's files, those with a hash for a year, also of releases before", () => {
    const files = location("/");
    expect(files).toContain("root /opt/coreflow/apps/coreflow-astro/dist;");
    expect(files).toContain("try_files $uri $uri/ /index.html;");
    expect(files).toContain('add_header Cache-Control "public, max-age=31536000, immutable";');
    expect(siteText()).toContain("root /var/lib/flowfleet/assets/coreflow-astro;");
    expect(documentOf(recording, "coreflow-site-files-switch")).toMatchObject({
      service: "coreflow-astro",
      source: { user: "coreflow-build" },
      from: "dist",
      link: "/opt/coreflow/apps/coreflow-astro/dist",
      immutable: "_astro",
      keep: 5,
    });
  });

  it("counts the API and the login in zones of their own, as the guide has them", () => {
    expect(siteText()).toContain("zone=api:10m rate=10r/s;");
    expect(siteText()).toContain("zone=login:10m rate=1r/s;");
    expect(location("/api/")).toContain("limit_req zone=api burst=20 nodelay;");
    for (const path of ["= /api/auth/login", "/api/auth/login/"]) expect(location(path)).toContain("limit_req zone=login ");
    for (const path of ["= /dashboard", "/dashboard/"]) {
      expect(location(path)).toContain("proxy_pass http://coreflow-dashboard;");
      expect(location(path)).not.toContain("limit_req");
    }
  });

  it("shows pgAdmin and Kafka UI to the guide's networks alone, below their paths", async () => {
    for (const path of ["/pgadmin/", "/kafka-ui/"])
      expect(location(path)).toContain("    allow 192.168.1.0/24;\n    allow 10.0.0.0/8;\n    deny all;");
    expect(location("/pgadmin/")).toContain("proxy_set_header X-Script-Name /pgadmin;");
    const ui = recording.resources.find(({ name }) => name === "coreflow-infrastructure-kafka-ui-server-container");
    expect(ui?.inputs["envs"]).toContain("SERVER_SERVLET_CONTEXT_PATH=/kafka-ui");
    const nobody = await run("    management: {allowFrom: []}\n");
    expect(location("/pgadmin/", nobody)).toContain("    deny all;");
    expect(location("/pgadmin/", nobody)).not.toContain("allow ");
  });

  it("has the guide's headers in every location that has any", () => {
    const blocks = siteText()
      .split("location ")
      .filter((block) => block.includes("add_header"));
    expect(blocks.length).toBeGreaterThan(3);
    for (const block of blocks) {
      expect(block).toContain('add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;');
      expect(block).toContain("add_header X-Content-Type-Options nosniff always;");
      expect(block).toMatch(/add_header X-Frame-Options (?:DENY|SAMEORIGIN) always;/);
      expect(block).toContain('add_header X-XSS-Protection "1; mode=block" always;');
    }
  });

  it("believes a CDN, and nobody else, who the client is", async () => {
    expect(siteText()).not.toContain("set_real_ip_from");
    const behind = siteText(await run("    cdn: {from: [203.0.113.0/24], header: CF-Connecting-IP}\n"));
    expect(behind).toContain("set_real_ip_from 203.0.113.0/24;");
    expect(behind).toContain("real_ip_header CF-Connecting-IP;");
    const cloudflare = siteText(await run("    cdn: {header: X-Client}\n"));
    for (const line of ["set_real_ip_from 173.245.48.0/20;", "set_real_ip_from 2400:cb00::/32;", "real_ip_header X-Client;"])
      expect(cloudflare).toContain(line);
  });
});

it("keeps the volumes from being deleted, unless it is told otherwise", async () => {
  const volumes = ({ resources }: Recording) =>
    resources.filter(({ type }) => type === "docker:index/volume:Volume").map(({ inputs, protect }) => [inputs["name"], protect]);
  const names = ["postgres_data", "redis_data", "zookeeper_data", "zookeeper_log", "kafka_data", "pgadmin_data"];
  expect(volumes(recording)).toEqual(names.map((name) => [`coreflow_${name}`, true]));
  expect(volumes(await run("    protect: false\n"))).toEqual(names.map((name) => [`coreflow_${name}`, false]));
});

it("the helper takes every document", () => {
  expect(judged(told(recording))).toEqual([]);
});

/** Docker would have told the ids of its containers. */
const told = ({ steps }: Recording) =>
  steps.map((step) => (step.noun === "container" ? { ...step, document: { ...step.document, id: "0".repeat(64) } } : step));
