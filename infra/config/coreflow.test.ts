import { readStackFile } from "./stack-file";
import { hostsOf, inspect, sitesOf } from "./stacks";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs";
const HOST = `    coreflow: {address: 203.0.113.32, hostKey: ${KEY}, size: {cpus: 4, memory: 8 GB, disk: 100 GB}, docker: {}, web: true, node: {}}\n`;
const PORTS = "    services: {coreflow-dashboard: {port: 3003}}\n    ports: {kafka-ui: 8082}\n";
const VARIABLES = `    variables:
      SANITY_PROJECT_ID: abc12345
      SANITY_API_TOKEN: {secure: v1:x}
      STRIPE_SECRET_KEY: {secure: v1:x}
      STRIPE_WEBHOOK_SECRET: {secure: v1:x}
      BLOCKCHAIN_RPC_URL: {secure: v1:x}
      BLOCKCHAIN_CHAIN_ID: 80002
`;

const CODE = ["api-gateway", "cms-service", "ai-service", "blockchain-service", "payments-service", "coreflow-dashboard", "coreflow-astro"];
const IMAGES = ["postgres", "redis", "zookeeper", "kafka", "schema-registry", "pgadmin", "kafka-ui"];
const source = (service: string) =>
  `  ${service}: {repository: "ssh://git@git.example.com/coreflow/${service}.git", ref: main, commit: ${"a".repeat(40)}, builtAt: 2026-11-20T10:00:00Z}\n`;
const VERSIONS: Record<string, string> = { zookeeper: "7.7.1", kafka: "7.7.1", pgadmin: "9.16" };
const image = (service: string, version = VERSIONS[service] ?? "1.0") =>
  `  ${service}: {image: registry.example.com/coreflow/${service}, digest: "sha256:${"b".repeat(64)}", version: "${version}", builtAt: 2026-11-20T10:00:00Z}\n`;
const RELEASES = `coreflow:\n${CODE.map(source).join("")}${IMAGES.map((service) => image(service)).join("")}`;
const GIT = `  flowfleet:git: {git.example.com: {hostKeys: ["${KEY}"], deployKey: {secure: v1:x}}}\n`;

interface About {
  host?: string;
  chosen?: string;
  environment?: string;
  ports?: string;
  variables?: string;
  git?: string;
}

/** A stack file with CoreFlow on a machine of its own. */
const file = (
  settings = "",
  { host = HOST, chosen = "{name: coreflow}", environment = "staging", ports = PORTS, variables = VARIABLES, git = GIT }: About = {},
) => `config:
  flowfleet:hosts:
${host}  flowfleet:acme: {email: ops@example.com}
${git}  flowfleet:coreflow:
    environment: ${environment}
    host: ${chosen}
    domain: coreflow.example.com
${ports}${variables}${settings}`;
const OWNER = `config:
  flowfleet:hosts:
    big: {address: 203.0.113.30, hostKey: ${KEY}, size: {cpus: 2, memory: 4 GB, disk: 50 GB}, docker: {}, web: true, node: {}}
    bare: {address: 203.0.113.33, hostKey: ${KEY}, docker: {}, web: true, node: {}}
`;
const read = (text: string, releases = RELEASES) =>
  inspect(
    "staging",
    text,
    () => releases,
    (other) => (other === "shared" ? readStackFile(OWNER).raw : undefined),
  );
const problemsOf = (settings: string, about: About = {}) =>
  read(file(settings, about)).problems.map((problem) => problem.replace("Pulumi.staging.yaml flowfleet:coreflow.", ""));

