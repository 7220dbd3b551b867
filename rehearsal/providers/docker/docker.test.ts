import { PartialFailure, UNKNOWN, type DiffResponse, type Props } from "../../engine";
import { dockerProvider } from ".";
import { FakeDocker } from "./testing/fake-docker";

const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
const IMAGE = "docker:index/remoteImage:RemoteImage";
const MONGO: Props = {
  name: "flowra-mongodb",
  image: "mongo:6",
  command: ["mongod"],
  envs: ["B=2", "A=1"],
  labels: [{ label: "com.docker.compose.project", value: "flowra" }],
  mounts: [{ type: "volume", source: "mongodb_data", target: "/data/db" }],
  networksAdvanced: [{ name: "flowra-network", ipv4Address: "10.91.1.38", aliases: ["mongodb"] }],
  healthcheck: { tests: ["CMD", "mongosh"], interval: "90s" },
  memory: 1024,
  memorySwap: 1024,
  cpus: "1.5",
  capabilities: { drops: ["ALL"] },
  tmpfs: { "/tmp": "size=64m" },
  restart: "unless-stopped",
  wait: true,
  waitTimeout: 2,
};

let docker: FakeDocker;
let provider: ReturnType<typeof dockerProvider>;
const lines: string[] = [];
beforeEach(async () => {
  lines.length = 0;
  docker = await new FakeDocker().open();
  provider = dockerProvider({}, docker.daemon);
  await provider.configure({ host: "ssh://deploy@203.0.113.7" });
});
afterEach(async () => {
  await provider.close();
  await docker.close();
});
const operation = (type: string, preview = false) => ({
  urn: `urn:pulumi:prod::flowfleet::${type}::it`,
  name: "it",
  type,
  preview,
  timeout: 0,
  signal: new AbortController().signal,
  log: (severity: string, message: string) => lines.push(`${severity}: ${message}`),
});
const check = (type: string, newInputs: Props, oldInputs: Props = {}) =>
  provider.check({ ...operation(type), oldInputs, newInputs, randomSeed: Buffer.alloc(32, 0xab) });
const checked = async (type: string, newInputs: Props): Promise<Props> => (await check(type, newInputs)).inputs;
const create = async (type: string, inputs: Props) => provider.create({ ...operation(type), inputs: await checked(type, inputs) });
async function diff(type: string, oldOutputs: Props, inputs: Props): Promise<DiffResponse> {
  return provider.diff({
    ...operation(type),
    id: "x",
    oldInputs: {},
    oldOutputs,
    newInputs: await checked(type, inputs),
    ignoreChanges: [],
  });
}
const kinds = ({ detailedDiff }: DiffResponse): Record<string, string> =>
  Object.fromEntries(Object.entries(detailedDiff).map(([path, { kind }]) => [path, kind]));

