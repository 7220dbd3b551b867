import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { allOrFirstFailure } from "./all-or-first-failure";
import { runTask, serviceInAws, startAws, type Aws } from "./aws";
import type { EngineEvent, EngineOptions, Props, Result } from "./engine";
import { Lock, up } from "./engine";
import {
  type Acme,
  ensureDocker,
  type Estate,
  type GitServer,
  type Machine,
  openEstate,
  type Registry,
  type ServerOs,
  startAcme,
} from "./machines";
import { localReleases, type StandInBuilder } from "./local-releases";
import { isGroup } from "./outputs";
import { writePrivate } from "./private-file";
import { builtinProviders, emulatorVariables } from "./providers";
import { generatedSecrets, standIns, statePassphrase } from "./stand-ins";
import { remember, rememberStanding, type RehearsedAws, type RehearsedUrl } from "./status";
import { type LocalReleases, machineName, type ReleaseFile, type StackToRehearse } from "./world";

export interface RehearsalOptions {
  /** Folder of the program (`Pulumi.yaml`). */
  cwd: string;
  /** Folder of this rehearsal: keys, states, what stands there. */
  stateDir: string;
  /** In the order in which they come up: a stack comes after those it refers to. */
  stacks: StackToRehearse[];
  os: ServerOs;
  /** Builds what takes a release's place; `undefined`: the configured releases themselves are fetched. */
  standIns: StandInBuilder | undefined;
  releaseFile: ReleaseFile;
  /** Makes the deploy user on a fresh machine, as an operator would. Gives the user's name. */
  bootstrap: (machine: Machine, sshAgent: string, note: (text: string) => void) => Promise<void>;
  deployUser: string;
  /** Run each stack a second time, which must change nothing. */
  twice: boolean;
  /** Runs one piece of work under a title. */
  task: <T>(title: string, work: (note: (text: string) => void) => Promise<T>) => Promise<T>;
  say: (text: string) => void;
  onEvent: (event: EngineEvent) => void;
  signal: AbortSignal;
  killSignal: AbortSignal;
}

export interface Rehearsed {
  stack: string;
  result: Result;
  /** With `twice`. */
  second?: Result;
  urls: RehearsedUrl[];
}

/** The throwaway world with all that the stacks need of it: machines, names, images. */
export interface Prepared {
  estate: Estate;
  sshAgent: string;
  machines: Map<string, Machine>;
  acme: Acme;
  registry: Registry | undefined;
  git: GitServer | undefined;
  built: LocalReleases;
  /** `undefined`: nothing is in AWS. */
  aws: Aws | undefined;
}

/**
 * Brings stacks up on throwaway machines. Stops at the first stack that fails; what stands stays, so a second call goes on.
 *
 * @throws EngineError while another run is at it in the same folder; its message names that run.
 */
export async function rehearse(options: RehearsalOptions): Promise<{ prepared: Prepared; rehearsed: Rehearsed[] }> {
  const lock = lockRehearsal(options.stateDir, `rehearse --stack ${options.stacks.at(-1)?.stack ?? ""}`);
  try {
    return await rehearseAll(options);
  } finally {
    lock.release();
  }
}

/** One run at a time in the folder of a rehearsal: stacks that share a machine share it. */
export const lockRehearsal = (stateDir: string, command: string): Lock =>
  Lock.take(path.join(stateDir, "rehearsal.lock"), `rehearsal "${path.basename(stateDir)}"`, command);

async function rehearseAll(options: RehearsalOptions): Promise<{ prepared: Prepared; rehearsed: Rehearsed[] }> {
  const prepared = await prepare(options);
  const rehearsed: Rehearsed[] = [];
  for (const stack of options.stacks) {
    const done = await bringUp(stack, prepared, options);
    rehearsed.push(done);
    if (!done.result.succeeded || done.second?.succeeded === false || options.signal.aborted) break;
  }
  return { prepared, rehearsed };
}

