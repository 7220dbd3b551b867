/** Turns what happens into events of Pulumi's event log, and counts it. */
import type { Diagnostic, Op, PlannedStep, ResourceView } from "../api";
import type { DiagnosticEvent, EngineEvent, StepMetadata, StepState } from "../event-types";
import type { Resource } from "../model/resource";
import { isDefaultProvider, parseUrn } from "../model/urn";
import { isLogical, type Step } from "../plan/step";
import { elideAssets } from "../wire/assets";
import type { Value } from "../provider";
import { equal, hideSecrets, isSecret, mapValue } from "../wire/values";

/** Whether a failed operation left things as they were, half done, or nobody knows. */
export const FailStatus = { ok: 0, partial: 1, unknown: 2 } as const;
export type FailStatus = (typeof FailStatus)[keyof typeof FailStatus];

interface Recorded {
  step: Step;
  op: Op;
  startedAt: number;
  durationMs: number;
  outcome: PlannedStep["outcome"];
  error?: string;
}

export class EventLog {
  readonly changes: Partial<Record<Op, number>> = {};
  readonly diagnostics: Diagnostic[] = [];
  maybeCorrupt = false;
  private readonly steps = new Map<Step, Recorded>();
  private sequence = 0;
  private hidden: string[] = [];

  constructor(
    private readonly preview: boolean,
    private readonly isRefresh: boolean,
    private readonly onEvent: ((event: EngineEvent) => void) | undefined,
  ) {}

  /**
   * From now on `[secret]` stands for these texts wherever they would show, also where the program made them plain. As with
   * the official engine, texts of one or two characters are not hidden: what else holds them could not be read any more.
   */
  hide(secrets: string[]): void {
    this.hidden = secrets.filter((text) => text.length > 2).sort((a, b) => b.length - a.length);
  }
  prelude(config: Record<string, string>): void {
    this.emit({ preludeEvent: { config } });
  }
  started(step: Step): void {
    this.steps.set(step, { step, op: step.op, startedAt: Date.now(), durationMs: 0, outcome: "started" });
    this.emitStep("resourcePreEvent", step, step.op);
  }
  /** `resultOp`: for a refresh, what it came to. */
  succeeded(step: Step, resultOp: Op = step.op): void {
    this.finish(step, "done");
    const op = this.isRefresh ? resultOp : step.op;
    if (this.counts(step, op)) this.changes[op] = (this.changes[op] ?? 0) + 1;
    const resource = step.new ?? step.old;
    if (this.preview || resource?.custom || step.op === "refresh" || op.startsWith("delete")) this.emitStep("resOutputsEvent", step, op);
  }
  failed(step: Step, message: string, status: FailStatus): void {
    this.finish(step, "failed", message);
    if (status === FailStatus.unknown) this.maybeCorrupt = true;
    this.problem(step, message);
    if (!this.preview) this.emit({ resOpFailedEvent: { metadata: metadataOf(step, step.op), status, steps: this.steps.size } });
  }
  /** The step was done, and what came after it failed. */
  succeededBut(step: Step, message: string): void {
    this.succeeded(step);
    this.problem(step, message);
  }
  private problem(step: Step, message: string): void {
    this.diagnostic({ severity: "error", urn: step.urn, message: this.preview ? `Preview failed: ${message}` : message });
  }
  /** RegisterResourceOutputs of a component or the stack. */
  outputsRegistered(step: Step): void {
    this.emitStep("resOutputsEvent", step, step.op);
  }
  diagnostic({ severity, urn, message, ...more }: Diagnostic & { ephemeral?: boolean; streamID?: number; stderr?: boolean }): void {
    if (!more.ephemeral) this.diagnostics.push({ severity, ...(urn && { urn }), message: this.masked(message) });
    const event: DiagnosticEvent = {
      ...(urn && { urn }),
      prefix: `${severity}: `,
      message: `${message}\n`,
      color: "never",
      severity: more.stderr ? "info#err" : severity,
      ...(more.streamID && { streamID: more.streamID }),
      ...(more.ephemeral && { ephemeral: true }),
    };
    this.emit({ diagnosticEvent: event });
  }
  summary(succeeded: boolean, durationMs: number): void {
    this.emit({
      summaryEvent: {
        maybeCorrupt: this.maybeCorrupt,
        durationSeconds: Math.round(durationMs / 1000),
        resourceChanges: { ...this.changes },
        policyPacks: {},
        result: succeeded ? "succeeded" : "failed",
      },
    });
    this.emit({ cancelEvent: {} });
  }
  plannedSteps(): PlannedStep[] {
    return [...this.steps.values()].map(({ step, op, outcome, error, durationMs }) => ({
      op,
      urn: step.urn,
      type: (step.new ?? step.old)?.type ?? parseUrn(step.urn).type,
      ...(step.old && !step.skipped && { old: this.viewOf(step.old) }),
      ...(step.new && { new: this.viewOf(step.new) }),
      diffs: step.diffs,
      detailedDiff: step.detailedDiff ?? {},
      replaceKeys: step.keys,
      outcome,
      ...(error !== undefined && { error: this.masked(error) }),
      durationMs,
    }));
  }

