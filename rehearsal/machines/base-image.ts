import type { Run, ServerOs } from "./api";
import { debootstrapImage } from "./debootstrap";
import { docker, imageExists } from "./docker";
import { readMachineSettings, type MachineSettings } from "./machine-settings";
import { mirrorsFor, osFacts, sourcesList } from "./os-facts";
import { buildImage, digestOf, once, type Recipe } from "./recipe";

/**
 * The smallest tree of a distribution with this machine's way to package mirrors in it. Everything else is built on it. The lists of
 * packages stay in it, so that an `apt-get update` in what follows has little to fetch.
 */
export async function baseImage(os: ServerOs, run: Run = {}): Promise<string> {
  const settings = await readMachineSettings();
  return buildImage(baseRecipe(os, await rootImage(os, settings, run), settings), run);
}

/** The bare tree: what is here, else what a registry has, else made from packages. */
async function rootImage(os: ServerOs, settings: MachineSettings, run: Run): Promise<string> {
  const { image, suite } = osFacts[os];
  const made = `flowfleet/root:${os}-${digestOf(mirrorsFor(osFacts[os], settings), suite)}`;
  return once(made, async () => {
    for (const reference of [made, image]) if (await imageExists(reference, run.signal)) return reference;
    if (await pull(image, run)) return image;
    await debootstrapImage(os, made, settings, run);
    return made;
  });
}

let registryInReach: boolean | undefined;

/** Whether an image could be pulled. Asked for in vain once, no registry is asked again by this process. */
export async function pull(image: string, { report, signal }: Run): Promise<boolean> {
  if (registryInReach === false) return false;
  report?.(`pulling ${image}`);
  // A name server that swallows questions would hold `docker pull` up for a minute; its first word comes when the registry has answered.
  registryInReach = await docker(["pull", image], {
    step: "pull an image",
    subject: image,
    timeout: 300_000,
    firstWord: 10_000,
    signal,
  }).then(
    () => true,
    () => false,
  );
  signal?.throwIfAborted();
  if (!registryInReach) report?.(`${image}: no registry in reach`);
  return registryInReach;
}

const APT_DIRECTORIES = "/var/cache/apt/archives/partial /var/lib/apt/lists/partial";

/** `unsafe-io`: an image that is built, or a server that is thrown away, has nothing to lose in a power cut, and gains half of its time. */
export const baseRecipe = (os: ServerOs, root: string, settings: MachineSettings): Recipe => ({
  name: "base",
  variant: os,
  dockerfile: `FROM ${root}
COPY files/ /
RUN rm -f /etc/apt/sources.list.d/*.sources /etc/apt/apt.conf.d/docker-clean && mkdir -p ${APT_DIRECTORIES} \\
 && apt-get update -q && apt-get install -y -q --no-install-recommends ca-certificates && update-ca-certificates && apt-get clean
`,
  files: {
    "files/etc/apt/sources.list": sourcesList(osFacts[os], settings),
    "files/etc/apt/apt.conf.d/80machine": `Acquire::Languages "none";\n${settings.aptConf}`,
    // 70 MB of index that apt makes anew in half a second: not in each layer.
    "files/etc/apt/apt.conf.d/81rehearsal-slim": 'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n',
    "files/etc/dpkg/dpkg.cfg.d/rehearsal": "force-unsafe-io\n",
    "files/etc/dpkg/dpkg.cfg.d/rehearsal-slim": slim,
    ...Object.fromEntries(
      Object.entries(settings.authorities).map(([name, pem]) => [`files/usr/local/share/ca-certificates/${name}`, pem]),
    ),
  },
});

const slim = ["doc", "man", "info", "locale", "lintian"].map((folder) => `path-exclude=/usr/share/${folder}/*\n`).join("");
