import type { Run } from "../machines";
import { baseImage, pull } from "../machines/base-image";
import { command } from "../machines/command";
import { imageExists } from "../machines/docker";
import { readMachineSettings } from "../machines/machine-settings";
import { buildImage, tagOf, type Recipe } from "../machines/recipe";
import { readClientSettings, type ClientSettings } from "./client-settings";

/** What the guides' Dockerfiles start from, and what builds the programs that have none. */
export type Base = "python:3.11-slim" | "node:20-alpine" | "nginx:alpine" | "golang:1.26.8-bookworm" | "maven:3-eclipse-temurin-17";

/** The image itself where it is here or in a registry in reach, else its stand-in from Debian's packages. */
export async function base(image: Base, run: Run): Promise<string> {
  if (await imageExists(image, run.signal)) return image;
  const local = await standIns[image](await baseImage("debian-12", run));
  const reference = await builtBefore(local, run);
  if (reference) return reference;
  return (await pull(image, run)) ? image : buildImage(local, run);
}

async function builtBefore(recipe: Recipe, { signal }: Run): Promise<string | undefined> {
  const reference = tagOf(recipe);
  return (await imageExists(reference, signal)) ? reference : undefined;
}

/** A base that installs packages in a build stage: with this machine's settings of pip, npm, Go, Maven and certificates, where it has any. */
export async function builderBase(image: Base, run: Run): Promise<string> {
  const [from, client, machine] = await Promise.all([base(image, run), readClientSettings(), readMachineSettings()]);
  const authorities = Object.entries(machine.authorities);
  const files = {
    ...settingsFor(image, client),
    ...Object.fromEntries(authorities.map(([name, pem]) => [`files/usr/local/share/ca-certificates/${name}`, pem])),
  };
  return Object.keys(files).length === 0 ? from : buildImage(builderRecipe(image, from, files, authorities.length > 0), run);
}

/** Path in a build context → content; `files/` of it is copied to `/`. */
function settingsFor(image: Base, { pipConf, npmrc, goEnv, mavenSettings }: ClientSettings): Record<string, string> {
  if (image.startsWith("golang")) return present({ "files/root/.config/go/env": goEnv });
  if (image.startsWith("maven")) return present({ "files/root/.m2/settings.xml": mavenSettings });
  return present({ "files/etc/pip.conf": pipConf, "files/root/.npmrc": npmrc });
}

const present = (files: Record<string, string>) => Object.fromEntries(Object.entries(files).filter(([, text]) => text !== ""));

const BUNDLE = "/etc/ssl/certs/ca-certificates.crt";

/** pip and Node.js bring lists of authorities of their own. */
export const builderRecipe = (image: Base, from: string, files: Record<string, string>, authorities: boolean): Recipe => ({
  name: "builder",
  variant: nameOf(image),
  dockerfile: `FROM ${from}
COPY files/ /
${
  authorities
    ? `RUN cat /usr/local/share/ca-certificates/*.crt >> ${BUNDLE}
ENV PIP_CERT=${BUNDLE} NODE_EXTRA_CA_CERTS=${BUNDLE}
`
    : ""
}`,
  files,
});

const nameOf = (image: Base) => image.replace(":", "-");

const GO = "1.26.8";
const goToolchain = `golang.org/toolchain@v0.0.1-go${GO}.linux-${process.arch === "x64" ? "amd64" : process.arch}`;

/** Of the packages `node-linux-*` and `npm` in the npm registry. */
const NODE = "20.20.2";
const NPM = "10.9.9";
const nodePackage = `node-linux-${process.arch}`;

const install = (packages: string) =>
  `RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ${packages} && apt-get clean`;

const standIns: Record<Base, (from: string) => Recipe | Promise<Recipe>> = {
  "python:3.11-slim": (from) => ({
    name: "python",
    variant: "3.11",
    dockerfile: `FROM ${from}
${install("python3 python3-venv")} \\
 && ln -s python3 /usr/bin/python
`,
  }),
  "nginx:alpine": (from) => ({
    name: "nginx",
    variant: "debian-12",
    dockerfile: `FROM ${from}
${install("nginx-light wget")} \\
 && rm -rf /usr/share/nginx/html/* /etc/nginx/sites-enabled/*
`,
  }),
  "node:20-alpine": (from) => ({
    name: "node",
    variant: NODE,
    dockerfile: `FROM ${from}
ADD ${nodePackage}-${NODE}.tgz /opt/node/
ADD npm-${NPM}.tgz /opt/npm/
RUN chmod +x /opt/node/package/bin/node /opt/npm/package/bin/npm-cli.js \\
 && ln -s /opt/node/package/bin/node /usr/local/bin/node && ln -s /opt/npm/package/bin/npm-cli.js /usr/local/bin/npm && npm --version
`,
    // npm on this machine knows the way to the registry.
    prepare: async (context, { signal }) => {
      const argv = ["pack", "--silent", "--ignore-scripts", `--pack-destination=${context}`, `${nodePackage}@${NODE}`, `npm@${NPM}`];
      await command("npm", argv, { step: "fetch Node.js 20 from the npm registry", subject: "node:20-alpine", timeout: 180_000, signal });
    },
  }),
  // Debian's Go fetches this one through the machine's module proxy, by its sum.
  "golang:1.26.8-bookworm": async (from) => {
    const files = settingsFor("golang:1.26.8-bookworm", await readClientSettings());
    return {
      name: "golang",
      variant: GO,
      dockerfile: `FROM ${from} AS toolchain
${Object.keys(files).length > 0 ? "COPY files/ /\n" : ""}${install("golang-go")} \\
 && mv "$(go mod download -json ${goToolchain} | sed -n 's/.*"Dir": "\\(.*\\)".*/\\1/p')" /usr/local/go \\
 && chmod -R u+w /usr/local/go && chmod 0755 /usr/local/go/bin/* /usr/local/go/pkg/tool/*/*

FROM ${from}
COPY --from=toolchain /usr/local/go /usr/local/go
ENV PATH=/usr/local/go/bin:$PATH GOTOOLCHAIN=local
`,
      files,
    };
  },
  "maven:3-eclipse-temurin-17": (from) => ({
    name: "maven",
    variant: "3-java-17",
    // Java's packages want to link their manuals.
    dockerfile: `FROM ${from}
RUN mkdir -p /usr/share/man/man1
${install("maven openjdk-17-jdk-headless")}
`,
  }),
};
