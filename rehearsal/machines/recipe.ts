import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Run } from "./api";
import { docker, IMAGE_LABEL, imageExists } from "./docker";

/** What an image is made of. Same recipe, same tag: it is built once. */
export interface Recipe {
  /** Repository under `flowfleet/`, e.g. `server`. */
  name: string;
  /** Start of the tag, for people, e.g. `debian-12`. */
  variant: string;
  dockerfile: string;
  /** Path in the build context → content. */
  files?: Record<string, string | Buffer>;
  buildArgs?: Record<string, string>;
  /** Fetches into the context what only a build needs; the Dockerfile names its exact version. */
  prepare?: (context: string, run: Run) => Promise<void>;
  /** Milliseconds. @default 10 minutes */
  timeout?: number;
}

/** First 12 hexadecimal digits of the SHA-256 over everything given, order of keys aside. */
export const digestOf = (...parts: unknown[]): string =>
  createHash("sha256")
    .update(JSON.stringify(parts, (_, value: unknown) => (isPlain(value) ? Object.fromEntries(Object.entries(value).sort()) : value)))
    .digest("hex")
    .slice(0, 12);

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);

export const tagOf = ({ name, variant, dockerfile, files = {}, buildArgs = {} }: Recipe): string =>
  `flowfleet/${name}:${variant}-${digestOf(dockerfile, hashed(files), buildArgs)}`;

const hashed = (files: Record<string, string | Buffer>) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [path, createHash("sha256").update(content).digest("hex")]));

/**
 * `--network host`: proxies and name servers of the machine work in a build as they do outside. The classic builder
 * is used on purpose: it is in every Docker, Debian's has no other.
 */
export const buildArgv = (reference: string, { name, buildArgs = {} }: Recipe, context: string): string[] => [
  "build",
  "--network=host",
  "--force-rm",
  "--quiet",
  `--label=${IMAGE_LABEL}=${name}`,
  ...Object.entries(buildArgs).flatMap(([key, value]) => ["--build-arg", `${key}=${value}`]),
  `--tag=${reference}`,
  context,
];

const underWay = new Map<string, Promise<string>>();

/** The image of a recipe, built if it is not there. Two callers at once share one build. */
export const buildImage = (recipe: Recipe, run: Run = {}): Promise<string> => once(tagOf(recipe), () => build(recipe, run));

/** Shares what is under way under the same name. */
export function once(name: string, make: () => Promise<string>): Promise<string> {
  const shared = underWay.get(name);
  if (shared) return shared;
  const made = make().finally(() => underWay.delete(name));
  underWay.set(name, made);
  return made;
}

async function build(recipe: Recipe, { report, signal }: Run): Promise<string> {
  const reference = tagOf(recipe);
  if (await imageExists(reference, signal)) return reference;
  const started = Date.now();
  report?.(`building image ${reference}`);
  await withContext({ ...recipe.files, Dockerfile: recipe.dockerfile }, async (context) => {
    await recipe.prepare?.(context, { report, signal });
    await docker(buildArgv(reference, recipe, context), {
      step: "build an image",
      subject: reference,
      timeout: recipe.timeout ?? 600_000,
      signal,
      env: { DOCKER_BUILDKIT: "0" },
    });
  });
  report?.(`built image ${reference} in ${Math.round((Date.now() - started) / 1000)} s`);
  return reference;
}

async function withContext(files: Record<string, string | Buffer>, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "flowfleet-build-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
