import * as pulumi from "@pulumi/pulumi";
import { Host } from "../host/host";
import { judged } from "../host/judged";
import { record } from "../host/recording";
import { SystemUser } from "../host/system-user";
import { SecretBundle } from "../secrets/secret-bundle";
import { ContainerNetwork } from "./container-network";
import { ContainerService } from "./container-service";
import { serviceText } from "./service-text";
import { SystemdService } from "./systemd-service";
import type { SystemdServiceArgs } from "./systemd-service";
import { unitText } from "./unit-text";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = () => new Host("main", { address: "203.0.113.10", hostKey: KEY });
const SHA256 = `1a2b3c4d${"0".repeat(56)}`;

/** What the API and the worker have in common. */
const FLOWRA = {
  project: "flowra",
  release: { archive: "https://releases.example.com/flowra.tar.gz", sha256: SHA256, builtAt: "2026-11-20T10:00:00Z" },
  directory: "/opt/flowra",
  user: "flowra",
  overlap: "allowed",
  limits: { memory: "2 GB", cpus: 2 },
} as const;
const API = {
  ...FLOWRA,
  service: "api",
  executable: "bin/api",
  addresses: ["127.0.0.31", "127.0.0.32"],
  addressVariable: "FLOWRA_SERVER_HOST",
  port: 8080,
  localPort: 8080,
  health: { path: "/ready", interval: "5 seconds", timeout: "3 seconds", startPeriod: "5 seconds" },
} as const;

const made = (args: Omit<SystemdServiceArgs, "host">) =>
  record(() => new SystemdService("it", { host: main(), ...args } as SystemdServiceArgs));

it("is one release with the guide's numbers and safe defaults", async () => {
  const { steps, outputs } = await made({
    ...API,
    environment: { FLOWRA_ENV: pulumi.output("production") },
    reservations: { memory: "1 GB", cpus: 1 },
  });
  expect(steps.map(({ name }) => name)).toEqual(["it-release-switch"]);
  expect(steps[0]).toMatchObject({ noun: "release", removable: true, secrets: ["connection"] });
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:service:SystemdService$flowfleet:service:Release::it-release",
    service: "flowra-api",
    release: { archive: "https://releases.example.com/flowra.tar.gz", sha256: SHA256, builtAt: "2026-11-20T10:00:00Z", rollback: false },
    unit: {
      directory: "/opt/flowra",
      user: "flowra",
      executable: "bin/api",
      addressVariable: "FLOWRA_SERVER_HOST",
      links: { "/opt/flowra/bin/api": "bin/api" },
      text: unitText({
        service: "flowra-api",
        description: "flowra api",
        user: "flowra",
        directory: "/opt/flowra",
        executable: "bin/api",
        arguments: [],
        environment: { FLOWRA_ENV: "production" },
        addressVariable: "FLOWRA_SERVER_HOST",
        secrets: false,
        stopTimeout: 30,
        limits: { memory: 2048, cpus: 2, pids: 256 },
        reservations: { memory: 1024, cpus: 1 },
      }),
    },
    addresses: ["127.0.0.31", "127.0.0.32"],
    port: 8080,
    secrets: null,
    health: { path: "/ready", timeout: 3 },
    deadline: 29,
    overlap: "allowed",
    drain: 30,
    stopTimeout: 30,
    pullTimeout: 600,
    nginx: {
      "/etc/nginx/flowfleet/services/flowra-api.conf": serviceText({
        upstream: "flowra-api",
        port: 8080,
        localPort: 8080,
        maxBody: "50m",
        keepAlive: 3,
      }),
    },
    keep: 5,
  });
  expect(outputs["it"]).toEqual({
    release: `https://releases.example.com/flowra.tar.gz@sha256:${SHA256}`,
    unit: "flowra-api.service",
    interruption: "not interrupted: the new release serves before the old one stops; requests under way get 30 s to end",
  });
});

it("is what the helper takes", async () => {
  const { steps } = await record(() => {
    const host = main();
    const secrets = new SecretBundle("secrets", { host, path: "/opt/flowra/.env", variables: { KEY: { value: "it's" } } });
    new SystemUser("user", { host, user: "flowra", home: "/opt/flowra" });
    new SystemdService("api", { host, ...API, secrets, logFile: "/var/log/flowra/api.log", arguments: ["--all"] });
    new SystemdService("worker", { host, ...FLOWRA, service: "worker", executable: "bin/worker", health: { alive: "10 seconds" } });
    const network = new ContainerNetwork("net", { host, network: "shop", subnet: "10.90.2.0/24" });
    new ContainerService("silent", {
      host,
      network,
      project: "shop",
      service: "worker",
      index: 0,
      release: { image: "registry.example.com/shop", digest: `sha256:${SHA256}`, builtAt: "2026-11-20T10:00:00Z" },
      compose: { directory: "/srv/shop", file: "docker-compose.yml" },
      user: "101:101",
      health: { alive: "10 seconds" },
      overlap: "never",
      limits: { memory: "256 MB", cpus: 0.5 },
      reservations: { memory: "64 MB", cpus: 0.25 },
    });
  });
  expect(judged(steps)).toEqual([]);
});

