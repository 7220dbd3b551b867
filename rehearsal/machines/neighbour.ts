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

/**
 * A port that swallows the attempt, and its repetition after a second, counts as closed after two and a half. What the kernel has connected by
 * then counts, however late this program hears of it.
 */
const SCAN = `
import errno, json, resource, select, socket, sys, time
want = json.load(sys.stdin)
def open_ports(ports):
    waiting, found, ready = {}, [], select.epoll()
    for port in ports:
        one = socket.socket()
        one.setblocking(False)
        if one.connect_ex((want["address"], port)) in (0, errno.EINPROGRESS):
            waiting[one.fileno()] = port, one
            ready.register(one, select.EPOLLOUT)
    end = time.monotonic() + 2.5
    while waiting and (events := ready.poll(max(0, end - time.monotonic()), len(waiting))):
        for handle, _ in events:
            port, one = waiting.pop(handle)
            if one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                found.append(port)
            one.close()
    for _, one in waiting.values():
        one.close()
    return found
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
every, at_once = range(want["from"], want["to"] + 1), min(8000, most - 100)
print(json.dumps(sorted(port for at in range(0, len(every), at_once) for port in open_ports(every[at:at + at_once]))))
`;