describe("check", () => {
  test("puts defaults in and notes them, at every level; those that are nothing are left out", async () => {
    const ports = [{ internal: 8080, ip: "127.0.0.1" }];
    expect(await checked(CONTAINER, { image: "a", healthcheck: { tests: ["CMD", "true"], timeout: "1s" }, ports, mustRun: true })).toEqual({
      __defaults: ["containerReadRefreshTimeoutMilliseconds", "name", "networkMode", "removeVolumes", "restart", "start", "waitTimeout"],
      containerReadRefreshTimeoutMilliseconds: 15_000,
      healthcheck: {
        __defaults: ["interval", "startInterval", "startPeriod"],
        interval: "0s",
        startInterval: "0s",
        startPeriod: "0s",
        tests: ["CMD", "true"],
        timeout: "1s",
      },
      image: "a",
      mustRun: true,
      name: "it-9a2db2e",
      networkMode: "bridge",
      ports: [{ __defaults: ["protocol"], internal: 8080, ip: "127.0.0.1", protocol: "tcp" }],
      removeVolumes: true,
      restart: "no",
      start: true,
      waitTimeout: 60,
    });
    expect(await checked(VOLUME, { name: "v", labels: [{ label: "a", value: "1" }] })).toEqual({
      __defaults: [],
      name: "v",
      labels: [{ __defaults: [], label: "a", value: "1" }],
    });
  });
  test("a made name stays, one that the program gave up does not", async () => {
    expect((await check(VOLUME, {}, { name: "it-1234567", __defaults: ["name"] })).inputs["name"]).toBe("it-1234567");
    expect((await check(VOLUME, {}, { name: "it-1234567" })).inputs["name"]).toBe("it-1234567");
    expect((await check(VOLUME, {}, { name: "given", __defaults: [] })).inputs["name"]).toBe("it-9a2db2e");
  });
  test("what is replaced under a made name gets another: both may be there for a time", async () => {
    const oldInputs = await checked(VOLUME, { driver: "local" });
    const request = {
      ...operation(VOLUME),
      id: "x",
      oldInputs,
      oldOutputs: oldInputs,
      newInputs: { ...oldInputs, driver: "nfs" },
      ignoreChanges: [],
    };
    expect((await provider.diff(request)).deleteBeforeReplace).toBe(false);
    const [before, after] = [oldInputs["name"], (await checked(VOLUME, { driver: "nfs" }))["name"]];
    expect(after).toMatch(/^it-[0-9a-f]{7}$/);
    expect(after).not.toBe(before);
    expect((await diff(VOLUME, oldInputs, { name: "v" })).deleteBeforeReplace).toBe(true);
  });
  test("says all that is wrong, with paths", async () => {
    const { failures } = await check(CONTAINER, {
      restart: "sometimes",
      memory: "1 GB",
      ports: [{ external: 80 }],
      healthcheck: { interval: "soon" },
      networkDatas: [],
      mounts: [{ type: "disk", target: "/x" }],
    });
    expect(failures.map(({ property, reason }) => `${property} ${reason}`).sort()).toEqual([
      'healthcheck.interval must be a duration such as "30s", got "soon"',
      "image is required",
      "memory must be a number",
      'mounts[0].type must be bind, volume or tmpfs, got "disk"',
      "networkDatas is an output, not an input",
      "ports[0].internal is required",
      'restart must be no, on-failure, always or unless-stopped, got "sometimes"',
    ]);
  });
  test("what is not known yet passes", async () => {
    expect((await check(CONTAINER, { image: UNKNOWN, memory: UNKNOWN, envs: [UNKNOWN], labels: UNKNOWN })).failures).toEqual([]);
  });
});

