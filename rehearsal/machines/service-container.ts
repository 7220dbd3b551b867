import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Run } from "./api";
import { docker } from "./docker";
import { digestOf } from "./recipe";
import { servicesImage } from "./services-image";
import type { World } from "./world";

/** One thing that runs beside the servers. */
export interface Service {
  /** Last part of its container's name. */
  role: string;
  /** Of its address on the estate's network. */
  index: number;
  /** Names it has there, for every container of the estate. */
  aliases: string[];
  /** Published on its loopback address, under their own number. */
  ports: number[];
  /** Volume to mount, kept when the container is made anew: [name's last part, path]. */
  volume?: [string, string];
  /** Absolute path → content; in the container before it starts. */
  files: Record<string, string>;
  /** Path of a shell script among `files`. */
  start: string;
}

const SPECIFICATION = "flowfleet.specification";

/**
 * Runs it. `specification` tells whether one that exists is the one that is wanted; another is replaced. `true` when it was started by this
 * call, so that what it keeps in memory only can be told again.
 *
 * @param imageOf What it runs from. @default the image of services
 */
export async function runService(
  world: World,
  specification: unknown,
  make: () => Promise<Service>,
  role: string,
  run: Run,
  imageOf: (run: Run) => Promise<string> = servicesImage,
): Promise<boolean> {
  const { signal } = run;
  const name = world.containerName(role);
  const image = await imageOf(run);
  const digest = digestOf(image, specification);
  const found = await world.container(name, signal);
  const wanted = found?.labels[SPECIFICATION] === digest && found.state !== "created";
  if (found && wanted && found.state === "running") return false;
  if (found && !wanted) await world.remove(name, run);
  if (!wanted) await create(world, name, image, digest, await make(), run);
  await docker(["start", name], { step: `start the ${role}`, subject: name, signal });
  return true;
}

async function create(world: World, name: string, image: string, digest: string, service: Service, { signal }: Run): Promise<void> {
  const about = { step: `make the ${service.role}`, subject: name, signal };
  if (service.volume) await docker(["volume", "create", `--label=${world.label}`, `${world.prefix}-${service.volume[0]}`], about);
  await docker(serviceArgv(world, name, image, digest, service), about);
  const folder = await mkdtemp(join(tmpdir(), "flowfleet-service-"));
  try {
    for (const [path, content] of Object.entries(service.files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content, { mode: 0o600 });
    }
    await chmod(folder, 0o755);
    await docker(["cp", `${folder}/.`, `${name}:/`], about);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const serviceArgv = (world: World, name: string, image: string, digest: string, service: Service): string[] => [
  "create",
  "--init",
  `--name=${name}`,
  `--hostname=${service.role}`,
  `--label=${world.label}`,
  `--label=${SPECIFICATION}=${digest}`,
  `--network=${world.prefix}`,
  `--ip=${world.internalAddress(service.index)}`,
  ...service.aliases.map((alias) => `--network-alias=${alias}`),
  ...service.ports.map((port) => `--publish=${world.loopbackAddress(service.index)}:${port}:${port}`),
  ...(service.volume ? [`--volume=${world.prefix}-${service.volume[0]}:${service.volume[1]}`] : []),
  image,
  "sh",
  service.start,
];
