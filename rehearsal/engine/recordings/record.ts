/** What a recording says; the fields are explained in the README beside it. */
import type { Props, Value } from "..";

export interface Step {
  op: "preview" | "up" | "refresh" | "destroy" | "exec" | "cli";
  env?: Record<string, string>;
  config?: Record<string, string | number | boolean | { secret: string } | null>;
  args?: string[];
  stack?: string;
  noPreview?: boolean;
  expectFailure?: boolean;
  run?: string;
  recordStdout?: boolean;
}
export interface Diagnosed {
  severity: string;
  urn?: string;
  message: string;
}
export interface RecordedEvent {
  op: string;
  urn: string;
  type: string;
  name: string;
  outcome: "done" | "failed" | "started";
  resultOp?: string;
  noPreEvent?: boolean;
  outputsEvents?: number;
  logical?: boolean;
  keys?: string[];
  diffs?: string[];
  detailedDiff?: Record<string, { kind: string; inputDiff: boolean }>;
  failStatus?: number;
  old?: Props;
  new?: Props;
}
export interface Phase {
  result: "succeeded" | "failed";
  exitCode?: number;
  stderr?: string;
  summary: { resourceChanges: Record<string, number>; result: string; maybeCorrupt: boolean } | null;
  config?: Record<string, string>;
  events: RecordedEvent[];
  mustPrecede: [string, string][];
  stackOutputs?: Props;
  diagnostics: Diagnosed[];
  otherEvents?: string[];
}
export interface Recorded {
  step: number;
  op: string;
  stack?: string;
  result?: "succeeded" | "failed";
  preview?: Phase;
  update?: Phase;
  cli?: Record<string, Value>;
  exitCode?: number;
  stdout?: string;
  outputs?: Props;
  deployment?: Record<string, Value>;
  deploymentVersion?: number;
  secretPlaintexts?: Props;
}
