import { readFileSync } from "node:fs";
import autocannon from "autocannon";
import type { World } from "./world";

export interface Lost {
  /** Requests that got an answer other than 2xx, or none. */
  failed: number;
  answered: number;
}

export interface Load {
  /** Another site on the machine. @default the stack's first */
  name?: string;
  headers?: Record<string, string>;
  /** Requests a second of all connections, for a path that takes no more of one client. @default 120 */
  rate?: number;
  /** @default 8 */
  connections?: number;
  /** Fewer requests than this are no load. @default 1000 */
  least?: number;
}

/**
 * A steady load from outside on one path, for as long as the work takes, a second more, and until the requests are enough to prove something. Gives
 * what the work gave and what was lost.
 */
export async function underLoad<T>(
  world: World,
  stack: string,
  path: string,
  work: () => Promise<T>,
  { name = world.domain(stack), headers = {}, rate = 120, connections = 8, least = 1000 }: Load = {},
): Promise<{ result: T } & Lost> {
  const machine = world.machine(stack);
  const options = {
    url: `https://${machine.address}:${machine.ports[443] ?? 443}${path}`,
    headers: { host: name, ...headers },
    servername: name,
    tlsOptions: { ca: readFileSync(world.prepared.acme.rootCaFile) },
    connections,
    overallRate: rate,
    duration: 1800,
    timeout: 10,
  };
  let stop = (): void => undefined;
  let made = 0;
  const ended = new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(options, (error: Error | null, result) => {
      if (error) reject(error);
      else resolve(result);
    }) as unknown as { stop(): void; on(event: "response", each: () => void): void };
    running.on("response", () => (made += 1));
    stop = () => {
      running.stop();
    };
  });
  await pause(1000);
  try {
    const result = await work();
    await pause(1000);
    for (let left = PATIENCE; made < least && left > 0; left--) await pause(100);
    stop();
    const lost = counted(await ended);
    if (lost.answered + lost.failed < least) throw new Error(`only ${lost.answered + lost.failed} requests were made: that proves nothing`);
    return { result, ...lost };
  } finally {
    stop();
    await ended;
  }
}

/** Tenths of a second that a quick piece of work waits for them. */
const PATIENCE = 600;

// `errors` of autocannon holds connections that broke and requests that timed out.
const counted = (result: autocannon.Result): Lost => ({ failed: result.non2xx + result.errors, answered: result["2xx"] });

export const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
