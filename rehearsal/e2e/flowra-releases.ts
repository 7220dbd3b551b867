/** What releases of Flowra do to its users, in either mode. */
import type { Flowra } from "./flowra";
import { STACK } from "./flowra";
import { underLoad } from "./load";
import { snapshot } from "./snapshot";
import { changesOf, reasons, succeeded } from "./world";

/** Tests: a good release, a migration that fails, a release that never gets ready. The good one, "v2", serves afterwards. */
export function releasesUnderLoad(open: () => Flowra): void {
  /** The token of a user who has just logged in: it is good for five minutes. */
  const whileAsked = async <T>(work: () => Promise<T>) => {
    const { world, ...flowra } = { world: open().world, tokens: await open().logIn() };
    return underLoad(world, STACK, "/api/v1/me", work, { headers: { authorization: `Bearer ${flowra.tokens.access_token}` } });
  };
  const everything = (): Promise<string> => snapshot(open().world, open().world.machine());

  test("a new release of the API and the worker loses no request", async () => {
    const flowra = open();
    const releases = await flowra.release("v2");
    const { result, failed, answered } = await whileAsked(() => flowra.up({ releases }));
    succeeded(result);
    flowra.serving = releases;
    expect([failed, await flowra.version()]).toEqual([0, "v2"]);
    expect(answered).toBeGreaterThan(1000);
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 600_000);

  test("a migration that fails stops the deployment: nothing of the new release is there", async () => {
    const flowra = open();
    const releases = await flowra.release("v3", "bad-migration");
    const before = await everything();
    const { result, failed } = await whileAsked(() => flowra.up({ releases }));
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("this migration was built to fail")]);
    expect([failed, await flowra.version(), await everything()]).toEqual([0, "v2", before]);
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 600_000);

  test("a release that never gets ready leaves the one before it serving", async () => {
    const flowra = open();
    const releases = await flowra.release("broken", "never");
    const before = await everything();
    const { result, failed } = await whileAsked(() => flowra.up({ releases }));
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("flowra-api")]);
    expect([failed, await flowra.version(), await everything()]).toEqual([0, "v2", before]);
    succeeded(await flowra.up());
    expect(changesOf(succeeded(await flowra.up()))).toEqual([]);
  }, 600_000);
}
