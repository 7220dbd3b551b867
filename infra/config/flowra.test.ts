import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plainLine } from "./places";
import { readStackFile } from "./stack-file";
import { crossStackProblems, hostsOf, inspect, osSettings, releaseArchives, releaseImages, sitesOf, stacksReferredBy } from "./stacks";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs";
const RELEASES = readFileSync(join(__dirname, "../golden/releases/staging.yaml"), "utf8");

const HOST = `    flowra: {address: 203.0.113.31, hostKey: ${KEY}, size: {cpus: 4, memory: 8 GB}, docker: {}, web: true}\n`;

/** A stack file with Flowra on a machine of its own. */
const file = (settings = "", { host = HOST, chosen = "{name: flowra}", environment = "staging", more = "" } = {}) => `config:
  flowfleet:hosts:
${host}  flowfleet:acme: {email: ops@example.com}
${more}  flowfleet:flowra:
    environment: ${environment}
    host: ${chosen}
${settings}`;
/** Of the stack that owns the machine `big`. */
const OWNER = `config:
  flowfleet:hosts:
    big: {address: 203.0.113.30, hostKey: ${KEY}, size: {cpus: 5, memory: 10 GB}, docker: {}, web: true}
    bare: {address: 203.0.113.32, hostKey: ${KEY}, docker: {}, web: true}
`;
const read = (text: string, stack = "staging") =>
  inspect(
    stack,
    text,
    () => RELEASES,
    (other) => (other === "shared" ? readStackFile(OWNER).raw : undefined),
  );
const problemsOf = (settings: string, about = {}) =>
  read(file(settings, about)).problems.map((problem) => problem.replace("Pulumi.staging.yaml flowfleet:flowra.", ""));

/** FlowMaster on the shared machine, with nothing missing. */
const FLOWMASTER = `  flowfleet:flowmaster:
    environment: staging
    host: {stack: shared, name: main}
    databases:
      arango: {host: arango.example.com, user: u, database: d, password: {secure: v1:x}}
      postgres: {host: postgres.example.com, user: u, database: d, password: {secure: v1:x}}
      redis: {host: redis.example.com, password: {secure: v1:x}}
    apiKeys: {gemini: {secure: v1:x}, openai: {secure: v1:x}, openrouter: {secure: v1:x}}
`;

it("needs nothing but its environment and its machine; no secret has to be set", () => {
  const stack = read(file());
  expect([stack.problems, stack.missingSecrets]).toEqual([[], []]);
  const { variables, sizes, ...settings } = stack.config?.flowra ?? {};
  expect(settings).toEqual({
    environment: "staging",
    host: { name: "flowra", os: "debian-12", state: "present" },
    mode: "containers",
    configuration: "environment",
    workingDirectory: "/opt/flowra",
    domain: "api.staging.flowra.com",
    authDomain: "auth.staging.flowra.com",
    branch: "staging",
    directory: "/opt/flowra",
    volumes: { mongodb: "mongodb_data", redis: "redis_data", keycloakDatabase: "keycloak_db_data" },
    composeFile: "docker-compose.yml",
    subnet: "10.91.2.0/24",
    protect: true,
    certificate: { challenge: { type: "http" } },
    rotation: {},
    cors: { origins: [] },
    admin: { allowFrom: [] },
    rateLimit: { perSecond: 50, burst: 100 },
    authRateLimit: { perSecond: 20, burst: 60 },
    maxBody: "10 MB",
    apiTimeout: "60 seconds",
    websocketTimeout: "5 minutes",
    client: { redirectUris: [], directAccess: false },
    account: {
      roles: [
        "create-client",
        ...["authorization", "clients", "identity-providers", "realm", "users"].map((what) => `manage-${what}`),
        ...["clients", "groups", "realms", "users"].map((what) => `query-${what}`),
        ...["authorization", "clients", "events", "identity-providers", "realm", "users"].map((what) => `view-${what}`),
      ],
    },
    users: {
      api: "10001:10001",
      worker: "10001:10001",
      migrator: "10001:10001",
      mongodb: "999:999",
      redis: "999:1000",
      keycloak: "1000:1000",
      "keycloak-db": "70:70",
    },
    api: { overlap: "allowed", drain: "30 seconds", deadline: "54 seconds" },
    worker: { overlap: "allowed", drain: "30 seconds", deadline: "60 seconds" },
    migrator: { deadline: "10 minutes" },
  });
  expect(variables).toMatchObject({ FLOWRA_SERVER_PORT: 8080, FLOWRA_AUTH_REFRESH_TOKEN_TTL: "7d", FLOWRA_ENV: "staging" });
  expect(sizes?.api).toEqual({ limits: { cpus: 1, memory: "1 GB", pids: 256 }, reservations: { cpus: 0.5, memory: "512 MB" } });
});