it("needs environment, machine, name, the two ports and what only its owner knows", () => {
  const stack = read(file());
  expect([stack.problems, stack.missingSecrets]).toEqual([[], []]);
  const { services, sizes, variables, ...settings } = stack.config?.coreflow ?? {};
  const build = {
    commands: [
      ["npm", "ci"],
      ["npm", "run", "build"],
    ],
    submodules: false,
    timeout: "15 minutes",
  };
  expect(settings).toEqual({
    environment: "staging",
    host: { name: "coreflow", os: "debian-12", state: "present" },
    domain: "coreflow.example.com",
    aliases: ["www.coreflow.example.com"],
    branch: "staging",
    directory: "/opt/coreflow",
    subnet: "10.92.2.0/24",
    protect: true,
    volumes: {
      postgres: "coreflow_postgres_data",
      redis: "coreflow_redis_data",
      zookeeper: "coreflow_zookeeper_data",
      zookeeperLog: "coreflow_zookeeper_log",
      kafka: "coreflow_kafka_data",
      pgadmin: "coreflow_pgadmin_data",
    },
    certificate: { challenge: { type: "http" } },
    site: { build },
    packages: [],
    folders: [],
    ports: { postgres: 5432, redis: 6379, kafka: 9092, "schema-registry": 8081, pgadmin: 5050, "kafka-ui": 8082 },
    more: {},
    rotation: {},
    management: { allowFrom: ["192.168.1.0/24", "10.0.0.0/8"], email: "admin@coreflow.example.com" },
    rateLimit: { perSecond: 10, burst: 20 },
    loginLimit: { path: "/api/auth/login", perSecond: 1, burst: 5 },
    maxBody: "10 MB",
    apiTimeout: "60 seconds",
    dashboardTimeout: "60 seconds",
    build: { memory: "1 GB", cpus: 2, pids: 1024 },
    keep: 5,
    backup: { at: "02:30", directory: "/opt/backups/coreflow", keep: 7 },
    healthCheck: { every: "5 minutes", disk: 90, memory: 5, errors: 20 },
    users: {
      postgres: "70:70",
      redis: "999:1000",
      zookeeper: "1000:1000",
      kafka: "1000:1000",
      "schema-registry": "1000:1000",
      pgadmin: "5050:0",
      "kafka-ui": "100:101",
    },
  });
  expect(services?.["cms-service"]).toEqual({
    port: 3001,
    switching: "port",
    portVariable: "PORT",
    script: "dist/main.js",
    arguments: [],
    interpreter: "node",
    mode: "cluster",
    instances: 2,
    memory: "256 MB",
    health: { path: "/health", timeout: "5 seconds" },
    deadline: "60 seconds",
    drain: "30 seconds",
    stopTimeout: "30 seconds",
    listenTimeout: "30 seconds",
    downFor: "20 seconds",
    build,
  });
  const { port, script } = services?.["coreflow-dashboard"] ?? {};
  expect([port, script]).toEqual([3003, "server.js"]);
  expect(sizes?.kafka).toEqual({ cpus: 1, memory: "1 GB", pids: 1024 });
  expect(variables).toMatchObject({ SANITY_DATASET: "production", BLOCKCHAIN_CHAIN_ID: 80_002 });
});

it("names the secrets that only their owner knows", () => {
  const stack = read(file("", { variables: "    variables: {SANITY_PROJECT_ID: abc12345, BLOCKCHAIN_CHAIN_ID: 137}\n" }));
  expect(stack.problems).toEqual([]);
  expect(stack.missingSecrets.map(({ path }) => path)).toEqual(
    ["SANITY_API_TOKEN", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "BLOCKCHAIN_RPC_URL"].map(
      (name) => `flowfleet:coreflow.variables.${name}`,
    ),
  );
});

describe("ports", () => {
  it("of the guide clash twice, and each error names both sides", () => {
    expect(problemsOf("", { ports: "" })).toEqual([
      "services.coreflow-dashboard.port: port 3001 is already taken by flowfleet:coreflow.services.cms-service.port; choose another on one of the two sides",
      "ports.kafka-ui: port 8080 is already taken by flowfleet:coreflow.services.payments-service.port; choose another on one of the two sides",
    ]);
  });

  it.each([
    ["the CMS elsewhere", "    services: {cms-service: {port: 3003}, payments-service: {port: 8083}}\n"],
    ["as text", '    services: {coreflow-dashboard: {port: "3003"}}\n    ports: {kafka-ui: "8082"}\n'],
  ])("may be others on either side: %s", (_, ports) => {
    expect(problemsOf("", { ports })).toEqual([]);
  });

  it("on which a service's releases take turns are taken, too, but where they do not", () => {
    const other = (switching: string) =>
      problemsOf("", {
        ports: `    services: {coreflow-dashboard: {port: 3003, switching: ${switching}}}\n    ports: {kafka-ui: 13003}\n`,
      });
    expect(other("port")).toEqual([
      "ports.kafka-ui: port 13003 is already taken by flowfleet:coreflow.services.coreflow-dashboard.port; choose another on one of the two sides",
    ]);
    expect(other("stop")).toEqual([]);
  });

  it("leave room for the two above", () => {
    expect(problemsOf("", { ports: "    services: {coreflow-dashboard: {port: 12768}}\n    ports: {kafka-ui: 8082}\n" })).toEqual([
      "services.coreflow-dashboard.port: must be a whole number; got 12768; allowed: 1024 to 12767",
    ]);
  });
});

