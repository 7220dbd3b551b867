/** What releases of Flowra do to its users, in either mode. */
import type { Flowra } from "./flowra";
import { atWork } from "./flowra-load";
import { snapshot } from "./snapshot";
import { type Change, changesOf, reasons, succeeded } from "./world";

/** With the token of a user who has just logged in: it is good for five minutes. */
const whileAsked = async <T>(flowra: Flowra, work: () => Promise<T>) =>
  atWork(flowra, "/api/v1/me", work, { authorization: `Bearer ${(await flowra.logIn()).access_token}` });

const versions = async (flowra: Flowra) => [await flowra.version(), await flowra.workerVersion()];

/**
 * Tests: a good release, a migration that fails, a release that never gets ready. The good one, "v2", serves afterwards.
 *
 * @param config What changes along with the good release, and stays.
 */
export function releasesUnderLoad(open: () => Flowra, config: NonNullable<Change["config"]> = {}): void {
  const everything = (): Promise<string> => snapshot(open().world, open().world.machine());

  test("a new release of the API and the worker loses no request and no job", async () => {
    const flowra = open();
    const releases = await flowra.release("v2");
    const { result, failed, undone, answered } = await whileAsked(flowra, () => flowra.up({ releases, config }));
    succeeded(result);
    flowra.serving = releases;
    flowra.config = { ...flowra.config, ...config };
    expect([failed, undone, await versions(flowra)]).toEqual([0, 0, ["v2", "v2"]]);
    expect(answered).toBeGreaterThan(1000);
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 600_000);

  test("a migration that fails stops the deployment: nothing of the new release is there", async () => {
    const flowra = open();
    const releases = await flowra.release("v3", "bad-migration");
    const before = await everything();
    const { result, failed, undone } = await whileAsked(flowra, () => flowra.up({ releases }));
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("this migration was built to fail")]);
    expect([failed, undone, await versions(flowra), await everything()]).toEqual([0, 0, ["v2", "v2"], before]);
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 600_000);

  test("a release that never gets ready leaves the one before it serving", async () => {
    const flowra = open();
    const releases = await flowra.release("broken", "never");
    const before = await everything();
    const { result, failed, undone } = await whileAsked(flowra, () => flowra.up({ releases }));
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("flowra-api")]);
    expect([failed, undone, await versions(flowra), await everything()]).toEqual([0, 0, ["v2", "v2"], before]);
    succeeded(await flowra.up());
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 600_000);
}

/** Test: "v4", whose worker crashes, after "v2". The API of the one and the worker of the other stand afterwards. */
export function badWorkerUnderLoad(open: () => Flowra): void {
  test("a release whose worker alone crashes leaves the worker before it at its jobs, beside the new API, and says so", async () => {
    const flowra = open();
    const releases = await flowra.release("v4", "bad-worker");
    const { result, failed, undone } = await whileAsked(flowra, () => flowra.up({ releases }));
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringMatching(/flowra-worker.*this version was built to crash/s)]);
    expect([failed, undone, await versions(flowra)]).toEqual([0, 0, ["v4", "v2"]]);
  }, 600_000);
}