it("tells every problem of its settings at once, an unknown variable with the one that was probably meant", () => {
  const settings = `    mode: docker
    variables:
      FLOWRA_SERVER_PORT: 80
      FLOWRA_SERVER_READ_TIMEOUT: 30 seconds
      FLOWRA_MONGODB_MAX_POOL_SIZ: 50
      FLOWRA_REDIS_DB: 16
      FLOWRA_LOG_LEVEL: verbose
      FLOWRA_WEBSOCKET_READ_BUFFER_SIZE: 1 KB
      FLOWRA_AUTH_REFRESH_TOKEN_TTL: 1w
    cors: {origins: ["*", "https://app.example.com/"]}
    admin: {allowFrom: [everybody, "2001:db8::/32", 203.0.113.7]}
    rateLimit: {perSecond: 0}
    rotation: {jwt: November 2026}
    sizes: {api: {limits: {memory: lots}}, mongdb: {}}
`;
  const known = /is not known; allowed: FLOWRA_SERVER_HOST, .*, FLOWRA_ENV; did you mean "FLOWRA_MONGODB_MAX_POOL_SIZE"\?$/;
  const problems = problemsOf(settings);
  expect(problems).toEqual([
    'mode: is none of the values allowed; got "docker"; allowed: containers, systemd',
    "variables.FLOWRA_SERVER_PORT: must be a whole number; got 80; allowed: 1024 to 65535",
    'variables.FLOWRA_SERVER_READ_TIMEOUT: must be a time such as "30s", as Go writes it; got "30 seconds"; allowed: such as 500ms, 30s, 10m, 1h30m, 7d',
    "variables.FLOWRA_REDIS_DB: must be a whole number; got 16; allowed: 0 to 15",
    'variables.FLOWRA_AUTH_REFRESH_TOKEN_TTL: must be a time such as "30s", as Go writes it; got "1w"; allowed: such as 500ms, 30s, 10m, 1h30m, 7d',
    'variables.FLOWRA_LOG_LEVEL: is none of the values allowed; got "verbose"; allowed: debug, info, warn, error',
    'variables.FLOWRA_WEBSOCKET_READ_BUFFER_SIZE: must be a whole number; got "1 KB"; allowed: 256 to 1048576',
    expect.stringMatching(new RegExp(`^variables\\.FLOWRA_MONGODB_MAX_POOL_SIZ: ${known.source}`)),
    'rotation.jwt: must be lower-case letters, digits and hyphens such as "flowmaster-staging"; got "November 2026"',
    'cors.origins[0]: must be an origin, without a path; got "*"; allowed: such as "https://app.example.com"',
    'cors.origins[1]: must be an origin, without a path; got "https://app.example.com/"; allowed: such as "https://app.example.com"',
    'admin.allowFrom[0]: must be an address or a subnet; got "everybody"; allowed: such as 203.0.113.7, 203.0.113.0/24, 2001:db8::/32',
    "rateLimit.perSecond: must be a whole number; got 0; allowed: 1 to 100000",
    'sizes.api.limits.memory: must be a size such as "50 MB"; got "lots"; allowed: a whole number of MB or GB above zero',
    'sizes.mongdb: is not known; allowed: api, worker, migrator, mongodb, redis, keycloak, keycloak-db; did you mean "mongodb"?',
    "variables.FLOWRA_SERVER_PORT: port 80 is already taken by flowfleet:hosts.flowra.web; choose another on one of the two sides",
  ]);
});