it("tells every problem of its settings at once", () => {
  const services = `    services:
      coreflow-dashboard: {port: 3003, script: ../server.js}
      ai-service: {interpreter: ./.venv/bin/python, switching: reload}
      cms-service: {mode: fork, portArgument: --port, portVariable: CMS_PORT}
      api-gateway: {health: {path: /dashboard}}
      api-gatway: {}
    ports: {kafka-ui: 8082}
`;
  const settings = `    loginLimit: {path: /login}
    volumes: {redis: coreflow_postgres_data}
    management: {email: o'x@example.com}
    cdn: {from: [], header: "X Client"}
    more: {POSTGRES_HOST: a, PORT: "1", no-name: b}
    provider: aws
    logFormat: main
`;
  const known = /^services\.api-gatway: is not known; allowed: api-gateway, .*, coreflow-dashboard; did you mean "api-gateway"\?$/;
  const problems = problemsOf(settings, { ports: services });
  expect(problems.filter((problem) => !known.test(problem)).sort()).toEqual(
    [
      "cdn.from: must name the CDN's networks",
      'cdn.header: must be the name of a header, such as "CF-Connecting-IP"; got "X Client"',
      'loginLimit.path: must be below /api/, where the API gateway answers; got "/login"',
      'logFormat: is none of "flowfleet:hosts.coreflow.nginx.logFormats"; got "main"; allowed: none is declared',
      'management.email: must be an address of mail; got "o\'x@example.com"; allowed: such as "ops@example.com"',
      "more.PORT: is decided by the stack; leave it out",
      "more.POSTGRES_HOST: has a place of its own: flowfleet:coreflow.variables.POSTGRES_HOST",
      "more.no-name: is no name of a variable",
      'provider: is none of the values allowed; got "aws"; allowed: digitalocean, linode, vultr, hetzner',
      'services.api-gateway.health.path: has another meaning already; got "/dashboard"; choose another one',
      "services.ai-service.mode: is cluster, which Node.js alone can be; the interpreter is ./.venv/bin/python; allowed: fork",
      "services.cms-service.instances: is more than 1, and in mode fork two processes cannot share a port; got 2; allowed: 1",
      "services.cms-service.portArgument: and portVariable exclude each other; say by which of them it is told its port",
      'services.coreflow-dashboard.script: must be a path in the release, such as "dist/main.js"; got "../server.js"',
      'volumes.redis: is the volume of volumes.postgres, too; got "coreflow_postgres_data"; allowed: a volume for each',
    ].sort(),
  );
  expect(problems.filter((problem) => known.test(problem))).toHaveLength(1);
  const fork =
    "    services: {coreflow-dashboard: {port: 3003, mode: fork, instances: 1, switching: reload}}\n    ports: {kafka-ui: 8082}\n";
  expect(problemsOf("", { ports: fork })).toEqual([
    'services.coreflow-dashboard.switching: is reload, which only processes in mode cluster can do; got "reload"; allowed: port, stop',
  ]);
});

