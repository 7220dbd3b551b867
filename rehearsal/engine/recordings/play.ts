/** Plays a recorded scenario on our engine, in a project folder of its own, and tells where the two differ. */
import { transformFileSync } from "@swc/core";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import {
  destroy,
  exportState,
  preview,
  refresh,
  up,
  type ConfigValue,
  type EngineEvent,
  type EngineOptions,
  type ProviderFactories,
  type Result,
} from "..";
import { builtinProviders } from "../../providers";
import { Comparison } from "./compare";
import { normaliseEvents, type Observed } from "./normalise-events";
import { normaliseState } from "./normalise-state";
import { optionsOf } from "./options";
import type { Phase, Recorded, Step } from "./record";
import { editState } from "./state-edits";
import { Volatile } from "./volatile";

const NODE_MODULES = realpathSync(path.resolve(__dirname, "../../../node_modules"));
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    target: "es2022",
    module: "commonjs",
    moduleResolution: "node",
    ignoreDeprecations: "6.0",
    skipLibCheck: true,
  },
};
const OPERATIONS = { preview, up, refresh, destroy };

/** Names of the recorded scenarios. */
export function scenarios(): string[] {
  return readdirSync(__dirname).filter((name) => existsSync(path.join(__dirname, name, "steps.json")));
}

/**
 * Everything in which our engine does not do what was recorded; empty if it does the same.
 *
 * @param name Of a scenario here, or a folder with one.
 * @param more Providers instead of those that come with the engine.
 */
export async function play(name: string, more: ProviderFactories = {}): Promise<string[]> {
  const played = new Scenario(path.resolve(__dirname, name), more);
  try {
    return await played.run();
  } finally {
    played.remove();
  }
}

/** The programs as JavaScript: ts-node would take most of the time. */
function compile(project: string): void {
  for (const file of readdirSync(project).filter((name) => name.endsWith(".ts"))) {
    const { code } = transformFileSync(path.join(project, file), {
      jsc: { parser: { syntax: "typescript" }, target: "es2022" },
      module: { type: "commonjs" },
    });
    writeFileSync(path.join(project, file.replace(/ts$/, "js")), code);
  }
  const settings = path.join(project, "Pulumi.yaml");
  const parsed = parse(readFileSync(settings, "utf8")) as object;
  writeFileSync(settings, stringify({ ...parsed, runtime: { name: "nodejs", options: { typescript: false } } }));
}

class Scenario {
  private readonly work = realpathSync(mkdtempSync(path.join(tmpdir(), "recording-")));
  private readonly project = path.join(this.work, "project");
  private readonly volatile = new Volatile(this.project, NODE_MODULES);
  private readonly comparison = new Comparison();
  private readonly config: Record<string, Record<string, ConfigValue>> = {};

  constructor(
    private readonly source: string,
    private readonly more: ProviderFactories,
  ) {
    cpSync(source, this.project, { recursive: true, filter: (file) => !file.includes("/recorded") });
    symlinkSync(NODE_MODULES, path.join(this.project, "node_modules"));
    const isAboutCompiling = existsSync(path.join(source, "part.ts"));
    if (!isAboutCompiling) compile(this.project);
    writeFileSync(
      path.join(this.project, "package.json"),
      JSON.stringify({ name: "golden", main: isAboutCompiling ? "index.ts" : "index.js" }),
    );
    writeFileSync(path.join(this.project, "tsconfig.json"), JSON.stringify(TSCONFIG));
    mkdirSync(path.join(this.work, "state"));
  }
  remove(): void {
    rmSync(this.work, { recursive: true, force: true });
  }

  async run(): Promise<string[]> {
    const steps = JSON.parse(readFileSync(path.join(this.source, "steps.json"), "utf8")) as Step[];
    for (const [k, step] of steps.entries()) {
      const recorded = JSON.parse(readFileSync(path.join(this.source, "recorded", `${k}.json`), "utf8")) as Recorded;
      await this.step(`step ${k} (${step.op})`, step, recorded);
    }
    return this.comparison.differences;
  }

  private async step(at: string, step: Step, recorded: Recorded): Promise<void> {
    if (step.op === "exec") {
      this.exec(at, step, recorded);
      return;
    }
    const stack = step.stack ?? "dev";
    this.configure(stack, step);
    if (step.op === "cli") await editState(step.args ?? [], this.location(stack));
    else {
      if (recorded.preview) await this.phase(`${at}.preview`, step.op === "up" ? "preview" : step.op, step, recorded.preview);
      if (recorded.update) await this.phase(`${at}.update`, step.op, step, recorded.update);
    }
    if (recorded.deployment) {
      const exported = await exportState({ ...this.location(stack), showSecrets: true });
      const keepSalt = existsSync(path.join(this.source, "Pulumi.dev.yaml"));
      this.comparison.state(at, recorded, normaliseState(exported, this.volatile, keepSalt));
    }
  }

  private exec(at: string, step: Step, recorded: Recorded): void {
    const { status, stdout } = spawnSync("sh", ["-c", step.run ?? ""], {
      cwd: this.project,
      env: { ...process.env, ...step.env },
      encoding: "utf8",
    });
    this.comparison.same(`${at}.exitCode`, recorded.exitCode, status);
    if (step.recordStdout !== false) this.comparison.same(`${at}.stdout`, recorded.stdout, this.volatile.text(stdout));
  }
  private configure(stack: string, step: Step): void {
    const config = (this.config[stack] ??= {});
    for (const [key, value] of Object.entries(step.config ?? {})) {
      if (value === null) Reflect.deleteProperty(config, key);
      else config[key] = value;
    }
  }
  private location(stack: string): { cwd: string; stack: string; stateDir: string; passphrase: string } {
    return { cwd: this.project, stack, stateDir: path.join(this.work, "state"), passphrase: "golden" };
  }

  private async phase(at: string, operation: keyof typeof OPERATIONS, step: Step, recorded: Phase): Promise<void> {
    const stack = step.stack ?? "dev";
    const events: EngineEvent[] = [];
    const options: EngineOptions = {
      ...this.location(stack),
      ...optionsOf(step.args ?? []),
      config: this.config[stack] ?? {},
      env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true", ...step.env },
      providers: { ...builtinProviders({ localDirs: [this.project] }), ...this.more },
      onEvent: (event) => events.push(event),
    };
    if (step.env?.["PULUMI_CONFIG_PASSPHRASE"]) options.passphrase = step.env["PULUMI_CONFIG_PASSPHRASE"];
    const outcome = await OPERATIONS[operation](options).catch((error: unknown) => error as Error);
    const observed: Observed & { succeeded: boolean } = {
      ...normaliseEvents(events, this.volatile),
      succeeded: !(outcome instanceof Error) && outcome.succeeded,
    };
    this.comparison.phase(at, recorded, observed);
    if (outcome instanceof Error && !recorded.stderr) this.comparison.same(`${at}.error`, null, outcome.message);
    else if (!(outcome instanceof Error)) this.resultAgrees(at, outcome, observed);
  }
  /** What the operation answers is what its events say. */
  private resultAgrees(at: string, result: Result, observed: Observed): void {
    this.comparison.same(`${at}.result.changes`, observed.phase.summary?.resourceChanges ?? {}, result.changes);
  }
}