describe("diff", () => {
  test("nothing changed, and the order of what has none does not count", async () => {
    const { outputs } = await create(CONTAINER, MONGO);
    expect(kinds(await diff(CONTAINER, outputs, { ...MONGO, envs: ["A=1", "B=2"] }))).toEqual({ "healthcheck.interval": "update" });
    expect(await diff(CONTAINER, outputs, { ...MONGO, healthcheck: { tests: ["CMD", "mongosh"], interval: "1m30s" } })).toEqual({
      changes: "none",
      diffs: [],
      replaces: [],
      deleteBeforeReplace: true,
      detailedDiff: {},
      unsure: [],
    });
  });
  test.each<[string, Props, Record<string, string>]>([
    [
      "limits",
      { memory: 2048, memorySwap: 2048, cpuShares: 512, cpuSet: "0-1" },
      { cpuSet: "add", cpuShares: "update", memory: "update", memorySwap: "update" },
    ],
    ["restart", { restart: "on-failure", maxRetryCount: 3 }, { maxRetryCount: "update", restart: "update" }],
    ["what the provider acts by", { destroyGraceSeconds: 30, waitTimeout: 5 }, { destroyGraceSeconds: "add", waitTimeout: "update" }],
    ["the image", { image: "mongo:7" }, { image: "update-replace" }],
    ["CPUs", { cpus: "2" }, { cpus: "update-replace" }],
    ["environment", { envs: ["B=3", "A=1", "C=4"] }, { "envs[1]": "update-replace", "envs[2]": "add-replace" }],
    [
      "a network",
      { networksAdvanced: [{ name: "flowra-network", ipv4Address: "10.91.1.39", aliases: ["mongodb"] }] },
      { "networksAdvanced[0].ipv4Address": "update-replace" },
    ],
    ["what only looks like an update", { tmpfs: { "/tmp": "size=8m", "/run": "" } }, { 'tmpfs["/run"]': "add", 'tmpfs["/tmp"]': "update" }],
    ["a mount", { mounts: [{ type: "volume", source: "other", target: "/data/db" }] }, { "mounts[0].source": "update-replace" }],
    ["a property of a newer SDK", { newest: "x" }, { newest: "add-replace" }],
    ["something unknown", { envs: UNKNOWN }, { envs: "update-replace" }],
    ["a swap that is not said", { memorySwap: null }, { memorySwap: "delete" }],
  ])("%s", async (_what, change, expected) => {
    const fine = { ...MONGO, healthcheck: { tests: ["CMD", "mongosh"], interval: "1m30s" } };
    const { outputs } = await create(CONTAINER, fine);
    expect(kinds(await diff(CONTAINER, outputs, { ...fine, ...change }))).toEqual(expected);
  });
  test("a volume's name, driver and labels replace, and what was read decides", async () => {
    const { outputs } = await create(VOLUME, { name: "v", labels: [{ label: "k", value: "v" }] });
    expect(kinds(await diff(VOLUME, outputs, { name: "v", labels: [{ label: "k", value: "w" }], driver: "nfs" }))).toEqual({
      driver: "update-replace",
      "labels[0].value": "update-replace",
    });
    expect(
      kinds(await diff(VOLUME, { ...outputs, labels: [{ label: "k", value: "w" }] }, { name: "v", labels: [{ label: "k", value: "v" }] })),
    ).toEqual({
      "labels[0].value": "update-replace",
    });
  });
  test("an image is replaced for its name, and updated for what is done with it", async () => {
    const { outputs } = await create(IMAGE, { name: "mongo:6" });
    expect(kinds(await diff(IMAGE, outputs, { name: "mongo:6", keepLocally: true }))).toEqual({ keepLocally: "add" });
    expect(kinds(await diff(IMAGE, outputs, { name: "mongo:7", pullTriggers: ["a"] }))).toEqual({
      name: "update-replace",
      pullTriggers: "add-replace",
    });
  });
});

describe("what plans say", () => {
  const preview = async (type: string, inputs: Props): Promise<Props> =>
    (await provider.create({ ...operation(type, true), inputs: await checked(type, inputs) })).outputs;

  test("a new container's facts are not known, what the program says is", async () => {
    expect(await preview(CONTAINER, MONGO)).toMatchObject({
      name: "flowra-mongodb",
      memory: 1024,
      networkDatas: UNKNOWN,
      hostname: UNKNOWN,
      ports: [],
    });
    expect([lines, docker.asked]).toEqual([[], []]);
  });
  test("a change of which nobody knows may replace", async () => {
    const { outputs } = await create(CONTAINER, MONGO);
    const changed = { ...MONGO, mounts: [{ type: "volume", source: "other", target: "/data/db" }], newest: true };
    await diff(CONTAINER, outputs, changed);
    lines.length = 0;
    await preview(CONTAINER, changed);
    const why = (name: string): string =>
      `warning: may replace: what the official provider does about a change of ${name} was not seen. Name it in replaceOnChanges to be sure`;
    const unserved =
      "the offline engine knows nothing of newest of docker:index/container:Container. To have it run: pulumi up --stack prod";
    expect(lines).toEqual([why("mounts"), why("newest"), `warning: ${unserved}`]);
    await expect(create(CONTAINER, changed)).rejects.toThrow(new Error(unserved));
  });
  test("an update that changes nothing is called by its name", async () => {
    const { id, outputs } = await create(CONTAINER, MONGO);
    const newInputs = await checked(CONTAINER, { ...MONGO, healthcheck: { tests: ["CMD", "true"] }, tmpfs: {} });
    lines.length = 0;
    await provider.update({ ...operation(CONTAINER, true), id, oldInputs: {}, oldOutputs: outputs, newInputs, ignoreChanges: [] });
    const says = (name: string): string =>
      `warning: the official provider calls a change of ${name} an update and leaves the container as it is. Name it in replaceOnChanges to have it`;
    expect(lines).toEqual([says("healthcheck"), says("tmpfs")]);
  });
});

