import * as pulumi from "@pulumi/pulumi";
import { Host } from "../host/host";
import { judged } from "../host/judged";
import { record } from "../host/recording";
import { SecretBundle } from "../secrets/secret-bundle";
import { Pm2Daemon } from "./pm2-daemon";
import { Pm2Service } from "./pm2-service";
import type { Pm2ServiceArgs } from "./pm2-service";
import { ecosystemText } from "./pm2-text";
import { Workspace } from "./workspace";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const COMMIT = "1a2b3c4d".repeat(5);
const REPOSITORY = "git@git.example.com:coreflow/api.git";
const BUILT = { builtAt: "2026-11-20T10:00:00Z" };

const main = () => new Host("main", { address: "203.0.113.10", hostKey: KEY });
const pm2 = (host: Host) => new Pm2Daemon("pm2", { host, user: "coreflow", home: "/opt/coreflow", logs: "/opt/coreflow/logs" });

const API = {
  project: "coreflow",
  service: "api-gateway",
  release: { repository: REPOSITORY, ref: "main", commit: COMMIT, ...BUILT },
  source: { directory: "/opt/coreflow/apps/api-gateway" },
  script: "dist/main.js",
  mode: "cluster",
  instances: 2,
  limits: { memory: "512 MB" },
  port: 3000,
  switching: { by: "port", ports: [13_000, 23_000], variable: "PORT" },
  health: { path: "/health", interval: "5 seconds", timeout: "3 seconds", startPeriod: "6 seconds" },
} as const;

/** The service's own steps. */
const made = async (args: object) => {
  const { steps, outputs } = await record(() => {
    const host = main();
    new Pm2Service("it", { host, daemon: pm2(host), ...args } as Pm2ServiceArgs);
  });
  const own = steps.filter(({ noun }) => noun === "release");
  return { steps: own, document: own[0]?.document ?? {}, output: outputs["it"] };
};

it("is one release, built on the machine, that takes turns with the next on two ports", async () => {
  const { steps, document, output } = await made({ ...API, environment: { NODE_ENV: pulumi.output("production") } });
  expect(steps.map(({ name, removable, secrets }) => [name, removable, secrets])).toEqual([["it-release-switch", true, ["connection"]]]);
  expect(document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:service:Pm2Service$flowfleet:service:Release::it-release",
    service: "coreflow-api-gateway",
    release: { repository: REPOSITORY, ref: "main", commit: COMMIT, builtAt: "2026-11-20T10:00:00Z", rollback: false },
    source: {
      directory: "/opt/coreflow/apps/api-gateway",
      commands: [
        ["npm", "ci"],
        ["npm", "run", "build"],
      ],
      user: "coreflow",
      login: { key: "/etc/flowfleet/git/git.example.com.key", knownHosts: "/etc/flowfleet/git/known_hosts" },
      submodules: false,
      environment: {},
      limits: { memory: 2048, cpus: 2, pids: 512 },
      timeout: 900,
    },
    pm2: {
      user: "coreflow",
      home: "/opt/coreflow",
      way: "port",
      name: "api-gateway",
      instances: 2,
      text: ecosystemText({
        name: "api-gateway",
        folder: "@release@",
        cwd: undefined,
        script: "dist/main.js",
        arguments: [],
        interpreter: "node",
        nodeArguments: [],
        mode: "cluster",
        instances: 2,
        environment: { NODE_ENV: "production" },
        secrets: false,
        switching: { by: "port", variable: "PORT" },
        home: "/opt/coreflow",
        logs: "/opt/coreflow/logs",
        memory: 512,
        stopTimeout: 30,
      }),
      file: "/opt/coreflow/apps/api-gateway/ecosystem.config.js",
      links: { "/opt/coreflow/apps/api-gateway/current": "." },
    },
    ports: [13_000, 23_000],
    secrets: null,
    health: { path: "/health", timeout: 3 },
    deadline: 30,
    overlap: "allowed",
    drain: 30,
    stopTimeout: 30,
    pullTimeout: 600,
    nginx: {
      "/etc/nginx/flowfleet/services/coreflow-api-gateway.conf": [
        "# Written by Flowfleet; every release of the service writes it anew.",
        "upstream coreflow-api-gateway {",
        "  server 127.0.0.1:@port@;",
        "  keepalive 32;",
        "  # Shorter than the service's own limit: a request must not meet a connection that is just being closed.",
        "  keepalive_timeout 3s;",
        "}",
        "",
        "server {",
        "  listen 127.0.0.1:3000;",
        "  server_name coreflow-api-gateway.internal;",
        "  allow 127.0.0.1;",
        "  deny all;",
        "  client_max_body_size 50m;",
        "  # A connection for each request: nginx ends those that wait for another one whenever a site changes, perhaps just as it comes.",
        "  keepalive_timeout 0;",
        "  location / {",
        "    include /etc/nginx/flowfleet/internal.conf;",
        "    proxy_pass http://coreflow-api-gateway;",
        "  }",
        "}",
      ],
    },
    keep: 5,
  });
  expect(output).toEqual({
    release: `${REPOSITORY}@${COMMIT}`,
    process: "api-gateway",
    interruption:
      "not interrupted (side by side on two ports, down for 0 s): the new release serves before the old one stops; requests under way get 30 s to end" +
      "; only where the way itself is another than before, the old one stops first, down for at most 90 s",
  });
});

