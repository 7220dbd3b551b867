import type { Run } from "../machines";
import { buildImage, type Recipe } from "../machines/recipe";
import { base, builderBase } from "./bases";
import { dataImage } from "./data-image";
import { flowraImage } from "./flowra-image";
import { sourceFiles } from "./source-files";
import { checkVersion, type FlowmasterStandIn, type StandIn } from "./stand-in";

/** Builds what stands in for a real application or database. Versions share all layers but their own; what is there already is not built again. */
export async function standInImage(standIn: StandIn, run: Run = {}): Promise<string> {
  checkVersion(standIn, standIn.service);
  if (standIn.system === "flowmaster") return flowmasterImage(standIn, run);
  switch (standIn.service) {
    case "api":
    case "worker":
    case "migrator":
      return flowraImage(standIn, run);
    default:
      return dataImage(standIn, run);
  }
}

/** By the guide's own Dockerfile. */
async function flowmasterImage(standIn: FlowmasterStandIn, run: Run): Promise<string> {
  const [files, images] = await Promise.all([sourceFiles(standIn.system, standIn.service), baseArguments[standIn.service](run)]);
  return buildImage(standInRecipe(standIn, files, images), run);
}

export function standInRecipe(standIn: FlowmasterStandIn, files: Record<string, Buffer>, images: Record<string, string>): Recipe {
  const { system, service, version, startup = "now" } = standIn;
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

const baseArguments: Record<FlowmasterStandIn["service"], (run: Run) => Promise<Record<string, string>>> = {
  backend: async (run) => ({
    PYTHON_IMAGE: await base("python:3.11-slim", run),
    BUILDER_IMAGE: await builderBase("python:3.11-slim", run),
  }),
  frontend: async (run) => {
    const [node, nginx] = await Promise.all([builderBase("node:20-alpine", run), base("nginx:alpine", run)]);
    return { NODE_IMAGE: node, NGINX_IMAGE: nginx };
  },
};
