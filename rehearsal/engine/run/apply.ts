/** Does one step: asks the provider, and tells what the resource is now. */
import { messageOf } from "../errors";
import type { OperationType, Resource } from "../model/resource";
import { isProviderType, parseUrn } from "../model/urn";
import { deleteProtected } from "../plan/messages";
import type { Step } from "../plan/step";
import { PartialFailure, type Operation, type Props, type Provider } from "../provider";
import { hashAssets } from "../wire/assets";
import { equal, isSecret, isUnknown, markLike, revealSecrets, secret, UNKNOWN } from "../wire/values";
import { FailStatus } from "./events";
import { runHooks, type HookRunner } from "./hooks";
import { providerOutputs, type ProviderRegistry } from "./registry";
import type { Snapshot } from "./snapshot";

/** A step that failed. `status` says what is left behind. */
export class StepFailure extends Error {
  constructor(
    message: string,
    readonly status: FailStatus,
  ) {
    super(message);
  }
}

/** The step was done, but a hook after it failed. */
export class AfterHookFailure extends Error {}

export interface ApplyHost {
  readonly preview: boolean;
  /** Where relative paths of assets start. */
  readonly cwd: string;
  readonly registry: ProviderRegistry;
  readonly snapshot: Snapshot;
  readonly hooks: HookRunner;
  readonly killSignal: AbortSignal;
  /** Whether this URN is deleted in this run: what is `deletedWith` it then goes by itself. */
  isDeleted(urn: string): boolean;
  log(urn: string, severity: "debug" | "info" | "warning" | "error", message: string): void;
}

/** What a refresh came to; for any other step its own operation. */
export type Outcome = "same" | "update" | "delete" | undefined;

export async function applyStep(host: ApplyHost, step: Step): Promise<Outcome> {
  switch (step.op) {
    case "same":
      applySame(host, step);
      return undefined;
    case "create":
    case "create-replacement":
      await create(host, step);
      return undefined;
    case "update":
      await update(host, step);
      return undefined;
    case "import":
    case "import-replacement":
      adopt(host, step);
      return undefined;
    case "read":
    case "read-replacement":
      await read(host, step);
      return undefined;
    case "refresh":
      return refresh(host, step);
    case "remove-pending-replace":
      host.snapshot.remove(step.old as Resource);
      return undefined;
    case "delete":
    case "delete-replaced":
    case "discard":
    case "discard-replaced":
      await remove(host, step);
      return undefined;
    default:
      // "replace" only tells that its parts belong together.
      return undefined;
  }
}

function applySame(host: ApplyHost, step: Step): void {
  const fresh = step.new as Resource;
  const old = step.old as Resource;
  if (step.skipped) return;
  if (old.id !== undefined) fresh.id = old.id;
  fresh.outputs = markOutputs(host, old.outputs, fresh);
  if (old.initErrors) fresh.initErrors = old.initErrors;
  replaceOld(host, old, fresh);
}

async function create(host: ApplyHost, step: Step): Promise<void> {
  const fresh = step.new as Resource;
  await hook(host, "BeforeCreate", step);
  const failure = fresh.custom ? await createCustom(host, fresh) : undefined;
  if (!host.preview) fresh.created = fresh.modified = new Date().toISOString();
  const old = step.old;
  if (old && step.leavesOld) {
    old.delete = true;
    host.snapshot.changed(old);
  }
  host.snapshot.set(fresh);
  if (old && !step.leavesOld) host.snapshot.remove(old);
  if (isProviderType(fresh.type)) host.registry.add(fresh);
  if (failure) throw failure;
  await hook(host, "AfterCreate", step);
}
async function createCustom(host: ApplyHost, fresh: Resource): Promise<StepFailure | undefined> {
  if (isProviderType(fresh.type)) {
    fresh.id = host.registry.newId(host.preview);
    fresh.outputs = providerOutputs(fresh.inputs);
    return undefined;
  }
  const provider = await providerOf(host, fresh);
  return during(host, "creating", fresh, fresh, FailStatus.ok, async () => {
    const inputs = revealSecrets(fresh.inputs);
    const response = await provider.create({ ...operation(host, fresh, fresh.customTimeouts?.create), inputs });
    fresh.id = isUnknown(response.id) ? "" : response.id;
    if (!host.preview && fresh.id === "") throw new Error(`provider returned no id for ${fresh.urn}`);
    fresh.outputs = markOutputs(host, response.outputs, fresh);
  });
}

