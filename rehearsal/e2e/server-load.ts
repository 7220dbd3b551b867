/** Requests from the machine itself, for what nobody outside reaches, as behind a tunnel. */
import { pause } from "./load";
import type { World } from "./world";

export interface Answered {
  /** Answers with status 200. */
  answered: number;
  /** All others, and connections that broke. */
  failed: number;
  /** Seconds from the first failure to the last one. */
  away: number;
  /** Statuses among the failures; 0 where there was no answer. */
  statuses: number[];
}

/**
 * Asks for these paths all the time while something is done, and gives what came of it, by path. Half of those who ask keep their connection,
 * the others make one for each request.
 *
 * @param base Such as `http://127.0.0.1:8080`.
 */
export async function underServerLoad<T>(
  world: Pick<World, "machine" | "on">,
  base: string,
  paths: readonly string[],
  work: () => Promise<T>,
): Promise<{ result: T; paths: Record<string, Answered> }> {
  const machine = world.machine();
  const end = `/tmp/rehearsal-load-${process.hrtime.bigint()}`;
  const asking = world.on(machine, `python3 -I - ${end} ${base} ${words(paths)}`, { input: ASK, timeout: 1_200_000 });
  asking.catch(() => undefined);
  await pause(1000);
  const result = await work().finally(() => world.on(machine, `touch ${end}`));
  return { result, paths: JSON.parse(await asking) as Record<string, Answered> };
}

/** As words of a shell, which takes a question mark for a name of files. */
const words = (paths: readonly string[]): string => paths.map((path) => `'${path}'`).join(" ");

// A connection that was ended while nothing was asked is no failure, as it is none to any browser: it is asked on another. Nor is one that is
// ended in the very moment of asking; that happens to hardly anybody twice. Who drops what was read already, as quickly, is seen by those who
// make a connection for each request: whatever befalls them is a failure.
const ASK = `
import http.client, json, os, select, sys, threading, time, urllib.parse
end, base, *paths = sys.argv[1:]
at = urllib.parse.urlsplit(base).netloc
found = {path: {"answered": 0, "times": [], "statuses": set()} for path in paths}
ENDED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
AT_ONCE = 0.5
def ask(path, headers):
    mine = found[path]
    connection, has_met_end = http.client.HTTPConnection(at, timeout=30), False
    while not os.path.exists(end):
        if connection.sock is not None and select.select([connection.sock], [], [], 0)[0]:
            connection.close()
        kept, begun, answer, status = connection.sock is not None, time.monotonic(), None, 0
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException) as problem:
            was_at_once = answer is None and isinstance(problem, ENDED) and time.monotonic() - begun < AT_ONCE
            if kept and was_at_once and not has_met_end:
                has_met_end = True
                connection.close()
                continue
        if status == 200:
            mine["answered"] += 1
        else:
            mine["times"].append(time.monotonic())
            mine["statuses"].add(status)
        if status != 200 or headers:
            connection.close()
        time.sleep(0.04)
    connection.close()
each = ({}, {"Connection": "close"})
threads = [threading.Thread(target=ask, args=(path, headers)) for path in paths for headers in 2 * each]
for thread in threads: thread.start()
for thread in threads: thread.join()
os.unlink(end)
print(json.dumps({path: {"answered": one["answered"], "failed": len(one["times"]), "statuses": sorted(one["statuses"]),
    "away": round(max(one["times"]) - min(one["times"]), 1) if one["times"] else 0} for path, one in found.items()}))
`;
