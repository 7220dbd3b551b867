/** The providers of a run, by reference. Each is made and configured when it is first needed. */
import { randomUUID } from "node:crypto";
import { EngineError } from "../errors";
import type { Resource } from "../model/resource";
import { packageOf, parseUrn, splitProviderRef } from "../model/urn";
import type { Props, Provider, ProviderFactories } from "../provider";
import { containsUnknown, revealSecrets, UNKNOWN } from "../wire/values";

export class ProviderRegistry {
  private readonly resources = new Map<string, Resource>();
  private readonly running = new Map<string, Promise<Provider>>();
  /** Started with inputs that are no longer the last ones (a refresh, then the program): they may hold connections, too. */
  private readonly former: Promise<Provider>[] = [];

  constructor(
    private readonly factories: ProviderFactories,
    before: readonly Resource[],
  ) {
    for (const resource of before) {
      if (resource.type.startsWith("pulumi:providers:")) this.resources.set(refOf(resource), resource);
    }
  }

  /** Makes a provider resource usable, under its reference. */
  add(resource: Resource): void {
    const ref = refOf(resource);
    this.resources.set(ref, resource);
    const running = this.running.get(ref);
    if (running) this.former.push(running);
    this.running.delete(ref);
  }
  get(ref: string): Promise<Provider> {
    let provider = this.running.get(ref);
    if (!provider) this.running.set(ref, (provider = this.start(ref)));
    return provider;
  }
  newId(preview: boolean): string {
    return preview ? UNKNOWN : randomUUID();
  }

  /** The provider's own check of its configuration; `version` and `__internal` are the engine's. */
  async check(resource: Resource, old: Resource | undefined): Promise<{ inputs: Props; failures: { property: string; reason: string }[] }> {
    // Of the package that is built in the engine itself.
    if (packageOf(resource.type) === "pulumi") return { inputs: {}, failures: [] };
    const own = withoutEngineKeys(revealSecrets(resource.inputs));
    const provider = this.make(packageOf(resource.type));
    const engineKeys = { ...(resource.inputs.version !== undefined && { version: resource.inputs.version }), __internal: {} };
    try {
      if (!provider.checkConfig) return { inputs: { ...own, ...engineKeys }, failures: [] };
      const response = await provider.checkConfig({
        urn: resource.urn,
        name: parseUrn(resource.urn).name,
        type: resource.type,
        oldInputs: withoutEngineKeys(revealSecrets(old?.inputs ?? {})),
        newInputs: own,
        randomSeed: Buffer.alloc(32),
      });
      return { inputs: { ...response.inputs, ...engineKeys }, failures: response.failures };
    } finally {
      await provider.close();
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.former, ...this.running.values()].map(async (provider) => (await provider).close()));
  }

  private async start(ref: string): Promise<Provider> {
    const { urn, id } = splitProviderRef(ref);
    const resource = this.resources.get(ref) ?? this.resources.get(`${urn}::${UNKNOWN}`);
    if (!resource) throw new EngineError(`unknown provider ${urn} (${id}): it is neither in the state nor in the program`);
    const provider = this.make(packageOf(resource.type));
    // In a preview a provider may depend on what does not exist yet; it then plans without its configuration.
    if (!containsUnknown(resource.inputs)) await provider.configure(withoutEngineKeys(revealSecrets(resource.inputs)));
    return provider;
  }
  private make(name: string): Provider {
    const factory = Object.hasOwn(this.factories, name) ? this.factories[name] : undefined;
    if (factory) return factory();
    if (name === "pulumi-nodejs") throw new EngineError("dynamic providers (pulumi.dynamic) are not supported by the offline engine");
    const known = Object.keys(this.factories).sort().join(", ");
    throw new EngineError(
      `the offline engine has no provider for package "${name}"; it has ${known}. Use the pulumi command for this program`,
    );
  }
}

const refOf = (resource: Resource): string => `${resource.urn}::${resource.id ?? UNKNOWN}`;

const withoutEngineKeys = (inputs: Props): Props => without(inputs, ["__internal", "version"]);
/** Outputs of a provider resource: its inputs, without what is the engine's own. */
export const providerOutputs = (inputs: Props): Props => without(inputs, ["__internal"]);
function without(props: Props, keys: string[]): Props {
  return Object.fromEntries(Object.entries(props).filter(([key]) => !keys.includes(key)));
}
