/** A machine that is gone for good, and one that came back with an empty disk. */
import { exportState, importState, up } from "../engine";
import { instances, served } from "./living";
import { changesOf, ENVIRONMENTS, succeeded, World } from "./world";

let world: World;

beforeAll(async () => {
  world = await World.open();
  await world.settle("shared", ...ENVIRONMENTS);
}, 1_200_000);

test("a machine that is gone for good is forgotten in seconds", async () => {
  const { estate } = world.prepared;
  const stacks = ["demo", "shared"] as const;
  const abandoned = { demo: { "flowfleet:flowmaster.host.state": "abandoned" }, shared: { "flowfleet:hosts.main.state": "abandoned" } };
  const states = await Promise.all(stacks.map((stack) => exportState(world.engine(stack))));
  await estate.stop(world.machine().name);
  try {
    for (const stack of stacks) {
      const marked = succeeded(await world.up(stack, { config: abandoned[stack] }));
      expect([changesOf(marked).filter((change) => change.startsWith("delete")), marked.durationMs < 20_000]).toEqual([[], true]);
      const forgotten = succeeded(await up({ ...world.engine(stack), ignoreConfigFile: true, config: {} }));
      expect([(forgotten.changes["delete"] ?? 0) > 10, forgotten.durationMs < 20_000]).toEqual([true, true]);
      const left = (await exportState(world.engine(stack))).deployment.resources ?? [];
      expect(left.filter(({ type }) => !type.startsWith("pulumi:"))).toEqual([]);
    }
  } finally {
    for (const [index, stack] of stacks.entries()) {
      const state = states[index];
      if (state) await importState(world.engine(stack), state);
    }
    await estate.start(world.machine().name);
  }
  await served(world);
  for (const stack of stacks) expect(changesOf(succeeded(await world.up(stack)))).toEqual([]);
}, 300_000);

test("a server with a new disk gets everything back by one new word", async () => {
  const folders = (): Promise<string> => world.on(world.machine(), "ls -A /srv/flowmaster/*/environments; ls /etc/nginx/flowfleet/sites");
  const before = await folders();
  await world.reimage();
  const config = { "flowfleet:reapply": "a new disk" };
  for (const stack of ["shared", ...ENVIRONMENTS]) succeeded(await world.up(stack, { config }));
  await served(world);
  expect(await folders()).toBe(before);
  const running = await instances(world);
  expect(running).toHaveLength(2 * ENVIRONMENTS.length);
  // Without the word, as the files have it, the steps run once more and find everything as it should be.
  await world.settle("shared", ...ENVIRONMENTS);
  expect(await instances(world)).toEqual(running);
}, 900_000);
