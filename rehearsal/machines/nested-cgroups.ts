import { readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { Run } from "./api";
import { lines } from "./docker";
import type { World } from "./world";

const ROOT = "/sys/fs/cgroup";

/**
 * Containers of an engine inside a server have their cgroups beside the server's own, not below it, so that the kernel keeps them, empty, when
 * the server is gone. Ask before a server is removed; what it gives removes them afterwards.
 */
export async function nestedCgroups(world: World, containerNames: string[], { signal }: Run): Promise<() => Promise<void>> {
  const asked = await Promise.all(
    containerNames.map((name) => {
      const options = { check: false, timeout: 15_000, ...(signal ? { signal } : {}) };
      return world.exec(name, ["sh", "-c", "command -v docker >/dev/null && timeout 10 docker ps --quiet --no-trunc"], options);
    }),
  );
  const ids = asked.flatMap(({ exitCode, stdout }) => (exitCode === 0 ? lines(stdout) : []));
  return async () => {
    if (ids.length === 0) return;
    const hierarchies = ["", ...(await readdir(ROOT).catch(() => []))];
    // A kernel without this hierarchy, or not root: there is nothing to remove then, or nobody who may.
    for (const hierarchy of hierarchies) for (const id of ids) await rmdir(join(ROOT, hierarchy, "docker", id)).catch(() => undefined);
  };
}
