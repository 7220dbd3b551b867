import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Run } from "../machines";
import { baseImage } from "../machines/base-image";
import { docker } from "../machines/docker";
import { buildImage, type Recipe } from "../machines/recipe";
import { programs, releaseFile } from "./flowra-image";
import { checkVersion, type FlowraRelease } from "./stand-in";

export interface StandInArchive {
  /** `…tar.gz` with `bin/{api,worker,migrator}`, static. */
  file: string;
  /** Hexadecimal. The same release is the same bytes. */
  sha256: string;
}

export interface ArchiveOptions extends Run {
  /** Where the file is put. @default a folder of this user's in the machine's folder for temporary files */
  folder?: string;
}

/** The release as a build machine would publish it for systemd. Packed in a container, so that no tool of this machine alters its bytes. */
export async function standInArchive(
  release: FlowraRelease,
  { folder = ownFolder(), ...run }: ArchiveOptions = {},
): Promise<StandInArchive> {
  checkVersion(release, "archive");
  const image = await buildImage(archiveRecipe(release, await baseImage("debian-12", run), await programs(run)), run);
  const file = join(folder, `${image.replaceAll(/[/:]/g, "-")}.tar.gz`);
  const half = `${file}.${process.pid}`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const about = { step: "take an archive out of its image", subject: image, signal: run.signal };
  const container = (await docker(["create", "--network=none", image], about)).stdout.trim();
  try {
    await docker(["cp", `${container}:/flowra.tar.gz`, half], about);
  } finally {
    await docker(["rm", "--force", container], { ...about, signal: undefined });
  }
  await rename(half, file);
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return { file, sha256: hash.digest("hex") };
}

const ownFolder = () => join(tmpdir(), `flowfleet-archives-${process.getuid?.() ?? 0}`);

export const archiveRecipe = (release: FlowraRelease, base: string, programs: string): Recipe => ({
  name: "flowra-archive",
  variant: release.version,
  dockerfile: `FROM ${programs} AS programs
FROM ${base} AS packed
COPY --from=programs /application /application
COPY release.json /application/
RUN chmod -R u=rwX,go=rX /application && tar --create --directory=/application --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \\
  bin release.json | gzip --no-name > /flowra.tar.gz
FROM scratch
COPY --from=packed /flowra.tar.gz /
CMD ["none"]
`,
  files: { "release.json": releaseFile(release) },
});