/** Everything but the program: Docker, servers with a deploy user, the test CA, the registry and what is in it. */
export async function prepare(options: RehearsalOptions): Promise<Prepared> {
  const { task, signal } = options;
  mkdirSync(options.stateDir, { recursive: true, mode: 0o700 });
  await task("Docker", (report) => ensureDocker({ stateDir: path.dirname(options.stateDir), report, signal }));
  const estate = await openEstate({ stateDir: options.stateDir, name: path.basename(options.stateDir), signal });
  const sshAgent = await estate.agent({ signal });
  const { stacks } = options;
  const isInAws = stacks.some(({ aws }) => aws.length > 0);
  const [machines, acme, { registry, git, built }, aws] = await allOrFirstFailure([
    bootMachines(estate, sshAgent, options),
    task("ACME test CA", (report) => startAcme(estate, { report, signal })),
    localReleases(estate, options),
    isInAws ? task("AWS emulator", (report) => startAws(estate, stacks, { report, signal })) : Promise.resolve(undefined),
  ]);
  await trustAndName(machines, acme, registry, options);
  for (const machine of machines.values()) await equip(estate, machine, options);
  return { estate, sshAgent, machines, acme, registry, git, built, aws };
}

async function bootMachines(estate: Estate, sshAgent: string, options: RehearsalOptions): Promise<Map<string, Machine>> {
  const { signal, task } = options;
  const wanted = options.stacks.flatMap(({ stack, hosts }) =>
    hosts.map((host) => ({ name: machineName(stack, host.name), ports: host.ports })),
  );
  const machines = await allOrFirstFailure(
    wanted.map(async ({ name, ports }) => {
      const machine = await task(`Server ${name}`, (report) => estate.boot(name, { os: options.os, ports, report, signal }));
      if (!(await isBootstrapped(estate, name))) await task(`Bootstrap ${name}`, (note) => options.bootstrap(machine, sshAgent, note));
      return machine;
    }),
  );
  return new Map(machines.map((machine) => [machine.name, machine]));
}

/** Puts on a machine what real ones have beforehand; again after `reimage`. */
export async function equip(
  estate: Estate,
  machine: Machine,
  { stacks, standIns, signal }: Pick<RehearsalOptions, "stacks" | "standIns" | "signal">,
): Promise<void> {
  const systems = stacks
    .filter(({ stack, hosts }) => hosts.some(({ name }) => machineName(stack, name) === machine.name))
    .flatMap((stack) => stack.systems);
  const script = (await standIns?.machine(systems)) ?? "";
  if (script !== "") await estate.exec(machine.name, ["sh", "-e"], { input: script, signal });
}

/**
 * Asked of the machine itself, from outside, so that a re-imaged one is bootstrapped again and a second run opens no connection.
 * The line for sudo is the last thing that a bootstrap makes: one that was cut short is done again.
 */
async function isBootstrapped(estate: Estate, name: string): Promise<boolean> {
  return (await estate.exec(name, ["test", "-e", "/etc/sudoers.d/flowfleet"], { check: false })).exitCode === 0;
}

/** Names resolve to their machines for the test CA; the machines trust the local registry. */
async function trustAndName(
  machines: Map<string, Machine>,
  acme: Acme,
  registry: Registry | undefined,
  { stacks, signal }: RehearsalOptions,
): Promise<void> {
  for (const machine of machines.values()) {
    const names = stacks.flatMap((stack) => stack.names).filter((name) => name.machine === machine.name);
    if (names.length > 0)
      await acme.map(
        names.map(({ name }) => name),
        machine,
        { signal },
      );
    await registry?.trust(machine, { signal });
  }
}

async function bringUp(stack: StackToRehearse, prepared: Prepared, options: RehearsalOptions): Promise<Rehearsed> {
  const { engine, standIns } = engineOptions(stack, prepared, options);
  options.say(`Stack ${stack.stack}, with stand-ins:\n${standIns.map((line) => `  ${line}`).join("\n")}`);
  rememberStanding(prepared.estate, stack);
  const result = await up(engine);
  const urls = result.succeeded ? urlsOf(stack, result.outputs, prepared.machines) : [];
  if (result.succeeded)
    remember(prepared.estate, {
      stack: stack.stack,
      ca: prepared.acme.rootCaFile,
      user: options.deployUser,
      urls,
      aws: await rehearsedAws(stack, result.outputs, prepared, options),
    });
  if (!result.succeeded || !options.twice) return { stack: stack.stack, result, urls };
  options.say(`Stack ${stack.stack}, a second time: nothing may change`);
  return { stack: stack.stack, result, second: await up({ ...engine, expectNoChanges: true }), urls };
}

