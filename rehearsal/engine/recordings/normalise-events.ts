/** Event log → phase record. */
import type { EngineEvent, Props, StepMetadata, StepState } from "..";
import type { Diagnosed, Phase, RecordedEvent } from "./record";
import { nameOfUrn, type Volatile } from "./volatile";

const FLAGS = ["custom", "delete", "protect", "retainOnDelete", "external", "pendingReplacement"] as const;

interface Seen {
  metadata: StepMetadata;
  start: number;
  end?: number;
  outcome: RecordedEvent["outcome"];
  noPreEvent: boolean;
  resultOp?: string;
  outputsEvents: number;
  status?: number;
}
export type NormalisedPhase = Omit<Phase, "mustPrecede" | "result">;
export interface Observed {
  phase: NormalisedPhase;
  /** `start create urn…` and `end create urn…` → when, in sequence numbers. */
  times: Map<string, number[]>;
}

export function normaliseEvents(raw: EngineEvent[], volatile: Volatile): Observed {
  for (const event of raw) {
    const metadata = metadataOf(event);
    volatile.learn(metadata?.old);
    volatile.learn(metadata?.new);
  }
  const seen = collect(raw);
  const stackOutputs = raw
    .map((event) => event.resOutputsEvent?.metadata)
    .filter((metadata) => metadata?.type === "pulumi:pulumi:Stack" && metadata.new)
    .at(-1)?.new?.outputs;
  const summary = raw.find((event) => event.summaryEvent)?.summaryEvent;
  const config = raw.find((event) => event.preludeEvent)?.preludeEvent?.config;
  return {
    phase: {
      summary: summary ? { resourceChanges: summary.resourceChanges, result: summary.result, maybeCorrupt: summary.maybeCorrupt } : null,
      ...(config && { config: volatile.value(config, "secret") as Record<string, string> }),
      events: sorted(seen.map((step) => ({ step, event: eventOf(step, volatile) }))),
      ...(stackOutputs && { stackOutputs: volatile.value(stackOutputs, "secret") as Props }),
      diagnostics: diagnosticsOf(raw, volatile),
    },
    times: timesOf(seen, volatile),
  };
}

function metadataOf(event: EngineEvent): StepMetadata | undefined {
  return (event.resourcePreEvent ?? event.resOutputsEvent ?? event.resOpFailedEvent)?.metadata;
}

/** Steps, each from its pre event and what ended it. */
function collect(raw: EngineEvent[]): Seen[] {
  const seen: Seen[] = [];
  const last = (matches: (step: Seen) => boolean): Seen | undefined => seen.findLast(matches);
  for (const event of raw) {
    const metadata = metadataOf(event);
    if (!metadata) continue;
    const of = (step: Seen): boolean => step.metadata.urn === metadata.urn;
    if (event.resourcePreEvent) {
      seen.push({ metadata, start: event.sequence, outcome: "started", noPreEvent: false, outputsEvents: 0 });
      continue;
    }
    const outcome = event.resOutputsEvent ? "done" : "failed";
    const open = last((step) => of(step) && step.metadata.op === metadata.op && step.end === undefined);
    // A refresh begins as "refresh" and ends as what came of it.
    const refreshing = open ? undefined : last((step) => of(step) && step.metadata.op === "refresh" && step.end === undefined);
    // A component sends its outputs a second time when it registers them.
    const again = outcome === "done" ? last((step) => of(step) && step.metadata.op === metadata.op && step.outcome === "done") : undefined;
    if (refreshing) {
      Object.assign(refreshing, { end: event.sequence, outcome, resultOp: metadata.op, metadata: { ...metadata, op: "refresh" } });
    } else if (!open && again) {
      again.metadata = metadata;
      again.outputsEvents++;
    } else {
      const step = open ?? { metadata, start: event.sequence, outcome, noPreEvent: true, outputsEvents: 0 };
      if (!open) seen.push(step);
      const status = event.resOpFailedEvent?.status;
      Object.assign(step, { metadata, end: event.sequence, outcome, outputsEvents: 1, ...(status !== undefined && { status }) });
    }
  }
  return seen;
}

