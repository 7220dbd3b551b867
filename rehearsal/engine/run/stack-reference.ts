/** The package `pulumi` itself: StackReference reads the outputs of another stack's state. */
import type { EngineOptions } from "../api";
import { EngineError } from "../errors";
import { STACK_TYPE } from "../model/urn";
import type { Provider, Props, ReadRequest, ReadResponse } from "../provider";
import { Crypter, WrongPassphrase } from "../state/crypter";
import { DeploymentCodec } from "../state/deployment";
import { readDeployment } from "../state/store";
import { containsSecret } from "../wire/values";

export interface StackOutputsSource {
  /** Outputs with secret marks; `undefined`: there is no such stack. */
  outputsOf(fullName: string): Promise<Props | undefined>;
}

/** Outputs of stacks in the same folder of states. */
export class StackStates implements StackOutputsSource {
  /** Full names of stacks whose outputs the caller assumed. */
  readonly assumed = new Set<string>();
  private readonly crypters = new Map<string, Promise<Crypter>>();

  constructor(private readonly options: Pick<EngineOptions, "stateDir" | "passphrase" | "assumedOutputs">) {}

  async outputsOf(fullName: string): Promise<Props | undefined> {
    const [, project, stack] = fullName.split("/");
    if (!project || !stack) throw new Error(`stack reference "${fullName}" must be organization/project/stack`);
    const deployment = readDeployment({ stateDir: this.options.stateDir, project, stack });
    if (!deployment) {
      const outputs = await this.options.assumedOutputs?.(fullName);
      if (outputs) this.assumed.add(fullName);
      return outputs;
    }
    const stored = (deployment.resources ?? []).find((resource) => resource.type === STACK_TYPE && resource.delete !== true);
    if (!stored) return {};
    const salt = deployment.secrets_providers?.state?.salt ?? "";
    if (!containsSecret((stored.outputs ?? {}) as Props)) return (stored.outputs ?? {}) as Props;
    return new DeploymentCodec(await this.open(fullName, salt)).decodeResource(stored).outputs;
  }

  private async open(fullName: string, salt: string): Promise<Crypter> {
    let crypter = this.crypters.get(salt);
    if (!crypter) this.crypters.set(salt, (crypter = Crypter.open(this.options.passphrase, salt)));
    try {
      return await crypter;
    } catch (error) {
      if (!(error instanceof WrongPassphrase)) throw error;
      throw new EngineError(
        `the outputs of stack "${fullName}" hold secrets under another passphrase than this stack's; ` +
          `use one passphrase for both, or keep secrets out of the outputs that others refer to`,
      );
    }
  }
}

const unsupported = (what: string) => (): Promise<never> =>
  Promise.reject(new EngineError(`${what} is not supported by the offline engine; of package "pulumi" it has StackReference only`));

export function stackReferenceProvider(source: StackOutputsSource): Provider {
  return {
    configure: () => Promise.resolve(),
    check: ({ newInputs }) => Promise.resolve({ inputs: newInputs, failures: [] }),
    diff: unsupported("a managed resource"),
    create: unsupported("a managed resource"),
    update: unsupported("a managed resource"),
    delete: () => Promise.resolve(),
    invoke: ({ token }) => unsupported(`the function ${token}`)(),
    close: () => Promise.resolve(),
    read: (request) => readReference(source, request),
  };
}
async function readReference(source: StackOutputsSource, request: ReadRequest): Promise<ReadResponse> {
  if (request.type !== "pulumi:pulumi:StackReference") throw new EngineError(`${request.type} is not supported by the offline engine`);
  const outputs = await source.outputsOf(request.id);
  if (!outputs) throw new Error(`unknown stack "${request.id}"`);
  const secretOutputNames = Object.keys(outputs).filter((name) => containsSecret(outputs[name]));
  return { id: request.id, inputs: request.inputs, outputs: { name: request.id, outputs, secretOutputNames } };
}
