import type { Run } from "../machines";
import { baseImage, pull } from "../machines/base-image";
import { imageExists } from "../machines/docker";
import { buildImage, tagOf, type Recipe } from "../machines/recipe";
import { builderBase } from "./bases";
import { sourceRecipe } from "./source-files";
import type { DataStandIn } from "./stand-in";

type Service = DataStandIn["service"];

/** What the guide's compose file names. */
const OFFICIAL: Record<Service, string> = {
  mongodb: "mongo:6.0",
  redis: "redis:7-alpine",
  keycloak: "quay.io/keycloak/keycloak:23.0",
  "keycloak-db": "postgres:15-alpine",
};

/** The official image where it is here or in a registry in reach, else its stand-in; under a label with the version. */
export async function dataImage({ service, version }: DataStandIn, run: Run): Promise<string> {
  return buildImage(labelled(service, version, await programImage(service, run)), run);
}

export const labelled = (service: Service, version: string, from: string): Recipe => ({
  name: `flowra-${service}`,
  variant: version,
  dockerfile: `FROM ${from}\nLABEL org.opencontainers.image.version=${version}\n`,
});

async function programImage(service: Service, run: Run): Promise<string> {
  const official = OFFICIAL[service];
  if (await imageExists(official, run.signal)) return official;
  const recipe: Recipe = {
    name: service,
    variant: "debian-12",
    ...(await sourceRecipe(["data", service])),
    buildArgs: { BASE: await baseImage("debian-12", run), ...(await stages[service](run)) },
  };
  if (await imageExists(tagOf(recipe), run.signal)) return tagOf(recipe);
  return (await pull(official, run)) ? official : buildImage(recipe, run);
}

/** What is built in stages that are thrown away: this machine's settings are in those only. */
const stages: Record<Service, (run: Run) => Promise<Record<string, string>>> = {
  mongodb: async (run) => ({ UBUNTU_IMAGE: await baseImage("ubuntu-24.04", run), NODE_IMAGE: await builderBase("node:20-alpine", run) }),
  redis: () => Promise.resolve({}),
  keycloak: async (run) => ({ MAVEN_IMAGE: await builderBase("maven:3-eclipse-temurin-17", run) }),
  "keycloak-db": () => Promise.resolve({}),
};
