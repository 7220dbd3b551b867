import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { BootOptions, Estate, EstateOptions, ExecOptions, ExecResult, Machine, MachineStatus, Neighbour, Run } from "./api";
import { BLOCKS, subnetOf } from "./block";
import { docker, ESTATE_LABEL, lines, MACHINE_LABEL } from "./docker";
import { keyPair } from "./key-pair";
import * as life from "./machine-life";
import { neighbour } from "./neighbour";
import { nestedCgroups } from "./nested-cgroups";
import { readRecord, writeRecord, type EstateRecord } from "./record";
import { addKeys, endAgent, liveAgent } from "./ssh-agent";
import { World } from "./world";

/** Makes the estate of a folder, or goes on with the one that is there. */
export async function openEstate({ stateDir, name = "rehearsal", ...run }: EstateOptions): Promise<Estate> {
  const folder = resolve(stateDir);
  const record = (await readRecord(folder)) ?? (await newEstate(folder, name, run));
  const world = new World(folder, record);
  await makeNetwork(world, run);
  await keyPair(world.identityFile, `rehearsal ${record.name}`);
  return new ThrowawayEstate(world);
}

/** The estate of a folder, `undefined` when there is none. Makes nothing. */
export async function findEstate(stateDir: string): Promise<Estate | undefined> {
  const record = await readRecord(resolve(stateDir));
  return record && new ThrowawayEstate(new World(resolve(stateDir), record));
}

/** The shared part of an estate, for the services that run in it. */
export function worldOf(estate: Estate): World {
  if (!(estate instanceof ThrowawayEstate)) throw new Error("not an estate made by openEstate()");
  return estate.world;
}

class ThrowawayEstate implements Estate {
  constructor(readonly world: World) {}

  get name(): string {
    return this.world.record.name;
  }

  get stateDir(): string {
    return this.world.stateDir;
  }

  get network(): string {
    return this.world.prefix;
  }

  get identityFile(): string {
    return this.world.identityFile;
  }

  get publicKey(): string {
    return readFileSync(`${this.identityFile}.pub`, "utf8").trim();
  }

  boot(name: string, options: BootOptions = {}): Promise<Machine> {
    return life.boot(this.world, name, options);
  }

  reimage(name: string, options: Run & { newHostKey?: boolean } = {}): Promise<Machine> {
    return life.reimage(this.world, name, options);
  }

  reboot(name: string, options: Run = {}): Promise<Machine> {
    return life.reboot(this.world, name, options);
  }

  stop(name: string, options: Run = {}): Promise<void> {
    return life.stop(this.world, name, options);
  }

  async start(name: string, options: Run = {}): Promise<Machine> {
    await this.world.machine(name);
    return life.boot(this.world, name, options);
  }

  async exec(name: string, argv: string[], options: ExecOptions = {}): Promise<ExecResult> {
    const { containerName } = await this.world.machine(name);
    return this.world.exec(containerName, argv, options);
  }

  machine(name: string): Promise<Machine> {
    return this.world.machine(name);
  }

  async list(): Promise<MachineStatus[]> {
    const containers = await this.world.containers();
    const machines = await Promise.all(Object.keys(this.world.record.machines).map((name) => this.world.machine(name)));
    return machines.map((machine) => {
      const found = containers.find(({ name }) => name === machine.containerName);
      return { ...machine, state: !found ? "missing" : found.state === "running" ? "running" : "stopped" };
    });
  }

  neighbour(options: Run = {}): Promise<Neighbour> {
    return neighbour(this.world, options);
  }

  async agent(options: Run = {}): Promise<string> {
    const { agent } = this.world.record;
    const keys = agent?.keys ?? [this.identityFile];
    const live = await liveAgent(agent, keys, options);
    if (live !== agent) await this.world.update((record) => (record.agent = { ...live, keys }));
    return live.socket;
  }

  async addToAgent(identityFile: string, options: Run = {}): Promise<void> {
    await this.agent(options);
    const { agent } = this.world.record;
    if (!agent) return;
    await addKeys(agent, [identityFile], options.signal);
    await this.world.update((record) => (record.agent = { ...agent, keys: [...new Set([...agent.keys, resolve(identityFile)])] }));
  }

  async destroy({ report, signal }: Run = {}): Promise<void> {
    const { world } = this;
    const about = { subject: world.prefix, signal };
    const filter = `--filter=label=${world.label}`;
    report?.(`removing ${world.prefix}`);
    if (world.record.agent) await endAgent(world.record.agent);
    const found = await world.containers(signal);
    const containers = found.map(({ name }) => name);
    const servers = found.filter(({ labels, state }) => MACHINE_LABEL in labels && state === "running").map(({ name }) => name);
    const removeCgroups = await nestedCgroups(world, servers, { signal });
    if (containers.length > 0)
      await docker(["rm", "--force", "--volumes", ...containers], { step: "remove containers", timeout: 120_000, ...about });
    await removeCgroups();
    for (const kind of ["volume", "network"]) {
      const { stdout } = await docker([kind, "ls", "--quiet", filter], { step: `list ${kind}s`, ...about });
      if (lines(stdout).length > 0) await docker([kind, "rm", ...lines(stdout)], { step: `remove ${kind}s`, ...about });
    }
    for (const own of OWN_FILES) await rm(join(world.stateDir, own), { recursive: true, force: true });
    // Others may keep something in this folder, too: it goes only when it is empty.
    await rmdir(world.stateDir).catch(() => undefined);
  }
}

/** The record is the last to go: an interrupted `destroy` can be called again. */
const OWN_FILES = ["machines", "tls", "ca.pem", "id_ed25519", "id_ed25519.pub", "estate.json"];

async function newEstate(stateDir: string, name: string, run: Run): Promise<EstateRecord> {
  const record: EstateRecord = {
    version: 1,
    id: randomBytes(3).toString("hex"),
    name:
      name
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .replaceAll(/^-|-$/g, "") || "rehearsal",
    block: 0,
    machines: {},
    registryHosts: [],
    names: {},
  };
  const taken = await takenBlocks(run.signal);
  for (let block = 0; block < BLOCKS; block++) {
    if (taken.includes(block)) continue;
    record.block = block;
    // On disk before anything is in Docker: what is made can always be found and removed.
    await writeRecord(stateDir, record);
    if (await makeNetwork(new World(stateDir, record), run)) return record;
  }
  throw new Error(`no free network for a rehearsal: ${BLOCKS} are in use; remove some (docker network ls --filter label=${ESTATE_LABEL})`);
}

const BLOCK_LABEL = "flowfleet.block";

async function takenBlocks(signal?: AbortSignal): Promise<number[]> {
  const { stdout } = await docker(["network", "ls", `--filter=label=${BLOCK_LABEL}`, `--format={{.Label "${BLOCK_LABEL}"}}`], {
    step: "list networks",
    subject: "this machine",
    signal,
  });
  return lines(stdout).map(Number);
}

/** Whether the network is there now. It is not when another has its subnet. */
async function makeNetwork({ prefix, label, record }: World, { signal }: Run): Promise<boolean> {
  const about = { step: "make a network", subject: prefix, signal };
  const found = await docker(["network", "inspect", prefix], { ...about, check: false });
  if (found.exitCode === 0) return true;
  const argv = [
    "network",
    "create",
    `--label=${label}`,
    `--label=${BLOCK_LABEL}=${record.block}`,
    `--subnet=${subnetOf(record.block)}`,
    prefix,
  ];
  const made = await docker(argv, { ...about, check: false });
  if (made.exitCode !== 0 && !/overlap/i.test(made.stderr)) await docker(argv, about);
  return made.exitCode === 0;
}
