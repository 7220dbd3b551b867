import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const machine = z.object({
  os: z.enum(["debian-12", "ubuntu-22.04", "ubuntu-24.04"]),
  index: z.number().int(),
  /** Port inside → port on the loopback address. */
  ports: z.record(z.string(), z.number().int()),
  memory: z.number().optional(),
  cpus: z.number().optional(),
});

const estate = z.object({
  version: z.literal(1),
  /** Value of the label on everything in Docker. */
  id: z.string(),
  name: z.string(),
  block: z.number().int(),
  machines: z.record(z.string(), machine),
  agent: z.object({ socket: z.string(), pid: z.number().int(), keys: z.array(z.string()) }).optional(),
  /** Host names that the registry answers to. */
  registryHosts: z.array(z.string()).default([]),
  /** Name → machine, as the ACME CA resolves it. */
  names: z.record(z.string(), z.string()).default({}),
});

export type MachineRecord = z.infer<typeof machine>;
/** What an estate has to remember; whether it runs is Docker's to say. */
export type EstateRecord = z.infer<typeof estate>;

const fileOf = (stateDir: string) => join(stateDir, "estate.json");

export async function readRecord(stateDir: string): Promise<EstateRecord | undefined> {
  const text = await readFile(fileOf(stateDir), "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const read = estate.safeParse(JSON.parse(text));
  if (!read.success) throw new Error(`${fileOf(stateDir)} is not an estate's record: ${z.prettifyError(read.error)}`);
  return read.data;
}

/** All or nothing: a reader never sees half a record. */
export async function writeRecord(stateDir: string, record: EstateRecord): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const temporary = `${fileOf(stateDir)}.new`;
  await writeFile(temporary, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, fileOf(stateDir));
}
