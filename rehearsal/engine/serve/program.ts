/** Runs the program as Pulumi's Node language host does. */
import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Project, StackConfig } from "../config";

const PRELOAD = path.join(__dirname, "preload.cjs");
/** Room for what lives short, in MB: with Node's 16 a sixth of a program's time goes into clearing it. */
const YOUNG_GENERATION = "--max-semi-space-size=64";

export interface ProgramOptions {
  cwd: string;
  sdkDir: string;
  project: Project;
  stack: string;
  config: StackConfig;
  preview: boolean;
  parallel: number;
  env: Record<string, string>;
  address: string;
  onLine(stream: "stdout" | "stderr", line: string): void;
}

export class Program {
  private readonly child: ChildProcess;
  /** Exit code, or the signal that ended it; after the end of both streams. */
  readonly exited: Promise<number | NodeJS.Signals>;

  constructor(private readonly options: ProgramOptions) {
    this.child = spawn(process.execPath, this.arguments(), {
      cwd: options.cwd,
      env: this.environment(),
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own: Ctrl-C at a terminal is for the engine, which lets steps in flight end.
      detached: true,
    });
    const streams = (["stdout", "stderr"] as const).map((stream) => this.forward(stream));
    const exit = new Promise<number | NodeJS.Signals>((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("exit", (code, signal) => {
        resolve(code ?? signal ?? "SIGKILL");
      });
    });
    this.exited = exit.then(async (code) => {
      await Promise.all(streams);
      return code;
    });
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  private arguments(): string[] {
    const { cwd, sdkDir, project, stack, preview, parallel, address } = this.options;
    const pairs: Record<string, string> = {
      "--monitor": address,
      "--engine": address,
      "--organization": "organization",
      "--project": project.name,
      "--root-directory": cwd,
      "--stack": stack,
      "--pwd": cwd,
      "--parallel": String(parallel),
    };
    const run = path.join(sdkDir, "cmd", "run", "index.js");
    return [
      YOUNG_GENERATION,
      "--require",
      PRELOAD,
      ...project.nodeArgs,
      run,
      ...Object.entries(pairs).flat(),
      ...(preview ? ["--dry-run"] : []),
      project.main,
    ];
  }
  private environment(): NodeJS.ProcessEnv {
    const { config, project, env } = this.options;
    const values = Object.fromEntries(Object.entries(config.values).map(([key, value]) => [key.replace(":", ":config:"), value]));
    return {
      ...process.env,
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      ...(project.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
      ...env,
      PULUMI_CONFIG: JSON.stringify(values),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
    };
  }
  private async forward(stream: "stdout" | "stderr"): Promise<void> {
    const input = this.child[stream];
    if (!input) return;
    for await (const line of createInterface({ input })) this.options.onLine(stream, line);
  }
}
