/** A part of the tests as a process of its own: what it says is said at once, with its name before each line, and it may not take forever. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import execa from "execa";

export interface Part {
  name: string;
  argv: readonly string[];
  cwd: string;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds; after that it is killed, and has failed. A part that hangs would otherwise take all others' results with it. */
  limit: number;
  say: (line: string) => void;
}

export interface PartEnd {
  passed: boolean;
  printed: string[];
}

export function runPart({ name, argv: [file = "", ...argv], cwd, env = {}, limit, say }: Part): Promise<PartEnd> {
  const child = spawn(file, argv, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const printed: string[] = [];
  const note = (line: string): void => {
    printed.push(line);
    say(`${name.padEnd(21)} | ${line}`);
  };
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", note);

  const hanging = setTimeout(() => {
    void (async () => {
      note(`not ended after ${(limit / 60_000).toFixed(1)} minutes: killed. What it was waiting for is among these processes:`);
      for (const line of await processesBelow(child.pid ?? 0)) note(line);
      child.kill("SIGKILL");
    })();
  }, limit);
  return new Promise((ended) => {
    const end = (passed: boolean): void => {
      clearTimeout(hanging);
      ended({ passed, printed });
    };
    child
      .on("error", (error) => {
        note(error.message);
        end(false);
      })
      .on("exit", (status) => {
        // What it has left running may keep its output open: that is not waited for.
        const late = setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, 2_000);
        child.on("close", () => {
          clearTimeout(late);
          end(status === 0);
        });
      });
  });
}

/** A process and all below it, a line each; none where there is no `ps`. */
async function processesBelow(root: number): Promise<string[]> {
  const { stdout } = await execa("ps", ["-e", "--no-headers", "-o", "pid,ppid,etime,args", "--forest"], { reject: false });
  const below = new Set([root]);
  // A forest: parents come first.
  return stdout.split("\n").filter((line) => {
    const [pid = 0, ppid = 0] = line.trim().split(/\s+/).map(Number);
    if (!below.has(pid) && !below.has(ppid)) return false;
    below.add(pid);
    return true;
  });
}
