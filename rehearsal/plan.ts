import { mapValues } from "../components/kernel/map-values";
import type { ConfigValue, Diagnostic, PlannedStep, Props, ProviderFactories, ResourceView, Result } from "./engine";
import { isDefaultProvider, maskSecrets, preview } from "./engine";
import { type Interruption, interruptionsOf } from "./interruptions";
import { connectionHost, masked } from "./planned-inputs";
import { builtinProviders } from "./providers";
import { type SecretDifference, secretDifferences, takenAsNow } from "./secret-differences";

export interface Checkout {
  /** Folder of the program (`Pulumi.yaml`). */
  cwd: string;
  /** The whole configuration, of this stack and of any that it refers to: the stack's own file is not read, since what is encrypted in it stays so. */
  config: (stack: string) => Record<string, ConfigValue>;
  /** File of slow hashes that are known already (`kept-plans.ts`). */
  hashes?: string;
}

export interface Plan {
  stack: string;
  succeeded: boolean;
  /** What those who use the services will notice. Empty in a plan from nothing: what is not there yet serves nobody. */
  interruptions: Interruption[];
  /** Resources in the order of their URNs, secrets masked. */
  resources: PlannedResource[];
  outputs: Props;
  /** Outputs of the other side; absent in a plan from nothing. */
  outputsBefore?: Props;
  /** Stacks whose outputs were planned, too, because there is no state. */
  assumed: string[];
  diagnostics: Diagnostic[];
  /** Resources as they will be, with their secrets marked: for rules to judge, never to be printed. */
  judged: ResourceView[];
}
export interface PlannedResource {
  op: PlannedStep["op"];
  urn: string;
  /** Of what is there on the other side: how others name it. */
  id?: string;
  type: string;
  /** Not a component. */
  custom: boolean;
  parent?: string;
  /** URN of the provider that the program made for it and others. */
  provider?: string;
  protect?: boolean;
  /** Protection that it did not have, or has no longer. Of what is there on both sides. */
  protection?: "on" | "off";
  /** Of what is deleted or replaced: Pulumi forgets it, and leaves it where it is (`retainOnDelete`, as it was before). */
  retainOnDelete?: boolean;
  /** URNs of what it waits for. */
  dependencies: string[];
  /** Address of the machine that it is on, as it is. */
  machine?: string;
  /** Of what is deleted: what it had. */
  inputs: Props;
  /** Inputs at the base, of what is updated or replaced. */
  before?: Props;
  /** Secrets that are other ones, which `before` and `inputs` do not show. */
  changedSecrets: SecretDifference[];
  /** Properties that make a replacement necessary. */
  replaceKeys: string[];
}

/** Only keeps the state of a folder that goes away. */
export const PASSPHRASE = "plan";

export interface PreviewOptions {
  /** @default all that plan, and touch nothing */
  providers?: ProviderFactories;
  /** Outputs of a stack that is referred to. @default those of its plan from nothing */
  referred?: (stack: string) => Promise<Props | undefined>;
  /** Where the state has yet to come. */
  stateReady?: Promise<unknown>;
}

/** Plans a stack in a folder of states: from nothing where it has none there. Nothing outside is touched. */
export function previewIn(here: Checkout, stack: string, stateDir: string, options: PreviewOptions = {}): Promise<Result> {
  const fromNothing = async (other: string): Promise<Props | undefined> => {
    const result = await previewIn(here, other, stateDir, options);
    return result.succeeded ? result.outputs : undefined;
  };
  const { providers = plainProviders(), referred = fromNothing, stateReady } = options;
  return preview({
    cwd: here.cwd,
    stack,
    stateDir,
    passphrase: PASSPHRASE,
    config: here.config(stack),
    ignoreConfigFile: true,
    env: knownHashes(here.hashes),
    ...(stateReady && { stateReady }),
    providers,
    assumedOutputs: (name) => referred(name.split("/").at(-1) ?? name),
    command: `plan --stack ${stack}`,
  });
}

