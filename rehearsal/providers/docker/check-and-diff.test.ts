import { UNKNOWN, type Props } from "../../engine";
import { withNothingFound } from ".";
import { Bench, CONTAINER, IMAGE, kinds, MONGO, VOLUME } from "./testing/bench";

const bench = new Bench();
const { operation, check, checked, create, diff } = bench;
beforeEach(bench.open);
afterEach(bench.close);

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
    expect((await bench.provider.diff(request)).deleteBeforeReplace).toBe(false);
    const [before, after] = [oldInputs["name"], (await checked(VOLUME, { driver: "nfs" }))["name"]];
    expect(after).toMatch(/^it-[0-9a-f]{7}$/);
    expect(after).not.toBe(before);
    expect((await diff(VOLUME, oldInputs, { name: "v" })).deleteBeforeReplace).toBe(true);
  });
  test("labels that somebody else gave a volume make another one of it, unless their changes are ignored", async () => {
    const newInputs = await checked(VOLUME, { name: "infra_data", driver: "local" });
    const oldOutputs = { ...newInputs, labels: [{ label: "com.docker.compose.project", value: "infra" }] };
    const request = { ...operation(VOLUME), id: "infra_data", oldInputs: newInputs, oldOutputs, newInputs };
    expect((await bench.provider.diff({ ...request, ignoreChanges: [] })).replaces).toEqual(["labels"]);
    expect(await bench.provider.diff({ ...request, ignoreChanges: ["labels"] })).toMatchObject({ changes: "none", replaces: [] });
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

test("what a plan makes up of a container is no reason to replace it", async () => {
  const madeUp = withNothingFound(CONTAINER, await checked(CONTAINER, MONGO));
  expect((await diff(CONTAINER, madeUp, MONGO)).changes).toBe("none");
  expect(kinds(await diff(CONTAINER, madeUp, { ...MONGO, command: ["mongod", "--quiet"] }))).toEqual({ "command[1]": "add-replace" });
});
