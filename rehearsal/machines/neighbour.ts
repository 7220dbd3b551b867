import { type ExecOptions, type Neighbour, type Run } from "./api";
import { NEIGHBOUR } from "./block";
import { docker } from "./docker";
import { servicesImage } from "./services-image";
import type { World } from "./world";

/** Starts it, or goes on with the one that runs. */
export async function neighbour(world: World, run: Run): Promise<Neighbour> {
  const name = world.containerName("neighbour");
  const found = await world.container(name, run.signal);
  if (found && found.state !== "running") await world.remove(name, run);
  if (found?.state !== "running") {
    await docker(neighbourArgv(world, name, await servicesImage(run)), { step: "start the neighbour", subject: name, signal: run.signal });
  }
  const exec = (argv: string[], options?: ExecOptions) => world.exec(name, argv, options);
  return {
    internalAddress: world.internalAddress(NEIGHBOUR),
    exec,
    scan: async (address, { ports: [from, to] = [1, 65_535], route, signal } = {}) => {
      if (route) await exec(["ip", "route", "replace", route.subnet, "via", route.via], signal ? { signal } : {});
      const input = JSON.stringify({ address, from, to });
      const { stdout } = await exec(["python3", "-c", SCAN], { input, timeout: 300_000, ...(signal ? { signal } : {}) });
      return JSON.parse(stdout) as number[];
    },
  };
}

/** NET_ADMIN for routes of its own: container networks behind a server are tried by way of that server. */
const neighbourArgv = (world: World, name: string, image: string): string[] => [
  "run",
  "--detach",
  "--init",
  `--name=${name}`,
  "--hostname=neighbour",
  `--label=${world.label}`,
  `--network=${world.prefix}`,
  `--ip=${world.internalAddress(NEIGHBOUR)}`,
  "--cap-add=NET_ADMIN",
  image,
  "sleep",
  "infinity",
];

/** A port that swallows the attempt counts as closed after two seconds. */
const SCAN = `
import asyncio, json, sys
want = json.load(sys.stdin)
gate = asyncio.Semaphore(1500)
async def open_port(port):
    async with gate:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(want["address"], port), 2)
        except (OSError, asyncio.TimeoutError):
            return None
        writer.close()
        return port
async def main():
    found = await asyncio.gather(*(open_port(port) for port in range(want["from"], want["to"] + 1)))
    print(json.dumps([port for port in found if port]))
asyncio.run(main())
`;
