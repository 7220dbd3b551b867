import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { type ConfigValue, type Diagnostic, maskSecrets, type PlannedStep, preview, type Props, type Result } from "./engine";
import { builtinProviders } from "./providers";
import { shownInputs } from "./shown-inputs";

export interface PlanOptions {
  /** Folder of the program (`Pulumi.yaml`). */
  cwd: string;
  stack: string;
  /** Stand-ins on top of the stack file, for this stack and for any that it refers to. */
  config: (stack: string) => Record<string, ConfigValue>;
}

export interface Plan {
  stack: string;
  succeeded: boolean;
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
}

/** Plans a stack from nothing: the same bytes every time, and nothing outside is touched. */
export async function plan(options: PlanOptions): Promise<Plan> {
  const stateDir = mkdtempSync(path.join(tmpdir(), "flowfleet-plan-"));
  try {
    return planned(options.stack, await previewFromNothing(options, options.stack, stateDir));
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

function previewFromNothing(options: PlanOptions, stack: string, stateDir: string): Promise<Result> {
  return preview({
    cwd: options.cwd,
    stack,
    stateDir,
    // Nothing is stored: the state folder is empty and goes away.
    passphrase: "plan",
    config: options.config(stack),
    providers: builtinProviders({ hosts: [], localDirs: [] }),
    assumedOutputs: async (name) => {
      const referred = name.split("/").at(-1) ?? name;
      const result = await previewFromNothing(options, referred, stateDir);
      return result.succeeded ? result.outputs : undefined;
    },
    command: `plan --stack ${stack}`,
  });
}

function planned(stack: string, result: Result): Plan {
  const resources = result.steps
    .flatMap((step) => (step.new === undefined ? [] : [resource(step, step.new)]))
    .sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0));
  return {
    stack,
    succeeded: result.succeeded,
    resources,
    outputs: maskSecrets(result.outputs),
    assumed: result.assumed,
    diagnostics: result.diagnostics,
  };
}

function resource(step: PlannedStep, state: NonNullable<PlannedStep["new"]>): PlannedResource {
  return {
    op: step.op,
    urn: step.urn,
    type: step.type,
    ...(state.parent === undefined ? {} : { parent: state.parent }),
    ...(state.protect === true ? { protect: true } : {}),
    inputs: shownInputs(maskSecrets(state.inputs)),
  };
}
