/** What a caller of the engine says and gets. `index.ts` is the door; nothing else of this folder is meant to be imported. */
import type { EngineEvent } from "./event-types";
import type { DiffKind, Props, ProviderFactories, Value } from "./provider";

/** Words of Pulumi's event log. */
export type Op =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "read-replacement"
  | "refresh"
  | "discard"
  | "discard-replaced"
  | "remove-pending-replace"
  | "import"
  | "import-replacement";

/**
 * A configuration value: text, `{secret: text}`, or any other JSON value (stored as Pulumi stores objects). `null` takes away what the
 * stack's file has there.
 */
export type ConfigValue = { secret: string } | Value;

export interface EngineOptions {
  /** Folder with `Pulumi.yaml` and `Pulumi.<stack>.yaml`. */
  cwd: string;
  stack: string;
  /** The state is `<stateDir>/<project>/<stack>.json`. */
  stateDir: string;
  /** Of the secrets in the state and in `Pulumi.<stack>.yaml`. */
  passphrase: string;
  /**
   * On top of `Pulumi.<stack>.yaml`. A key is `name` (of the project), `ns:name`, or with a path `ns:a.b.c`, `ns:list[0]`.
   * @example {"app:replicas": "3", "app:db.password": {secret: "…"}}
   */
  config?: Record<string, ConfigValue>;
  /** Instead of `Pulumi.<stack>.yaml`'s own values, not on top of them. @default false */
  ignoreConfigFile?: boolean;
  providers: ProviderFactories;
  /** Steps in flight at once. @default 16 */
  parallel?: number;
  /** Only these: URNs, or globs (`**web-*`). */
  targets?: string[];
  /** With `targets`: whatever depends on them, too. */
  targetDependents?: boolean;
  /** All but these: URNs or globs. */
  excludes?: string[];
  excludeDependents?: boolean;
  /** Replace these even when nothing changed: URNs or globs. */
  replaceTargets?: string[];
  /** After a failure go on with what does not depend on the failed one. @default false */
  continueOnError?: boolean;
  /** `up` and `preview`: refresh first. @default false */
  refreshFirst?: boolean;
  /** `destroy`: leave out what is protected and what protected resources need. @default false */
  excludeProtected?: boolean;
  /** `destroy`: run the program, too, so that its delete hooks exist. @default false */
  runProgram?: boolean;
  /** `refresh` and `destroy`: say what would happen and change nothing. @default false */
  previewOnly?: boolean;
  /** Fail when something would change (the update's own rule: outputs do not count). @default false */
  expectNoChanges?: boolean;
  /** Extra environment of the program. */
  env?: Record<string, string>;
  /** `up` and `preview`: the state is there once this has come; the program starts meanwhile. @default it is there */
  stateReady?: Promise<unknown>;
  /**
   * Stands in for the outputs of a stack that a StackReference names and that has no state here (plans without states).
   * The name is in full: `organization/project/stack`. `undefined`: there is nothing to assume either, and the reference fails.
   */
  assumedOutputs?: (stackName: string) => Promise<Props | undefined>;
  /** Each line of what `pulumi up --event-log` would write. */
  onEvent?: (event: EngineEvent) => void;
  /** First abort: steps in flight end, nothing new starts. `killSignal`: operations in flight are aborted, too. */
  signal?: AbortSignal;
  killSignal?: AbortSignal;
  /** What the lock says who holds it. @default "engine <operation>" */
  command?: string;
}

export interface ResourceView {
  urn: string;
  type: string;
  id?: string;
  custom: boolean;
  parent?: string;
  provider?: string;
  protect?: boolean;
  retainOnDelete?: boolean;
  /** URNs. */
  dependencies: string[];
  /** Secrets are marked: see `isSecret`, `revealSecrets` and `maskSecrets`. */
  inputs: Props;
  outputs: Props;
}

export interface PlannedStep {
  op: Op;
  urn: string;
  type: string;
  old?: ResourceView;
  new?: ResourceView;
  /** Top-level properties that changed. */
  diffs: string[];
  /** Path -> kind. Empty where the provider gave none. */
  detailedDiff: Record<string, { kind: DiffKind; inputDiff: boolean }>;
  /** Properties that cause the replacement. */
  replaceKeys: string[];
  /** The step ended; in a failed run some have only started. */
  outcome: "done" | "failed" | "started";
  error?: string;
  durationMs: number;
}

export interface Diagnostic {
  severity: "info" | "warning" | "error";
  urn?: string;
  message: string;
}

export interface Result {
  succeeded: boolean;
  /** As in the summary event: operations that were done (or planned), by word. */
  changes: Partial<Record<Op, number>>;
  /** In the order in which they started. */
  steps: PlannedStep[];
  /** Of the stack; secrets are marked. Planned ones in a preview, with unknown values. */
  outputs: Props;
  diagnostics: Diagnostic[];
  /** Full names of stacks whose outputs were assumed. */
  assumed: string[];
  durationMs: number;
}

/** A deployment as `pulumi stack export` prints it. */
export interface UntypedDeployment {
  version: number;
  deployment: Deployment;
}
export interface Deployment {
  manifest: { time: string; magic: string; version: string };
  secrets_providers?: { type: string; state?: { salt?: string } };
  resources?: StoredResource[];
  pending_operations?: { resource: StoredResource; type: string }[];
  metadata: Record<string, unknown>;
}
/** A resource as it is written in a deployment; inputs and outputs hold ciphertext in the place of secrets. */
export interface StoredResource {
  urn: string;
  custom: boolean;
  type: string;
  [field: string]: unknown;
}
