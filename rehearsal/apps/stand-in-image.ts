import type { Run } from "../machines";
import { buildImage, type Recipe } from "../machines/recipe";
import { base, builderBase } from "./bases";
import { dataImage } from "./data-image";
import { flowraImage } from "./flowra-image";
import { sourceRecipe } from "./source-files";
import { checkVersion, type FlowmasterStandIn, type FlowstackStandIn, type StandIn } from "./stand-in";

/** Builds what stands in for a real application or database. Versions share all layers but their own; what is there already is not built again. */
export async function standInImage(standIn: StandIn, run: Run = {}): Promise<string> {
  checkVersion(standIn, standIn.service);
  if (standIn.system === "flowmaster") return applicationImage(standIn, "Dockerfile.production", run);
  switch (standIn.service) {
    case "app":
      return applicationImage(standIn, "Dockerfile", run);
    case "api":
    case "worker":
    case "migrator":
      return flowraImage(standIn, run);
    default:
      return dataImage(standIn, run);
  }
}

type ApplicationStandIn = FlowmasterStandIn | FlowstackStandIn;

/** By a Dockerfile as the guides have it. */
async function applicationImage(standIn: ApplicationStandIn, dockerfile: string, run: Run): Promise<string> {
  const [{ dockerfile: text, files }, images] = await Promise.all([
    sourceRecipe([standIn.system, standIn.service], dockerfile),
    baseArguments[standIn.service](run),
  ]);
  return buildImage(standInRecipe(standIn, text, files, images), run);
}

export function standInRecipe(
  { system, service, version, startup = "now" }: ApplicationStandIn,
  dockerfile: string,
  files: Record<string, Buffer>,
  images: Record<string, string>,
): Recipe {
  return {
    name: `${system}-${service}`,
    variant: version,
    dockerfile,
    files,
    buildArgs: { ...images, VERSION: version, STARTUP: String(startup) },
  };
}

const baseArguments: Record<ApplicationStandIn["service"], (run: Run) => Promise<Record<string, string>>> = {
  backend: async (run) => ({
    PYTHON_IMAGE: await base("python:3.11-slim", run),
    BUILDER_IMAGE: await builderBase("python:3.11-slim", run),
  }),
  frontend: async (run) => {
    const [node, nginx] = await Promise.all([builderBase("node:20-alpine", run), base("nginx:alpine", run)]);
    return { NODE_IMAGE: node, NGINX_IMAGE: nginx };
  },
  app: async (run) => ({ NODE_IMAGE: await base("node:20-alpine", run), BUILDER_IMAGE: await builderBase("node:20-alpine", run) }),
};
