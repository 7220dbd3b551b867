import * as path from "node:path";
import { allOrFirstFailure } from "./all-or-first-failure";
import { type Estate, gitHost, type GitServer, type Registry, startGit, startRegistry } from "./machines";
import { digestOf } from "./machines/recipe";
import { readJson, writePrivate } from "./private-file";
import type { RehearsalOptions } from "./rehearse";
import type {
  ArchiveToRehearse,
  ImageToRehearse,
  LocalArchive,
  LocalImage,
  LocalReleases,
  LocalSource,
  SourceToRehearse,
  StackToRehearse,
} from "./world";

export interface StandInBuilder {
  /** Gives the image's name in the local Docker, and the version of what is in it. */
  image: (image: ImageToRehearse, note: (text: string) => void) => Promise<{ local: string; version?: string }>;
  archive: (archive: ArchiveToRehearse, note: (text: string) => void) => Promise<{ file: string; sha256: string }>;
  /** Gives the files of a repository: path -> text. */
  source: (source: SourceToRehearse) => Promise<Record<string, string>>;
  /** A script for root's shell on each throwaway machine: what real ones have beforehand. */
  machine: (systems: readonly string[]) => Promise<string>;
}

type Wanted = Pick<RehearsalOptions, "stacks" | "standIns" | "task" | "signal">;

export interface Local {
  registry: Registry | undefined;
  git: GitServer | undefined;
  built: LocalReleases;
}

/** Builds what takes the releases' place and puts it into a registry and a git server of the estate, if anything is to take their place. */
export async function localReleases(estate: Estate, wanted: Wanted): Promise<Local> {
  if (wanted.standIns === undefined) return { registry: undefined, git: undefined, built: { images: [], archives: [], sources: [] } };
  const [{ registry, images, archives }, { git, sources }] = await allOrFirstFailure([
    fromRegistry(estate, wanted, wanted.standIns),
    fromRepositories(estate, wanted, wanted.standIns),
  ]);
  return { registry, git, built: { images, archives, sources } };
}

async function fromRegistry(
  estate: Estate,
  { stacks, task, signal }: Wanted,
  standIns: StandInBuilder,
): Promise<{ registry: Registry | undefined } & Pick<LocalReleases, "images" | "archives">> {
  const { images, archives } = wantedOf(stacks);
  const logins = stacks.flatMap(({ registries }) => registries);
  const hosts = [...new Set([...images.map(({ image }) => image.split("/")[0] ?? image), ...logins])];
  if (hosts.length + archives.length === 0) return { registry: undefined, images: [], archives: [] };
  const [registry, localImages, localArchives] = await allOrFirstFailure([
    task("Image registry", (report) => startRegistry(estate, hosts.length > 0 ? hosts : [ARCHIVES_HOST], { report, signal })),
    allOrFirstFailure(
      images.map(async (image) => ({
        ...image,
        ...(await task(`Image ${image.system} ${image.service}`, (note) => standIns.image(image, note))),
      })),
    ),
    allOrFirstFailure(
      archives.map(async (archive): Promise<BuiltArchive> => ({
        ...archive,
        ...(await task(`Archive ${archive.system} ${archive.service}`, (note) => standIns.archive(archive, note))),
      })),
    ),
  ]);
  return { registry, ...(await pushed(estate, registry, { images: localImages, archives: localArchives }, signal)) };
}

/** Each repository has the first version of its stand-in on the branch that its release names. What is there already keeps its time. */
async function fromRepositories(
  estate: Estate,
  { stacks, task, signal }: Wanted,
  standIns: StandInBuilder,
): Promise<{ git: GitServer | undefined; sources: LocalSource[] }> {
  const { sources } = wantedOf(stacks);
  if (sources.length === 0) return { git: undefined, sources: [] };
  const hosts = sources.map(({ repository }) => gitHost(repository));
  return task("Git server", async (report) => {
    const git = await startGit(estate, hosts, { report, signal });
    const file = path.join(estate.stateDir, "commits.json");
    const known = readJson<Record<string, LocalSource & { files: string }>>(file) ?? {};
    const local: typeof known = {};
    for (const source of sources) {
      const name = nameOf(source);
      const files = await standIns.source(source);
      const digest = digestOf(source, files);
      const before = known[name];
      const { repository, ref: branch } = source;
      local[name] =
        before?.files === digest
          ? before
          : { ...source, files: digest, commit: await git.push(repository, files, { branch, message: "v1", signal }), builtAt: now() };
    }
    writePrivate(file, JSON.stringify({ ...known, ...local }, null, 2));
    return { git, sources: Object.values(local) };
  });
}

const nameOf = ({ system, service }: { system: string; service: string }): string => `${system}/${service}`;

const wantedOf = (stacks: readonly StackToRehearse[]): Pick<StackToRehearse, "images" | "archives" | "sources"> => ({
  images: unique(
    stacks.flatMap((stack) => stack.images),
    ({ image }) => image,
  ),
  archives: unique(
    stacks.flatMap((stack) => stack.archives),
    nameOf,
  ),
  sources: unique(
    stacks.flatMap((stack) => stack.sources),
    nameOf,
  ),
});

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
): Promise<Pick<LocalReleases, "images" | "archives">> {
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
    const name = nameOf(archive);
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
