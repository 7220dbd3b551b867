/** Flowra at work: users who ask without a pause, and jobs for the worker. */
import type { Flowra } from "./flowra";
import { STACK } from "./flowra";
import { pause, underLoad, type Lost } from "./load";

/** As `underLoad`. `undone`: jobs that the API did not take meanwhile, or that no worker has done by the end. */
export async function atWork<T>(
  flowra: Flowra,
  path: string,
  work: () => Promise<T>,
  headers: Record<string, string> = {},
): Promise<{ result: T; undone: number } & Lost> {
  const jobs: (string | undefined)[] = [];
  const state = { ended: false };
  const tell = async (): Promise<void> => {
    while (!state.ended) {
      jobs.push(await flowra.tell().catch(() => undefined));
      await pause(500);
    }
  };
  const telling = tell();
  const lost = await underLoad(flowra.world, STACK, path, work, { headers }).finally(() => {
    state.ended = true;
    return telling;
  });
  const done = await Promise.all(jobs.map(async (job) => job !== undefined && (await flowra.doneBy(job)) !== undefined));
  return { ...lost, undone: done.filter((each) => !each).length };
}