/** It was read while it was planned. */
function adopt(host: ApplyHost, step: Step): void {
  const fresh = step.new as Resource;
  fresh.outputs = markOutputs(host, fresh.outputs, fresh);
  if (!host.preview) fresh.created = fresh.modified = new Date().toISOString();
  if (step.old && step.leavesOld) {
    step.old.delete = true;
    host.snapshot.changed(step.old);
  }
  host.snapshot.set(fresh);
}

async function update(host: ApplyHost, step: Step): Promise<void> {
  const fresh = step.new as Resource;
  const old = step.old as Resource;
  if (old.id !== undefined) fresh.id = old.id;
  await hook(host, "BeforeUpdate", step);
  const failure = fresh.custom ? await updateCustom(host, fresh, old) : undefined;
  if (!fresh.custom) fresh.outputs = old.outputs;
  if (!host.preview) fresh.modified = new Date().toISOString();
  replaceOld(host, old, fresh);
  if (failure) throw failure;
  await hook(host, "AfterUpdate", step);
}
async function updateCustom(host: ApplyHost, fresh: Resource, old: Resource): Promise<StepFailure | undefined> {
  if (isProviderType(fresh.type)) {
    fresh.outputs = providerOutputs(fresh.inputs);
    return undefined;
  }
  const provider = await providerOf(host, fresh);
  return during(host, "updating", fresh, fresh, FailStatus.unknown, async () => {
    const response = await provider.update({
      ...operation(host, fresh, fresh.customTimeouts?.update),
      id: old.id ?? "",
      oldInputs: revealSecrets(old.inputs),
      oldOutputs: revealSecrets(old.outputs),
      newInputs: revealSecrets(fresh.inputs),
      ignoreChanges: fresh.ignoreChanges ?? [],
    });
    fresh.outputs = markOutputs(host, response.outputs, fresh);
  });
}

async function read(host: ApplyHost, step: Step): Promise<void> {
  const fresh = step.new as Resource;
  if (fresh.id === UNKNOWN || isUnknown(fresh.id)) {
    fresh.id = "";
  } else {
    const provider = await providerOf(host, fresh);
    await during(host, "reading", fresh, fresh, FailStatus.ok, async () => {
      const id = fresh.id ?? "";
      const inputs = revealSecrets(fresh.inputs);
      const found = await provider.read({ ...operation(host, fresh, 0), id, inputs, outputs: {} });
      if (!found) throw new Error(`resource '${id}' does not exist`);
      fresh.id = found.id;
      fresh.outputs = markOutputs(host, found.outputs, fresh);
    });
  }
  const old = step.old;
  if (old && step.leavesOld) {
    old.delete = true;
    host.snapshot.changed(old);
  } else if (old) host.snapshot.remove(old);
  host.snapshot.set(fresh);
}

/** Brings what the state says up to what there is. Components, providers and what waits for its replacement stay as they are. */
async function refresh(host: ApplyHost, step: Step): Promise<Outcome> {
  const old = step.old as Resource;
  step.new = old;
  if (!old.custom || isProviderType(old.type) || old.pendingReplacement) return "same";
  const provider = await providerOf(host, old);
  let outcome: Outcome = "same";
  await during(host, "reading", old, undefined, FailStatus.ok, async () => {
    const request = { id: old.id ?? "", inputs: revealSecrets(old.inputs), outputs: revealSecrets(old.outputs) };
    const found = await provider.read({ ...operation(host, old, 0), ...request });
    if (!found) {
      delete step.new;
      host.snapshot.remove(old);
      outcome = "delete";
      return;
    }
    const inputs = markLike(found.inputs, old.inputs);
    const outputs = markLike(markOutputs(host, found.outputs, { ...old, inputs }), old.outputs);
    if (found.id === old.id && equal(inputs, old.inputs) && equal(outputs, old.outputs)) return;
    const fresh: Resource = { ...old, id: found.id, inputs, outputs };
    delete fresh.initErrors;
    if (!host.preview) fresh.modified = new Date().toISOString();
    step.new = fresh;
    replaceOld(host, old, fresh);
    outcome = equal(inputs, old.inputs) ? "same" : "update";
  });
  return outcome;
}

