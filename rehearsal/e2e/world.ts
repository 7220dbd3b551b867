import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { checkout, homeFolder } from "../../cli/checkout";
import { bootstrapMachine, standIn } from "../../cli/rehearse";
import { releaseFile, stacksToRehearse } from "../../cli/rehearsed-stack";
import { standInImage, type StandIn } from "../apps";
import { type ConfigValue, destroy, type EngineEvent, type EngineOptions, preview, type Result, up } from "../engine";
import type { Machine } from "../machines";
import { engineOptions, prepare, type Prepared, type RehearsalOptions } from "../rehearse";
import type { LocalImage, StackToRehearse } from "../world";

export const ENVIRONMENTS = ["prod", "staging", "demo", "dev"] as const;

/** One image of a release, as a release file has it. */
export type ImageRelease = Pick<LocalImage, "image" | "digest" | "builtAt"> & { rollback?: boolean };

export interface Change {
  /** On top of the stack file and its stand-ins. */
  config?: Record<string, ConfigValue>;
  /** Service -> release, in the place of the built one. */
  releases?: Partial<Record<"backend" | "frontend", ImageRelease>>;
  onEvent?: (event: EngineEvent) => void;
  /** Anything else that the engine takes. */
  engine?: Partial<EngineOptions>;
}

/**
 * FlowMaster's server with the stacks that share it, for end-to-end tests. Every test file gets the same one: it is brought up by the
 * first and goes away in the global teardown.
 */
export class World {
  private clock = Date.now();

  private constructor(
    readonly prepared: Prepared,
    private readonly options: RehearsalOptions,
  ) {}

  /** @param folder Rehearsal to use or make; tests that break a machine take one of their own. */
  static async open(stacks: readonly string[] = ["shared", ...ENVIRONMENTS], folder = "e2e"): Promise<World> {
    const options: RehearsalOptions = {
      cwd: checkout,
      stateDir: path.join(homeFolder(), folder),
      stacks: stacksToRehearse(...stacks),
      os: "debian-12",
      standIn: (image, report) => standIn(image, report, never),
      releaseFile,
      bootstrap: bootstrapMachine,
      deployUser: "deploy",
      twice: false,
      task: (_, work) => work(() => undefined),
      say: () => undefined,
      onEvent: () => undefined,
      signal: never,
      killSignal: never,
    };
    return new World(await prepare(options), options);
  }

  /** Brings stacks up as they are in the files, in this order; a failure fails the test with its reasons. */
  async settle(...stacks: string[]): Promise<void> {
    for (const stack of stacks) succeeded(await this.up(stack));
  }

  up(stack: string, change: Change = {}): Promise<Result> {
    return up(this.engine(stack, change));
  }

  preview(stack: string, change: Change = {}): Promise<Result> {
    return preview(this.engine(stack, change));
  }

  destroy(stack: string, change: Change = {}): Promise<Result> {
    return destroy(this.engine(stack, change));
  }

  engine(stack: string, change: Change = {}): EngineOptions {
    const { engine } = engineOptions(this.stack(stack), this.prepared, this.options);
    const releases: Record<string, ConfigValue> = change.releases ? { "flowfleet:releases": this.releases(stack, change.releases) } : {};
    return {
      ...engine,
      ...change.engine,
      config: { ...engine.config, ...releases, ...change.config },
      onEvent: change.onEvent ?? (() => undefined),
    };
  }

  stack(name: string): StackToRehearse {
    const found = this.options.stacks.find(({ stack }) => stack === name);
    if (!found) throw new Error(`the world has no stack ${name}`);
    return found;
  }

  /** The machine that serves a stack's sites, or owns it. */
  machine(stack = "shared"): Machine {
    const name = this.stack(stack).names[0]?.machine ?? `${stack}-main`;
    const machine = this.prepared.machines.get(name);
    if (!machine) throw new Error(`the world has no machine ${name}`);
    return machine;
  }

  domain(stack: string): string {
    return this.stack(stack).names[0]?.name ?? "";
  }

  /** What serves when nothing was changed. */
  builtRelease(service: "backend" | "frontend"): ImageRelease {
    const found = this.prepared.images.find((image) => image.service === service);
    if (!found) throw new Error(`no image of ${service}`);
    return { image: found.image, digest: found.digest, builtAt: found.builtAt };
  }

  /** Builds another version of a stand-in, pushes it, and gives its release, younger than all before. */
  async release(standInOf: Omit<StandIn, "system">): Promise<ImageRelease> {
    const { image } = this.builtRelease(standInOf.service);
    const digest = await this.prepared.registry?.push(await standInImage({ system: "flowmaster", ...standInOf }), image);
    if (digest === undefined) throw new Error("the world has no registry");
    this.clock = Math.max(this.clock + 1000, Date.now());
    return { image, digest, builtAt: new Date(this.clock).toISOString().replace(/\.\d+Z$/, "Z") };
  }

  /** As root on a machine, from outside. Gives what it printed. */
  async on(machine: Machine, command: string, options: { check?: boolean; timeout?: number; input?: string } = {}): Promise<string> {
    const { stdout, stderr } = await this.prepared.estate.exec(machine.name, ["sh", "-c", command], options);
    return stdout + stderr;
  }

  private releases(stack: string, changed: NonNullable<Change["releases"]>): string {
    const folder = path.join(this.options.stateDir, `releases-${stack}-${process.hrtime.bigint()}`);
    mkdirSync(folder, { recursive: true });
    const flowmaster = { backend: this.builtRelease("backend"), frontend: this.builtRelease("frontend"), ...changed };
    writeFileSync(path.join(folder, `${stack}.yaml`), stringify({ flowmaster }));
    return path.relative(checkout, folder);
  }
}

const never = new AbortController().signal;

/** Fails the test with everything the run complained of. */
export function succeeded(result: Result): Result {
  if (!result.succeeded) throw new Error(reasons(result));
  return result;
}

export const reasons = (result: Result): string =>
  result.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message)
    .join("\n");

/** Operations other than `same` and the look at another stack's outputs. */
export const changesOf = (result: Result): string[] =>
  result.steps.filter(({ op }) => op !== "same" && op !== "read").map(({ op, urn }) => `${op} ${urn.split("::").at(-1) ?? ""}`);
