import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  type ConfigValue,
  type Diagnostic,
  EngineError,
  maskSecrets,
  type PlannedStep,
  preview,
  type Props,
  type Result,
  up,
} from "./engine";
import { type Interruption, interruptionsOf } from "./interruptions";
import { pretendingProviders } from "./pretending-providers";
import { builtinProviders } from "./providers";
import { shownInputs } from "./shown-inputs";

export interface Checkout {
  /** Folder of the program (`Pulumi.yaml`). */
  cwd: string;
  /** Stand-ins on top of the stack file, for this stack and for any that it refers to. */
  config: (stack: string) => Record<string, ConfigValue>;
}

export interface PlanOptions extends Checkout {
  stack: string;
  /** Plan what changes where this one stands, instead of from nothing. */
  base?: Checkout & { name: string };
}

export interface Plan {
  stack: string;
  /** What it was compared with; absent in a plan from nothing. */
  base?: string;
  succeeded: boolean;
  /** What those who use the services will notice. Empty in a plan from nothing: what is not there yet serves nobody. */
  interruptions: Interruption[];
  /** Resources in the order of their URNs, secrets masked. */
  resources: PlannedResource[];
  outputs: Props;
  /** Stacks whose outputs were planned, too, because there is no state. */
  assumed: string[];
  diagnostics: Diagnostic[];
}
export interface PlannedResource {
  op: PlannedStep["op"];
  urn: string;
  type: string;
  parent?: string;
  protect?: boolean;
  inputs: Props;
  /** Inputs at the base, of what is updated or replaced. */
  before?: Props;
}

/**
 * Plans a stack: from nothing, the same bytes every time; or against what another checkout would have made. Nothing outside is touched.
 *
 * @throws EngineError when the base cannot be brought up.
 */
export async function plan(options: PlanOptions): Promise<Plan> {
  const stateDir = mkdtempSync(path.join(tmpdir(), "flowfleet-plan-"));
  try {
    if (options.base) await pretend(options.base, options.stack, stateDir);
    return planned(options, await previewIn(options, options.stack, stateDir));
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** Only keeps the state of a folder that goes away. */
const PASSPHRASE = "plan";

/** Makes the state that a checkout's stack would have, and of the stacks that it refers to. */
async function pretend({ cwd, config, name }: Checkout & { name: string }, stack: string, stateDir: string): Promise<Props> {
  const result = await up({
    cwd,
    stack,
    stateDir,
    passphrase: PASSPHRASE,
    config: config(stack),
    providers: pretendingProviders(),
    assumedOutputs: (referred) => pretend({ cwd, config, name }, referred.split("/").at(-1) ?? referred, stateDir),
    command: `plan --stack ${stack}`,
  });
  if (result.succeeded) return result.outputs;
  const errors = result.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message.trimEnd());
  throw new EngineError(`stack ${stack} of ${name} cannot be planned: ${errors.join("\n")}`);
}

function previewIn(options: Checkout, stack: string, stateDir: string): Promise<Result> {
  return preview({
    cwd: options.cwd,
    stack,
    stateDir,
    passphrase: PASSPHRASE,
    config: options.config(stack),
    providers: builtinProviders({ hosts: [], localDirs: [] }),
    assumedOutputs: async (name) => {
      const referred = name.split("/").at(-1) ?? name;
      const result = await previewIn(options, referred, stateDir);
      return result.succeeded ? result.outputs : undefined;
    },
    command: `plan --stack ${stack}`,
  });
}

function planned({ stack, base }: PlanOptions, result: Result): Plan {
  return {
    stack,
    ...(base && { base: base.name }),
    succeeded: result.succeeded,
    interruptions: interruptionsOf(result.steps),
    resources: resourcesOf(result.steps),
    outputs: maskSecrets(result.outputs),
    assumed: result.assumed,
    diagnostics: result.diagnostics,
  };
}

/** Each once: a replacement is several steps. */
function resourcesOf(steps: readonly PlannedStep[]): PlannedResource[] {
  const known = new Map<string, PlannedResource>();
  for (const step of steps) {
    if (step.new !== undefined || !known.has(step.urn)) known.set(step.urn, resource(step));
  }
  return [...known.values()].sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0));
}

function resource(step: PlannedStep): PlannedResource {
  const op = /replace/.test(step.op) ? "replace" : step.op;
  const { parent, protect, inputs = {} } = step.new ?? step.old ?? {};
  const before = step.new && (op === "update" || op === "replace") ? step.old?.inputs : undefined;
  return {
    op,
    urn: step.urn,
    type: step.type,
    ...(parent === undefined ? {} : { parent }),
    ...(protect === true ? { protect: true } : {}),
    inputs: shownInputs(maskSecrets(inputs)),
    ...(before && { before: shownInputs(maskSecrets(before)) }),
  };
}
