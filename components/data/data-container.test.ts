import { record } from "../host/recording";
import type { Registered } from "../host/recording";
import { Host } from "../host/host";
import type { HostArgs } from "../host/host";
import { cpusText } from "../../rehearsal/providers/docker/container-facts";
import { ContainerNetwork } from "../service/container-network";
import { DataContainer } from "./data-container";
import type { DataContainerArgs } from "./data-container";
import { DIGEST, examplePlace } from "./example-place";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";

const BASE: Pick<DataContainerArgs, "port" | "volume" | "health" | "environment"> = {
  port: 27_017,
  volume: { name: "mongodb_data", path: "/data/db", engine: "mongodb" },
  environment: { B: "2", A: "1" },
  health: { command: ["CMD", "mongosh", "--eval", "1"] },
};

const made = (args: Partial<DataContainerArgs> = {}, onHost: Partial<HostArgs> = {}) =>
  record(() => {
    const host = new Host("main", { address: "203.0.113.10", hostKey: KEY, ...onHost });
    const network = new ContainerNetwork("net", { host, network: "flowra-network", subnet: "10.91.1.0/24" });
    new DataContainer("mongo", { ...examplePlace(host, network, "mongodb", 3), ...BASE, ...args });
    new ContainerNetwork("later", { host, network: "other", subnet: "10.92.1.0/24" });
  });

const only = (resources: Registered[], type: string) => {
  const found = resources.filter((resource) => resource.type === type);
  expect(found).toHaveLength(1);
  return found[0] as Registered;
};
const container = async (args: Partial<DataContainerArgs> = {}) => only((await made(args)).resources, "docker:index/container:Container");

it("is a container with safe defaults, written as the provider reads it back", async () => {
  const { inputs } = await container();
  expect(inputs).toEqual({
    name: "flowra-mongodb",
    image: `docker.io/library/mongodb@${DIGEST}`,
    restart: "unless-stopped",
    user: "999:999",
    networksAdvanced: [{ name: "flowra-network", ipv4Address: "10.91.1.16", aliases: ["mongodb"] }],
    envs: ["A=1", "B=2"],
    mounts: [{ type: "volume", source: "mongodb_data", target: "/data/db", readOnly: false }],
    readOnly: true,
    tmpfs: { "/tmp": "size=64m" },
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges"],
    memory: 1024,
    memorySwap: 1024,
    cpus: "1.0",
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "5" },
    healthcheck: { tests: ["CMD", "mongosh", "--eval", "1"], interval: "10s", timeout: "5s", retries: 5, startPeriod: "30s" },
    stopTimeout: 60,
    destroyGraceSeconds: 60,
    wait: true,
    waitTimeout: 115,
    labels: [
      { label: "com.docker.compose.project", value: "flowra" },
      { label: "com.docker.compose.service", value: "mongodb" },
      { label: "com.docker.compose.container-number", value: "1" },
      { label: "com.docker.compose.oneoff", value: "False" },
      { label: "com.docker.compose.project.working_dir", value: "/opt/flowra" },
      { label: "com.docker.compose.config-hash", value: "flowra-mongodb" },
      { label: "flowfleet.data", value: "flowra-mongodb" },
      { label: "flowfleet.settings", value: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown },
    ],
  });
});

it("passes on every setting", async () => {
  const { inputs } = await container({
    entrypoint: ["/bin/sh"],
    command: ["-c", "true"],
    limits: { memory: "512 MB", cpus: 0.25, pids: 77 },
    reservations: { memory: "256 MB", cpus: 0.125 },
    health: { command: ["CMD-SHELL", "true"], interval: "90 seconds", timeout: "2 minutes", retries: 2, startPeriod: "3661 seconds" },
    readOnly: false,
    tmpfs: { "/var/run": "1 MB" },
    stopTimeout: "5 seconds",
  });
  expect(inputs).toMatchObject({
    entrypoints: ["/bin/sh"],
    command: ["-c", "true"],
    memory: 512,
    memorySwap: 512,
    memoryReservation: 256,
    cpus: "0.25",
    cpuShares: 128,
    healthcheck: { interval: "1m30s", timeout: "2m0s", retries: 2, startPeriod: "1h1m1s" },
    readOnly: false,
    tmpfs: { "/var/run": "size=1m" },
    stopTimeout: 5,
    destroyGraceSeconds: 5,
    waitTimeout: 3661 + 2 * 210 + 90,
  });
});

