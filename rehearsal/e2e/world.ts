import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { checkout, homeFolder } from "../../cli/checkout";
import { bootstrapMachine } from "../../cli/rehearse";
import { chosenStacks, releaseFile, stacksToRehearse } from "../../cli/rehearsed-stack";
import { standInBuilder } from "../../cli/stand-in-builder";
import { inspect } from "../../infra/config/stacks";
import { standInArchive, standInFiles, standInImage, type FlowraRelease, type SourceStandIn, type StandIn, type Startup } from "../apps";
import { mapValues } from "../../components/kernel/map-values";
import { type ConfigValue, destroy, type EngineEvent, type EngineOptions, preview, type Result, up } from "../engine";
import { parsePath, setPath } from "../engine/model/paths";
import type { Machine } from "../machines";
import { engineOptions, equip, prepare, type Prepared, type RehearsalOptions } from "../rehearse";
import { machineName, type LocalArchive, type LocalImage, type LocalSource, type StackToRehearse } from "../world";

export const ENVIRONMENTS = ["prod", "staging", "demo", "dev"] as const;

/** One image of a release, as a release file has it. */
export type ImageRelease = Pick<LocalImage, "image" | "digest" | "builtAt" | "version"> & { rollback?: boolean };
/** One archive of a release, likewise. */
export type ArchiveRelease = Pick<LocalArchive, "archive" | "sha256" | "builtAt"> & { rollback?: boolean };

/** One commit of a repository, likewise. */
export type SourceRelease = Pick<LocalSource, "repository" | "ref" | "commit" | "builtAt"> & { rollback?: boolean };

/** Services of all systems whose releases tests change; no two systems have one of the same name. `application`: all of Flowra's programs in one archive. */
const SERVICES = {
  flowmaster: ["backend", "frontend"],
  flowra: ["api", "worker", "migrator", "mongodb", "redis", "keycloak", "keycloak-db", "application"],
  flowstack: ["app"],
  flatlogic: ["workspace"],
  coreflow: ["api-gateway", "cms-service", "ai-service", "blockchain-service", "payments-service", "coreflow-dashboard", "coreflow-astro"],
} as const;
export type System = keyof typeof SERVICES;
export type Service = (typeof SERVICES)[System][number];
/** Those that are built from a repository. */
export type SourceService = (typeof SERVICES)["flatlogic" | "coreflow"][number];
type ImageService = Exclude<Service, SourceService | "application">;
const systemOf = (service: Service): System =>
  (Object.keys(SERVICES) as System[]).find((system) => SERVICES[system].some((one) => one === service)) ?? "flowra";

/** What a stack's file holds. */
export interface StackFile {
  /** `{ "flowfleet:flowmaster": { … } }` */
  config: Record<string, ConfigValue>;
  /** Path -> value: `{ "flowfleet:flowmaster.apiKeys.openai": "…" }`. */
  secrets: Readonly<Record<string, string>>;
}

export interface Change {
  /** On top of the stack file and its stand-ins. */
  config?: Record<string, ConfigValue>;
  /** Service -> release, in the place of the built one. */
  releases?: Partial<Record<Service, ImageRelease | ArchiveRelease | SourceRelease>>;
  onEvent?: (event: EngineEvent) => void;
  /** Anything else that the engine takes. */
  engine?: Partial<EngineOptions>;
}

/**
 * Stacks with some of their systems on throwaway machines, for end-to-end tests: FlowMaster's environments on the server that they share,
 * unless told otherwise. Every test file with the same folder gets the same world: it is brought up by the first and goes away in the
 * global teardown.
 */
export class World {
  private clock = Date.now();

  private constructor(
    readonly prepared: Prepared,
    private readonly options: RehearsalOptions,
    private readonly file: StackFile | undefined,
  ) {}

