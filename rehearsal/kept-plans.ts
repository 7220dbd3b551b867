import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import type { Props } from "./engine";

/** What a stack of another commit came to, without touching anything. */
export interface Standing {
  outputs: Props;
  /** Text of its state file, under the passphrase of plans. */
  state: string;
}

/** Entries; a stack of 300 resources takes about 1.2 MB. */
const MOST = 20;
/** Bytes. */
const MOST_HASHES = 1_000_000;

/**
 * A folder that keeps what the other sides of plans came to, so that the next plan against the same commit runs one program less for each
 * stack. Each entry's name is a hash of all that it follows from, so none is ever wrong, and nothing has to be cleared. There are stand-ins
 * in the place of secrets. Those who share the folder trust each other: it decides what a plan shows. Where it cannot be written, nothing
 * is kept.
 */
export class KeptPlans {
  /** @param follows All that what is kept follows from, besides the stack: the commit's files, libraries, and whatever plans it. */
  constructor(
    private readonly folder: string,
    private readonly follows: readonly string[],
  ) {}

  get(stack: string): Standing | undefined {
    const file = this.fileOf(stack);
    if (!existsSync(file)) return undefined;
    try {
      const standing = STANDING.parse(JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")));
      whereWritable(() => {
        const now = new Date();
        utimesSync(file, now, now);
      });
      return standing as Standing;
    } catch {
      // Gone meanwhile, or cut off: made again.
      return undefined;
    }
  }

  set(stack: string, standing: Standing): void {
    const file = this.fileOf(stack);
    const beside = `${file}.${process.pid}`;
    whereWritable(() => {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(beside, gzipSync(JSON.stringify(standing), { level: 1 }), { mode: 0o600 });
      renameSync(beside, file);
      this.forgetOldest();
    });
  }

  private fileOf(stack: string): string {
    const name = createHash("sha256")
      .update(JSON.stringify([...this.follows, stack]))
      .digest("hex");
    return path.join(this.folder, `${stack}-${name.slice(0, 32)}.json.gz`);
  }

  private forgetOldest(): void {
    const files = readdirSync(this.folder)
      .filter((name) => name !== HASHES)
      .map((name) => path.join(this.folder, name))
      .flatMap((file) => (existsSync(file) ? [{ file, used: statSync(file).mtimeMs }] : []))
      .sort((a, b) => b.used - a.used);
    for (const { file } of files.slice(MOST)) rmSync(file, { force: true });
  }
}

const STANDING = z.object({ outputs: z.record(z.string(), z.unknown()), state: z.string().min(1) });

const HASHES = "hashes";

/** File of the slow hashes that programs have computed of stand-ins before (`engine/serve/preload.cjs`, which goes without it where it must). */
export function hashesIn(folder: string): string {
  const file = path.join(folder, HASHES);
  whereWritable(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (existsSync(file) && statSync(file).size > MOST_HASHES) rmSync(file, { force: true });
  });
  return file;
}

/** What is kept saves time and nothing else: a disk that is full or read-only, or a file in the folder's place, stops no plan. */
function whereWritable(work: () => void): void {
  try {
    work();
  } catch {
    // Made again the next time.
  }
}
