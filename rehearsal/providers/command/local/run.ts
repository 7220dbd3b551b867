/** A command on this machine. */
import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import path from "node:path";
import { commandError, Output, type Logging } from "../output";

export interface LocalCommand {
  text: string;
  interpreter: string[];
  dir: string;
  /** On top of this process' own. */
  environment: Record<string, string>;
  stdin: string | undefined;
  logging: Logging;
}

/** Runs to the end, or until `signal` kills it and all it started. */
export async function runLocal(command: LocalCommand, signal: AbortSignal, say: (line: string) => void): Promise<Output> {
  const output = new Output(command.logging, say);
  const reason = cannotStart(command) ?? (await run(command, output, signal));
  if (reason) throw commandError(reason, command.text, output.all);
  return output;
}

async function run(command: LocalCommand, output: Output, signal: AbortSignal): Promise<string | undefined> {
  const [program = "/bin/sh", ...args] = command.interpreter;
  // A process group of its own, so that a kill reaches what the shell started.
  const child = spawn(program, [...args, command.text], {
    cwd: command.dir,
    env: { ...process.env, ...command.environment },
    detached: true,
  });
  const kill = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It ended by itself in the meantime.
    }
  };
  signal.addEventListener("abort", kill, { once: true });
  if (signal.aborted) kill();
  child.stdout.on("data", (data: Buffer) => {
    output.add("stdout", data);
  });
  child.stderr.on("data", (data: Buffer) => {
    output.add("stderr", data);
  });
  // A command that does not read its input is no error.
  child.stdin.on("error", () => undefined);
  child.stdin.end(command.stdin ?? "");
  return new Promise((resolve) => {
    const end = (reason: string | undefined): void => {
      signal.removeEventListener("abort", kill);
      output.end();
      resolve(reason);
    };
    child.once("error", (error) => {
      end(error.message);
    });
    child.once("close", (status, name) => {
      if (name) end(`signal: ${SIGNALS[name] ?? name.toLowerCase()}`);
      else end(status === 0 ? undefined : `exit status ${status ?? -1}`);
    });
  });
}
const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: "aborted",
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGKILL: "killed",
  SIGPIPE: "broken pipe",
  SIGQUIT: "quit",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};

/** Told before the start, because Node tells a missing folder and a missing program alike. */
function cannotStart({ dir, interpreter, environment }: LocalCommand): string | undefined {
  if (!existsSync(dir)) return `chdir ${dir}: no such file or directory`;
  if (!statSync(dir).isDirectory()) return `chdir ${dir}: not a directory`;
  const program = interpreter[0] ?? "/bin/sh";
  if (program.includes("/")) {
    const file = path.resolve(dir, program);
    if (!existsSync(file)) return `fork/exec ${program}: no such file or directory`;
    return isExecutable(file) ? undefined : `fork/exec ${program}: permission denied`;
  }
  const folders = (environment["PATH"] ?? process.env["PATH"] ?? "").split(path.delimiter);
  return folders.some((folder) => isExecutable(path.join(folder, program)))
    ? undefined
    : `exec: "${program}": executable file not found in $PATH`;
}
function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
