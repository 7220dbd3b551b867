/** One run: plans what the program registers, has it done, and deletes what is no more. */
import type { EngineOptions } from "./api";
import { EngineError, messageOf } from "./errors";
import type { Resource } from "./model/resource";
import { isProviderType, makeUrn, packageOf, PROVIDER_PREFIX, STACK_TYPE } from "./model/urn";
import { planDeletes } from "./plan/deletes";
import { PlanError, StepGenerator } from "./plan/generator";
import type { Goal, ReadGoal } from "./plan/goal";
import { interrupted, targetNotFound } from "./plan/messages";
import { isDelete, step, type Step } from "./plan/step";
import { Targets } from "./plan/targets";
import type { Props } from "./provider";
import { runDeletes } from "./run/delete-all";
import { operation } from "./run/apply";
import type { EventLog } from "./run/events";
import { Executor, type ChainResult } from "./run/executor";
import { deleteHooks, type HookRunner } from "./run/hooks";
import { refreshAll } from "./run/refresh-all";
import { ProviderRegistry } from "./run/registry";
import { Snapshot } from "./run/snapshot";
import { StackStates, stackReferenceProvider } from "./run/stack-reference";
import type { InvokeGoal, Monitored, Registered } from "./serve/monitor";
import type { StateStore } from "./state/store";
import { hashAssets } from "./wire/assets";

export interface DeploymentSetup {
  options: EngineOptions;
  project: string;
  /** Nothing is changed. */
  preview: boolean;
  /** Everything is to be deleted, also what the program still has. */
  destroying: boolean;
  /** Configuration of a package's default provider. */
  providerConfig(packageName: string): Props;
  store: StateStore;
  events: EventLog;
  hooks: HookRunner;
}