it("comes after its image, its version, its files and its volume, each in the host's chain", async () => {
  const { resources, steps } = await made({ files: { "a.conf": ["a"] }, secretFiles: { key: "s3cret" } });
  const chained = resources.filter(({ type }) => type !== "pulumi:providers:docker" && !type.startsWith("flowfleet:"));
  const order: string[] = [];
  for (let name = "later-bridge"; name;) {
    order.unshift(name);
    name = chained.find((resource) => resource.name === name)?.dependsOn.filter((one) => one.includes("-"))[0] ?? "";
  }
  expect(order).toEqual([
    "net-bridge",
    "main-access",
    "mongo-image",
    "mongo-version",
    "mongo-settings-files",
    "mongo-secrets-files",
    "mongo-volume",
    "mongo-container",
    "mongo-limits",
    "later-bridge",
  ]);
  expect(steps.map(({ name, noun, removable }) => [name, noun, removable])).toEqual([
    ["net-bridge", "network", true],
    ["main-access", "docker-access", true],
    ["mongo-image", "image", false],
    ["mongo-version", "volume", false],
    ["mongo-settings-files", "files", true],
    ["mongo-secrets-files", "files", true],
    ["mongo-limits", "container", false],
    ["later-bridge", "network", true],
  ]);
});

it("tells the helper which image, which version in which volume, and how many processes", async () => {
  const { steps } = await made({ limits: { memory: "1 GB", cpus: 1, pids: 77 } });
  const documentOf = (name: string) => ({ ...steps.find((step) => step.name === name)?.document, owner: undefined });
  expect(documentOf("mongo-image")).toEqual({ image: `docker.io/library/mongodb@${DIGEST}`, service: "mongodb", version: "6.0.20" });
  expect(documentOf("mongo-version")).toEqual({ volume: "mongodb_data", engine: "mongodb", version: "6.0.20" });
  expect(documentOf("mongo-limits")).toEqual({
    container: "flowra-mongodb",
    id: "mongo-container-id",
    pids: 77,
    data: { volume: "mongodb_data", engine: "mongodb", version: "6.0.20" },
  });
});

it("takes over from a container made by hand where it may: last before it is made, and its own step waits for it", async () => {
  const login = { password: "s3cret", role: "shop", database: "shop" };
  const { resources, steps } = await made({ takesOver: true, login, volume: { name: "pg", path: "/data", engine: "postgres" } });
  const found = steps.find(({ name }) => name === "mongo-predecessor");
  expect({ ...found?.document, owner: undefined }).toEqual({
    container: "flowra-mongodb",
    user: "999:999",
    volumes: { "/data": "pg" },
    engine: "postgres",
    login,
    network: { name: "flowra-network", address: "10.91.1.16" },
    stopTimeout: 60,
    of: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown,
  });
  expect([found?.noun, found?.secrets]).toEqual(["predecessor", expect.arrayContaining(["stdin"])]);
  const server = only(resources, "docker:index/container:Container");
  expect(server.dependsOn).toContain("mongo-predecessor");
  expect([server.inputs["wait"], server.inputs["waitTimeout"]]).toEqual([undefined, undefined]);
  const documentOf = (name: string) => steps.find((step) => step.name === name)?.document;
  expect(documentOf("mongo-version")).toMatchObject({ takesOver: true });
  expect(documentOf("mongo-limits")).toMatchObject({ wait: 115 });
});

it("looks again for one made by hand before another container is made", async () => {
  const of = async (args: Partial<DataContainerArgs>) =>
    (await made({ takesOver: true, ...args })).steps.find(({ name }) => name === "mongo-predecessor")?.document["of"];
  expect(await of({})).toBe(await of({}));
  expect(await of({ environment: { A: "2" } })).not.toBe(await of({}));
});

it("keeps its volume whatever happens to the stack", async () => {
  const volume = only((await made()).resources, "docker:index/volume:Volume");
  expect(volume.inputs).toEqual({ name: "mongodb_data", driver: "local" });
  // Compose's labels on one that was there are no reason to make another.
  expect(volume).toMatchObject({ retainOnDelete: true, protect: true, ignoreChanges: ["labels"] });
  const unprotected = await made({ volume: { name: "mongodb_data", path: "/data/db", engine: "mongodb", protect: false } });
  expect(only(unprotected.resources, "docker:index/volume:Volume")).toMatchObject({ retainOnDelete: true, protect: false });
});