describe("containers", () => {
  test("are made, connected to their networks, started, and told with all that Docker says", async () => {
    const { id, outputs } = await create(CONTAINER, MONGO);
    expect(docker.asked).toEqual([
      "POST /containers/create?name=flowra-mongodb",
      "POST /networks/bridge/disconnect",
      "POST /networks/flowra-network/connect",
      `POST /containers/${id}/start`,
    ]);
    const made = docker.containers.get(id);
    expect(made?.networks).toEqual({ "flowra-network": { Aliases: ["mongodb"], IPAMConfig: { IPv4Address: "10.91.1.38" } } });
    expect(made?.host).toMatchObject({
      Memory: 2 ** 30,
      MemorySwap: 2 ** 30,
      NanoCpus: 1.5e9,
      CapDrop: ["ALL"],
      NetworkMode: "bridge",
      Tmpfs: { "/tmp": "size=64m" },
    });
    expect(outputs).toMatchObject({
      id,
      name: "flowra-mongodb",
      memory: 1024,
      cpus: "1.5",
      healthcheck: { tests: ["CMD", "mongosh"], interval: "1m30s", timeout: "0s", retries: 0 },
      capabilities: { adds: [], drops: ["ALL"] },
      shmSize: 64,
      networkDatas: [{ networkName: "flowra-network", ipAddress: "10.91.1.38", ipPrefixLength: 24, gateway: "10.91.1.1" }],
      envs: ["B=2", "A=1"],
      mustRun: true,
      dns: null,
      uploads: [],
    });
    expect(outputs).not.toHaveProperty("__defaults");
  });
  test("an unhealthy one fails with its last probe and lines, and is in the state for the next run to replace", async () => {
    docker.health = "unhealthy";
    const failure = await create(CONTAINER, { ...MONGO, waitTimeout: 1 }).catch((error: unknown) => error);
    if (!(failure instanceof PartialFailure)) throw failure;
    expect(failure.message).toBe(
      "container failed to be in healthy state within 1 s: it is unhealthy\nlast probe: status 1\n  no answer\nlast lines of its log:\n  first line\n  last line",
    );
    expect(failure.reasons).toEqual([`creating urn:pulumi:prod::flowfleet::${CONTAINER}::it: ${failure.message}`]);
    expect(docker.containers.has(failure.id)).toBe(true);
    const again = await diff(CONTAINER, failure.outputs, { ...MONGO, waitTimeout: 1 });
    expect(kinds(again)).toEqual({ entrypoints: "add-replace", networkDatas: "add" });
  });
  test("one that ended is not waited for", async () => {
    docker.health = "exited";
    await expect(create(CONTAINER, { ...MONGO, waitTimeout: 60 })).rejects.toThrow(
      "container failed to be in healthy state and never will be: it is exited with status 3",
    );
  });
  test("a network that is not there leaves a container that the next run replaces", async () => {
    const failure = await create(CONTAINER, { ...MONGO, networksAdvanced: [{ name: "none" }] }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect((failure as Error).message).toBe("Unable to connect to network 'none': Error response from daemon: No such network none");
  });
  test("a name that is taken is no partial failure: nothing was made", async () => {
    await create(CONTAINER, MONGO);
    const failure = await create(CONTAINER, MONGO).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(PartialFailure);
    expect((failure as Error).message).toBe("Unable to create container: Error response from daemon: The name flowra-mongodb is in use");
  });
  test("what Docker changes while it runs is changed there; a stopped one that must run is seen and started", async () => {
    const inputs = await checked(CONTAINER, MONGO);
    const { id, outputs } = await provider.create({ ...operation(CONTAINER), inputs });
    await docker.daemon().docker.getContainer(id).stop();
    const read = await provider.read({ ...operation(CONTAINER), id, inputs, outputs });
    expect(read).toMatchObject({
      inputs: { ...inputs, mustRun: false, healthcheck: { interval: "1m30s" } },
      outputs: { mustRun: false, exitCode: 0 },
    });
    docker.asked.length = 0;
    const newInputs = await checked(CONTAINER, { ...MONGO, memory: 2048, memorySwap: 2048 });
    const request = {
      ...operation(CONTAINER),
      id,
      oldInputs: read?.inputs ?? {},
      oldOutputs: read?.outputs ?? {},
      newInputs,
      ignoreChanges: [],
    };
    const updated = await provider.update(request);
    expect(docker.asked).toEqual([`POST /containers/${id}/start`, `POST /containers/${id}/update`]);
    expect(docker.containers.get(id)?.host).toMatchObject({
      Memory: 2 ** 31,
      MemorySwap: 2 ** 31,
      RestartPolicy: { Name: "unless-stopped" },
    });
    expect(updated.outputs).toMatchObject({ memory: 2048, mustRun: true, hostname: id });
  });
  test("what was removed by hand is gone; a delete gives it its time to stop, then waits", async () => {
    const inputs = await checked(CONTAINER, { ...MONGO, destroyGraceSeconds: 30 });
    const { id, outputs } = await provider.create({ ...operation(CONTAINER), inputs });
    docker.asked.length = 0;
    await provider.delete({ ...operation(CONTAINER), id, inputs, outputs });
    expect(docker.asked).toEqual([`POST /containers/${id}/stop?t=30`, `DELETE /containers/${id}?v=true&force=true`]);
    expect(await provider.read({ ...operation(CONTAINER), id, inputs, outputs })).toBeUndefined();
    await provider.delete({ ...operation(CONTAINER), id, inputs, outputs });
  });
});

describe("volumes and images", () => {
  test("a volume is read as it is, and waits for its last container to go", async () => {
    const inputs = await checked(VOLUME, { name: "mongodb_data" });
    const { id, outputs } = await provider.create({ ...operation(VOLUME), inputs });
    expect([id, outputs]).toEqual([
      "mongodb_data",
      {
        id,
        name: id,
        driver: "local",
        driverOpts: null,
        labels: [],
        cluster: null,
        mountpoint: "/var/lib/docker/volumes/mongodb_data/_data",
      },
    ]);
    expect(await provider.read({ ...operation(VOLUME), id, inputs, outputs })).toEqual({
      id,
      inputs,
      outputs: { ...outputs, driverOpts: {} },
    });
    docker.volumeInUse = 1;
    await provider.delete({ ...operation(VOLUME), id, inputs, outputs });
    expect(docker.volumes.size).toBe(0);
    expect(await provider.read({ ...operation(VOLUME), id, inputs, outputs })).toBeUndefined();
  });
  test("an image is pulled by its digest with the login of its registry, and kept where told", async () => {
    await provider.configure({
      host: "ssh://deploy@203.0.113.7",
      registryAuth: JSON.stringify([{ address: "https://registry.example.com", username: "u", password: "p" }]),
    });
    const name = "registry.example.com/flowra/mongo@sha256:0123";
    const inputs = await checked(IMAGE, { name, keepLocally: true });
    const { id, outputs } = await provider.create({ ...operation(IMAGE), inputs });
    expect([id, outputs["imageId"], outputs["repoDigest"]]).toEqual([`sha256:pulled${name}`, "sha256:pulled", "mongo@sha256:d"]);
    expect(JSON.parse(Buffer.from(docker.auth as string, "base64").toString())).toEqual({
      username: "u",
      password: "p",
      serveraddress: "registry.example.com",
    });
    await provider.delete({ ...operation(IMAGE), id, inputs, outputs });
    expect(docker.images.has(name)).toBe(true);
    await provider.delete({ ...operation(IMAGE), id, inputs, outputs: { ...outputs, keepLocally: false } });
    expect(docker.images.has(name)).toBe(false);
    expect(await provider.read({ ...operation(IMAGE), id, inputs, outputs })).toBeUndefined();
  });
  test("an image that cannot be pulled", async () => {
    await expect(create(CONTAINER, { ...MONGO, image: "missing:1" })).rejects.toThrow(
      "unable to pull image missing:1: manifest for missing not found",
    );
  });
});
