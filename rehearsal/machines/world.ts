import { join } from "node:path";
import type { ExecOptions, ExecResult, Machine, Run } from "./api";
import { internalAddress, loopbackAddress } from "./block";
import { containersWith, docker, ESTATE_LABEL, type ContainerFacts } from "./docker";
import { keyPair } from "./key-pair";
import { writeRecord, type EstateRecord } from "./record";

/** What all parts of an estate share: its record, its names, a way into its containers. */
export class World {
  private saving = Promise.resolve();

  constructor(
    readonly stateDir: string,
    readonly record: EstateRecord,
  ) {}

  /** Also the Docker network's name. */
  get prefix(): string {
    return `flowfleet-${this.record.name}-${this.record.id}`;
  }

  get label(): string {
    return `${ESTATE_LABEL}=${this.record.id}`;
  }

  get identityFile(): string {
    return join(this.stateDir, "id_ed25519");
  }

  containerName(role: string): string {
    return `${this.prefix}-${role}`;
  }

  internalAddress(index: number): string {
    return internalAddress(this.record.block, index);
  }

  loopbackAddress(index: number): string {
    return loopbackAddress(this.record.block, index);
  }

  /** Changes the record in memory at once and on disk in turn, so that several machines may boot side by side. */
  async update(change: (record: EstateRecord) => void): Promise<void> {
    change(this.record);
    this.saving = this.saving.then(() => writeRecord(this.stateDir, this.record));
    await this.saving;
  }

  async container(name: string, signal?: AbortSignal): Promise<ContainerFacts | undefined> {
    return (await this.containers(signal)).find((container) => container.name === name);
  }

  containers(signal?: AbortSignal): Promise<ContainerFacts[]> {
    return containersWith(this.label, signal);
  }

  exec(containerName: string, argv: string[], { input, timeout, check, signal }: ExecOptions = {}): Promise<ExecResult> {
    return docker(["exec", ...(input === undefined ? [] : ["--interactive"]), containerName, ...argv], {
      step: `run ${argv.slice(0, 3).join(" ")}`,
      subject: containerName,
      input,
      signal,
      ...(timeout === undefined ? {} : { timeout }),
      ...(check === undefined ? {} : { check }),
    });
  }

  /** Removes a container, whatever its state. Its named volumes stay. */
  async remove(containerName: string, { signal }: Run = {}): Promise<void> {
    await docker(["rm", "--force", "--volumes", containerName], { step: "remove a container", subject: containerName, signal });
  }

  /** As it was booted: everything about it is in the record and in its key files. */
  async machine(name: string): Promise<Machine> {
    const { machines } = this.record;
    const record = machines[name];
    if (!record) {
      const known = Object.keys(machines).join(", ") || "none";
      throw new Error(`machine ${name}: not in this rehearsal; machines: ${known}`);
    }
    const ports = Object.fromEntries(Object.entries(record.ports).map(([inside, outside]) => [Number(inside), outside]));
    const { publicKey } = await keyPair(this.hostKeyFile(name), `host key of ${name}`);
    return {
      name,
      os: record.os,
      address: this.loopbackAddress(record.index),
      port: ports[22] ?? 22,
      ports,
      user: "root",
      identityFile: this.identityFile,
      hostKey: publicKey,
      containerName: this.containerName(name),
      internalAddress: this.internalAddress(record.index),
    };
  }

  hostKeyFile(machine: string): string {
    return join(this.stateDir, "machines", machine, "ssh_host_ed25519_key");
  }
}
