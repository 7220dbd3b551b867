import type { Run } from "../machines";
import { baseImage, pull } from "../machines/base-image";
import { imageExists } from "../machines/docker";
import { buildImage, tagOf, type Recipe } from "../machines/recipe";
import { builderBase } from "./bases";
import { sourceRecipe } from "./source-files";
import type { DataStandIn } from "./stand-in";

/** A folder of `data`. */
type Program = "mongodb" | "redis" | "keycloak" | "keycloak-db" | "zookeeper" | "kafka" | "schema-registry" | "pgadmin" | "kafka-ui";

/** What the guides' compose files name; of CoreFlow's, which its guide does not show, what its components are made for. */
const OFFICIAL: Record<Program, string> = {
  mongodb: "mongo:6.0",
  redis: "redis:7-alpine",
  keycloak: "quay.io/keycloak/keycloak:23.0",
  "keycloak-db": "postgres:15-alpine",
  zookeeper: "confluentinc/cp-zookeeper:7.7.1",
  kafka: "confluentinc/cp-kafka:7.7.1",
  "schema-registry": "confluentinc/cp-schema-registry:7.7.1",
  pgadmin: "dpage/pgadmin4:9.16",
  "kafka-ui": "kafbat/kafka-ui:v1.2.0",
};

/** Of the PostgreSQL that takes the place of any other: its files tell their major version. */
export const POSTGRES_VERSION = "15.0";

/** The official image where it is here or in a registry in reach, else its stand-in; under a label with the version. */
export async function dataImage(standIn: DataStandIn, run: Run): Promise<string> {
  const program = standIn.service === "postgres" ? "keycloak-db" : standIn.service;
  return buildImage(labelled(standIn, await programImage(program, run)), run);
}

export const labelled = ({ system, service, version }: DataStandIn, from: string): Recipe => ({
  name: `${system}-${service}`,
  variant: version,
  dockerfile: `FROM ${from}\nLABEL org.opencontainers.image.version=${version}\n`,
});

async function programImage(program: Program, run: Run): Promise<string> {
  const official = OFFICIAL[program];
  if (await imageExists(official, run.signal)) return official;
  const recipe: Recipe = {
    name: program,
    variant: "debian-12",
    ...(await sourceRecipe(["data", program])),
    buildArgs: await stages[program](run),
  };
  if (await imageExists(tagOf(recipe), run.signal)) return tagOf(recipe);
  return (await pull(official, run)) ? official : buildImage(recipe, run);
}

/** What is built in stages that are thrown away: this machine's settings are in those only. */
const stages: Record<Program, (run: Run) => Promise<Record<string, string>>> = {
  mongodb: async (run) => ({
    BASE: await baseImage("debian-12", run),
    UBUNTU_IMAGE: await baseImage("ubuntu-24.04", run),
    NODE_IMAGE: await builderBase("node:20-alpine", run),
  }),
  redis: onBase,
  keycloak: withMaven,
  "keycloak-db": onBase,
  zookeeper: ofKafka,
  kafka: ofKafka,
  "schema-registry": ofKafka,
  pgadmin: async (run) => ({ ...(await onBase(run)), PYTHON_IMAGE: await builderBase("python:3.11-slim", run) }),
  "kafka-ui": ofKafka,
};

async function onBase(run: Run): Promise<Record<string, string>> {
  return { BASE: await baseImage("debian-12", run) };
}

async function withMaven(run: Run): Promise<Record<string, string>> {
  return { ...(await onBase(run)), MAVEN_IMAGE: await builderBase("maven:3-eclipse-temurin-17", run) };
}

/** One image, of which each of the four runs another program. */
async function ofKafka(run: Run): Promise<Record<string, string>> {
  const source = await sourceRecipe(["data", "kafka-programs"]);
  return { PROGRAMS: await buildImage({ name: "kafka-programs", variant: "debian-12", ...source, buildArgs: await withMaven(run) }, run) };
}