/** The emulator tells that tasks run; one of them does, beside it. */
async function rehearsedAws(
  stack: StackToRehearse,
  outputs: Props,
  prepared: Prepared,
  { task, signal }: RehearsalOptions,
): Promise<RehearsedAws | undefined> {
  const [first] = stack.aws;
  if (!first || !prepared.aws) return undefined;
  const service = serviceInAws(stack, outputs);
  const running = service && (await task(`Task of ${service.system}`, (report) => runTask(service, prepared, { report, signal })));
  const { endpoint } = prepared.aws.emulator;
  return { endpoint, region: first.region, ...(running && { task: { system: service.system, ...running } }) };
}

/** How the engine runs one stack against the throwaway world: the stack file with its stand-ins, and nobody but these machines in reach. */
export function engineOptions(
  stack: StackToRehearse,
  prepared: Prepared,
  options: Pick<RehearsalOptions, "cwd" | "deployUser" | "releaseFile" | "onEvent" | "signal" | "killSignal">,
): { engine: EngineOptions; standIns: string[] } {
  const { estate, machines, acme, git, sshAgent } = prepared;
  const emulator = prepared.aws?.emulator;
  const secrets = generatedSecrets(estate.stateDir, stack);
  const { config, lines } = standIns(stack, {
    machines,
    deployUser: options.deployUser,
    acme,
    git,
    releases: releasesFolder(stack, prepared, options),
    secrets,
    aws: prepared.aws && { endpoint: prepared.aws.emulator.endpoint, zones: prepared.aws.zones },
  });
  const engine: EngineOptions = {
    cwd: options.cwd,
    stack: stack.stack,
    stateDir: path.join(estate.stateDir, "state"),
    passphrase: statePassphrase(estate.stateDir),
    ...(stack.config && { ignoreConfigFile: true }),
    config: { ...stack.config, ...config },
    providers: builtinProviders(
      {
        hosts: [...machines.values()].map(({ address, port, hostKey }) => ({ address, port, hostKey })),
        localDirs: [options.cwd],
        sshAgent,
      },
      emulator,
    ),
    env: { SSH_AUTH_SOCK: sshAgent, ...(emulator && emulatorVariables(emulator.endpoint)) },
    command: `rehearse --stack ${stack.stack}`,
    onEvent: options.onEvent,
    signal: options.signal,
    killSignal: options.killSignal,
  };
  return { engine, standIns: lines };
}

/** Writes the release file of what was built here; `undefined` where the committed one holds. */
function releasesFolder(
  stack: StackToRehearse,
  { estate, built }: Prepared,
  options: Pick<RehearsalOptions, "cwd" | "releaseFile">,
): string | undefined {
  const any = (of: Pick<StackToRehearse, "images" | "archives" | "sources">): boolean =>
    of.images.length + of.archives.length + of.sources.length > 0;
  if (!any(stack) || !any(built)) return undefined;
  const folder = path.join(estate.stateDir, "releases");
  writePrivate(path.join(folder, `${stack.stack}.yaml`), options.releaseFile(stack, built));
  return path.relative(options.cwd, folder);
}

/** The addresses among the stack's outputs, the main one of each system first, and where they are served. */
export function urlsOf(stack: StackToRehearse, outputs: Props, machines: ReadonlyMap<string, Machine>): RehearsedUrl[] {
  return Object.entries(outputs).flatMap(([system, output]) => {
    if (!isGroup(output)) return [];
    const { url, healthUrl, ...others } = output;
    // An address without a path: what is below it is found from there.
    const sites = [url, ...Object.values(others)].filter(
      (one): one is string => typeof one === "string" && /^https:\/\/[^/]+\/?$/.test(one),
    );
    return [...new Set(sites)].flatMap((site) => {
      const { hostname } = new URL(site);
      const machine = machines.get(stack.names.find(({ name }) => name === hostname)?.machine ?? "");
      if (!machine) return [];
      const health = typeof healthUrl === "string" && new URL(healthUrl).hostname === hostname ? { healthUrl } : {};
      return [{ system, environment: stack.stack, url: site, address: machine.address, port: machine.ports[443] ?? 443, ...health }];
    });
  });
}