it.each([
  [
    "FLOWRA_MONGODB_URI",
    "mongodb://admin:admin123@localhost:27017",
    "is decided by the stack: the stack runs MongoDB and makes the account; leave it out",
  ],
  ["FLOWRA_REDIS_ADDR", "localhost:6379", "is decided by the stack: the stack runs Redis; leave it out"],
  ["FLOWRA_KEYCLOAK_URL", "http://localhost:8090", "is decided by the stack: the stack runs Keycloak; leave it out"],
  ["FLOWRA_SERVER_HOST", "0.0.0.0", "is decided by the stack: each release listens on an address of its own; leave it out"],
  [
    "FLOWRA_KEYCLOAK_ADMIN_PASSWORD",
    "admin123",
    "is a default or a placeholder that everybody knows; leave it out, and one of 256 bits is generated; if data that exist were made with it, change it there first",
  ],
  [
    "FLOWRA_KEYCLOAK_CLIENT_SECRET",
    "your-client-secret",
    "is a default or a placeholder that everybody knows; leave it out, and one of 256 bits is generated; if data that exist were made with it, change it there first",
  ],
  [
    "FLOWRA_AUTH_JWT_SECRET",
    "your-secure-jwt-secret",
    "is a default or a placeholder that everybody knows; leave it out, and one of 256 bits is generated; if data that exist were made with it, change it there first",
  ],
  [
    "FLOWRA_REDIS_PASSWORD",
    "<secure-password>",
    "is a default or a placeholder that everybody knows; leave it out, and one of 256 bits is generated; if data that exist were made with it, change it there first",
  ],
  [
    "FLOWRA_REDIS_PASSWORD",
    "password",
    "is a default or a placeholder that everybody knows; leave it out, and one of 256 bits is generated; if data that exist were made with it, change it there first",
  ],
  ["FLOWRA_REDIS_PASSWORD", '""', "must be text that is not empty"],
  [
    "FLOWRA_AUTH_JWT_SECRET",
    "canary-of-28-characters-long",
    "is shorter than 32 characters; leave it out, and one of 256 bits is generated; if data that exist were made with it, change it there first",
  ],
])("refuses %s: %s", (name, value, wrong) => {
  expect(problemsOf(`    variables: {${name}: ${value.includes(":") || value.startsWith("<") ? JSON.stringify(value) : value}}\n`)).toEqual(
    [`variables.${name}: ${wrong}`],
  );
});

it("has volumes of other names where they are told, one for each database", () => {
  expect(read(file("    volumes: {mongodb: mongodb_data_7}\n")).config?.flowra?.volumes).toEqual({
    mongodb: "mongodb_data_7",
    redis: "redis_data",
    keycloakDatabase: "keycloak_db_data",
  });
  expect(problemsOf("    volumes: {redis: a b}\n")).toEqual([
    'volumes.redis: must be the name of a Docker volume such as "mongodb_data"; got "a b"',
  ]);
  expect(problemsOf("    volumes: {redis: mongodb_data, keycloakDatabase: mongodb_data}\n")).toEqual([
    'volumes.redis: is the volume of volumes.mongodb, too; got "mongodb_data"; allowed: a volume for each',
    'volumes.keycloakDatabase: is the volume of volumes.mongodb, too; got "mongodb_data"; allowed: a volume for each',
  ]);
});

it("takes an encrypted secret of an installation that has one, and none in clear text", () => {
  expect(problemsOf("    variables: {FLOWRA_AUTH_JWT_SECRET: {secure: v1:x}}\n")).toEqual([]);
  expect(problemsOf(`    variables: {FLOWRA_AUTH_JWT_SECRET: ${"canary".repeat(6)}}\n`)).toEqual([
    "variables.FLOWRA_AUTH_JWT_SECRET: is a secret and not encrypted; change the secret, then set it again: pulumi config set --stack staging --secret --path 'flowfleet:flowra.variables.FLOWRA_AUTH_JWT_SECRET'",
  ]);
});