/** Never answered: the program that waits for it is about to be ended. */
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export class Deployment implements Monitored {
  readonly project: string;
  readonly stack: string;
  readonly preview: boolean;
  readonly parallel: number;
  readonly states: StackStates;
  /** Resolves when nothing more is to be started: after a failure, or when the run was cancelled. */
  readonly stopped: Promise<void>;
  /** Something could not be planned. */
  planFailed = false;
  /** An error was reported, and planning went on. */
  private reported = false;
  private before: Resource[];
  private readonly targets: Targets;
  private readonly registry: ProviderRegistry;
  private readonly snapshot: Snapshot;
  private readonly executor: Executor;
  private readonly renamed = new Map<string, string>();
  private generator: StepGenerator;
  private readonly goals = new Map<string, Goal>();
  private readonly registered = new Map<string, { resource: Resource; step: Step }>();
  private readonly defaultProviders = new Map<string, Promise<string>>();
  private readonly deleting = new Set<string>();
  private planning: Promise<unknown> = Promise.resolve();
  private finished = false;
  private stackOutputsToCome?: Props;

  constructor(private readonly setup: DeploymentSetup) {
    const { options, store, events, preview, project } = setup;
    this.project = project;
    this.stack = options.stack;
    this.preview = preview;
    this.parallel = options.parallel ?? 16;
    this.before = store.contents.resources;
    this.targets = new Targets(options);
    this.states = new StackStates(options);
    this.registry = new ProviderRegistry({ ...options.providers, pulumi: () => stackReferenceProvider(this.states) }, this.before);
    this.snapshot = new Snapshot(store, this.before, this.renamed, preview);
    let stop = (): void => undefined;
    this.stopped = new Promise((resolve) => (stop = resolve));
    this.executor = new Executor(this.applyHost(), events, this.parallel, options.continueOnError === true, stop);
    this.generator = this.newGenerator();
    const { pending } = store.contents;
    if (pending.length > 0) events.diagnostic({ severity: "warning", message: interrupted(pending) });
  }

  get failed(): boolean {
    return this.planFailed || this.reported || this.executor.sawFailure;
  }
  /** A step failed (not only the program): the run ends with a line that says so. */
  get stepsFailed(): boolean {
    return this.reported || this.executor.sawFailure;
  }

  urnOf(goal: Pick<Goal, "type" | "name" | "parent">): string {
    return makeUrn(this.stack, this.project, goal.parent, goal.type, goal.name);
  }
  resource(urn: string): Resource | undefined {
    return this.registered.get(urn)?.resource;
  }
  /** Outputs of the stack: the program's, or those of the last state. */
  stackOutputs(): Props {
    const now = [...this.registered.values()].find(({ resource }) => resource.type === STACK_TYPE)?.resource;
    const stack = now ?? this.before.find((resource) => resource.type === STACK_TYPE);
    return stack && !this.deleting.has(stack.urn) ? stack.outputs : {};
  }

  async register(goal: Goal): Promise<Registered> {
    const complete = await this.complete(this.inherit({ ...goal, inputs: hashAssets(goal.inputs, this.setup.options.cwd) }));
    const urn = this.urnOf(complete);
    this.goals.set(urn, complete);
    const steps = await this.plan(urn, () => this.generator.register(complete));
    if (!steps) return { result: "failed", resource: placeholder(urn, complete) };
    const result = await this.execute(steps);
    const resource = steps.at(-1)?.new as Resource;
    if (result !== "done") return { result: "failed", resource };
    this.registered.set(urn, { resource, step: steps.at(-1) as Step });
    return { result: this.generator.skippedCreates.has(urn) ? "skipped" : "done", resource };
  }

  registerOutputs(urn: string, outputs: Props): void {
    const known = this.registered.get(urn);
    if (!known) return;
    const olds = this.before.find((resource) => resource.urn === urn)?.outputs ?? {};
    const someGone = Object.keys(olds).some((name) => !(name in outputs));
    // The SDK sends the stack's outputs also when the program has failed, which is not known yet; then they are not all of them.
    if (known.resource.type === STACK_TYPE && someGone) this.stackOutputsToCome = outputs;
    else this.setOutputs(urn, outputs);
  }
  /** The program has ended: its outputs are the stack's, or come on top of the old ones when it failed. */
  settleStackOutputs(programFailed: boolean): void {
    const outputs = this.stackOutputsToCome;
    const stack = this.urnOf({ type: STACK_TYPE, name: `${this.project}-${this.stack}` });
    if (!outputs) return;
    delete this.stackOutputsToCome;
    const olds = this.before.find(({ urn }) => urn === stack)?.outputs;
    this.setOutputs(stack, programFailed ? { ...olds, ...outputs } : outputs);
  }
  private setOutputs(urn: string, outputs: Props): void {
    const known = this.registered.get(urn);
    if (!known) return;
    known.resource.outputs = hashAssets(outputs, this.setup.options.cwd);
    this.snapshot.set(known.resource);
    this.setup.events.outputsRegistered(known.step);
  }

  async read(goal: ReadGoal): Promise<Resource> {
    const complete = { ...goal, provider: await this.providerRef(goal) };
    const urn = this.urnOf(complete);
    const steps = await this.plan(urn, () => Promise.resolve(this.generator.read(complete)));
    if (!steps || (await this.execute(steps)) !== "done") throw new Error(`failed to read ${urn}`);
    const resource = steps[0]?.new as Resource;
    this.registered.set(urn, { resource, step: steps[0] as Step });
    return resource;
  }

  async invoke(goal: InvokeGoal): Promise<{ result: Props; failures: { property: string; reason: string }[] }> {
    const provider = await this.registry.get(await this.providerRef({ ...goal, type: goal.token }));
    const signal = this.setup.options.killSignal ?? new AbortController().signal;
    try {
      return await provider.invoke({ token: goal.token, args: goal.args, preview: this.preview, signal });
    } catch (error) {
      throw new Error(`invocation of ${goal.token} returned an error: ${messageOf(error)}`, { cause: error });
    }
  }

  async finish(): Promise<void> {
    if (this.finished) return;
    this.finished = true;
    await this.executor.settled();
    this.settleStackOutputs(false);
    if (this.executor.stopped || this.executor.sawFailure) return;
    if (this.setup.destroying) this.forgetProgram();
    this.refuseUnknownTargets();
    if (!this.planFailed) await this.deleteLeftovers();
  }

  /** Compares the state with what there is. Later steps start from what was found. */
  async refresh(): Promise<void> {
    const chosen = this.targets.among(this.before.filter((resource) => !resource.delete));
    this.before = await refreshAll(this.before, chosen, this.snapshot, (steps) => this.executor.run(steps));
    this.generator = this.newGenerator();
  }

  /** Everything goes, or what was chosen; without the program. */
  async destroy(): Promise<void> {
    const hooked = this.before.find((resource) => deleteHooks(resource).length > 0);
    if (hooked && !this.setup.hooks.available) {
      const message = `Resource has delete hooks registered, but the program is not running. Hooks: ${deleteHooks(hooked).join(", ")}`;
      this.setup.events.diagnostic({ severity: "error", urn: hooked.urn, message });
      throw new EngineError("You must run with the `--run-program` flag to use delete hooks during destroy.");
    }
    this.refuseUnknownTargets();
    if (!this.planFailed) await this.deleteLeftovers();
  }
  /** Nothing new starts. */
  cancel(): void {
    this.executor.stop();
  }
  settled(): Promise<void> {
    return this.executor.settled();
  }
  async close(): Promise<void> {
    await this.executor.settled();
    this.snapshot.save();
    await this.registry.close();
  }

  private async deleteLeftovers(): Promise<void> {
    const { seen } = this.generator;
    const { steps, refused } = planDeletes({ before: this.before, kept: seen, renamed: this.renamed, targets: this.targets });
    for (const { urn, message } of refused) this.report(urn, message);
    if (refused.length > 0) return;
    for (const { urn, op } of steps) if (isDelete(op)) this.deleting.add(urn);
    if (seen.size === 0 && this.targets.isConstrained) await this.tellWhatStays(steps);
    await runDeletes(steps, (chain) => this.executor.run(chain));
  }
  /** A destroy of some resources reports the others as unchanged. */
  private async tellWhatStays(deletes: Step[]): Promise<void> {
    const going = new Set(deletes.map(({ old }) => old));
    const left = this.before.filter((resource) => !going.has(resource) && !resource.delete);
    for (const resource of left) await this.executor.run([step("same", resource, resource)]);
  }
  /** From here on the state is all there is. */
  private forgetProgram(): void {
    this.before = this.before.map((resource) => this.registered.get(resource.urn)?.resource ?? resource);
    this.generator = this.newGenerator();
  }
  private refuseUnknownTargets(): void {
    const known = new Set([...this.before.map(({ urn }) => urn), ...this.generator.seen]);
    for (const urn of this.targets.targets.literals.filter((literal) => !known.has(literal))) {
      this.planFailed = true;
      this.setup.events.diagnostic({ severity: "error", message: targetNotFound(urn) });
    }
  }

  /** `undefined`: it cannot be planned, and the run goes on without it. */
  private async plan(urn: string, generate: () => Promise<Step[]>): Promise<Step[] | undefined> {
    if (this.executor.stopped) return never();
    const planned = this.planning.then(generate);
    this.planning = planned.catch(() => undefined);
    try {
      return await planned;
    } catch (error) {
      const at = error instanceof PlanError ? error.urn : urn;
      const messages = error instanceof PlanError ? error.messages : [messageOf(error)];
      for (const message of messages) this.setup.events.diagnostic({ severity: "error", urn: at, message });
      this.planFailed = true;
      if (this.setup.options.continueOnError) return undefined;
      this.executor.stop();
      return never();
    }
  }
  private async execute(steps: Step[]): Promise<ChainResult> {
    for (const { op, urn } of steps) if (isDelete(op)) this.deleting.add(urn);
    const result = await this.executor.run(steps);
    return result !== "done" && this.executor.stopped ? never() : result;
  }
  private report(urn: string, message: string): void {
    this.reported = true;
    this.setup.events.diagnostic({ severity: "error", urn, message });
  }

  /** With its provider; a provider itself with its version. */
  private async complete(goal: Goal): Promise<Goal> {
    if (!goal.custom) return goal;
    if (!isProviderType(goal.type)) return { ...goal, provider: await this.providerRef(goal) };
    return goal.version ? { ...goal, inputs: { version: goal.version, ...goal.inputs } } : goal;
  }
  /** Children take these from their parent unless they say otherwise. */
  private inherit(goal: Goal): Goal {
    const parent = goal.parent ? this.goals.get(goal.parent) : undefined;
    if (!parent) return goal;
    const { protect = parent.protect, retainOnDelete = parent.retainOnDelete, deletedWith = parent.deletedWith } = goal;
    return {
      ...goal,
      ...(protect !== undefined && { protect }),
      ...(retainOnDelete !== undefined && { retainOnDelete }),
      ...(deletedWith !== undefined && { deletedWith }),
    };
  }

  private providerRef(goal: { type: string; provider?: string; version?: string }): Promise<string> {
    if (goal.provider) return Promise.resolve(goal.provider);
    const name = packageOf(goal.type);
    const key = `${name} ${goal.version ?? ""}`;
    let ref = this.defaultProviders.get(key);
    if (!ref) this.defaultProviders.set(key, (ref = this.registerDefaultProvider(name, goal.version)));
    return ref;
  }
  private async registerDefaultProvider(packageName: string, version: string | undefined): Promise<string> {
    const { result, resource } = await this.register({
      type: PROVIDER_PREFIX + packageName,
      name: version ? `default_${version.replace(/[^0-9A-Za-z]/g, "_")}` : "default",
      custom: true,
      inputs: this.setup.providerConfig(packageName),
      ...(version && { version }),
      dependencies: [],
      propertyDependencies: {},
      replaceWith: [],
      ignoreChanges: [],
      replaceOnChanges: [],
      additionalSecretOutputs: [],
      aliases: [],
      hooks: {},
    });
    if (result === "failed") throw new Error(`the provider of package "${packageName}" could not be set up`);
    return `${resource.urn}::${resource.id ?? ""}`;
  }

  private newGenerator(): StepGenerator {
    const host = {
      stack: this.stack,
      project: this.project,
      preview: this.preview,
      targets: this.targets,
      destroying: this.setup.destroying,
      renamed: this.renamed,
      providerOf: (resource: Resource) => this.registry.get(resource.provider ?? ""),
      checkProvider: (resource: Resource, old: Resource | undefined) => this.registry.check(resource, old),
      operation: (resource: Resource) => operation(this.applyHost(), resource, 0),
      report: (urn: string, message: string) => {
        this.report(urn, message);
      },
    };
    return new StepGenerator(host, this.before);
  }
  private applyHost(): ConstructorParameters<typeof Executor>[0] {
    return {
      preview: this.preview,
      cwd: this.setup.options.cwd,
      registry: this.registry,
      snapshot: this.snapshot,
      hooks: this.setup.hooks,
      killSignal: this.setup.options.killSignal ?? new AbortController().signal,
      isDeleted: (urn) => this.deleting.has(urn),
      log: (urn, severity, message) => {
        // Progress is shown while it happens and is no result.
        if (severity !== "debug") this.setup.events.diagnostic({ severity, urn, message, ephemeral: severity === "info" });
      },
    };
  }
}

/** What the program gets for a resource that could not be planned. */
function placeholder(urn: string, goal: Goal): Resource {
  return { urn, type: goal.type, custom: goal.custom, inputs: goal.inputs, outputs: {}, dependencies: [] };
}
