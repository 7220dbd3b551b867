import * as pulumi from "@pulumi/pulumi";
import { Host } from "../host/host";
import { record } from "../host/recording";
import { SecretBundle } from "../secrets/secret-bundle";
import { ContainerNetwork } from "./container-network";
import { ContainerService } from "./container-service";
import type { ServingContainerArgs } from "./container-service";
import { serviceText } from "./service-text";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = () => new Host("main", { address: "203.0.113.10", hostKey: KEY });
const DIGEST = `sha256:1a2b3c4d${"0".repeat(56)}`;

/** FlowMaster's backend as the guide has it. */
const BACKEND: Omit<ServingContainerArgs, "host" | "network"> = {
  project: "flowmaster-staging",
  service: "backend",
  index: 0,
  release: { image: "registry.example.com/flowmaster/backend", digest: DIGEST, builtAt: "2026-11-20T10:00:00Z" },
  compose: { directory: "/srv/flowmaster/staging", file: "docker-compose.staging.yml" },
  port: 8000,
  localPort: 4001,
  user: "10001:10001",
  health: { path: "/api/health", command: "curl -fsS http://localhost:8000/api/health", startPeriod: "40 seconds" },
  overlap: "allowed",
  limits: { memory: "1 GB", cpus: 1 },
};

const networkOn = (host: Host) => new ContainerNetwork("net", { host, network: "flowmaster-staging", subnet: "10.90.2.0/24" });
const made = (args: Partial<ServingContainerArgs> = {}) =>
  record(() => {
    const host = main();
    return new ContainerService("backend", { host, network: networkOn(host), ...BACKEND, ...args });
  });
const documentOf = async (args: Partial<ServingContainerArgs> = {}) => (await made(args)).steps.at(-1)?.document ?? {};

it("is one release with the guide's numbers and safe defaults", async () => {
  const { steps } = await made();
  expect(steps.map(({ name }) => name)).toEqual(["net-bridge", "backend-release-switch"]);
  expect(steps[1]).toMatchObject({ noun: "release", removable: true, secrets: ["connection"] });
  expect(steps[1]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:service:ContainerService$flowfleet:service:Release::backend-release",
    service: "flowmaster-staging-backend",
    release: { image: `registry.example.com/flowmaster/backend@${DIGEST}`, builtAt: "2026-11-20T10:00:00Z", rollback: false },
    container: "flowmaster-staging-backend-1a2b3c4d",
    compose: {
      project: "flowmaster-staging",
      service: "backend",
      directory: "/srv/flowmaster/staging",
      file: "docker-compose.staging.yml",
    },
    network: "flowmaster-staging",
    addresses: ["10.90.2.10", "10.90.2.11"],
    port: 8000,
    hosts: { backend: "10.90.2.1" },
    environment: {},
    secrets: null,
    user: "10001:10001",
    readOnly: true,
    tmpfs: { "/tmp": 64 },
    capabilities: [],
    limits: { memory: 1024, cpus: 1, pids: 256 },
    logs: { size: 10, files: 5 },
    health: {
      path: "/api/health",
      command: ["CMD-SHELL", "curl -fsS http://localhost:8000/api/health"],
      interval: 30,
      timeout: 10,
      retries: 3,
      startPeriod: 40,
    },
    deadline: 160,
    overlap: "allowed",
    drain: 30,
    stopTimeout: 30,
    pullTimeout: 600,
    nginx: {
      "/etc/nginx/flowfleet/services/flowmaster-staging-backend.conf": serviceText({
        upstream: "flowmaster-staging-backend",
        port: 8000,
        localPort: 4001,
        gateway: "10.90.2.1",
        subnet: "10.90.2.0/24",
        maxBody: "50m",
        keepAlive: 3,
      }),
    },
    assets: null,
  });
});