it.each([
  [
    "    variables: {FLOWRA_EVENTBUS_TYPE: inmemory}\n",
    'variables.FLOWRA_EVENTBUS_TYPE: would lose events: API and worker are separate processes, and two releases overlap, so what one keeps in memory no other sees; got "inmemory"; allowed: redis',
  ],
  [
    "    variables: {FLOWRA_WEBSOCKET_PING_INTERVAL: 1m}\n",
    'variables.FLOWRA_WEBSOCKET_PONG_TIMEOUT: must be longer than variables.FLOWRA_WEBSOCKET_PING_INTERVAL, which is 1m; got "60s"',
  ],
  [
    "    variables: {FLOWRA_AUTH_ACCESS_TOKEN_TTL: 7d}\n",
    'variables.FLOWRA_AUTH_REFRESH_TOKEN_TTL: must be longer than variables.FLOWRA_AUTH_ACCESS_TOKEN_TTL, which is 7d; got "7d"',
  ],
  [
    "    websocketTimeout: 60 seconds\n",
    'websocketTimeout: must be longer than variables.FLOWRA_WEBSOCKET_PONG_TIMEOUT, which is 60s; got "60 seconds"',
  ],
  [
    "    worker: {drain: 5 seconds}\n",
    'worker.drain: must be at least variables.FLOWRA_SERVER_SHUTDOWN_TIMEOUT, which is 10s; got "5 seconds"',
  ],
])("compares settings: %s", (settings, problem) => {
  expect(problemsOf(settings)).toEqual([problem]);
});

