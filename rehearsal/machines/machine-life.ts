import { rm } from "node:fs/promises";
import { connect } from "node:net";
import { StepFailed, type BootOptions, type Machine, type Run } from "./api";
import { freeIndex, publishedPorts } from "./block";
import { engineCapabilities } from "./capabilities";
import { lastLines, until } from "./command";
import { docker } from "./docker";
import { nestedCgroups } from "./nested-cgroups";
import { serverArgv, volumeName } from "./server-argv";
import { serverImage } from "./server-image";
import type { World } from "./world";

const SSH_PORT = 22;

/** Boots a machine that may be new, stopped or running already. */
export async function boot(world: World, name: string, options: BootOptions): Promise<Machine> {
  await settle(world, name, options);
  const containerName = world.containerName(name);
  const found = await world.container(containerName, options.signal);
  // Never started: an earlier boot ended half way, perhaps before the keys were in it.
  if (found?.state === "created") await world.remove(containerName, options);
  if (!found || found.state === "created") await create(world, name, options);
  if (found?.state !== "running") await docker(["start", containerName], { step: "start a server", subject: name, signal: options.signal });
  return ready(world, name, options);
}

/** New disk: the container and its volume go, everything outside them stays. */
export async function reimage(world: World, name: string, options: Run & { newHostKey?: boolean }): Promise<Machine> {
  const { containerName } = await world.machine(name);
  const found = await world.container(containerName, options.signal);
  const removeCgroups = await nestedCgroups(world, found?.state === "running" ? [containerName] : [], options);
  if (found) await world.remove(containerName, options);
  await removeCgroups();
  await docker(["volume", "rm", "--force", volumeName(containerName)], {
    step: "remove a disk",
    subject: name,
    signal: options.signal,
  });
  if (options.newHostKey) for (const file of ["", ".pub"]) await rm(`${world.hostKeyFile(name)}${file}`, { force: true });
  return boot(world, name, options);
}

export async function reboot(world: World, name: string, options: Run): Promise<Machine> {
  const { containerName } = await world.machine(name);
  await docker(["restart", "-t", "30", containerName], {
    step: "reboot a server",
    subject: name,
    timeout: 90_000,
    signal: options.signal,
  });
  return ready(world, name, options);
}

export async function stop(world: World, name: string, { signal }: Run): Promise<void> {
  const { containerName } = await world.machine(name);
  await docker(["stop", "-t", "30", containerName], { step: "stop a server", subject: name, timeout: 90_000, signal });
}

/** Takes an address and ports for a new machine; of one that is known, checks that it is what is asked for. */
async function settle(world: World, name: string, { os, ports, memory, cpus }: BootOptions): Promise<void> {
  if (!/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/.test(name)) {
    throw new Error(`machine "${name}": a name has lower-case letters, digits and "-", at most 42`);
  }
  const known = world.record.machines[name];
  if (known) {
    const missing = (ports ?? []).filter((port) => !(port in known.ports));
    if (missing.length > 0) {
      throw new Error(
        `machine ${name}: runs without port ${missing.join(", ")}; ports of a machine that exists cannot change: tear the rehearsal down`,
      );
    }
    if (os && os !== known.os) throw new Error(`machine ${name}: is ${known.os}, not ${os}: tear the rehearsal down`);
    return;
  }
  const index = freeIndex(Object.values(world.record.machines).map((machine) => machine.index));
  const machine = { os: os ?? "debian-12", index, ports: {}, memory, cpus } as const;
  // First the index, in the same breath as it was found free: other machines may be booting beside this one.
  await world.update((record) => (record.machines[name] = machine));
  const published = await publishedPorts(world.loopbackAddress(index), [SSH_PORT, ...(ports ?? [80, 443])]);
  await world.update((record) => (record.machines[name] = { ...machine, ports: published }));
}

async function create(world: World, name: string, { report, signal }: Run): Promise<void> {
  const machine = await world.machine(name);
  const { memory, cpus } = world.record.machines[name] ?? {};
  const [image, capabilities] = await Promise.all([serverImage(machine.os, { report, signal }), engineCapabilities()]);
  report?.(`booting ${name} at ${machine.address}`);
  const about = { subject: name, signal };
  await docker(["volume", "create", `--label=${world.label}`, volumeName(machine.containerName)], { step: "make a disk", ...about });
  await docker(serverArgv({ estate: world.record.id, network: world.prefix, image, capabilities, memory, cpus, ...machine }), {
    step: "make a server",
    ...about,
  });
  const hostKey = world.hostKeyFile(name);
  const files: [string, string][] = [
    [`${world.identityFile}.pub`, "/root/.ssh/authorized_keys"],
    [hostKey, "/etc/ssh/ssh_host_ed25519_key"],
    [`${hostKey}.pub`, "/etc/ssh/ssh_host_ed25519_key.pub"],
  ];
  for (const [from, to] of files)
    await docker(["cp", from, `${machine.containerName}:${to}`], { step: "hand over a server's keys", ...about });
}

/** A server is there when systemd has started what it has to and ssh says its first word. */
async function ready(world: World, name: string, { report, signal }: Run): Promise<Machine> {
  const machine = await world.machine(name);
  const state = await until({ step: "wait for systemd", subject: name, timeout: 90_000, signal }, async (saw) => {
    const { stdout, stderr } = await world.exec(machine.containerName, ["systemctl", "is-system-running"], {
      check: false,
      ...(signal ? { signal } : {}),
    });
    if (/is not running/.test(stderr)) throw await ended(name, machine.containerName, signal);
    saw(`systemctl is-system-running: ${stdout.trim() || stderr.trim()}`);
    return /^(running|degraded)$/.exec(stdout.trim())?.[0];
  });
  if (state === "degraded") {
    const { stdout } = await world.exec(machine.containerName, ["systemctl", "list-units", "--failed", "--plain", "--no-legend"]);
    report?.(`${name}: failed units: ${stdout.trim()}`);
  }
  await until({ step: "wait for ssh", subject: `${name} at ${machine.address}:${machine.port}`, timeout: 30_000, signal }, async (saw) => {
    const word = await firstWord(machine.address, machine.port);
    saw(`it says: ${word}`);
    return word.startsWith("SSH-") || undefined;
  });
  return machine;
}

async function ended(name: string, containerName: string, signal?: AbortSignal): Promise<StepFailed> {
  const about = { step: "read a server's output", subject: name, signal, check: false };
  const { stdout, stderr } = await docker(["logs", "--tail=15", containerName], about);
  return new StepFailed("boot a server", name, "systemd ended", lastLines(stdout + stderr));
}

/** Not the connection but the greeting counts: Docker's own proxy accepts for a server that does not listen yet. */
const firstWord = (address: string, port: number): Promise<string> =>
  new Promise((answer) => {
    const socket = connect({ host: address, port, timeout: 3000 });
    const end = (word: string) => {
      socket.destroy();
      answer(word);
    };
    socket.once("data", (data) => {
      end(data.toString());
    });
    socket.once("timeout", () => {
      end("nothing");
    });
    socket.once("error", (error) => {
      end(error.message);
    });
    socket.once("close", () => {
      end("closed");
    });
  });
