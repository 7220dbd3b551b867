/** Functions of the program that the engine calls back: transforms and resource hooks. */
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call,
   @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-return --
   the generated classes have no types that fit */
import type { HookArguments, HookRunner } from "../run/hooks";
import { parseUrn } from "../model/urn";
import type { Props } from "../provider";
import type { Protos } from "../wire/protos";
import { outputDependencies } from "../wire/values";
import { MESSAGE_LIMITS } from "./server";
import { toStruct } from "./messages";

export class Callbacks implements HookRunner {
  private readonly clients = new Map<string, any>();
  private readonly hooks = new Map<string, any>();
  private readonly stackTransforms: any[] = [];
  /** By URN: a resource's own transforms also see its children. */
  private readonly ownTransforms = new Map<string, { transforms: any[]; parent: string }>();

  constructor(
    private readonly protos: Protos,
    private readonly preview: boolean,
    /** Whether there is a program to call back. */
    readonly available: boolean,
  ) {}

  addStackTransform(callback: any): void {
    this.stackTransforms.push(callback);
  }
  addHook(registration: any): void {
    this.hooks.set(registration.getName(), registration);
  }

  async run(name: string, { resource, id, newInputs, oldInputs, newOutputs, oldOutputs }: HookArguments): Promise<void> {
    const hook = this.hooks.get(name);
    if (!hook) throw new Error(`the program has no hook "${name}"`);
    if (this.preview && !hook.getOnDryRun()) return;
    const request = new this.protos.resource.ResourceHookRequest();
    request.setUrn(resource.urn);
    request.setId(id);
    request.setName(parseUrn(resource.urn).name);
    request.setType(resource.type);
    if (newInputs) request.setNewInputs(toStruct(this.protos, newInputs));
    if (oldInputs) request.setOldInputs(toStruct(this.protos, oldInputs));
    if (newOutputs) request.setNewOutputs(toStruct(this.protos, newOutputs));
    if (oldOutputs) request.setOldOutputs(toStruct(this.protos, oldOutputs));
    const bytes = await this.invoke(hook.getCallback(), request.serializeBinary());
    const error = this.protos.resource.ResourceHookResponse.deserializeBinary(bytes).getError();
    if (error && !hook.getIgnoreErrors()) throw new Error(error);
  }

  /** A resource's own transforms, then its parents', then the stack's; each sees what the one before left. */
  async transform(urn: string, request: any): Promise<void> {
    const own = request.getTransformsList();
    this.ownTransforms.set(urn, { transforms: own, parent: request.getParent() });
    const all = [...own];
    for (let at = this.ownTransforms.get(request.getParent()); at; at = this.ownTransforms.get(at.parent)) all.push(...at.transforms);
    for (const callback of [...all, ...this.stackTransforms]) await this.transformOnce(callback, request);
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }

  private async transformOnce(callback: any, request: any): Promise<void> {
    const asked = new this.protos.resource.TransformRequest();
    asked.setType(request.getType());
    asked.setName(request.getName());
    asked.setCustom(request.getCustom());
    asked.setParent(request.getParent());
    asked.setProperties(request.getObject());
    asked.setOptions(optionsOf(this.protos, request));
    const bytes = await this.invoke(callback, asked.serializeBinary());
    const answer = this.protos.resource.TransformResponse.deserializeBinary(bytes);
    if (answer.hasProperties()) request.setObject(answer.getProperties());
    if (answer.hasOptions()) copyOptions(answer.getOptions(), request);
    if (answer.hasProperties()) addDependencies(this.protos, request, answer.getProperties().toJavaScript());
  }

  private invoke(callback: any, bytes: Uint8Array): Promise<Uint8Array> {
    const target: string = callback.getTarget();
    let client = this.clients.get(target);
    if (!client) {
      const credentials = this.protos.grpc.credentials.createInsecure();
      this.clients.set(target, (client = new this.protos.callbackServices.CallbacksClient(target, credentials, MESSAGE_LIMITS)));
    }
    const request = new this.protos.callback.CallbackInvokeRequest();
    request.setToken(callback.getToken());
    request.setRequest(bytes);
    return new Promise((resolve, reject) => {
      client.invoke(request, (error: { details?: string; message: string } | null, response: any) => {
        if (error) reject(new Error(error.details ?? error.message));
        else resolve(response.getResponse_asU8());
      });
    });
  }
}

function optionsOf(protos: Protos, request: any): any {
  const options = new protos.resource.TransformResourceOptions();
  options.setDependsOnList(request.getDependenciesList());
  if (request.hasProtect()) options.setProtect(request.getProtect());
  options.setIgnoreChangesList(request.getIgnorechangesList());
  options.setReplaceOnChangesList(request.getReplaceonchangesList());
  options.setReplaceWithList(request.getReplaceWithList());
  options.setVersion(request.getVersion());
  options.setAliasesList(request.getAliasesList());
  options.setProvider(request.getProvider());
  options.setCustomTimeouts(request.getCustomtimeouts());
  options.setPluginDownloadUrl(request.getPlugindownloadurl());
  if (request.hasRetainondelete()) options.setRetainOnDelete(request.getRetainondelete());
  options.setDeletedWith(request.getDeletedwith());
  if (request.getDeletebeforereplacedefined()) options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  options.setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList());
  copyMap(request.getProvidersMap(), options.getProvidersMap());
  options.setHooks(request.getHooks());
  options.setImport(request.getImportid());
  options.setHideDiffList(request.getHidediffsList());
  return options;
}
/** Properties that a transform added have their dependencies, too: those that their output values name. */
function addDependencies(protos: Protos, request: any, properties: Props): void {
  const map = request.getPropertydependenciesMap();
  const all = new Set<string>(request.getDependenciesList());
  for (const [key, value] of Object.entries(properties)) {
    const urns = new Set<string>([...(map.get(key)?.getUrnsList() ?? []), ...outputDependencies(value)]);
    for (const urn of urns) all.add(urn);
    const dependencies = new protos.resource.RegisterResourceRequest.PropertyDependencies();
    dependencies.setUrnsList([...urns]);
    map.set(key, dependencies);
  }
  request.setDependenciesList([...all]);
}
/** Every field of the answer is the new full value. */
function copyOptions(options: any, request: any): void {
  request.setDependenciesList(options.getDependsOnList());
  if (options.hasProtect()) request.setProtect(options.getProtect());
  request.setIgnorechangesList(options.getIgnoreChangesList());
  request.setReplaceonchangesList(options.getReplaceOnChangesList());
  request.setReplaceWithList(options.getReplaceWithList());
  request.setVersion(options.getVersion());
  request.setAliasesList(options.getAliasesList());
  request.setProvider(options.getProvider());
  request.setCustomtimeouts(options.getCustomTimeouts());
  if (options.hasRetainOnDelete()) request.setRetainondelete(options.getRetainOnDelete());
  request.setDeletedwith(options.getDeletedWith());
  if (options.hasDeleteBeforeReplace()) {
    request.setDeletebeforereplacedefined(true);
    request.setDeletebeforereplace(options.getDeleteBeforeReplace());
  }
  request.setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList());
  request.getProvidersMap().clear();
  copyMap(options.getProvidersMap(), request.getProvidersMap());
  if (options.hasHooks()) request.setHooks(options.getHooks());
  request.setImportid(options.getImport());
}
function copyMap(from: any, to: any): void {
  from.forEach((value: string, key: string) => to.set(key, value));
}