describe("the machine", () => {
  it("has to have room for everything, a second release included", () => {
    expect(problemsOf("    sizes: {api: {limits: {memory: 2 GB}}, mongodb: {limits: {cpus: 2}, reservations: {cpus: 4}}}\n")).toEqual([
      'sizes: limits of CPU are more than the 4 CPU of "flowfleet:hosts.flowra.size": api 1 + worker 0.5 + migrator 0.25 + mongodb 2 + redis 0.25 + keycloak 0.75 + keycloak-db 0.25 = 5 CPU; make some of them smaller, or the machine larger',
      'sizes: limits of memory are more than the 8192 MB of "flowfleet:hosts.flowra.size": api 2 x 2048 + worker 2 x 512 + migrator 256 + mongodb 1536 + redis 512 + keycloak 1536 + keycloak-db 512 + the machine itself 512 = 9984 MB; make some of them smaller, or the machine larger',
      'sizes: reservations of CPU are more than the 4 CPU of "flowfleet:hosts.flowra.size": api 0.5 + worker 0.25 + migrator 0.1 + mongodb 4 + redis 0.1 + keycloak 0.25 + keycloak-db 0.1 = 5.3 CPU; make some of them smaller, or the machine larger',
      "sizes.mongodb.reservations.cpus: is more than its limit, which is 2; got 4",
    ]);
  });

  it("has to have room for what else lives on it", () => {
    const more = FLOWMASTER.replace("{stack: shared, name: main}", "{name: flowra}");
    expect(problemsOf("", { more })).toEqual([
      'sizes: limits of CPU are more than the 4 CPU of "flowfleet:hosts.flowra.size": api 1 + worker 0.5 + migrator 0.25 + mongodb 1 + redis 0.25 + keycloak 0.75 + keycloak-db 0.25 + flowmaster.backend 1 + flowmaster.frontend 0.5 = 5.5 CPU; make some of them smaller, or the machine larger',
      'sizes: limits of memory are more than the 8192 MB of "flowfleet:hosts.flowra.size": api 2 x 1024 + worker 2 x 512 + migrator 256 + mongodb 1536 + redis 512 + keycloak 1536 + keycloak-db 512 + flowmaster.backend 2 x 1024 + flowmaster.frontend 2 x 128 + the machine itself 512 = 10240 MB; make some of them smaller, or the machine larger',
    ]);
  });

  it("has to have room where another stack owns it, too: there the size is, and what else of this stack lives on it counts", () => {
    const host = "";
    const chosen = "{stack: shared, name: big}";
    expect(problemsOf("", { host, chosen })).toEqual([]);
    const more = FLOWMASTER.replace("name: main", "name: big");
    expect(problemsOf("", { host, chosen, more })).toEqual([
      'sizes: limits of CPU are more than the 5 CPU of "Pulumi.shared.yaml flowfleet:hosts.big.size": api 1 + worker 0.5 + migrator 0.25 + mongodb 1 + redis 0.25 + keycloak 0.75 + keycloak-db 0.25 + flowmaster.backend 1 + flowmaster.frontend 0.5 = 5.5 CPU; make some of them smaller, or the machine larger',
    ]);
    expect(problemsOf("", { host, chosen, more: FLOWMASTER })).toEqual([]);
    expect(problemsOf("", { host, chosen: "{stack: shared, name: bare}" })).toEqual([
      "host: Pulumi.shared.yaml flowfleet:hosts.bare.size is missing: Flowra must know what its machine has; the guide asks for cpus: 4, memory: 8 GB, disk: 50 GB in staging",
    ]);
  });

  it.each(["production", "staging", "development"])("that the guide asks for has it in %s", (environment) => {
    const [cpus, memory, disk] = { production: [8, 16, 100], staging: [4, 8, 50], development: [2, 4, 10] }[environment] ?? [];
    const host = HOST.replace("{cpus: 4, memory: 8 GB}", `{cpus: ${cpus}, memory: ${memory} GB, disk: ${disk} GB}`);
    expect(problemsOf("", { host, environment })).toEqual([]);
  });

  it("has to say its size, and to have Docker and nginx", () => {
    expect(problemsOf("", { host: `    flowra: {address: 203.0.113.31, hostKey: ${KEY}}\n` })).toEqual([
      "Pulumi.staging.yaml flowfleet:hosts.flowra.docker: Flowra needs Docker on its host; set it to {}",
      "Pulumi.staging.yaml flowfleet:hosts.flowra.web: Flowra needs nginx on its host; set it to true",
      "Pulumi.staging.yaml flowfleet:hosts.flowra.size: is missing: Flowra must know what its machine has; the guide asks for cpus: 4, memory: 8 GB, disk: 50 GB in staging",
    ]);
  });

  it("is logged in to by the SSH agent, because Docker over SSH takes no key", () => {
    const host = HOST.replace("web: true", "web: true, privateKey: {secure: v1:x}");
    const problem = "is a key that Docker over SSH cannot be given; leave it out, and load the key into the SSH agent";
    expect(problemsOf("", { host })).toEqual([`Pulumi.staging.yaml flowfleet:hosts.flowra.privateKey: ${problem}`]);
    expect(problemsOf("", { host: HOST, chosen: "{stack: shared, name: big, privateKey: {secure: v1:x}}" })).toEqual([
      `host.privateKey: ${problem}`,
    ]);
  });

  it("takes no port, domain or folder twice", () => {
    const host = HOST.replace("web: true", "web: true, ssh: {ports: [22, 6379]}");
    expect(problemsOf("    variables: {FLOWRA_SERVER_PORT: 8090}\n    authDomain: api.staging.flowra.com\n", { host })).toEqual([
      "authDomain: domain api.staging.flowra.com is already taken by flowfleet:flowra.domain; choose another on one of the two sides",
      "Pulumi.staging.yaml flowfleet:flowra: port 6379 (its redis, always) is already taken by flowfleet:hosts.flowra.ssh.ports[1]; choose another on the other side",
      "Pulumi.staging.yaml flowfleet:flowra: port 8090 (its keycloak, always) is already taken by flowfleet:flowra.variables.FLOWRA_SERVER_PORT; choose another on the other side",
    ]);
  });
});