describe("variables", () => {
  const changed = (from: string, to: string) => problemsOf("", { variables: VARIABLES.replace(from, to) });

  it("know that the guide's chain is gone, by its number and by its address", () => {
    expect(changed("80002", "80001")).toEqual([
      "variables.BLOCKCHAIN_CHAIN_ID: is Polygon Mumbai, which was shut down in April 2024; got 80001; its successor is Amoy, 80002; Polygon itself is 137",
    ]);
    expect(changed("BLOCKCHAIN_RPC_URL: {secure: v1:x}", "BLOCKCHAIN_RPC_URL: https://polygon-Mumbai.example.com/v2/canary")).toEqual([
      "variables.BLOCKCHAIN_RPC_URL: is Polygon Mumbai, which was shut down in April 2024",
    ]);
  });

  it.each([
    ["SANITY_PROJECT_ID: abc12345", "", "variables.SANITY_PROJECT_ID: is missing"],
    ["SANITY_PROJECT_ID", "SANITY_PROJECT_IDD", 'did you mean "SANITY_PROJECT_ID"?'],
    [
      "BLOCKCHAIN_CHAIN_ID: 80002",
      "BLOCKCHAIN_CHAIN_ID: 80002\n      DATABASE_URL: postgresql://x",
      "is decided by the stack: the stack runs it",
    ],
    [
      "BLOCKCHAIN_CHAIN_ID: 80002",
      "BLOCKCHAIN_CHAIN_ID: 80002\n      POSTGRES_PASSWORD: postgres123canary",
      "is a secret and not encrypted",
    ],
    ["BLOCKCHAIN_CHAIN_ID: 80002", "BLOCKCHAIN_CHAIN_ID: 80002\n      REDIS_PASSWORD: short-canary", "is shorter than 16 characters"],
  ])("are checked each: %s -> %s", (from, to, problem) => {
    const problems = changed(from, to);
    expect(problems.join("\n")).toContain(problem);
    expect(problems.join()).not.toContain("canary");
  });
});

it("believes a CDN, and not everybody", () => {
  expect(problemsOf('    cdn: {from: [203.0.113.0/24, 0.0.0.0/1, "128.0.0.0/1", "::/0"]}\n')).toEqual([
    'cdn.from[1]: believes everybody, so that no limit would hold; got "0.0.0.0/1"',
    'cdn.from[2]: believes everybody, so that no limit would hold; got "128.0.0.0/1"',
    'cdn.from[3]: believes everybody, so that no limit would hold; got "::/0"',
  ]);
});

it("knows folders that services write by their names below data/, each once, and backs them up to elsewhere", () => {
  expect(problemsOf("    folders: [uploads, exports]\n    backup: {directory: /opt/coreflow/database}\n")).toEqual([]);
  const folders =
    "    folders: [uploads, ../logs, /opt/coreflow/apps, .env, uploads]\n    backup: {directory: /opt/coreflow/data/backups}\n";
  const name = 'must be lower-case letters, digits and hyphens such as "flowmaster-staging"';
  expect(problemsOf(folders)).toEqual([
    `folders[1]: ${name}; got "../logs"`,
    `folders[2]: ${name}; got "/opt/coreflow/apps"`,
    `folders[3]: ${name}; got ".env"`,
    'folders[4]: is there twice; got "uploads"; name it once',
    'backup.directory: is in /opt/coreflow/data, which is backed up; got "/opt/coreflow/data/backups"; choose a folder elsewhere',
  ]);
});

it("has the folders that services are told of", () => {
  const told = (folder: string) => `    folders: [uploads]\n    more: {A: ${folder}}\n`;
  const data = "/opt/coreflow/data";
  for (const right of [`${data}/uploads`, `${data}/uploads/`, `${data}/uploads/a`, "/opt/coreflow/database", "{secure: v1:x}"])
    expect(problemsOf(told(right))).toEqual([]);
  for (const wrong of [`${data}/upload`, data, `${data}/uploads2`])
    expect(problemsOf(told(wrong))).toEqual([
      `more.A: is in ${data}, where nothing may be written but in folders that are named; got "${wrong}"; allowed: ${data}/uploads; name the folder in flowfleet:coreflow.folders`,
    ]);
});

