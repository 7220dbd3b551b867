/** One run at a time per stack, or whatever else a file stands for: it names the run which holds it. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { closeSync, openSync, writeSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import path from "node:path";
import { EngineError } from "../errors";

interface Holder {
  pid: number;
  /** When the process started, in the kernel's ticks: a process id is used again, this is not. */
  processStart: string | undefined;
  host: string;
  user: string;
  since: string;
  command: string;
}

export class Lock {
  private constructor(
    private readonly file: string,
    private readonly text: string,
  ) {}

  /**
   * Fails when another live run holds it. A lock whose holder is gone from this host, or that was cut while it was written, is taken over.
   *
   * @param what What it is that only one may use, e.g. `stack "dev"`.
   * @param command What the holder does, for whoever comes second.
   */
  static take(file: string, what: string, command: string): Lock {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const mine: Holder = {
      pid: process.pid,
      processStart: processStart(process.pid),
      host: hostname(),
      user: userInfo().username,
      since: new Date().toISOString(),
      command,
    };
    const text = JSON.stringify(mine);
    for (let attempt = 0; attempt < 3; attempt++) {
      if (writeExclusively(file, text)) return new Lock(file, text);
      const holder = readHolder(file);
      if (holder && isAlive(holder)) throw new EngineError(describe(what, holder, file));
      rmSync(file, { force: true });
    }
    throw new EngineError(`${what} is being locked by several runs at once (${file}); try again`);
  }

  release(): void {
    // Its folder may have been removed with it, and made anew by another run.
    if (existsSync(this.file) && readFileSync(this.file, "utf8") === this.text) rmSync(this.file, { force: true });
  }
}

function describe(what: string, holder: Holder, file: string): string {
  const where = holder.host === hostname() ? "this host" : `host ${holder.host}`;
  return (
    `${what} is in use: "${holder.command}" has run since ${holder.since} as ${holder.user} on ${where} (process ${holder.pid}). ` +
    `Wait until it ends. If that run no longer exists, remove ${file}`
  );
}

function writeExclusively(file: string, text: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(file, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    writeSync(descriptor, text);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return true;
}

/** `undefined`: gone, or cut short (a full disk, a crash): nobody's. */
function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

/** A holder on another host cannot be looked at and counts as alive. */
function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const started = processStart(holder.pid);
  if (started === ENDED) return false;
  return holder.processStart === undefined || started === undefined || holder.processStart === started;
}

/** What `processStart` says of a process that has ended and that nobody has asked about yet. */
const ENDED = "ended";
/** Field 22 of /proc/<pid>/stat; `undefined` where there is no /proc. */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? ENDED : fields[19];
  } catch {
    return undefined;
  }
}