it("with a fixed port in cluster mode rolls over, on its own port without a listener", async () => {
  const { document, output } = await made({ ...API, switching: { by: "reload", readiness: "ready", listenTimeout: "8 seconds" } });
  expect(document).toMatchObject({ pm2: { way: "reload" }, ports: [3000], overlap: "allowed" });
  const { text } = document["pm2"] as { text: string[] };
  expect(text).toEqual(expect.arrayContaining(["  wait_ready: true,", "  listen_timeout: 8000,", "  kill_timeout: 30000,"]));
  expect(Object.values(document["nginx"] as Record<string, string[]>)[0]?.slice(1)).toEqual([
    "upstream coreflow-api-gateway {",
    "  server 127.0.0.1:@port@;",
    "}",
  ]);
  expect(output).toMatchObject({
    interruption: expect.stringMatching(/^not interrupted \(rolling reload on the fixed port, down for 0 s\)/) as unknown,
  });
});

it("with neither is stopped first, and says for how long", async () => {
  const { document, output } = await made({
    ...API,
    mode: "fork",
    instances: 1,
    stopTimeout: "5 seconds",
    switching: { by: "stop", downFor: "20 seconds" },
  });
  expect(document).toMatchObject({ pm2: { way: "stop" }, ports: [3000], overlap: "never" });
  expect(output).toMatchObject({
    interruption:
      "down for about 20 s (stop first): from the stop of the old release (at most 5 s) until the new one is healthy (at most 30 s); " +
      "should it not be, the old one starts again",
  });
});

it("runs in a working copy, which is nobody's to build or to link into, and without requests there is nothing for nginx", async () => {
  const { steps } = await record(() => {
    const host = main();
    const workspace = new Workspace("work", {
      host,
      directory: "/home/agent/workspace",
      repository: "https://git.example.com/flat/logic.git",
      ref: "main",
      user: "agent",
    });
    new Pm2Service("it", {
      host,
      daemon: new Pm2Daemon("pm2", { host, user: "agent", home: "/home/agent" }),
      project: "flatlogic",
      service: "executor",
      name: "fl-executor",
      release: { workspace, ...BUILT },
      script: "executor.js",
      cwd: "agent",
      mode: "fork",
      limits: { memory: "1 GB" },
      switching: { by: "stop", downFor: "5 seconds" },
      health: { alive: "10 seconds" },
    });
  });
  expect(steps.at(-1)?.document).toMatchObject({
    service: "flatlogic-executor",
    release: {
      workspace: "https://git.example.com/flat/logic.git@main",
      directory: "/home/agent/workspace",
      builtAt: "2026-11-20T10:00:00Z",
      rollback: false,
    },
    source: null,
    pm2: { name: "fl-executor", instances: 1, file: "/etc/flowfleet/pm2/serving/flatlogic-executor.config.js", links: {} },
    ports: [],
    health: { alive: 10 },
    deadline: 40,
    nginx: {},
  });
  const { text } = steps.at(-1)?.document["pm2"] as { text: string[] };
  expect(text).toEqual(
    expect.arrayContaining(['  cwd: "/home/agent/workspace/agent",', '  out_file: "/home/agent/.pm2/logs/fl-executor-out.log",']),
  );
  expect(judged(steps)).toEqual([]);
});

