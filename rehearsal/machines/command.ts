import execa from "execa";
import { StepFailed, type ExecResult } from "./api";

export interface Step {
  /** What is being done, in words: it starts the error. */
  step: string;
  /** Machine, container or image it is about. */
  subject: string;
  /** Milliseconds. @default 60_000 */
  timeout?: number;
  signal?: AbortSignal | undefined;
}

export interface CommandOptions extends Step {
  input?: string | undefined;
  /** On top of this process's own. */
  env?: Record<string, string>;
  cwd?: string;
  /** Throw when the exit status is not 0. @default true */
  check?: boolean;
  /** Milliseconds within which it has to say something. @default `timeout` */
  firstWord?: number;
}

const LINES_IN_ERRORS = 15;
/** Milliseconds between asking a program to end and ending it. */
const GRACE = 2000;

/** The end of an output, for an error. */
export const lastLines = (text: string, count = LINES_IN_ERRORS): string => text.trimEnd().split("\n").slice(-count).join("\n");

/** Runs one program. A timeout, an interruption and (unless told) an exit status that is not 0 are a `StepFailed`. */
export async function command(file: string, argv: string[], options: CommandOptions): Promise<ExecResult> {
  const { step, subject, timeout = 60_000, signal, input, env, cwd, check = true, firstWord } = options;
  const fail = (reason: string, output = "") => new StepFailed(step, subject, reason, lastLines(output));
  if (signal?.aborted) throw fail("interrupted");

  const child = execa(file, argv, {
    reject: false,
    all: true,
    stripFinalNewline: false,
    maxBuffer: 100 * 1024 * 1024,
    env: { LC_ALL: "C.UTF-8", ...env },
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    ...(cwd === undefined ? {} : { cwd }),
  });
  let reason: string | undefined;
  let giveUp: (error: StepFailed) => void = () => undefined;
  // A program's own children may outlive it and keep its output open: that is not waited for.
  const abandoned = new Promise<never>((_, reject) => (giveUp = reject));
  const end = (why: string) => {
    reason ??= why;
    child.kill("SIGTERM", { forceKillAfterTimeout: GRACE });
    setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      giveUp(fail(why));
    }, 2 * GRACE).unref();
  };
  const interrupt = () => {
    end("interrupted");
  };
  // One of its own: a dozen commands that listen to one signal at once look like a leak to Node.js.
  const stopped = signal && AbortSignal.any([signal]);
  stopped?.addEventListener("abort", interrupt, { once: true });
  // Not execa's own timeout: its timer stays when the program is not there, and holds this process up.
  const late = setTimeout(end, timeout, `timeout after ${timeout / 1000} s`);
  const dumb = firstWord === undefined ? undefined : setTimeout(end, firstWord, `said nothing for ${firstWord / 1000} s`);
  child.all?.once("data", () => {
    clearTimeout(dumb);
  });
  try {
    const done = await Promise.race([child, abandoned]);
    if (reason !== undefined) throw fail(reason, done.all);
    // Without an exit status the program never ran: execa's own words say why (ENOENT, EACCES).
    if ((done as { exitCode?: number }).exitCode === undefined)
      throw fail((done as { shortMessage?: string }).shortMessage ?? "did not run", done.all);
    if (check && done.exitCode !== 0) throw fail(`${file} ended with exit status ${done.exitCode}`, done.all);
    return { exitCode: done.exitCode, stdout: done.stdout, stderr: done.stderr };
  } finally {
    clearTimeout(late);
    clearTimeout(dumb);
    stopped?.removeEventListener("abort", interrupt);
  }
}

/** Asks until the answer is not `undefined`; the last thing seen is in the error when time is up. */
export async function until<T>(
  options: Step & { every?: number },
  ask: (saw: (text: string) => void) => Promise<T | undefined>,
): Promise<T> {
  const { step, subject, timeout = 60_000, signal, every = 200 } = options;
  const deadline = Date.now() + timeout;
  let last = "";
  for (;;) {
    if (signal?.aborted) throw new StepFailed(step, subject, "interrupted", last);
    const answer = await ask((text) => (last = lastLines(text)));
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new StepFailed(step, subject, `timeout after ${timeout / 1000} s`, last);
    await new Promise((ok) => setTimeout(ok, every));
  }
}