  /**
   * @param options.folder Rehearsal to use or make; tests that break a machine take one of their own.
   * @param options.systems Systems of the stacks that come up. @default FlowMaster alone
   * @param options.file The stack's file, all of whose systems come up. @default the committed ones
   */
  static async open(
    stacks: readonly string[] = ["shared", ...ENVIRONMENTS],
    { folder, systems = ["flowmaster"], file }: { folder?: string; systems?: readonly System[]; file?: StackFile } = {},
  ): Promise<World> {
    const own = systems.filter((system) => system !== "flowmaster");
    const options: RehearsalOptions = {
      cwd: checkout,
      stateDir: path.join(homeFolder(), folder ?? ["e2e", ...own].join("-")),
      stacks: file ? chosenStacks(stacks, {}, (stack) => stackOf(stack, file)) : stacksToRehearse(stacks, { systems }),
      os: "debian-12",
      standIns: standInBuilder(never),
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
    return new World(await prepare(options), options, file);
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
    const { config, secrets } = this.file ?? { config: {}, secrets: {} };
    const releases: Record<string, ConfigValue> = change.releases ? { "flowfleet:releases": this.releases(stack, change.releases) } : {};
    return {
      ...engine,
      ...(this.file && { ignoreConfigFile: true }),
      ...change.engine,
      config: { ...config, ...mapValues(secrets, (secret) => ({ secret })), ...engine.config, ...releases, ...change.config },
      onEvent: change.onEvent ?? (() => undefined),
    };
  }

  stack(name: string): StackToRehearse {
    const found = this.options.stacks.find(({ stack }) => stack === name);
    if (!found) throw new Error(`the world has no stack ${name}`);
    return found;
  }

  /** The machine that serves a stack's sites, or owns it. @param stack @default the first one */
  machine(stack = this.options.stacks[0]?.stack ?? ""): Machine {
    const { names, hosts } = this.stack(stack);
    const name = names[0]?.machine ?? machineName(stack, hosts[0]?.name ?? "main");
    const machine = this.prepared.machines.get(name);
    if (!machine) throw new Error(`the world has no machine ${name}`);
    return machine;
  }

  /** The main name of a stack's first system. */
  domain(stack: string): string {
    return this.domains(stack)[0] ?? "";
  }

  /** All names of a stack's systems, in the order of the systems. */
  domains(stack: string): string[] {
    return this.stack(stack).names.map(({ name }) => name);
  }

  /** What serves when nothing was changed. */
  builtRelease(service: ImageService): ImageRelease {
    const found = this.prepared.built.images.find((image) => image.service === service);
    if (!found) throw new Error(`no image of ${service}`);
    const { image, digest, builtAt, version } = found;
    return { image, digest, builtAt, ...(version && { version }) };
  }

  /** Builds another version of a stand-in, pushes it, and gives its release, younger than all before. */
  async release(standIn: {
    service: ImageService;
    version: string;
    startup?: Startup | "bad-migration" | "bad-worker";
  }): Promise<ImageRelease> {
    const { image } = this.builtRelease(standIn.service);
    const local = await standInImage({ system: systemOf(standIn.service), ...standIn } as StandIn);
    const digest = await this.prepared.registry?.push(local, image);
    if (digest === undefined) throw new Error("the world has no registry");
    return { image, digest, builtAt: this.now() };
  }

  /** A version of Flowra's programs as an archive that the registry serves, younger than all before. */
  async archive(version: string, startup: FlowraRelease["startup"] = "now"): Promise<ArchiveRelease> {
    const { file, sha256 } = await standInArchive({ system: "flowra", version, startup });
    const archive = await this.prepared.registry?.put(file, sha256, "flowra/application");
    if (archive === undefined) throw new Error("the world has no registry");
    return { archive, sha256, builtAt: this.now() };
  }

  /** The commit that serves when nothing was changed. */
  builtCommit(service: SourceService): SourceRelease {
    const found = this.prepared.built.sources.find((source) => source.service === service);
    if (!found) throw new Error(`no repository of ${service}`);
    const { repository, ref, commit, builtAt } = found;
    return { repository, ref, commit, builtAt };
  }

  /** Another version of what is in a repository, as a commit on top of its branch, younger than all before. */
  async commit(service: SourceService, version: string, startup: SourceStandIn["startup"] = "now"): Promise<SourceRelease> {
    const { repository, ref } = this.builtCommit(service);
    const files = await standInFiles({ system: systemOf(service), service, version, startup } as SourceStandIn);
    const commit = await this.prepared.git?.push(repository, files, { branch: ref, message: version });
    if (commit === undefined) throw new Error("the world has no git server");
    return { repository, ref, commit, builtAt: this.now() };
  }

  /** Younger than all before. */
  private now(): string {
    this.clock = Math.max(this.clock + 1000, Date.now());
    return new Date(this.clock).toISOString().replace(/\.\d+Z$/, "Z");
  }

  /**
   * The machine of the first stack with an empty disk, set up as an operator would. `build`: what was done on it by hand before anybody
   * thought of this program.
   */
  async reimage(build: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const { estate, sshAgent, registry } = this.prepared;
    const machine = await estate.reimage(this.machine().name);
    await registry?.trust(machine);
    await equip(estate, machine, this.options);
    await build();
    await bootstrapMachine(machine, sshAgent, () => undefined);
  }

  /** As root on a machine, from outside. Gives what it printed. */
  async on(machine: Machine, command: string, options: { check?: boolean; timeout?: number; input?: string } = {}): Promise<string> {
    const { stdout, stderr } = await this.prepared.estate.exec(machine.name, ["sh", "-c", command], options);
    return stdout + stderr;
  }

  private releases(stack: string, changed: NonNullable<Change["releases"]>): string {
    const folder = path.join(this.options.stateDir, `releases-${stack}-${process.hrtime.bigint()}`);
    mkdirSync(folder, { recursive: true });
    const file = parse(releaseFile(this.stack(stack), this.prepared.built)) as Record<string, Record<string, object>>;
    for (const [service, release] of Object.entries(changed)) (file[systemOf(service as Service)] ??= {})[service] = release;
    writeFileSync(path.join(folder, `${stack}.yaml`), stringify(file));
    return path.relative(checkout, folder);
  }
}

function stackOf(stack: string, { config, secrets }: StackFile) {
  const text = structuredClone(config);
  for (const name of Object.keys(secrets)) setPath(text, parsePath(name), { secure: "encrypted" });
  return inspect(stack, stringify({ config: text }), (folder) => readFileSync(path.join(checkout, folder, `${stack}.yaml`), "utf8"));
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
