/** Deploys under a steady load from outside, good ones and bad ones. */
import { request, webSocket } from "./request";
import { pause, underLoad } from "./load";
import { snapshot } from "./snapshot";
import { changesOf, type ImageRelease, reasons, succeeded, World } from "./world";

const stack = "staging";
/** Short, so that a release that never gets healthy is known soon. */
const config = {
  "flowfleet:flowmaster.backend.deadline": "15 seconds",
  "flowfleet:flowmaster.backend.drain": "10 seconds",
  "flowfleet:flowmaster.frontend.drain": "10 seconds",
};
let world: World;
let good: { backend: ImageRelease; frontend: ImageRelease };

const version = async (): Promise<string> =>
  (JSON.parse((await request(world, stack, "/api/version")).body) as { version: string }).version;
const up = (releases: { backend?: ImageRelease; frontend?: ImageRelease } = {}): ReturnType<World["up"]> =>
  world.up(stack, { config, releases });
const containers = async (): Promise<string[]> =>
  (await world.on(world.machine(), "docker ps -a --format '{{.Names}} {{.State}}' | grep flowmaster-staging | sort")).trim().split("\n");

const images = (): Promise<string> =>
  world.on(world.machine(), "docker image ls --digests --no-trunc --format '{{.Repository}} {{.Digest}}' | sort");

beforeAll(async () => {
  world = await World.open();
  await world.settle("shared");
  await backToTheFiles();
  succeeded(await up());
  good = {
    backend: await world.release({ service: "backend", version: "v2" }),
    frontend: await world.release({ service: "frontend", version: "v2" }),
  };
}, 1_200_000);

afterAll(backToTheFiles, 300_000);

/** The next file finds the stack as it is in the files: going back to the first images is a rollback. */
async function backToTheFiles(): Promise<void> {
  const first = {
    backend: { ...world.builtRelease("backend"), rollback: true },
    frontend: { ...world.builtRelease("frontend"), rollback: true },
  };
  succeeded(await world.up(stack, { releases: first }));
  succeeded(await world.up(stack));
}

test("a new backend and a new frontend lose no request", async () => {
  const { result, failed } = await underLoad(world, stack, "/api/echo?a=1", () => up(good));
  expect(changesOf(succeeded(result)).sort()).toEqual([
    "update flowmaster-backend-release-switch",
    "update flowmaster-frontend-release-switch",
  ]);
  expect(failed).toBe(0);
  expect(await version()).toBe("v2");
  expect((await containers()).map((line) => line.split(" ")[1])).toEqual(["running", "running"]);
}, 300_000);

test("pages are served all the while, and the assets of older pages afterwards", async () => {
  const asset = /src="(\/assets\/[^"]+)"/.exec((await request(world, stack, "/")).body)?.[1] ?? "";
  expect((await request(world, stack, asset)).status).toBe(200);
  const frontend = await world.release({ service: "frontend", version: "v3" });
  const { failed } = await underLoad(world, stack, "/", async () => succeeded(await up({ ...good, frontend })));
  expect(failed).toBe(0);
  good = { ...good, frontend };
  const after = /src="(\/assets\/[^"]+)"/.exec((await request(world, stack, "/")).body)?.[1] ?? "";
  expect(after).not.toBe(asset);
  expect((await request(world, stack, asset)).status).toBe(200);
}, 300_000);

test("what is longer than the drain is counted and reported; a WebSocket is closed properly", async () => {
  const socket = await webSocket(world, stack, "/ws/echo");
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  const backend = await world.release({ service: "backend", version: "v4" });
  const result = succeeded(await up({ ...good, backend }));
  good = { ...good, backend };
  const answer = result.steps.find(({ urn }) => urn.endsWith("::flowmaster-backend-release-switch"))?.new?.outputs["stdout"];
  expect(JSON.parse(answer as string)).toMatchObject({ drained: { long: 1 } });
  // 1012: the server restarts; 1006 would be a connection that just broke.
  expect([1001, 1012]).toContain(await closed);
}, 300_000);

describe("a release that never gets healthy", () => {
  let before: string;
  let imagesBefore: string;
  let bad: ImageRelease;
  let lost: { failed: number; text: string; succeeded: boolean };

  beforeAll(async () => {
    bad = await world.release({ service: "backend", version: "broken", startup: "never" });
    before = await snapshot(world, world.machine());
    imagesBefore = await images();
    const { result, failed } = await underLoad(world, stack, "/api/echo", () => up({ ...good, backend: bad }));
    lost = { failed, text: reasons(result), succeeded: result.succeeded };
  }, 300_000);

  test("fails the update with the reason while the old one serves every request", async () => {
    expect(lost).toMatchObject({ succeeded: false, failed: 0, text: expect.stringMatching(/healthy|503/) as string });
    expect(await version()).toBe("v4");
  });

  test("leaves nothing over", async () => {
    expect([await snapshot(world, world.machine()), await images()]).toEqual([before, imagesBefore]);
  });

  test("fails the same way again", async () => {
    const again = await up({ ...good, backend: bad });
    expect([again.succeeded, await snapshot(world, world.machine())]).toEqual([false, before]);
  }, 120_000);

  test("is reverted by naming what serves: nothing is to be done", async () => {
    expect(changesOf(succeeded(await up(good)))).toEqual([]);
  }, 120_000);

  test("is followed by a good one without a lost request", async () => {
    const backend = await world.release({ service: "backend", version: "v5" });
    const { result, failed } = await underLoad(world, stack, "/api/echo", () => up({ ...good, backend }));
    succeeded(result);
    good = { ...good, backend };
    expect([failed, await version(), (await containers()).length]).toEqual([0, "v5", 2]);
  }, 300_000);
});

test("a release that becomes healthy after its deadline fails, and nothing of it comes to life later", async () => {
  const backend = await world.release({ service: "backend", version: "slow", startup: 25 });
  const before = await snapshot(world, world.machine());
  const { result, failed } = await underLoad(world, stack, "/api/echo", () => up({ ...good, backend }));
  expect([result.succeeded, failed]).toEqual([false, 0]);
  await pause(15_000);
  expect([await version(), await snapshot(world, world.machine())]).toEqual(["v5", before]);
}, 300_000);

test("a release that ends at once is told with its last words", async () => {
  const backend = await world.release({ service: "backend", version: "crash", startup: "crash" });
  const result = await up({ ...good, backend });
  expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("this version was built to crash")]);
}, 120_000);

test("an older release is refused unless it says that it is a rollback", async () => {
  const older = { ...good.backend, ...world.builtRelease("backend") };
  const refused = await up({ ...good, backend: older });
  expect([refused.succeeded, reasons(refused)]).toEqual([false, expect.stringContaining("rollback: true")]);
  const { result, failed } = await underLoad(world, stack, "/api/echo", () => up({ ...good, backend: { ...older, rollback: true } }));
  succeeded(result);
  expect([failed, await version()]).toEqual([0, "v1"]);
}, 300_000);

test("an image that is not there is an error with nothing changed", async () => {
  const before = await snapshot(world, world.machine());
  const missing = { ...good.backend, digest: `sha256:${"0".repeat(64)}`, builtAt: "2099-01-01T00:00:00Z" };
  const result = await up({ ...good, backend: missing });
  expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("sha256:0000")]);
  expect(await snapshot(world, world.machine())).toBe(before);
}, 120_000);
