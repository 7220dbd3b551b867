/** One line of what `pulumi up --event-log FILE` writes. Field names are Pulumi's. */
import type { Op } from "./api";
import type { DiffKind, Props } from "./provider";

export interface EngineEvent {
  sequence: number;
  /** Unix seconds. */
  timestamp: number;
  cancelEvent?: Record<string, never>;
  stdoutEvent?: { message: string; color: string };
  diagnosticEvent?: DiagnosticEvent;
  preludeEvent?: { config: Record<string, string> };
  summaryEvent?: SummaryEvent;
  resourcePreEvent?: { metadata: StepMetadata; planning?: boolean };
  resOutputsEvent?: { metadata: StepMetadata; planning?: boolean };
  resOpFailedEvent?: { metadata: StepMetadata; status: number; steps: number };
}

export interface DiagnosticEvent {
  urn?: string;
  prefix?: string;
  message: string;
  color: "never";
  severity: "info" | "info#err" | "warning" | "error" | "debug";
  streamID?: number;
  ephemeral?: boolean;
}

export interface SummaryEvent {
  maybeCorrupt: boolean;
  durationSeconds: number;
  resourceChanges: Partial<Record<Op, number>>;
  policyPacks: Record<string, string>;
  result: "succeeded" | "failed";
}

export interface StepMetadata {
  op: Op;
  urn: string;
  type: string;
  old: StepState | null;
  new: StepState | null;
  keys: string[] | null;
  diffs: string[] | null;
  detailedDiff: Record<string, { diffKind: DiffKind; inputDiff: boolean }> | null;
  logical?: boolean;
  provider: string;
}

/** State of a resource in an event; secrets are shown as `[secret]`, never in clear. */
export interface StepState {
  type: string;
  urn: string;
  id: string;
  parent: string;
  provider: string;
  custom?: boolean;
  delete?: boolean;
  protect?: boolean;
  retainOnDelete?: boolean;
  external?: boolean;
  initErrors?: string[];
  inputs: Props;
  outputs: Props;
}