describe("further variables", () => {
  it("are none that the stack decides, and none by which programs are steered", () => {
    const names = ["CMS_SERVICE_URL", "DASHBOARD_URL", "CMS_PORT", "PATH", "HOME", "NODE_OPTIONS", "NODE_PATH", "PM2_HOME", "LD_PRELOAD"];
    const ports = PORTS.replace("port: 3003}", "port: 3003}, cms-service: {portVariable: CMS_PORT}");
    const steering = "decides how PM2 and programs run, which is the stack's to say; leave it out";
    expect(problemsOf(`    more: {${names.map((name) => `${name}: x`).join(", ")}}\n`, { ports })).toEqual([
      "more.CMS_SERVICE_URL: tells the API gateway where cms-service is, which the stack decides; leave it out",
      "more.DASHBOARD_URL: tells the API gateway where coreflow-dashboard is, which the stack decides; leave it out",
      'more.CMS_PORT: tells cms-service its port: it is "flowfleet:coreflow.services.cms-service.portVariable"; give one of the two another name',
      ...names.slice(3).map((name) => `more.${name}: ${steering}`),
    ]);
  });

  it("may be any other, secret or not", () => {
    const more = "    more: {JWT_ISSUER: x, CMS_PORT: x, NODE_EXTRA_CA_CERTS: x, JWT_SECRET: {secure: v1:x}}\n";
    expect(problemsOf(more)).toEqual([]);
  });
});

describe("the machine", () => {
  it("has to have Docker, nginx, Node.js and a size", () => {
    const bare = `    coreflow: {address: 203.0.113.32, hostKey: ${KEY}}\n`;
    expect(problemsOf("", { host: bare }).map((problem) => problem.replace("Pulumi.staging.yaml flowfleet:hosts.coreflow.", ""))).toEqual([
      "docker: CoreFlow needs Docker on its host; set it to {}",
      "web: CoreFlow needs nginx on its host; set it to true",
      "node: CoreFlow needs Node.js on its host; set it to {}",
      "size: is missing: CoreFlow must know what its machine has; the guide asks for cpus: 4, memory: 8 GB, disk: 100 GB in staging",
    ]);
  });

  it("has to be at least that of the guide's table, for each environment", () => {
    expect(problemsOf("", { environment: "development" })).toEqual([]);
    const sized = "Pulumi.staging.yaml flowfleet:hosts.coreflow.size: is too small for CoreFlow in production";
    const asked = "the guide asks for cpus: 8, memory: 16 GB, disk: 500 GB in production";
    const [small, memory, ...rest] = problemsOf("", { environment: "production" });
    expect(small).toBe(`${sized}: cpus 4, memory 8 GB, disk 100 GB; ${asked}`);
    expect(memory).toMatch(
      /^sizes: memory is more than the 8192 MB of "flowfleet:hosts\.coreflow\.size": api-gateway 2 x 512 \+ .* = 16384 MB; /,
    );
    expect(rest).toEqual([]);
    expect(problemsOf("", { host: HOST.replace(", disk: 100 GB", "") })).toEqual([
      "Pulumi.staging.yaml flowfleet:hosts.coreflow.size: is too small for CoreFlow in staging: no disk; the guide asks for cpus: 4, memory: 8 GB, disk: 100 GB in staging",
    ]);
  });

  it("has to hold everything: the sum of the defaults is what the guide asks for", () => {
    expect(problemsOf("    sizes: {redis: {memory: 257 MB}}\n")).toEqual([
      'sizes: memory is more than the 8192 MB of "flowfleet:hosts.coreflow.size": api-gateway 2 x 256 + cms-service 2 x 256 + ai-service 2 x 256 + ' +
        "blockchain-service 2 x 256 + payments-service 2 x 256 + coreflow-dashboard 2 x 256 + postgres 1024 + redis 257 + zookeeper 256 + kafka 1024 + " +
        "schema-registry 384 + pgadmin 256 + kafka-ui 384 + a release on its way 1024 + the machine itself 512 = 8193 MB; " +
        "make some of it smaller (sizes, services.<name>.memory, build.memory), or the machine larger",
    ]);
  });

  it("of another stack is looked at there", () => {
    const chosen = (name: string) => ({ host: "    {}\n", chosen: `{stack: shared, name: ${name}}`, environment: "development", git: "" });
    expect(problemsOf("", chosen("big"))).toEqual([]);
    expect(problemsOf("", chosen("bare"))).toEqual([
      "host: Pulumi.shared.yaml flowfleet:hosts.bare.size is missing: CoreFlow must know what its machine has; the guide asks for cpus: 2, memory: 4 GB, disk: 50 GB in development",
    ]);
    expect(problemsOf("", { ...chosen("big"), environment: "staging" })[0]).toBe(
      "host: is too small for CoreFlow in staging: cpus 2, memory 4 GB, disk 50 GB; the guide asks for cpus: 4, memory: 8 GB, disk: 100 GB in staging",
    );
  });

  it("cannot be reached with a key of the configuration, which Docker over SSH does not take", () => {
    const host = HOST.replace("docker:", "privateKey: {secure: v1:x}, docker:");
    expect(problemsOf("", { host })).toEqual([
      "Pulumi.staging.yaml flowfleet:hosts.coreflow.privateKey: is a key that Docker over SSH cannot be given; leave it out, and load the key into the SSH agent",
    ]);
  });
});