it("the helper takes what it writes, and no value of a secret is in it", async () => {
  const { steps } = await record(() => {
    const host = main();
    const daemon = pm2(host);
    const secrets = new SecretBundle("secrets", {
      host,
      path: "/opt/coreflow/.env",
      variables: { KEY: { value: pulumi.secret("s3cret-value") } },
    });
    new Pm2Service("api", { host, daemon, secrets, ...API });
    new Pm2Service("ai", {
      host,
      daemon,
      secrets,
      ...API,
      service: "ai",
      release: { archive: "https://releases.example.com/ai.tar.gz", sha256: "0".repeat(64), ...BUILT },
      source: {
        directory: "/opt/coreflow/apps/ai",
        user: "coreflow-build",
        commands: [["python3", "-m", "venv", ".venv"]],
        submodules: true,
        environment: { PIP_NO_INPUT: "1" },
        limits: { memory: "1 GB", cpus: 1, pids: 128 },
        timeout: "5 minutes",
      },
      interpreter: "./.venv/bin/python",
      script: "main.py",
      arguments: ["--reload"],
      mode: "fork",
      instances: 1,
      port: 8000,
      switching: { by: "port", ports: [18_000, 28_000], argument: "--port" },
      links: { "/opt/coreflow/apps/ai/main.py": "main.py" },
      file: "/opt/coreflow/apps/ai/ai.config.js",
    });
    new Pm2Service("cms", {
      host,
      daemon,
      ...API,
      service: "cms",
      source: { directory: "/opt/coreflow/apps/cms" },
      port: 3001,
      switching: { by: "reload", readiness: "ready" },
    });
  });
  expect(judged(steps)).toEqual([]);
  const documents = steps
    .filter(({ noun }) => noun === "release")
    .map(({ document, secrets }) => [JSON.stringify(document), secrets] as const);
  expect(documents.map(([, secrets]) => secrets)).toEqual([["connection"], ["connection"], ["connection"]]);
  expect(documents[0]?.[0]).toContain('"secrets":{"file":"/opt/coreflow/.env","revision":"');
  expect(documents.join()).not.toContain("s3cret-value");
});

it("is refused with what only the machine would refuse", async () => {
  const source = { directory: "/opt/shop", environment: { PATH: "/x" }, limits: { memory: "32 MB", cpus: 0.05, pids: 8.5 } } as const;
  const release = { repository: "git@git.example.com:/shop.git", ref: "a//b", commit: "1".repeat(40), builtAt: "2026-11-20T10:00:00Z" };
  await expect(made({ ...API, name: "all", release, source })).rejects.toThrow(
    [
      'it/release/repository: must be the address of a git repository without a password; allowed: such as "https://git.example.com/shop.git", "git@git.example.com:shop.git"',
      'it/release/ref: must be the name of a branch or tag; got "a//b"',
      "it/source/environment/PATH: is the builder's own; leave it out",
      'it/source/limits/memory: must be at least 64 MB, got "32 MB"',
      "it/source/limits/cpus: must be at least 0.1; got 0.05",
      "it/source/limits/pids: must be at least 16; got 8.5",
      "it/source/limits/pids: must be a whole number; got 8.5",
      'it/name: means something else to PM2; got "all"; give it another name',
    ].join("\n"),
  );
  await expect(made({ ...API, name: undefined, service: "42" })).rejects.toThrow("it/service: means something else to PM2");
});

