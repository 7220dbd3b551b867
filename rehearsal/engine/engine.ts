/** The operations: reads the project and its state, serves the program, and tells what came of it. */
import { setTimeout } from "node:timers/promises";
import type { EngineOptions, Op, Result } from "./api";
import { buildConfig, readProject, readStackFile, type Project, type StackConfig } from "./config";
import { Deployment } from "./deployment";
import { EngineError } from "./errors";
import { dependenciesOf, type Resource } from "./model/resource";
import { STACK_TYPE } from "./model/urn";
import type { Props } from "./provider";
import { EventLog } from "./run/events";
import { Callbacks } from "./serve/callbacks";
import { engineService } from "./serve/engine-service";
import { monitorService } from "./serve/monitor";
import { Program } from "./serve/program";
import { serve } from "./serve/server";
import type { Crypter } from "./state/crypter";
import { Lock } from "./state/lock";
import { lockFileOf, openCrypter, StateStore, type StateLocation } from "./state/store";
import { loadProtos } from "./wire/protos";
import { secret } from "./wire/values";

type Operation = "preview" | "up" | "refresh" | "destroy";
/** The exit code of a program that has told its error itself. */
const ALREADY_TOLD = 32;
const LAST_WORDS_MS = 100;

export const preview = (options: EngineOptions): Promise<Result> => run("preview", options);
export const up = (options: EngineOptions): Promise<Result> => run("up", options);
export const refresh = (options: EngineOptions): Promise<Result> => run("refresh", options);
export const destroy = (options: EngineOptions): Promise<Result> => run("destroy", options);

async function run(operation: Operation, options: EngineOptions): Promise<Result> {
  const project = readProject(options.cwd);
  const location = { stateDir: options.stateDir, project: project.name, stack: options.stack };
  if (operation === "preview" || options.previewOnly) return new Run(operation, options, project, location).execute();
  const lock = Lock.take(lockFileOf(location), `stack "${options.stack}"`, options.command ?? `engine ${operation}`);
  try {
    return await new Run(operation, options, project, location).execute();
  } finally {
    lock.release();
  }
}

class Run {
  private readonly options: EngineOptions;
  private readonly startedAt = Date.now();
  private readonly dryRun: boolean;
  private readonly events: EventLog;

  constructor(
    private readonly operation: Operation,
    options: EngineOptions,
    private readonly project: Project,
    private readonly location: StateLocation,
  ) {
    this.options = { ...options };
    this.dryRun = operation === "preview" || options.previewOnly === true;
    this.events = new EventLog(this.dryRun, operation === "refresh", options.onEvent);
  }

  async execute(): Promise<Result> {
    const { options, project } = this;
    const file = options.ignoreConfigFile ? { config: {} } : readStackFile(options.cwd, options.stack);
    const opening = file.encryptionsalt ? openCrypter(options.passphrase, file.encryptionsalt) : Promise.resolve(undefined);
    opening.catch(() => undefined);
    const hasSecrets = JSON.stringify(file.config).includes('"secure"');
    const config = buildConfig(project, file, options.config ?? {}, hasSecrets ? await opening : undefined);
    this.events.hide(config.secretTexts);
    const store = Promise.all([opening, options.stateReady]).then(([own]: [Crypter | undefined, unknown]) =>
      StateStore.open(this.location, options.passphrase, own),
    );
    if (this.operation === "refresh" && options.runProgram) {
      throw new EngineError("refresh with the program running (--run-program) is not supported by the offline engine");
    }
    const hooksWanted = this.operation === "destroy" && options.runProgram === true;
    const needsProgram = this.operation === "preview" || this.operation === "up" || hooksWanted;
    return needsProgram ? this.withProgram(config, store) : this.withoutProgram(config, await store);
  }

  private async withoutProgram(config: StackConfig, store: StateStore): Promise<Result> {
    if (this.options.excludeProtected && this.operation === "destroy") {
      const kept = protectedAndNeeded(store.contents.resources);
      if (kept.length === store.contents.resources.length) return this.nothingToDo(store);
      this.options.excludes = [...(this.options.excludes ?? []), ...kept.map(({ urn }) => urn)];
    }
    const deployment = this.deploy(config, store, new Callbacks(loadProtos(this.options.cwd), this.dryRun, false));
    this.events.prelude(config.shown);
    const stopListening = this.cancelOnSignal(deployment);
    try {
      if (this.operation === "refresh" || this.options.refreshFirst) await deployment.refresh();
      if (this.operation === "destroy" && !deployment.failed) await deployment.destroy();
    } finally {
      stopListening();
      await deployment.close();
    }
    return this.conclude(deployment, false);
  }

  /** Not even events: as when there is nothing but protected resources. */
  private nothingToDo(store: StateStore): Result {
    const outputs = store.contents.resources.find(({ type }) => type === STACK_TYPE)?.outputs ?? {};
    return { succeeded: true, changes: {}, steps: [], outputs, diagnostics: [], assumed: [], durationMs: Date.now() - this.startedAt };
  }

