import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Run } from "../machines";
import { buildImage, type Recipe } from "../machines/recipe";
import { base, builderBase } from "./bases";

/** When a stand-in begins to answer as healthy: at once, never, after so many seconds; or it ends right away. */
export type Startup = "now" | "never" | "crash" | number;

export interface StandIn {
  system: "flowmaster";
  service: "backend" | "frontend";
  /** What `/api/version` says and the page shows. */
  version: string;
  /** @default "now" */
  startup?: Startup;
}

/** Builds the application that stands in for a real one, by the guide's Dockerfile. Versions share all layers but their own. */
export async function standInImage(standIn: StandIn, run: Run = {}): Promise<string> {
  const [files, images] = await Promise.all([filesOf(standIn), baseArguments[standIn.service](run)]);
  return buildImage(standInRecipe(standIn, files, images), run);
}

export function standInRecipe(standIn: StandIn, files: Record<string, Buffer>, images: Record<string, string>): Recipe {
  const { system, service, version, startup = "now" } = standIn;
  if (!/^[\w][\w.-]{0,40}$/.test(version))
    throw new Error(`version "${version}" of ${system} ${service}: use letters, digits, ".", "_", "-"`);
  const { "Dockerfile.production": dockerfile, ...rest } = files;
  if (!dockerfile) throw new Error(`${system} ${service}: has no Dockerfile.production`);
  return {
    name: `${system}-${service}`,
    variant: version,
    dockerfile: dockerfile.toString(),
    files: rest,
    buildArgs: { ...images, VERSION: version, STARTUP: String(startup) },
  };
}

const baseArguments: Record<StandIn["service"], (run: Run) => Promise<Record<string, string>>> = {
  backend: async (run) => ({
    PYTHON_IMAGE: await base("python:3.11-slim", run),
    BUILDER_IMAGE: await builderBase("python:3.11-slim", run),
  }),
  frontend: async (run) => {
    const [node, nginx] = await Promise.all([builderBase("node:20-alpine", run), base("nginx:alpine", run)]);
    return { NODE_IMAGE: node, NGINX_IMAGE: nginx };
  },
};

/** What a developer's own tools leave beside the source. */
const NOT_SOURCE = /(^|\/)(node_modules|dist|__pycache__|\.venv)\//;

async function filesOf({ system, service }: StandIn): Promise<Record<string, Buffer>> {
  const folder = join(__dirname, system, service);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const source = paths.filter((path) => !NOT_SOURCE.test(path)).sort();
  return Object.fromEntries(
    await Promise.all(source.map(async (path): Promise<[string, Buffer]> => [path, await readFile(join(folder, path))])),
  );
}