it("passes on every setting in the helper's units", async () => {
  const document = await documentOf({
    index: 1,
    release: { ...BACKEND.release, rollback: true },
    neighbours: ["backend", "frontend"],
    environment: { LEVEL: "info", REGION: pulumi.output("eu") },
    readOnly: false,
    tmpfs: { "/var/cache/nginx": "1 GB" },
    mounts: { "/etc/shop/shop.yaml": "/srv/shop/shop-1.yaml" },
    capabilities: ["NET_BIND_SERVICE"],
    limits: { memory: "512 MB", cpus: 0.5, pids: 64 },
    logs: { size: "1 MB", files: 2 },
    health: {
      path: "/",
      command: "wget -q -O /dev/null http://localhost:80/",
      interval: "5 seconds",
      timeout: "3 seconds",
      retries: 4,
      probeTimeout: "2 seconds",
    },
    deadline: "5 minutes",
    overlap: "never",
    drain: "1 minute",
    stopTimeout: "10 seconds",
    pullTimeout: "20 minutes",
    assets: { from: "/usr/share/nginx/html/assets", path: "/static/", keep: 3 },
  });
  expect(document).toMatchObject({
    release: { rollback: true },
    addresses: ["10.90.2.12", "10.90.2.13"],
    hosts: { backend: "10.90.2.1", frontend: "10.90.2.1" },
    environment: { LEVEL: "info", REGION: "eu" },
    readOnly: false,
    tmpfs: { "/var/cache/nginx": 1024 },
    mounts: { "/etc/shop/shop.yaml": "/srv/shop/shop-1.yaml" },
    capabilities: ["NET_BIND_SERVICE"],
    limits: { memory: 512, cpus: 0.5, pids: 64 },
    logs: { size: 1, files: 2 },
    health: { interval: 5, timeout: 3, retries: 4, startPeriod: 0, probeTimeout: 2 },
    deadline: 300,
    overlap: "never",
    drain: 60,
    stopTimeout: 10,
    pullTimeout: 1200,
    assets: {
      from: "/usr/share/nginx/html/assets",
      to: "/var/lib/flowfleet/assets/flowmaster-staging-backend/static",
      keep: 3,
    },
  });
});

it("waits as long as Docker itself would before it gives a release up", async () => {
  const health = { ...BACKEND.health, interval: "30 seconds", timeout: "3 seconds", retries: 3, startPeriod: "0 seconds" } as const;
  expect(await documentOf({ health })).toMatchObject({ deadline: 99 });
});

it("without requests there is nothing for nginx, and staying alive is what counts", async () => {
  const { steps } = await record(() => {
    const host = main();
    const reservations = { memory: "1 GB", cpus: 1 } as const;
    const silent = { port: undefined, localPort: undefined, health: { alive: "10 seconds" } } as const;
    new ContainerService("worker", { host, network: networkOn(host), ...BACKEND, ...silent, reservations });
  });
  expect(steps.at(-1)?.document).toMatchObject({
    health: { alive: 10 },
    deadline: 40,
    nginx: {},
    addresses: ["10.90.2.10", "10.90.2.11"],
    reservations: { memory: 1024, cpus: 1 },
  });
  expect(steps.at(-1)?.document).not.toHaveProperty("port");
});

it("names the file of its secrets and their revision, and neither hides the document nor shows a value", async () => {
  const { steps } = await record(() => {
    const host = main();
    const path = "/srv/flowmaster/staging/environments/.env.staging";
    const secrets = new SecretBundle("secrets", { host, path, variables: { KEY: { value: pulumi.secret("s3cret-value") } } });
    new ContainerService("backend", { host, network: networkOn(host), ...BACKEND, secrets });
  });
  const release = steps.at(-1);
  expect(release?.secrets).toEqual(["connection"]);
  expect(release?.document["secrets"]).toEqual({
    file: "/srv/flowmaster/staging/environments/.env.staging",
    revision: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown,
  });
  expect(JSON.stringify(release?.document)).not.toContain("s3cret-value");
});

it("tells the plan what runs and what a change does to users", async () => {
  const { outputs } = await made({ overlap: "never" });
  expect(outputs["backend"]).toEqual({
    release: `registry.example.com/flowmaster/backend@${DIGEST}`,
    container: "flowmaster-staging-backend-1a2b3c4d",
    interruption:
      "down from the stop of the old release (at most 30 s) until the new one is healthy (at most 160 s); should it not be, the old one starts again",
  });
});