it("without requests there is nothing for nginx, and staying alive is what counts", async () => {
  const { steps } = await made({
    ...FLOWRA,
    service: "worker",
    executable: "bin/worker",
    health: { alive: "10 seconds" },
    links: { "/opt/flowra/bin/worker": "bin/worker", "/opt/flowra/bin/migrator": "bin/migrator" },
  });
  expect(steps[0]?.document).toMatchObject({
    service: "flowra-worker",
    unit: { addressVariable: null, links: { "/opt/flowra/bin/migrator": "bin/migrator" } },
    addresses: [],
    health: { alive: 10 },
    deadline: 40,
    nginx: {},
  });
  expect(steps[0]?.document).not.toHaveProperty("port");
});

it("a log file is followed before the service starts", async () => {
  const { steps } = await made({ ...API, logFile: "/var/log/flowra/api.log" });
  expect(steps.map(({ name, noun }) => [name, noun])).toEqual([
    ["it-log-rotation-apt", "packages"],
    ["it-log-follower-files", "files"],
    ["it-release-switch", "release"],
  ]);
  expect(steps[1]?.document).toMatchObject({
    directories: { "/var/log/flowra": { mode: "0750", group: "adm" } },
    after: ["daemon-reload", "restart flowra-api-log.service", "enable flowra-api-log.service"],
  });
});

it("names the file of its secrets and their revision, and shows no value", async () => {
  const { steps } = await record(() => {
    const host = main();
    const variables = { KEY: { value: pulumi.secret("s3cret-value") } };
    const secrets = new SecretBundle("secrets", { host, path: "/opt/flowra/.env", variables });
    new SystemdService("it", { host, ...API, secrets });
  });
  const { document, secrets } = steps.at(-1) ?? {};
  expect(secrets).toEqual(["connection"]);
  expect(document?.["secrets"]).toEqual({ file: "/opt/flowra/.env", revision: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown });
  expect((document?.["unit"] as { text: string[] }).text).toContain("EnvironmentFile=@environment@");
  expect(JSON.stringify(document)).not.toContain("s3cret-value");
});

it("is refused with everything that is wrong at once", async () => {
  await expect(
    made({
      ...API,
      service: "API",
      release: { archive: "http://user:s3cret@releases.example.com/x", sha256: "1a2b", builtAt: "yesterday" },
      directory: "opt",
      user: "root",
      executable: "../bin/api",
      arguments: ["a\nb"],
      links: { bin: "/bin/api" },
      addresses: ["127.0.0.1", "10.0.0.1"],
      addressVariable: "NOT-A-NAME",
      environment: { "NOT-A-NAME": "" },
      health: { path: "ready" },
      downloadTimeout: "soon" as "1 second",
      limits: { memory: "1 GB", cpus: 1 },
      reservations: { memory: "2 GB", cpus: 2 },
      logFile: "api.log",
      keep: 0,
    }),
  ).rejects.toThrow(
    [
      'it/service: must be lower-case letters, digits and hyphens such as "flowmaster-staging"; got "API"',
      'it/environment: is no name of a variable; got "NOT-A-NAME"',
      'it/health/path: must be a path such as "/api/health"; got "ready"',
      'it/reservations/memory: must not be above the limit 1 GB, got "2 GB"',
      "it/reservations/cpus: must not be above the limit 1; got 2",
      'it/release/archive: must be an https address without a password; allowed: such as "https://releases.example.com/x.tar.gz"',
      'it/release/sha256: must be 64 hexadecimal digits; got "1a2b"',
      'it/release/builtAt: must be a time such as "2026-11-20T10:00:00Z"; got "yesterday"',
      'it/directory: must be an absolute path of plain characters such as "/srv/shop"; got "opt"',
      'it/user: must be the name of an account other than root; got "root"; allowed: such as "flowra"',
      'it/executable: must be a path within the archive such as "bin/api"; got "../bin/api"',
      'it/arguments[0]: must be one line without control characters; got "a\\nb"',
      'it/links/bin: must be an absolute path of plain characters such as "/srv/shop"; got "bin"',
      'it/links/bin: must be a path within the archive such as "bin/api"; got "/bin/api"',
      'it/addresses[0]: must be a loopback address of its own, other than 127.0.0.1; got "127.0.0.1"; allowed: such as "127.0.0.31"',
      'it/addresses[1]: must be a loopback address of its own, other than 127.0.0.1; got "10.0.0.1"; allowed: such as "127.0.0.31"',
      'it/addressVariable: is no name of a variable; got "NOT-A-NAME"',
      "it/environment/NOT-A-NAME: is set by each release itself; leave it out",
      'it/downloadTimeout: must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "soon"',
      'it/logFile: must be an absolute path of plain characters such as "/srv/shop"; got "api.log"',
      "it/keep: must be at least 1; got 0",
    ].join("\n"),
  );
});

it("is refused where it takes what another service has", async () => {
  await expect(
    record(() => {
      const host = main();
      new SystemdService("one", { host, ...API });
      new SystemdService("two", { host, ...API });
    }),
  ).rejects.toThrow(
    [
      'two/localPort: port 8080 on host "main" is already used by "one"; choose another',
      'two/addresses[0]: address 127.0.0.31 on host "main" is already used by "one"; choose another',
      'two/addresses[1]: address 127.0.0.32 on host "main" is already used by "one"; choose another',
      'two/service: service flowra-api on host "main" is already used by "one"; choose another',
    ].join("\n"),
  );
});