/** For the program (`engine/serve/preload.cjs`). */
export const knownHashes = (hashes: string | undefined): Record<string, string> =>
  hashes === undefined ? {} : { FLOWFLEET_KNOWN_HASHES: hashes };

export const plainProviders = (): ProviderFactories => readingNothing(builtinProviders({ hosts: [], localDirs: [] }));

/** A plan asks nobody: what is taken over is taken to be as the program says, but for what the program leaves as it is. */
const readingNothing = (factories: ProviderFactories): ProviderFactories =>
  mapValues(factories, (factory) => () => ({ ...factory(), read: ({ id, inputs }) => Promise.resolve({ id, inputs, outputs: inputs }) }));

/** @param protectedBefore URNs that are protected on the other side, where their protection was taken off so that a plan can show what it prevents. */
export function planOf(stack: string, result: Result, outputsBefore?: Props, protectedBefore: ReadonlySet<string> = new Set()): Plan {
  return {
    stack,
    succeeded: result.succeeded,
    interruptions: interruptionsOf(result.steps),
    resources: resourcesOf(result.steps, protectedBefore),
    outputs: masked(maskSecrets(result.outputs)),
    ...(outputsBefore && { outputsBefore: masked(maskSecrets(outputsBefore)) }),
    assumed: result.assumed,
    diagnostics: result.diagnostics,
    judged: [...new Map(result.steps.flatMap((step) => (step.new ? [[step.urn, step.new] as const] : []))).values()],
  };
}

/** Each once: a replacement is several steps. */
function resourcesOf(steps: readonly PlannedStep[], protectedBefore: ReadonlySet<string>): PlannedResource[] {
  const known = new Map<string, PlannedResource>();
  for (const step of steps) {
    if (step.new !== undefined || !known.has(step.urn)) known.set(step.urn, resource(step, protectedBefore));
  }
  return [...known.values()].sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0));
}

function resource(step: PlannedStep, protectedBefore: ReadonlySet<string>): PlannedResource {
  const op = /replace/.test(step.op) ? "replace" : step.op;
  const { parent, protect, custom = true, dependencies = [], inputs = {} } = step.new ?? step.old ?? {};
  const before = step.new && step.old && (op === "update" || op === "replace") ? takenAsNow(step.old.inputs, inputs) : undefined;
  const machine = connectionHost(inputs);
  const provider = explicitProvider(step);
  const wasProtected = protectedBefore.has(step.old?.urn ?? step.urn);
  const protection = step.old && step.new ? protectionChange(wasProtected, protect === true) : undefined;
  return {
    op,
    urn: step.urn,
    ...(step.old?.id === undefined ? {} : { id: step.old.id }),
    type: step.type,
    custom,
    ...(parent === undefined ? {} : { parent }),
    ...(provider === undefined ? {} : { provider }),
    ...(protect === true || wasProtected ? { protect: true } : {}),
    ...(protection && { protection }),
    ...((op === "delete" || op === "replace") && step.old?.retainOnDelete && { retainOnDelete: true }),
    dependencies: [...dependencies].sort(),
    ...(machine === undefined ? {} : { machine }),
    inputs: masked(inputs),
    ...(before && { before: masked(before) }),
    changedSecrets: before ? secretDifferences(before, inputs) : [],
    replaceKeys: [...new Set(step.replaceKeys)].sort(),
  };
}

export const protectionChange = (before: boolean, now: boolean): PlannedResource["protection"] =>
  before === now ? undefined : now ? "on" : "off";

/** Of `<urn>::<id>`; those that Pulumi makes by itself are left out. */
function explicitProvider(step: PlannedStep): string | undefined {
  const { provider = "" } = step.new ?? step.old ?? {};
  const urn = provider.slice(0, provider.lastIndexOf("::"));
  return urn === "" || isDefaultProvider(urn) ? undefined : urn;
}