it("has public and secret files in folders of their own, the secret ones for its user alone", async () => {
  const { resources, steps } = await made({
    files: { "a.conf": ["a"] },
    secretFiles: { key: "s3cret" },
    folders: { "/opt/shared": "/run/shared" },
  });
  expect(only(resources, "docker:index/container:Container").inputs["mounts"]).toEqual([
    { type: "volume", source: "mongodb_data", target: "/data/db", readOnly: false },
    { type: "bind", source: "/opt/flowra/services/mongodb", target: "/etc/flowfleet", readOnly: true },
    { type: "bind", source: "/opt/flowra/secrets/mongodb", target: "/run/flowfleet", readOnly: true },
    { type: "bind", source: "/opt/shared", target: "/run/shared", readOnly: true },
  ]);
  expect(steps.find(({ name }) => name === "mongo-settings-files")?.document).toMatchObject({
    files: { "/opt/flowra/services/mongodb/a.conf": { mode: "0644", text: ["a"] } },
  });
  const secrets = steps.find(({ name }) => name === "mongo-secrets-files");
  expect(secrets?.secrets).toContain("stdin");
  expect(secrets?.document).toMatchObject({
    directories: { "/opt/flowra/secrets/mongodb": { mode: "0700", user: "999", group: "999" } },
    files: { "/opt/flowra/secrets/mongodb/key": { mode: "0400", user: "999", group: "999", text: ["s3cret"] } },
  });
});

const label = ({ inputs }: Registered, key: string) =>
  (inputs["labels"] as { label: string; value: string }[]).find((one) => one.label === key)?.value;

it("is made anew for other settings, and for other secrets where it only reads them at its start", async () => {
  const settings = async (args: Partial<DataContainerArgs>) => label(await container(args), "flowfleet.settings");
  expect(await settings({ files: { a: ["1"] } })).toBe(await settings({ files: { a: ["1"] } }));
  expect(await settings({ files: { a: ["1"] } })).not.toBe(await settings({ files: { a: ["2"] } }));
  // Changes that the provider would only write down.
  expect(await settings({ tmpfs: { "/tmp": "1 MB" } })).not.toBe(await settings({}));
  expect(await settings({ health: { ...BASE.health, retries: 9 } })).not.toBe(await settings({}));
  expect(await settings({ folders: { "/opt/shared": "/run/shared" } })).not.toBe(await settings({}));
  const tables = (volume: string) => settings({ tables: { volume, engine: "keycloak" } });
  expect(await tables("one")).not.toBe(await tables("two"));
  const secrets = async (key: string, restartOnSecrets: string[], other = "") =>
    label(await container({ secretFiles: { key, other }, restartOnSecrets }), "flowfleet.secrets");
  expect(await secrets("one", [])).toBeUndefined();
  expect(await secrets("one", ["key"])).toMatch(/^[0-9a-f]{12}$/);
  expect(await secrets("one", ["key"], "else")).toBe(await secrets("one", ["key"]));
  expect(await secrets("one", ["key"])).not.toBe(await secrets("two", ["key"]));
});

it("is made anew where everything is to be applied again, and its volume is not", async () => {
  const again = (await made({}, { reapply: "2026-11-21" })).resources;
  expect(label(only(again, "docker:index/container:Container"), "flowfleet.reapply")).toBe("2026-11-21");
  expect(only(again, "docker:index/volume:Volume").inputs).toEqual({ name: "mongodb_data", driver: "local" });
});

it.each([
  [1, "1.0"],
  [0.25, "0.25"],
  [10, "10."],
  [12, "12.0"],
  [10.5, "10.5"],
  [0.1, "0.1"],
])("%d processors are written as the official provider reads them back", async (cpus, text) => {
  const { inputs } = await container({ limits: { memory: "1 GB", cpus } });
  expect(inputs["cpus"]).toBe(text);
  expect(cpusText(Math.round(cpus * 1e9))).toBe(text);
});

it.each([
  [0.05, "0.1"],
  [10.05, "10.1"],
])("%d processors, which it would read back as others, are refused", async (cpus, text) => {
  await expect(made({ limits: { memory: "1 GB", cpus } })).rejects.toThrow(
    `mongo/limits/cpus: would be read back as ${text} by Pulumi's docker provider; got ${cpus}; allowed: such as 0.1, 0.15 or 10.5`,
  );
});

it("says what a change of it takes down, and for how long", async () => {
  const { outputs } = await made();
  expect(outputs["mongo"]).toEqual({
    container: "flowra-mongodb",
    address: "10.91.1.16",
    interruption:
      "mongodb is down from its stop (at most 60 s) until the new container is healthy (at most 115 s); its data stay in volume mongodb_data",
  });
});

it("waits for nobody where the machine is gone", async () => {
  const { resources } = await made({}, { state: "abandoned" });
  const found = only(resources, "docker:index/container:Container");
  expect(found.retainOnDelete).toBe(true);
  expect(found.ignoreChanges).toEqual(expect.arrayContaining(["image", "labels", "memory", "mounts"]));
});