async function remove(host: ApplyHost, step: Step): Promise<void> {
  const old = step.old as Resource;
  if (old.protect && step.op === "delete") throw new StepFailure(deleteProtected(old.urn), FailStatus.ok);
  await hook(host, "BeforeDelete", step);
  const goesByItself = old.deletedWith !== undefined && host.isDeleted(old.deletedWith);
  const ours = old.custom && !old.external && !old.retainOnDelete && !isProviderType(old.type) && !goesByItself;
  if (ours && !host.preview) {
    const provider = await providerOf(host, old);
    await during(host, "deleting", old, undefined, FailStatus.unknown, () =>
      provider.delete({
        ...operation(host, old, old.customTimeouts?.delete),
        id: old.id ?? "",
        inputs: revealSecrets(old.inputs),
        outputs: revealSecrets(old.outputs),
      }),
    );
  }
  if (step.beforeReplacement) {
    old.pendingReplacement = true;
    host.snapshot.changed(old);
  } else host.snapshot.remove(old);
  await hook(host, "AfterDelete", step);
}

/**
 * Runs the provider's part of a step with the operation on record. A partial failure is returned, so that the resource is kept with its
 * errors; any other one is thrown.
 */
async function during(
  host: ApplyHost,
  type: OperationType,
  resource: Resource,
  /** Where a partial result goes; absent: such a failure is like any other. */
  partial: Resource | undefined,
  status: FailStatus,
  work: () => Promise<void>,
): Promise<StepFailure | undefined> {
  const operation = host.preview ? undefined : host.snapshot.begin(type, resource);
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof PartialFailure) || !partial) throw new StepFailure(messageOf(error), status);
    partial.id = error.id;
    partial.outputs = markOutputs(host, error.outputs, partial);
    partial.initErrors = error.reasons;
    return new StepFailure(error.message, FailStatus.partial);
  } finally {
    if (operation !== undefined) host.snapshot.end(operation);
  }
}

async function hook(host: ApplyHost, stage: Parameters<typeof runHooks>[1], step: Step): Promise<void> {
  const resource = step.new ?? step.old;
  if (!resource?.resourceHooks?.[stage]?.length || !host.hooks.available) return;
  const after = stage.startsWith("After");
  try {
    await runHooks(host.hooks, stage, {
      resource,
      id: resource.id ?? "",
      ...(step.new && { newInputs: step.new.inputs }),
      ...(step.old && { oldInputs: step.old.inputs, oldOutputs: step.old.outputs }),
      ...(step.new && after && { newOutputs: step.new.outputs }),
    });
  } catch (error) {
    throw after ? new AfterHookFailure(messageOf(error)) : new StepFailure(messageOf(error), FailStatus.ok);
  }
}

function replaceOld(host: ApplyHost, old: Resource, fresh: Resource): void {
  host.snapshot.remove(old);
  host.snapshot.set(fresh);
  if (isProviderType(fresh.type)) host.registry.add(fresh);
}

async function providerOf(host: ApplyHost, resource: Resource): Promise<Provider> {
  try {
    return await host.registry.get(resource.provider ?? "");
  } catch (error) {
    throw new StepFailure(messageOf(error), FailStatus.ok);
  }
}

export function operation(
  host: Pick<ApplyHost, "preview" | "killSignal" | "log">,
  resource: Resource,
  timeout: number | undefined,
): Operation {
  return {
    urn: resource.urn,
    name: parseUrn(resource.urn).name,
    type: resource.type,
    preview: host.preview,
    timeout: timeout ?? 0,
    // One of its own: sixteen steps that listen to one signal at once look like a leak to Node.js.
    signal: AbortSignal.any([host.killSignal]),
    log: (severity, message) => {
      host.log(resource.urn, severity, message);
    },
  };
}

/** Secret are those outputs whose input of that name is, and those that the program named. */
function markOutputs(host: ApplyHost, outputs: Props, resource: Resource): Props {
  const marked = markLike(hashAssets(outputs, host.cwd), resource.inputs);
  for (const name of resource.additionalSecretOutputs ?? []) {
    const value = marked[name];
    if (value !== undefined && !isSecret(value)) marked[name] = secret(value);
  }
  return marked;
}