describe("beside FlowMaster in one stack", () => {
  const stack = read(file("", { more: FLOWMASTER }));

  it("has sites, machines, images and settings of its own", () => {
    expect(stack.problems).toEqual([]);
    expect(sitesOf(stack)).toEqual([
      { system: "flowmaster", domain: "staging.flow-master.ai", host: { stack: "shared", name: "main" } },
      { system: "flowra", domain: "api.staging.flowra.com", host: { stack: "staging", name: "flowra" } },
      { system: "flowra", domain: "auth.staging.flowra.com", host: { stack: "staging", name: "flowra" } },
    ]);
    expect(stacksReferredBy(stack)).toEqual(["shared"]);
    expect(hostsOf(stack).map(({ name }) => name)).toEqual(["flowra"]);
    expect(osSettings(stack)).toEqual(["flowfleet:hosts.flowra.os", "flowfleet:flowmaster.host.os"]);
    expect(releaseImages(stack).map(({ system, service, version }) => [system, service, version])).toEqual([
      ["flowmaster", "backend", undefined],
      ["flowmaster", "frontend", undefined],
      ["flowra", "api", undefined],
      ["flowra", "worker", undefined],
      ["flowra", "migrator", undefined],
      ["flowra", "mongodb", "6.0.20"],
      ["flowra", "redis", "7.2.7"],
      ["flowra", "keycloak", "23.0.7"],
      ["flowra", "keycloak-db", "15.10"],
    ]);
    expect(releaseArchives(stack)).toEqual([]);
  });

  it("in mode systemd has an archive in the place of three images", () => {
    const systemd = read(file("    mode: systemd\n"));
    expect(releaseArchives(systemd).map(({ system, service }) => [system, service])).toEqual([["flowra", "application"]]);
    expect(releaseImages(systemd).map(({ service }) => service)).toEqual(["mongodb", "redis", "keycloak", "keycloak-db"]);
  });

  it("each of them goes when its key is empty, and with it what only it needs", () => {
    const without = read(
      file("", { more: FLOWMASTER })
        .replace(/ {2}flowfleet:flowra:\n[\s\S]*$/, "  flowfleet:flowra: {}\n")
        .replace(/hosts:\n.*\n/, "hosts: {}\n"),
    );
    expect([without.problems, hostsOf(without), sitesOf(without).map(({ system }) => system)]).toEqual([[], [], ["flowmaster"]]);
    expect(releaseImages(without).map(({ system }) => system)).toEqual(["flowmaster", "flowmaster"]);
    const alone = read(file("", { more: "  flowfleet:flowmaster: {}\n" }));
    expect([alone.problems, stacksReferredBy(alone), sitesOf(alone).map(({ system }) => system)]).toEqual([[], [], ["flowra", "flowra"]]);
  });
});

it("cannot be twice on one machine", () => {
  const chosen = "{stack: shared, name: big}";
  const [one, two] = [read(file("", { chosen })), read(file("", { chosen, environment: "development" }), "dev")];
  expect(
    crossStackProblems([one, two])
      .map(plainLine)
      .filter((problem) => problem.includes("flowfleet:flowra")),
  ).toEqual(
    [
      ["variables.FLOWRA_SERVER_PORT", "port 8080"],
      ["", "port 27017", "mongodb"],
      ["", "port 6379", "redis"],
      ["", "port 8090", "keycloak"],
      ["directory", "directory /opt/flowra"],
    ].map(([path, taken = "", fixed]) => {
      const whole = `flowfleet:flowra${path ? `.${path}` : ""}`;
      const its = fixed ? ` (its ${fixed}, always)` : "";
      const todo = fixed ? "put one of the two on another host" : "choose another on one of the two sides";
      return `Pulumi.dev.yaml ${whole}: ${taken}${its} is already taken by Pulumi.staging.yaml ${whole}${its}; ${todo}`;
    }),
  );
});