  private counts(step: Step, op: Op): boolean {
    if (isDefaultProvider(step.urn)) return false;
    if (step.op === "read") return step.old !== undefined && !equal(step.old.outputs, step.new?.outputs ?? {});
    if (step.op === "refresh") return this.isRefresh;
    return isLogical(op);
  }
  private finish(step: Step, outcome: PlannedStep["outcome"], error?: string): void {
    const recorded = this.steps.get(step);
    if (!recorded) return;
    recorded.outcome = outcome;
    recorded.durationMs = Date.now() - recorded.startedAt;
    if (error !== undefined) recorded.error = error;
  }
  private emitStep(kind: "resourcePreEvent" | "resOutputsEvent", step: Step, op: Op): void {
    if (!this.onEvent) return;
    this.emit({ [kind]: { metadata: metadataOf(step, op), ...(this.preview && { planning: true }) } });
  }
  private emit(event: Omit<EngineEvent, "sequence" | "timestamp">): void {
    const shown = this.maskedDeep(event as unknown as Value) as typeof event;
    this.onEvent?.({ sequence: this.sequence++, timestamp: Math.floor(Date.now() / 1000), ...shown });
  }
  private viewOf(resource: Resource): ResourceView {
    const view = viewOf(resource);
    return { ...view, inputs: this.maskedDeep(view.inputs), outputs: this.maskedDeep(view.outputs) };
  }
  private masked(text: string): string {
    return this.hidden.reduce((shown, hidden) => shown.split(hidden).join("[secret]"), text);
  }
  private maskedDeep<T extends Value>(value: T): T {
    if (this.hidden.length === 0) return value;
    // What is marked as secret keeps its value: whoever may reveal it needs it.
    return mapValue(value, (v) => (typeof v === "string" ? this.masked(v) : isSecret(v) ? { ...v } : v)) as T;
  }
}

function metadataOf(step: Step, op: Op): StepMetadata {
  const resource = step.new ?? step.old;
  return {
    op,
    urn: step.urn,
    type: resource?.type ?? parseUrn(step.urn).type,
    old: step.old ? stateOf(step.old) : null,
    // What is no target is shown without what it would be.
    new: step.new ? stateOf(step.skipped ? { ...step.new, inputs: {}, outputs: {} } : step.new) : null,
    keys: orNull(step.keys),
    diffs: orNull(step.diffs),
    detailedDiff: step.detailedDiff
      ? Object.fromEntries(Object.entries(step.detailedDiff).map(([path, { kind, inputDiff }]) => [path, { diffKind: kind, inputDiff }]))
      : null,
    ...(isLogical(step.op) && { logical: true }),
    provider: resource?.provider ?? "",
  };
}
function stateOf(resource: Resource): StepState {
  return {
    type: resource.type,
    urn: resource.urn,
    id: resource.id ?? "",
    parent: resource.parent ?? "",
    provider: resource.provider ?? "",
    ...(resource.custom && { custom: true }),
    ...(resource.delete && { delete: true }),
    ...(resource.protect && { protect: true }),
    ...(resource.retainOnDelete && { retainOnDelete: true }),
    ...(resource.external && { external: true }),
    ...((resource.initErrors ?? []).length > 0 && { initErrors: resource.initErrors }),
    inputs: elideAssets(hideSecrets(resource.inputs)),
    outputs: elideAssets(hideSecrets(resource.outputs)),
  };
}
function viewOf(resource: Resource): ResourceView {
  const { urn, type, id, custom, parent, provider, protect, retainOnDelete, dependencies, inputs, outputs } = resource;
  return {
    urn,
    type,
    ...(id !== undefined && { id }),
    custom,
    ...(parent !== undefined && { parent }),
    ...(provider !== undefined && { provider }),
    ...(protect && { protect }),
    ...(retainOnDelete && { retainOnDelete }),
    dependencies,
    inputs,
    outputs,
  };
}
const orNull = (list: string[]): string[] | null => (list.length > 0 ? list : null);