it("is refused with everything that is wrong at once", async () => {
  await expect(
    made({
      ...API,
      service: "API",
      release: { repository: "https://user:s3cret@git.example.com/x", ref: "a..b", commit: "1a2b", builtAt: "yesterday" },
      source: {
        directory: "opt",
        user: "root",
        commands: [[], ["npm", "a\nb"]],
        environment: { "NOT-A-NAME": "" },
        limits: { memory: "1 TB", cpus: 0 },
      },
      file: "x",
      links: { x: "../y" },
      name: "a b",
      script: "/dist/main.js",
      arguments: ["a\nb"],
      cwd: "..",
      interpreter: "../python",
      instances: 0,
      environment: { PORT: "1" },
      port: 0,
      health: { path: "health" },
      deadline: "soon",
      limits: { memory: "1 KB" },
      switching: { by: "port", ports: [1, 70_000], variable: "PORT" },
      keep: 0,
    }),
  ).rejects.toThrow(
    [
      'it/service: must be lower-case letters, digits and hyphens such as "flowmaster-staging"; got "API"',
      'it/release/repository: must be the address of a git repository without a password; allowed: such as "https://git.example.com/shop.git", "git@git.example.com:shop.git"',
      'it/release/ref: must be the name of a branch or tag; got "a..b"',
      'it/release/commit: must be the whole name of a commit; got "1a2b"; allowed: 40 hexadecimal digits, as git rev-parse prints',
      'it/release/builtAt: must be a time such as "2026-11-20T10:00:00Z"; got "yesterday"',
      'it/source/directory: must be an absolute path of plain characters such as "/srv/shop"; got "opt"',
      'it/source/user: must be the name of an account other than root; got "root"; allowed: such as "flowra"',
      "it/source/commands[0]: must be a program and its arguments; got []",
      'it/source/commands[1]: must be a program and its arguments; got ["npm","a\\nb"]',
      'it/source/environment: is no name of a variable; got "NOT-A-NAME"',
      'it/source/limits/memory: must be a size above zero such as "50 MB", got "1 TB"',
      "it/source/limits/cpus: must be at least 0.01; got 0",
      'it/file: must be an absolute path of plain characters such as "/srv/shop"; got "x"',
      'it/links/x: must be an absolute path of plain characters such as "/srv/shop"; got "x"',
      'it/links/x: must be a path within the archive such as "bin/api"; got "../y"',
      'it/name: must be lower-case letters, digits, hyphens and underscores such as "api-gateway"; got "a b"',
      'it/script: must be a path within the archive such as "bin/api"; got "/dist/main.js"',
      'it/arguments[0]: must be one line without control characters; got "a\\nb"',
      'it/cwd: must be a path within the archive such as "bin/api"; got ".."',
      'it/interpreter: must be "node", "none", or a program such as "python3", ".venv/bin/python"; got "../python"',
      'it/mode: cluster mode is Node\'s own; got "../python"; choose mode "fork", or interpreter "node"',
      'it/instances: must be 1, or more in mode "cluster"; got 0',
      "it/port: must be a port; got 0; allowed: 1 to 65535",
      'it/health/path: must be a path such as "/api/health"; got "health"',
      'it/deadline: must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "soon"',
      'it/limits/memory: must be a whole number of megabytes, got "1 KB"',
      "it/switching/ports[1]: must be a port; got 70000; allowed: 1 to 65535",
      "it/environment/PORT: is set by each release itself; leave it out",
      "it/keep: must be at least 1; got 0",
    ].join("\n"),
  );
});

it("is refused where its way cannot work", async () => {
  await expect(made({ ...API, mode: "fork", instances: 1, switching: { by: "reload", readiness: "ready" } })).rejects.toThrow(
    'it/switching/by: a rolling reload needs mode "cluster"; got "fork"; or switch by "port" or "stop"',
  );
  await expect(made({ ...API, switching: { by: "stop", downFor: "2 minutes" } })).rejects.toThrow(
    'it/switching/downFor: must not be above stopTimeout (of each process) and deadline together, 90 seconds, got "2 minutes"',
  );
});

it("is refused where it takes what another service has", async () => {
  await expect(
    record(() => {
      const host = main();
      const daemon = pm2(host);
      new Pm2Service("one", { host, daemon, ...API });
      new Pm2Service("two", { host, daemon, ...API });
    }),
  ).rejects.toThrow(
    [
      'two/port: port 3000 on host "main" is already used by "one"; choose another',
      'two/switching/ports[0]: port 13000 on host "main" is already used by "one"; choose another',
      'two/switching/ports[1]: port 23000 on host "main" is already used by "one"; choose another',
      'two/source/directory: folder /opt/coreflow/apps/api-gateway on host "main" is already used by "one"; choose another',
      'two/name: process api-gateway in PM2 of coreflow on host "main" is already used by "one"; choose another',
      'two/service: service coreflow-api-gateway on host "main" is already used by "one"; choose another',
    ].join("\n"),
  );
});
