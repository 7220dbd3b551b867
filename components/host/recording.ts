import * as pulumi from "@pulumi/pulumi";
import { remote } from "@pulumi/command";

/** What a program registered, as the engine would have received it. For tests. */
export interface Registered {
  /** Parent types and own type, names only of the last: `"flowfleet:host:FileSet$command:remote:Command::motd-files"`. */
  urn: string;
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** Top-level inputs that are encrypted in the state. */
  secrets: string[];
  /** Names of the resources that it waits for. */
  dependsOn: string[];
  retainOnDelete: boolean;
  protect: boolean;
  ignoreChanges: string[];
  /** Id of what stands already and is taken over. */
  imported?: string;
}

/** One call of the helper. */
export interface RecordedStep extends Registered {
  noun: string;
  removable: boolean;
  document: Record<string, unknown>;
}

export interface Recording {
  resources: Registered[];
  /** The calls of the helper, in the order in which they were declared. */
  steps: RecordedStep[];
  /** The outputs that a component registered, by its name. */
  outputs: Record<string, unknown>;
}

const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The part of Pulumi's mock engine that is recorded. */
interface Monitor {
  registerResource(request: Request, callback: unknown): Promise<void>;
  registerResourceOutputs(request: OutputsRequest, callback: unknown): void;
}
interface Struct {
  toJavaScript(): Record<string, unknown>;
}
interface Request {
  getType(): string;
  getName(): string;
  getObject(): Struct;
  getDependenciesList(): string[];
  getRetainondelete(): boolean;
  getProtect(): boolean;
  getIgnorechangesList(): string[];
  getImportid(): string;
  getParent(): string;
}
interface OutputsRequest {
  getUrn(): string;
  getOutputs(): Struct;
}

export interface RecordOptions {
  stack?: string;
  preview?: boolean;
  /** Stands for the chance that passwords are made by: another word, other passwords. A preview draws none. */
  drawn?: string;
  /** What providers would tell of a resource, beside its inputs. @default nothing */
  made?: (resource: { type: string; name: string; inputs: Record<string, unknown> }) => object;
}

/**
 * Runs a program on Pulumi's mocks and waits until all that it declared is registered. For tests.
 */
export async function record(
  program: () => unknown,
  { stack = "test", preview = false, drawn = "password", made = () => ({}) }: RecordOptions = {},
): Promise<Recording> {
  const resources: Registered[] = [];
  const outputs: Record<string, unknown> = {};
  await pulumi.runtime.setMocks(
    { newResource: (args) => answer(args, preview ? undefined : drawn, made), call: () => ({}) },
    "flowfleet",
    stack,
    preview,
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    resources.push(registered(request));
    return register(request, callback);
  };
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, callback) => {
    outputs[nameOf(request.getUrn())] = plain(request.getOutputs().toJavaScript());
    registerOutputs(request, callback);
  };
  try {
    await program();
  } finally {
    // What is under way would otherwise be registered in the next recording.
    await pulumi.runtime.disconnect();
  }
  const steps = inOrder(resources).filter(({ type }) => type === "command:remote:Command");
  return { resources, steps: steps.map(stepOf), outputs };
}

/** What the real providers would have answered, as far as a program looks at it. */
function answer(
  { type, name, inputs }: pulumi.runtime.MockResourceArgs,
  drawn: string | undefined,
  told: NonNullable<RecordOptions["made"]>,
): pulumi.runtime.MockResourceResult {
  const made = { "random:index/randomBytes:RandomBytes": { hex: `${name}-hex`, base64: `${name}-base64` } }[type];
  const password =
    type === "random:index/randomPassword:RandomPassword" && drawn !== undefined
      ? { result: [name, ...rotationOf(inputs as object), drawn].join("-") }
      : {};
  const known = type === "command:remote:Command" ? { stdout: "{}" } : {};
  return {
    id: `${name}-id`,
    state: { ...(inputs as object), ...made, ...password, ...known, ...told({ type, name, inputs: inputs as Record<string, unknown> }) },
  };
}

/** Its rotation is another password's; the first goes without saying. */
function rotationOf(inputs: { keepers?: { rotation?: string } }): string[] {
  const rotation = inputs.keepers?.rotation ?? "first";
  return rotation === "first" ? [] : [rotation];
}

function registered(request: Request): Registered {
  const raw = request.getObject().toJavaScript();
  const parentTypes = /^urn:pulumi:[^:]+::[^:]+::(.*)::[^:]+$/.exec(request.getParent())?.[1];
  return {
    urn: `${parentTypes === undefined ? "" : `${parentTypes}$`}${request.getType()}::${request.getName()}`,
    type: request.getType(),
    name: request.getName(),
    inputs: plain(raw) as Record<string, unknown>,
    secrets: Object.keys(raw).filter((key) => isSecret(raw[key])),
    dependsOn: request.getDependenciesList().map(nameOf),
    retainOnDelete: request.getRetainondelete(),
    protect: request.getProtect(),
    ignoreChanges: request.getIgnorechangesList(),
    ...(request.getImportid() !== "" && { imported: request.getImportid() }),
  };
}

function stepOf(step: Registered): RecordedStep {
  const { create, stdin, delete: removal } = step.inputs as Partial<Record<keyof remote.CommandArgs, string>>;
  return {
    ...step,
    noun: create?.split(" ").at(-2) ?? "",
    removable: removal !== undefined,
    document: JSON.parse(stdin ?? "{}") as Record<string, unknown>,
  };
}

/** Each resource after those that it waits for. */
function inOrder(resources: Registered[]): Registered[] {
  const byName = new Map(resources.map((resource) => [resource.name, resource]));
  const depths = new Map<Registered, number>();
  const depth = (resource: Registered): number => {
    const known = depths.get(resource);
    if (known !== undefined) return known;
    depths.set(resource, 0);
    const before = resource.dependsOn.flatMap((name) => byName.get(name) ?? []);
    const found = Math.max(0, ...before.map((one) => 1 + depth(one)));
    depths.set(resource, found);
    return found;
  };
  return [...resources].sort((a, b) => depth(a) - depth(b));
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

const isSecret = (value: unknown): value is { value: unknown } =>
  typeof value === "object" && value !== null && (value as Record<string, unknown>)[SIGNATURE] === SECRET;

/** The value without its secret marks; what is unknown in a preview is none. */
function plain(value: unknown): unknown {
  if (value === pulumi.runtime.unknownValue) return undefined;
  if (isSecret(value)) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