function eventOf(step: Seen, volatile: Volatile): RecordedEvent {
  const { metadata, outcome, noPreEvent, resultOp, outputsEvents, status } = step;
  const { keys, diffs, detailedDiff } = metadata;
  const urn = volatile.text(metadata.urn);
  return {
    op: metadata.op,
    urn,
    type: metadata.type,
    name: nameOfUrn(urn),
    outcome,
    ...(noPreEvent && { noPreEvent }),
    ...(resultOp && { resultOp }),
    ...(outputsEvents > 1 && { outputsEvents }),
    ...(metadata.logical && { logical: true }),
    ...(keys?.length && { keys: [...keys].sort() }),
    ...(diffs?.length && { diffs: [...diffs].sort() }),
    ...(detailedDiff && {
      detailedDiff: Object.fromEntries(
        Object.entries(detailedDiff).map(([path, { diffKind, inputDiff }]) => [path, { kind: diffKind, inputDiff }]),
      ),
    }),
    ...(status !== undefined && { failStatus: status }),
    ...(metadata.old && { old: { id: volatile.text(metadata.old.id), ...flagsOf(metadata.old) } }),
    ...(metadata.new && { new: stateOf(metadata.new, volatile) }),
  };
}
function flagsOf(state: StepState): Props {
  const flags = state as unknown as Record<string, boolean>;
  return Object.fromEntries(FLAGS.filter((flag) => flags[flag]).map((flag) => [flag, true]));
}
function stateOf(state: StepState, volatile: Volatile): Props {
  return {
    id: volatile.text(state.id),
    ...flagsOf(state),
    parent: volatile.text(state.parent),
    provider: volatile.text(state.provider),
    inputs: volatile.value(state.inputs, "secret"),
    outputs: volatile.value(state.outputs, "secret"),
    ...(state.initErrors?.length && { initErrors: volatile.value(state.initErrors, "secret") }),
  };
}
/** By URN; several deletes of one URN, which run side by side, by id. */
function sorted(steps: { step: Seen; event: RecordedEvent }[]): RecordedEvent[] {
  const idOf = (event: RecordedEvent): string => (event.op === "delete-replaced" ? (event.old?.["id"] as string) : "");
  return steps
    .sort(
      (a, b) =>
        compare(a.event.urn, b.event.urn) ||
        (idOf(a.event) && idOf(b.event) ? compare(idOf(a.event), idOf(b.event)) : 0) ||
        a.step.start - b.step.start,
    )
    .map(({ event }) => event);
}
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function diagnosticsOf(raw: EngineEvent[], volatile: Volatile): Diagnosed[] {
  const all = raw.flatMap(({ diagnosticEvent }) => {
    if (!diagnosticEvent || diagnosticEvent.severity === "debug" || diagnosticEvent.ephemeral) return [];
    const { severity, urn, message } = diagnosticEvent;
    return [{ severity, ...(urn && { urn: volatile.text(urn) }), message: volatile.text(message) }];
  });
  return sortDiagnostics(all);
}
/** By resource and severity; errors of one resource by text, the rest as they came. */
export function sortDiagnostics(diagnostics: Diagnosed[]): Diagnosed[] {
  const key = ({ urn, severity, message }: Diagnosed): string => `${urn ?? ""}\0${severity}${urn && severity === "error" ? message : ""}`;
  return [...diagnostics].sort((a, b) => compare(key(a), key(b)));
}

function timesOf(seen: Seen[], volatile: Volatile): Map<string, number[]> {
  const times = new Map<string, number[]>();
  const add = (label: string, time: number | undefined): void => {
    if (time !== undefined) times.set(label, [...(times.get(label) ?? []), time]);
  };
  for (const { metadata, start, end } of seen) {
    const what = `${metadata.op} ${volatile.text(metadata.urn)}`;
    add(`start ${what}`, start);
    add(`end ${what}`, end);
  }
  return times;
}