it("is what a site sends requests to", async () => {
  await record(() => {
    const host = main();
    const service = new ContainerService("web", {
      host,
      network: networkOn(host),
      ...BACKEND,
      assets: { from: "/usr/share/nginx/html/assets" },
    });
    expect(service.upstream).toBe("flowmaster-staging-backend");
    expect(service.assets).toEqual({ path: "/assets/", root: "/var/lib/flowfleet/assets/flowmaster-staging-backend" });
  });
});

it("is refused with everything that is wrong at once", async () => {
  await expect(
    made({
      project: "Flow Master",
      index: 99,
      release: { image: "registry.example.com/backend:latest", digest: "sha256:1a2b", builtAt: "yesterday" },
      compose: { directory: "srv", file: "docker-compose.yml" },
      port: 0,
      user: "root",
      environment: { "NOT-A-NAME": "" },
      health: { path: "health", command: "a\nb", interval: "often" as "1 second", retries: 0, probeTimeout: "0 seconds" },
      limits: { memory: "1 KB", cpus: 0 },
      drain: "-1 seconds",
      tmpfs: { tmp: "1 MB" },
      assets: { from: "/assets", path: "assets", keep: 0 },
    }),
  ).rejects.toThrow(
    [
      'backend/project: must be lower-case letters, digits and hyphens such as "flowmaster-staging"; got "Flow Master"',
      "backend/port: must be a port; got 0; allowed: 1 to 65535",
      'backend/environment: is no name of a variable; got "NOT-A-NAME"',
      'backend/health/path: must be a path such as "/api/health"; got "health"',
      'backend/health/interval: must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "often"',
      "backend/health/retries: must be at least 1; got 0",
      'backend/drain: must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "-1 seconds"',
      'backend/limits/memory: must be a whole number of megabytes, got "1 KB"',
      "backend/limits/cpus: must be at least 0.01; got 0",
      "backend/index: number 99: network flowmaster-staging (10.90.2.0/24) has room for 59 services, counted from 0",
      'backend/release/image: must be a repository without tag and digest; got "registry.example.com/backend:latest"',
      'backend/release/digest: must be "sha256:" and 64 hexadecimal digits; got "sha256:1a2b"',
      'backend/release/builtAt: must be a time such as "2026-11-20T10:00:00Z"; got "yesterday"',
      'backend/compose/directory: must be an absolute path of plain characters such as "/srv/shop"; got "srv"',
      'backend/user: must be the numbers of a user other than root and of a group; got "root"; allowed: such as "10001:10001"',
      'backend/health/command: must be one line of shell; got "a\\nb"',
      'backend/health/probeTimeout: must be at least a second, got "0 seconds"',
      'backend/tmpfs/tmp: must be an absolute path of plain characters such as "/srv/shop"; got "tmp"',
      'backend/assets/path: must begin and end with a slash, such as "/assets/"; got "assets"',
      "backend/assets/keep: must be at least 1; got 0",
    ].join("\n"),
  );
});

it.each(["registry.example.com:5000/flowmaster/backend", "flowmaster/backend", "backend"])("takes the repository %s", async (image) => {
  expect(await documentOf({ release: { ...BACKEND.release, image } })).toMatchObject({ release: { image: `${image}@${DIGEST}` } });
});

it("is refused where it takes what another service has", async () => {
  await expect(
    record(() => {
      const host = main();
      const network = networkOn(host);
      new ContainerService("one", { host, network, ...BACKEND });
      new ContainerService("two", { host, network, ...BACKEND });
    }),
  ).rejects.toThrow(
    [
      'two/localPort: port 4001 on host "main" is already used by "one"; choose another',
      'two/port: port 8000 of network flowmaster-staging on host "main" is already used by "one"; choose another',
      'two/index: address pair 0 of network flowmaster-staging on host "main" is already used by "one"; choose another',
      'two/service: service flowmaster-staging-backend on host "main" is already used by "one"; choose another',
    ].join("\n"),
  );
});
