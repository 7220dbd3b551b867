import { PartialFailure, UNKNOWN, type Props } from "../../engine";
import { Bench, CONTAINER, IMAGE, kinds, MONGO, VOLUME } from "./testing/bench";

const bench = new Bench();
const { operation, checked, create, diff, lines } = bench;
beforeEach(bench.open);
afterEach(bench.close);

describe("what plans say", () => {
  const preview = async (type: string, inputs: Props): Promise<Props> =>
    (await bench.provider.create({ ...operation(type, true), inputs: await checked(type, inputs) })).outputs;

  test("a new container's facts are not known, what the program says is", async () => {
    expect(await preview(CONTAINER, MONGO)).toMatchObject({
      name: "flowra-mongodb",
      memory: 1024,
      networkDatas: UNKNOWN,
      hostname: UNKNOWN,
      ports: [],
    });
    expect([lines, bench.docker.asked]).toEqual([[], []]);
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
    await bench.provider.update({ ...operation(CONTAINER, true), id, oldInputs: {}, oldOutputs: outputs, newInputs, ignoreChanges: [] });
    const says = (name: string): string =>
      `warning: the official provider calls a change of ${name} an update and leaves the container as it is. Name it in replaceOnChanges to have it`;
    expect(lines).toEqual([says("healthcheck"), says("tmpfs")]);
  });
});

describe("containers", () => {
  test("are made, connected to their networks, started, and told with all that Docker says", async () => {
    const { id, outputs } = await create(CONTAINER, MONGO);
    expect(bench.docker.asked).toEqual([
      "POST /containers/create?name=flowra-mongodb",
      "POST /networks/bridge/disconnect",
      "POST /networks/flowra-network/connect",
      `POST /containers/${id}/start`,
    ]);
    const made = bench.docker.containers.get(id);
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
    bench.docker.health = "unhealthy";
    const failure = await create(CONTAINER, { ...MONGO, waitTimeout: 1 }).catch((error: unknown) => error);
    if (!(failure instanceof PartialFailure)) throw failure;
    expect(failure.message).toBe(
      "container failed to be in healthy state within 1 s: it is unhealthy\nlast probe: status 1\n  no answer\nlast lines of its log:\n  first line\n  last line",
    );
    expect(failure.reasons).toEqual([`creating urn:pulumi:prod::flowfleet::${CONTAINER}::it: ${failure.message}`]);
    expect(bench.docker.containers.has(failure.id)).toBe(true);
    const again = await diff(CONTAINER, failure.outputs, { ...MONGO, waitTimeout: 1 });
    expect(kinds(again)).toEqual({ entrypoints: "add-replace", networkDatas: "add" });
  });
  test("one that ended is not waited for", async () => {
    bench.docker.health = "exited";
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
    const { id, outputs } = await bench.provider.create({ ...operation(CONTAINER), inputs });
    await bench.docker.daemon().docker.getContainer(id).stop();
    const read = await bench.provider.read({ ...operation(CONTAINER), id, inputs, outputs });
    expect(read).toMatchObject({
      inputs: { ...inputs, mustRun: false, healthcheck: { interval: "1m30s" } },
      outputs: { mustRun: false, exitCode: 0 },
    });
    bench.docker.asked.length = 0;
    const newInputs = await checked(CONTAINER, { ...MONGO, memory: 2048, memorySwap: 2048 });
    const request = {
      ...operation(CONTAINER),
      id,
      oldInputs: read?.inputs ?? {},
      oldOutputs: read?.outputs ?? {},
      newInputs,
      ignoreChanges: [],
    };
    const updated = await bench.provider.update(request);
    expect(bench.docker.asked).toEqual([`POST /containers/${id}/start`, `POST /containers/${id}/update`]);
    expect(bench.docker.containers.get(id)?.host).toMatchObject({
      Memory: 2 ** 31,
      MemorySwap: 2 ** 31,
      RestartPolicy: { Name: "unless-stopped" },
    });
    expect(updated.outputs).toMatchObject({ memory: 2048, mustRun: true, hostname: id });
  });
  test("what was removed by hand is gone; a delete gives it its time to stop, then waits", async () => {
    const inputs = await checked(CONTAINER, { ...MONGO, destroyGraceSeconds: 30 });
    const { id, outputs } = await bench.provider.create({ ...operation(CONTAINER), inputs });
    bench.docker.asked.length = 0;
    await bench.provider.delete({ ...operation(CONTAINER), id, inputs, outputs });
    expect(bench.docker.asked).toEqual([`POST /containers/${id}/stop?t=30`, `DELETE /containers/${id}?v=true&force=true`]);
    expect(await bench.provider.read({ ...operation(CONTAINER), id, inputs, outputs })).toBeUndefined();
    await bench.provider.delete({ ...operation(CONTAINER), id, inputs, outputs });
  });
});

describe("volumes and images", () => {
  test("a volume is read as it is, and waits for its last container to go", async () => {
    const inputs = await checked(VOLUME, { name: "mongodb_data" });
    const { id, outputs } = await bench.provider.create({ ...operation(VOLUME), inputs });
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
    expect(await bench.provider.read({ ...operation(VOLUME), id, inputs, outputs })).toEqual({
      id,
      inputs,
      outputs: { ...outputs, driverOpts: {} },
    });
    bench.docker.volumeInUse = 1;
    await bench.provider.delete({ ...operation(VOLUME), id, inputs, outputs });
    expect(bench.docker.volumes.size).toBe(0);
    expect(await bench.provider.read({ ...operation(VOLUME), id, inputs, outputs })).toBeUndefined();
  });
  test("an image is pulled by its digest with the login of its registry, and kept where told", async () => {
    await bench.provider.configure({
      host: "ssh://deploy@203.0.113.7",
      registryAuth: JSON.stringify([{ address: "https://registry.example.com", username: "u", password: "p" }]),
    });
    const name = "registry.example.com/flowra/mongo@sha256:0123";
    const inputs = await checked(IMAGE, { name, keepLocally: true });
    const { id, outputs } = await bench.provider.create({ ...operation(IMAGE), inputs });
    expect([id, outputs["imageId"], outputs["repoDigest"]]).toEqual([`sha256:pulled${name}`, "sha256:pulled", "mongo@sha256:d"]);
    expect(JSON.parse(Buffer.from(bench.docker.auth as string, "base64").toString())).toEqual({
      username: "u",
      password: "p",
      serveraddress: "registry.example.com",
    });
    await bench.provider.delete({ ...operation(IMAGE), id, inputs, outputs });
    expect(bench.docker.images.has(name)).toBe(true);
    await bench.provider.delete({ ...operation(IMAGE), id, inputs, outputs: { ...outputs, keepLocally: false } });
    expect(bench.docker.images.has(name)).toBe(false);
    expect(await bench.provider.read({ ...operation(IMAGE), id, inputs, outputs })).toBeUndefined();
  });
  test("an image that cannot be pulled", async () => {
    await expect(create(CONTAINER, { ...MONGO, image: "missing:1" })).rejects.toThrow(
      "unable to pull image missing:1: manifest for missing not found",
    );
  });
});
