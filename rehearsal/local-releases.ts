import * as path from "node:path";
import { allOrFirstFailure } from "./all-or-first-failure";
import { type Estate, type Registry, startRegistry } from "./machines";
import { readJson, writePrivate } from "./private-file";
import type { RehearsalOptions } from "./rehearse";
import type { ArchiveToRehearse, ImageToRehearse, LocalArchive, LocalImage, LocalReleases } from "./world";

export interface StandInBuilder {
  /** Gives the image's name in the local Docker. */
  image: (image: ImageToRehearse, note: (text: string) => void) => Promise<string>;
  archive: (archive: ArchiveToRehearse, note: (text: string) => void) => Promise<{ file: string; sha256: string }>;
}

type Wanted = Pick<RehearsalOptions, "stacks" | "standIns" | "task" | "signal">;

/** Builds what takes the releases' place and puts it into a registry of the estate, if anything is to take their place. */
export async function localReleases(
  estate: Estate,
  { stacks, standIns, task, signal }: Wanted,
): Promise<{ registry: Registry | undefined; built: LocalReleases }> {
  const images = unique(
    stacks.flatMap((stack) => stack.images),
    ({ image }) => image,
  );
  const archives = unique(
    stacks.flatMap((stack) => stack.archives),
    ({ system, service }) => `${system}/${service}`,
  );
  if (images.length + archives.length === 0 || standIns === undefined) return { registry: undefined, built: { images: [], archives: [] } };
  const hosts = [...new Set(images.map(({ image }) => image.split("/")[0] ?? image))];
  const [registry, localImages, localArchives] = await allOrFirstFailure([
    task("Image registry", (report) => startRegistry(estate, hosts.length > 0 ? hosts : [ARCHIVES_HOST], { report, signal })),
    allOrFirstFailure(
      images.map(async (image) => ({
        ...image,
        local: await task(`Image ${image.system} ${image.service}`, (note) => standIns.image(image, note)),
      })),
    ),
    allOrFirstFailure(
      archives.map(async (archive): Promise<BuiltArchive> => ({
        ...archive,
        ...(await task(`Archive ${archive.system} ${archive.service}`, (note) => standIns.archive(archive, note))),
      })),
    ),
  ]);
  return { registry, built: await pushed(estate, registry, { images: localImages, archives: localArchives }, signal) };
}

/** Where machines find archives when no image names a registry. */
const ARCHIVES_HOST = "releases.example.com";

const unique = <T>(all: readonly T[], key: (one: T) => string): T[] => [...new Map(all.map((one) => [key(one), one])).values()];

type BuiltImage = ImageToRehearse & { /** Name in the local Docker. */ local: string };
type BuiltArchive = ArchiveToRehearse & { file: string; sha256: string };

/** Everything that was ever put into this registry: image, or system and service of an archive -> release. */
interface Remembered {
  images: Record<string, LocalImage & { local: string }>;
  archives: Record<string, LocalArchive>;
}

/**
 * Puts what was built into the registry: images under their production names, archives beside them. What is there already is not pushed
 * again and keeps its time; what this run has no use for stays remembered for the next one.
 */
async function pushed(
  estate: Estate,
  registry: Registry,
  built: { images: BuiltImage[]; archives: BuiltArchive[] },
  signal: AbortSignal,
): Promise<LocalReleases> {
  const file = path.join(estate.stateDir, "releases.json");
  const known = readJson<Remembered>(file) ?? { images: {}, archives: {} };
  const images: Remembered["images"] = {};
  for (const image of built.images) {
    const before = known.images[image.image];
    const digest = before?.local === image.local ? before.digest : await registry.push(image.local, image.image, { signal });
    images[image.image] = { ...image, digest, builtAt: before?.local === image.local ? before.builtAt : now() };
  }
  const archives: Remembered["archives"] = {};
  for (const { file, ...archive } of built.archives) {
    const name = `${archive.system}/${archive.service}`;
    const before = known.archives[name];
    archives[name] =
      before?.sha256 === archive.sha256
        ? before
        : { ...archive, archive: await registry.put(file, archive.sha256, name, { signal }), builtAt: now() };
  }
  const after: Remembered = { images: { ...known.images, ...images }, archives: { ...known.archives, ...archives } };
  if (JSON.stringify(known) !== JSON.stringify(after)) writePrivate(file, JSON.stringify(after, null, 2));
  return { images: Object.values(images), archives: Object.values(archives) };
}

/** As release files have it. */
const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, "Z");
