import type { Run } from "./api";
import { baseImage } from "./base-image";
import { buildImage, type Recipe } from "./recipe";

/** For what runs beside the servers: ACME test CA, registry, git server, neighbour. One image, because one is sooner there than four. */
export const servicesImage = async (run: Run = {}): Promise<string> => buildImage(servicesRecipe(await baseImage("debian-12", run)), run);

const PACKAGES = "pebble docker-registry git openssh-server openssl curl iproute2 python3";

export const servicesRecipe = (base: string): Recipe => ({
  name: "services",
  variant: "debian-12",
  dockerfile: `FROM ${base}
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ${PACKAGES} && apt-get clean
`,
});
