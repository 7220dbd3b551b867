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
 * Asks for these paths all the time while something is done, and gives what came of it, by path.
 *
 * @param base Such as `http://127.0.0.1:8080`.
 */
export async function underServerLoad<T>(
  world: World,
  base: string,
  paths: readonly string[],
  work: () => Promise<T>,
): Promise<{ result: T; paths: Record<string, Answered> }> {
  const machine = world.machine();
  const end = `/run/rehearsal-load-${process.hrtime.bigint()}`;
  const asking = world.on(machine, `python3 -I - ${end} ${base} ${paths.join(" ")}`, { input: ASK, timeout: 1_200_000 });
  asking.catch(() => undefined);
  await pause(1000);
  const result = await work().finally(() => world.on(machine, `touch ${end}`));
  return { result, paths: JSON.parse(await asking) as Record<string, Answered> };
}

// A connection that nginx ended while nothing was asked is no failure, as it is none to any browser: it is asked again on another.
const ASK = `
import http.client, json, os, sys, threading, time, urllib.parse
end, base, *paths = sys.argv[1:]
at = urllib.parse.urlsplit(base).netloc
found = {path: {"answered": 0, "times": [], "statuses": set()} for path in paths}
def ask(path):
    mine = found[path]
    while not os.path.exists(end):
        connection, used = http.client.HTTPConnection(at, timeout=30), False
        while not os.path.exists(end):
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                status = answer.status
            except (OSError, http.client.HTTPException) as problem:
                if used and isinstance(problem, (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)):
                    break
                status = 0
            used = True
            if status == 200:
                mine["answered"] += 1
            else:
                mine["times"].append(time.monotonic())
                mine["statuses"].add(status)
                break
            time.sleep(0.04)
        connection.close()
        time.sleep(0.02)
threads = [threading.Thread(target=ask, args=(path,)) for path in paths for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
os.unlink(end)
print(json.dumps({path: {"answered": one["answered"], "failed": len(one["times"]), "statuses": sorted(one["statuses"]),
    "away": round(max(one["times"]) - min(one["times"]), 1) if one["times"] else 0} for path, one in found.items()}))
`;
