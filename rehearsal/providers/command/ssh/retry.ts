/** Tries again, with growing pauses, as often as `limit` says. */
import { setTimeout as pause } from "node:timers/promises";
import { reasonOfAbort } from "../resource";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
const GROWTH = 1.5;

/**
 * @param limit Tries after the first one; -1 is for ever.
 * @param say Told of each failure that another try follows.
 */
export async function retry<T>(
  what: string,
  limit: number,
  signal: AbortSignal,
  say: (line: string) => void,
  attempt: () => Promise<T>,
): Promise<T> {
  let wait = FIRST_PAUSE_MS;
  for (let failures = 1; ; failures++) {
    throwIfAborted(signal);
    try {
      return await attempt();
    } catch (error) {
      throwIfAborted(signal);
      const message = error instanceof Error ? error.message : String(error);
      if (limit > -1 && failures > limit) throw new Error(`after ${limit} failed attempts: ${message}`);
      say(`${what} ${failures}/${limit === -1 ? "inf" : limit} failed: retrying`);
    }
    await pause(wait, undefined, { signal }).catch(() => {
      throwIfAborted(signal);
    });
    wait = Math.min(wait * GROWTH, LONGEST_PAUSE_MS);
  }
}
function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Error(reasonOfAbort(signal));
}