it("is refused with everything that is wrong at once", async () => {
  await expect(
    made({
      service: "Mongo DB",
      index: 99,
      directory: "opt",
      image: { image: "mongo:6", digest: "sha256:1", version: "latest" },
      user: "root",
      port: 0,
      limits: { memory: "1 GB", cpus: 0, pids: 0 },
      reservations: { memory: "2 GB", cpus: 1 },
      stopTimeout: "soon" as "1 second",
      volume: { name: "a b", path: "data", engine: "mongodb" },
      environment: { "NOT-A-NAME": "" },
      files: { "../a": ["a"] },
      folders: { opt: "/run/opt" },
      health: { command: ["mongosh"], retries: 0 },
      tmpfs: { "/tmp": "1 KB" },
    }),
  ).rejects.toThrow(
    [
      'mongo/service: must be lower-case letters, digits and hyphens such as "flowmaster-staging"; got "Mongo DB"',
      "mongo/index: number 99: network flowra-network (10.91.1.0/24) has room for 59 services, counted from 0",
      'mongo/directory: must be an absolute path of plain characters such as "/srv/shop"; got "opt"',
      'mongo/image/image: must be a repository without tag and digest; got "mongo:6"',
      'mongo/image/digest: must be "sha256:" and 64 hexadecimal digits; got "sha256:1"',
      'mongo/image/version: must be a version such as "6.0.20"; got "latest"',
      'mongo/user: must be the numbers of a user other than root and of a group; got "root"; allowed: such as "10001:10001"',
      "mongo/port: must be a port; got 0; allowed: 1 to 65535",
      "mongo/limits/cpus: must be at least 0.01; got 0",
      "mongo/limits/pids: must be at least 1; got 0",
      'mongo/reservations/memory: must not be above the limit 1 GB, got "2 GB"',
      "mongo/reservations/cpus: must not be above the limit 0; got 1",
      'mongo/stopTimeout: must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "soon"',
      'mongo/volume/name: must be the name of a Docker volume such as "mongodb_data"; got "a b"',
      'mongo/volume/path: must be an absolute path of plain characters such as "/srv/shop"; got "data"',
      'mongo/environment: is no name of a variable; got "NOT-A-NAME"',
      'mongo/files: must be the plain name of a file; got "../a"',
      'mongo/folders: must be an absolute path of plain characters such as "/srv/shop"; got "opt"',
      'mongo/health/command: must begin with "CMD" or "CMD-SHELL" and go on with a command; got ["mongosh"]',
      "mongo/health/retries: must be at least 1; got 0",
      'mongo/tmpfs/tmp: must be a whole number of megabytes, got "1 KB"',
    ].join("\n"),
  );
});

it("can have its data in several volumes, of any version, and load what it unpacks", async () => {
  const volume = { name: "snapshots", path: "/data", beside: { log: "/log" } };
  const { resources, steps, outputs } = await made({ volume, tmpfs: { "/tmp": "8 MB", "/run": "1 MB" }, loadsFrom: ["/tmp"] });
  expect(only(resources, "docker:index/container:Container").inputs).toMatchObject({
    mounts: [
      { type: "volume", source: "snapshots", target: "/data", readOnly: false },
      { type: "volume", source: "log", target: "/log", readOnly: false },
    ],
    tmpfs: { "/tmp": "size=8m,exec", "/run": "size=1m" },
  });
  expect(resources.filter(({ type }) => type === "docker:index/volume:Volume").map(({ name }) => name)).toEqual([
    "mongo-volume",
    "mongo-volume-2",
  ]);
  expect(steps.map(({ noun }) => noun)).not.toContain("volume");
  expect(outputs["mongo"]).toMatchObject({ interruption: expect.stringContaining("its data stay in volume snapshots and log") as unknown });
  await expect(made({ loadsFrom: ["/run"], volume: { ...volume, beside: { "a b": "log" } } })).rejects.toThrow(
    'mongo/volume/name: must be the name of a Docker volume such as "mongodb_data"; got "a b"\n' +
      'mongo/volume/path: must be an absolute path of plain characters such as "/srv/shop"; got "log"\n' +
      'mongo/loadsFrom: must be a path of tmpfs; got "/run"',
  );
});

it("is refused where it takes another service's address or name", async () => {
  await expect(
    record(() => {
      const host = new Host("main", { address: "203.0.113.10", hostKey: KEY });
      const network = new ContainerNetwork("net", { host, network: "flowra-network", subnet: "10.91.1.0/24" });
      new DataContainer("one", { ...examplePlace(host, network, "mongodb", 3), ...BASE });
      new DataContainer("two", { ...examplePlace(host, network, "mongodb", 3), ...BASE });
    }),
  ).rejects.toThrow('two/index: address pair 3 of network flowra-network on host "main" is already used by "one"');
});