  private async withProgram(config: StackConfig, opening: Promise<StateStore>): Promise<Result> {
    const { options, project } = this;
    const protos = loadProtos(options.cwd);
    const callbacks = new Callbacks(protos, this.dryRun, true);
    // The state opens (which takes a key derivation) while the program starts.
    const ready = opening.then(async (store) => {
      const deployment = this.deploy(config, store, callbacks);
      this.events.prelude(config.shown);
      if (options.refreshFirst) await deployment.refresh();
      return deployment;
    });
    const monitor = ready.then((deployment) => monitorService(protos, deployment, callbacks));
    const engine = ready.then(() => engineService(protos, this.events));
    // A state that cannot be opened is told once, below, also when the program never calls.
    for (const promise of [monitor, engine]) promise.catch(() => undefined);
    const server = await serve(protos, monitor, engine);
    const program = new Program({
      cwd: options.cwd,
      sdkDir: protos.sdkDir,
      project,
      stack: options.stack,
      config,
      preview: this.dryRun,
      parallel: options.parallel ?? 16,
      env: options.env ?? {},
      address: server.address,
      onLine: (stream, line) => {
        const tell = (): void => {
          this.events.diagnostic({ severity: "info", message: `${line}\n`, stderr: stream === "stderr" });
        };
        void ready.then(tell, () => undefined);
      },
    });
    try {
      const deployment = await ready;
      const stopListening = this.cancelOnSignal(deployment);
      const programFailed = await this.accompany(deployment, program).finally(stopListening);
      await deployment.close();
      return this.conclude(deployment, programFailed);
    } finally {
      program.kill();
      server.close();
      callbacks.close();
    }
  }

  /** Until the program has ended, or was ended because a step failed. Tells whether it failed by itself. */
  private async accompany(deployment: Deployment, program: Program): Promise<boolean> {
    const stopped = deployment.stopped.then(() => "stopped" as const);
    const exit = await Promise.race([program.exited, stopped]);
    if (exit === "stopped") {
      await deployment.settled();
      // What the program has said already may still be on its way.
      await setTimeout(LAST_WORDS_MS);
      program.kill();
      await program.exited;
      return false;
    }
    if (exit !== 0) {
      deployment.settleStackOutputs(true);
      deployment.cancel();
      const told = exit === ALREADY_TOLD || deployment.stepsFailed || this.options.signal?.aborted;
      if (!told) {
        const how = typeof exit === "number" ? `exited with non-zero exit code: ${exit}` : `was ended by signal ${exit}`;
        this.events.diagnostic({ severity: "error", message: `an unhandled error occurred: Program ${how}` });
      }
      return true;
    }
    await deployment.finish();
    return false;
  }

  private deploy(config: StackConfig, store: StateStore, callbacks: Callbacks): Deployment {
    const { options, project, events } = this;
    return new Deployment({
      options,
      project: project.name,
      preview: this.dryRun,
      destroying: this.operation === "destroy",
      providerConfig: (name) => providerConfig(config, name),
      store,
      events,
      hooks: callbacks,
    });
  }
  private cancelOnSignal(deployment: Deployment): () => void {
    const { signal } = this.options;
    const cancel = (): void => {
      deployment.cancel();
    };
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel);
    return () => {
      signal?.removeEventListener("abort", cancel);
    };
  }

  private conclude(deployment: Deployment, programFailed: boolean): Result {
    const cancelled = this.options.signal?.aborted === true;
    const kind = this.dryRun ? "preview" : "update";
    if (cancelled) this.events.diagnostic({ severity: "error", message: `${kind} canceled` });
    else if (deployment.stepsFailed && !programFailed) this.events.diagnostic({ severity: "error", message: `${kind} failed` });
    const durationMs = Date.now() - this.startedAt;
    let succeeded = !cancelled && !programFailed && !deployment.failed;
    this.events.summary(succeeded, durationMs);
    if (succeeded && this.options.expectNoChanges && this.changedSomething()) {
      succeeded = false;
      this.events.diagnostics.push({
        severity: "error",
        message: `no changes were expected for ${this.operation} but changes were proposed`,
      });
    }
    return {
      succeeded,
      changes: this.events.changes,
      steps: this.events.plannedSteps(),
      outputs: deployment.stackOutputs(),
      diagnostics: this.events.diagnostics,
      assumed: [...deployment.states.assumed],
      durationMs,
    };
  }
  private changedSomething(): boolean {
    return (Object.keys(this.events.changes) as Op[]).some((op) => op !== "same" && op !== "read");
  }
}

/** Protected resources, and what they depend on. */
function protectedAndNeeded(resources: readonly Resource[]): Resource[] {
  const needed = new Set(resources.filter((resource) => resource.protect).map(({ urn }) => urn));
  // Dependents come after their dependencies, so one pass from the end finds them all.
  for (const resource of [...resources].reverse()) {
    if (needed.has(resource.urn)) for (const urn of dependenciesOf(resource)) needed.add(urn);
  }
  return resources.filter(({ urn }) => needed.has(urn));
}

/** `pkg:name` of the configuration is `name` of the package's default provider. */
function providerConfig(config: StackConfig, packageName: string): Props {
  const inputs: Props = {};
  for (const [key, value] of Object.entries(config.values)) {
    if (!key.startsWith(`${packageName}:`)) continue;
    inputs[key.slice(packageName.length + 1)] = config.secretKeys.includes(key) ? secret(value) : value;
  }
  return inputs;
}