describe("releases", () => {
  const problemsWith = (releases: string) => read(file(), releases).problems;

  it("of code are commits or archives, those of containers images with their version", () => {
    expect(Object.keys(read(file()).releases["coreflow"] ?? {})).toEqual([...CODE, ...IMAGES]);
    const archive = `  api-gateway: {archive: "https://releases.example.com/api-gateway.tar.gz", sha256: ${"c".repeat(64)}, builtAt: 2026-11-20T10:00:00Z}\n`;
    expect(problemsWith(RELEASES.replace(source("api-gateway"), archive))).toEqual([]);
    expect(problemsWith(RELEASES.replace(source("api-gateway"), image("api-gateway")).replace(image("kafka"), ""))).toEqual([
      'releases/staging.yaml coreflow.api-gateway: cannot be deployed from "image"; allowed: repository + ref + commit or archive + sha256, with builtAt',
      "releases/staging.yaml coreflow.kafka: is missing; allowed: image + digest + version, with builtAt",
    ]);
  });

  it("of images are of versions that can run here", () => {
    const others = { zookeeper: "8.0.0", kafka: "8.0.0", pgadmin: "9.9" };
    const releases = Object.entries(others).reduce(
      (all, [service, version]) => all.replace(image(service), image(service, version)),
      RELEASES,
    );
    const confluent = 'version: must be Confluent\'s 7, the last one with ZooKeeper; got "8.0.0"; allowed: such as "7.9.6"';
    expect(problemsWith(releases)).toEqual([
      `releases/staging.yaml coreflow.zookeeper.${confluent}`,
      `releases/staging.yaml coreflow.kafka.${confluent}`,
      'releases/staging.yaml coreflow.pgadmin.version: must be 9.16 or newer, the first one that starts without a capability; got "9.9"',
    ]);
  });

  it("that are fetched by SSH need a key for the server, of a stack that owns the machine", () => {
    const without = read(file("", { git: "" })).problems;
    expect(without).toHaveLength(CODE.length);
    expect(without[0]).toBe(
      'releases/staging.yaml coreflow.api-gateway.repository: is fetched by SSH from git.example.com, for which the stack has no key; set "flowfleet:git["git.example.com"]"',
    );
    const open = RELEASES.replaceAll("ssh://git@", "https://");
    expect(read(file("", { git: "" }), open).problems).toEqual([]);
    expect(problemsOf("", { host: "    {}\n", chosen: "{stack: shared, name: big}", environment: "development", git: "" })).toEqual([]);
  });

  it.each([["https://token:canary@git.example.com/coreflow/api-gateway.git"], ["file:///srv/canary"], ["git.example.com/coreflow/canary"]])(
    "name no repository such as %s",
    (repository) => {
      const problems = problemsWith(RELEASES.replace("ssh://git@git.example.com/coreflow/api-gateway.git", repository));
      expect(problems).toEqual([
        'releases/staging.yaml coreflow.api-gateway.repository: must be the address of a git repository, by https without a password, or by ssh; allowed: such as "https://git.example.com/shop/api.git" or "ssh://git@git.example.com/shop/api.git"',
      ]);
    },
  );
});

it("has a site by each of its names, on its own machine", () => {
  const stack = read(file("    aliases: [coreflow.example.org]\n"));
  expect(sitesOf(stack).map(({ system, domain, host }) => [system, domain, host.name])).toEqual([
    ["coreflow", "coreflow.example.com", "coreflow"],
    ["coreflow", "coreflow.example.org", "coreflow"],
  ]);
  expect(hostsOf(stack).map(({ name, web }) => [name, web])).toEqual([["coreflow", true]]);
});
