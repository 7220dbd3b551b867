/**
 * What the engine asks of a provider: Pulumi's own provider protocol (Check, Diff, Create, Read, Update, Delete, Invoke) with
 * plain JavaScript values instead of protobuf messages.
 *
 * Values are JSON. An unknown value (previews only) is the string `UNKNOWN`. Inputs arrive without secret marks; the engine
 * marks an output as secret again where the input of that name was secret. A provider marks a further output with `secret()`.
 */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Props = Record<string, Value>;

export interface ResourceRef {
  urn: string;
  /** Logical name, the last part of the URN. */
  name: string;
  /** Type token, e.g. `command:remote:Command`. */
  type: string;
}

export interface CheckRequest extends ResourceRef {
  oldInputs: Props;
  newInputs: Props;
  /** 32 bytes for auto-names, stable for one resource. */
  randomSeed: Buffer;
}
export interface CheckResponse {
  inputs: Props;
  failures: { property: string; reason: string }[];
}

export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";
export interface DiffRequest extends ResourceRef {
  id: string;
  oldInputs: Props;
  oldOutputs: Props;
  newInputs: Props;
  ignoreChanges: string[];
}
export interface DiffResponse {
  /** `unknown`: the engine compares the inputs itself. */
  changes: "none" | "some" | "unknown";
  /** Top-level properties that changed. */
  diffs: string[];
  /** Properties whose change needs a replacement. */
  replaces: string[];
  deleteBeforeReplace: boolean;
  /** Property path -> what happened to it. `inputDiff`: the path is one of the inputs. */
  detailedDiff: Record<string, { kind: DiffKind; inputDiff: boolean }>;
}

export interface Operation extends ResourceRef {
  /** Only planned: nothing outside may be touched. */
  preview: boolean;
  /** Seconds, from customTimeouts; 0 means the provider's own. */
  timeout: number;
  /** Aborted on Ctrl-C. */
  signal: AbortSignal;
  /** One line of progress, e.g. of a command's output. */
  log(severity: "debug" | "info" | "warning" | "error", message: string): void;
}
export interface CreateRequest extends Operation {
  inputs: Props;
}
export interface CreateResponse {
  id: string;
  outputs: Props;
}
export interface ReadRequest extends Operation {
  id: string;
  inputs: Props;
  outputs: Props;
}
export interface ReadResponse {
  id: string;
  inputs: Props;
  outputs: Props;
}
export interface UpdateRequest extends Operation {
  id: string;
  oldInputs: Props;
  oldOutputs: Props;
  newInputs: Props;
  ignoreChanges: string[];
}
export interface DeleteRequest extends Operation {
  id: string;
  inputs: Props;
  outputs: Props;
}
export interface InvokeRequest {
  /** Function token, e.g. `command:local:run`. */
  token: string;
  args: Props;
  preview: boolean;
  signal: AbortSignal;
}
export interface InvokeResponse {
  result: Props;
  failures: { property: string; reason: string }[];
}

/** One configured provider. Made afresh by its factory for each provider resource. */
export interface Provider {
  checkConfig?(request: CheckRequest): Promise<CheckResponse>;
  configure(inputs: Props): Promise<void>;
  check(request: CheckRequest): Promise<CheckResponse>;
  diff(request: DiffRequest): Promise<DiffResponse>;
  create(request: CreateRequest): Promise<CreateResponse>;
  /** `undefined`: it does not exist any more. */
  read(request: ReadRequest): Promise<ReadResponse | undefined>;
  update(request: UpdateRequest): Promise<{ outputs: Props }>;
  delete(request: DeleteRequest): Promise<void>;
  invoke(request: InvokeRequest): Promise<InvokeResponse>;
  close(): Promise<void>;
}
/** Providers by package name (`random`, `command`). A package that is not here is refused by name. */
export type ProviderFactories = Record<string, () => Provider>;

/** Thrown by `create` and `update` when the resource exists but is not as it should be; the engine keeps it with `initErrors`. */
export class PartialFailure extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly outputs: Props,
    readonly reasons: string[],
  ) {
    super(message);
  }
}
