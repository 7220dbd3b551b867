import type { Estate, Machine, Registry, Run } from "./api";
import { authority, issue } from "./authority";
import { REGISTRY } from "./block";
import { until } from "./command";
import { docker } from "./docker";
import { worldOf } from "./estate";
import { putBlob } from "./registry-files";
import { runService, type Service } from "./service-container";
import type { World } from "./world";

/** Where this machine's own Docker pushes: it trusts every registry on a loopback address. */
const PUSH_PORT = 5000;

/**
 * Debian's docker-registry under production's host names: each is an alias of its container on the estate's network, and its certificate
 * has them all, so a server's Docker pulls by the name that production has.
 */
export async function startRegistry(estate: Estate, hosts: string[], run: Run = {}): Promise<Registry> {
  const world = worldOf(estate);
  const all = [...new Set([...world.record.registryHosts, ...hosts])].sort();
  if (all.length > world.record.registryHosts.length) await world.update((record) => (record.registryHosts = all));
  const started = await runService(world, { all, names: namesOf(all), storage: STORAGE }, () => service(world, all, run), "registry", run);
  if (started) run.report?.(`image registry for ${all.join(", ")}`);
  const pushAddress = `${world.loopbackAddress(REGISTRY)}:${PUSH_PORT}`;
  await answering(world, run);
  return {
    hosts: all,
    push: (image, productionName, options = {}) => push(image, `${pushAddress}/${pathOf(productionName, all)}`, options),
    put: async (file, sha256, repository, options = {}) => {
      const host = all[0] ?? "";
      const ca = await authority(world, options);
      const door = { address: world.loopbackAddress(REGISTRY), port: PUSH_PORT, servername: nameOf(host), ca };
      await putBlob(door, repository, file, sha256, options.signal);
      return `https://${host}/v2/${repository}/blobs/sha256:${sha256}`;
    },
    fetch: (productionName, options = {}) => fetchByDigest(productionName, `${pushAddress}/${pathOf(productionName, all)}`, options),
    trust: async (machine, options = {}) => {
      await trust(world, all, machine, await authority(world, options), options);
    },
  };
}

export const nameOf = (host: string): string => host.split(":")[0] ?? host;
/** Docker Hub's images are asked for under another name than the one in front of them. */
export const namesOf = (hosts: string[]): string[] => [
  ...new Set(hosts.map(nameOf).flatMap((name) => (name === "docker.io" ? [name, "registry-1.docker.io"] : [name]))),
];
export const portOf = (host: string): number => Number(host.split(":")[1] ?? 443);

/** Path of an image in its registry; the tag or digest of the production name is left out. */
export function pathOf(productionName: string, hosts: string[]): string {
  const slash = productionName.indexOf("/");
  const host = productionName.slice(0, slash);
  if (slash < 0 || !hosts.includes(host))
    throw new Error(`image ${productionName}: not of a host that this registry answers to: ${hosts.join(", ")}`);
  return productionName.slice(slash + 1).replace(/(@sha256:[0-9a-f]+|:[\w.-]+)$/, "");
}

const STORAGE = "/var/lib/docker-registry";

async function service(world: World, hosts: string[], run: Run): Promise<Service> {
  const names = namesOf(hosts);
  const { certificate, key } = await issue(world, names, run);
  return {
    role: "registry",
    index: REGISTRY,
    aliases: names,
    ports: [PUSH_PORT],
    volume: ["registry", STORAGE],
    files: {
      "/registry/config.yml": registryConfig,
      "/registry/tls.pem": certificate,
      "/registry/tls.key": key,
      "/registry/start": startScript(hosts),
    },
    start: "/registry/start",
  };
}

const registryConfig = JSON.stringify({
  version: 0.1,
  log: { level: "warn" },
  storage: { filesystem: { rootdirectory: STORAGE } },
  http: { tls: { certificate: "/registry/tls.pem", key: "/registry/tls.key" } },
});

/** One process per port that the hosts name, all of them on the same storage. */
export const startScript = (hosts: string[]): string => {
  const ports = [...new Set([PUSH_PORT, ...hosts.map(portOf)])];
  return `${ports.map((port) => `REGISTRY_HTTP_ADDR=0.0.0.0:${port} docker-registry serve /registry/config.yml &\n`).join("")}wait\n`;
};

async function answering(world: World, { signal }: Run): Promise<void> {
  const name = world.containerName("registry");
  const argv = ["curl", "--silent", "--show-error", "--fail", "--insecure", `https://localhost:${PUSH_PORT}/v2/`];
  await until({ step: "wait for the registry", subject: name, timeout: 30_000, signal }, async (saw) => {
    const { exitCode, stderr } = await world.exec(name, argv, { check: false, ...(signal ? { signal } : {}) });
    saw(stderr);
    return exitCode === 0 || undefined;
  });
}

async function push(image: string, target: string, { report, signal }: Run): Promise<string> {
  const about = { subject: image, signal };
  await docker(["tag", image, target], { step: "name an image", ...about });
  const { stdout } = await docker(["push", target], { step: "push an image", timeout: 300_000, ...about });
  await docker(["rmi", "--no-prune", target], { step: "forget an image's second name", ...about });
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1];
  if (!digest) throw new Error(`push an image (${image}): Docker named no digest:\n${stdout}`);
  report?.(`pushed ${image}: ${digest}`);
  return digest;
}

async function fetchByDigest(productionName: string, repository: string, { signal }: Run): Promise<string> {
  const source = `${repository}@${productionName.split("@")[1] ?? ""}`;
  const about = { subject: productionName, signal };
  await docker(["pull", "--quiet", source], { step: "fetch an image", timeout: 300_000, ...about });
  const { stdout } = await docker(["image", "inspect", "--format={{.Id}}", source], { step: "look for an image", ...about });
  await docker(["rmi", "--no-prune", source], { step: "forget an image's second name", ...about });
  return stdout.trim();
}

async function trust(world: World, hosts: string[], machine: Machine, pem: string, { signal }: Run): Promise<void> {
  await world.exec(machine.containerName, ["sh", "-ec", TRUST, "sh", ...hosts], { input: pem, ...(signal ? { signal } : {}) });
}

// The system's list is made anew from that folder whenever the package for it is installed later.
const TRUST = `pem=$(cat)
for host; do
  mkdir -p "/etc/docker/certs.d/$host"
  printf '%s\\n' "$pem" > "/etc/docker/certs.d/$host/ca.crt"
done
own=/usr/local/share/ca-certificates/rehearsal-registry.crt
mkdir -p "\${own%/*}"
printf '%s\\n' "$pem" | cmp -s - "$own" && exit 0
printf '%s\\n' "$pem" > "$own"
if command -v update-ca-certificates > /dev/null; then update-ca-certificates > /dev/null 2>&1; fi`;
