/** Pulumi's ResourceMonitor service: what the program registers, reads and invokes. */
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call,
   @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-return --
   the generated classes have no types that fit */
import { EngineError } from "../errors";
import type { Resource } from "../model/resource";
import type { Goal, ReadGoal } from "../plan/goal";
import type { Props } from "../provider";
import type { Protos } from "../wire/protos";
import { containsUnknown, isUnknown, revealSecrets } from "../wire/values";
import type { Callbacks } from "./callbacks";
import { fromStruct, goalOf, readGoalOf, toStruct } from "./messages";
import type { Handlers } from "./server";

export interface Registered {
  /** `failed`: the run goes on without it; `skipped`: it is no target. */
  result: "done" | "failed" | "skipped";
  resource: Resource;
}
export interface InvokeGoal {
  token: string;
  args: Props;
  provider?: string;
  version?: string;
}
/** What the monitor's calls come to. */
export interface Monitored {
  readonly project: string;
  readonly stack: string;
  readonly preview: boolean;
  readonly parallel: number;
  urnOf(goal: Pick<Goal, "type" | "name" | "parent">): string;
  register(goal: Goal): Promise<Registered>;
  registerOutputs(urn: string, outputs: Props): void;
  read(goal: ReadGoal): Promise<Resource>;
  invoke(goal: InvokeGoal): Promise<{ result: Props; failures: { property: string; reason: string }[] }>;
  resource(urn: string): Resource | undefined;
  /** The program has registered everything: deletes what is no more. */
  finish(): Promise<void>;
}

/** What newer SDKs ask for by number, older ones by name. Left out is what makes the SDK send what this engine does not read. */
const FEATURES = {
  secrets: "SECRETS",
  resourceReferences: "RESOURCE_REFERENCES",
  outputValues: "OUTPUT_VALUES",
  aliasSpecs: "ALIAS_SPECS",
  deletedWith: "DELETED_WITH",
  replaceWith: "REPLACE_WITH",
  transforms: "TRANSFORMS",
  parameterization: "PARAMETERIZATION",
  resourceHooks: "RESOURCE_HOOKS",
};

export function monitorService(protos: Protos, monitored: Monitored, callbacks: Callbacks): Handlers {
  const pb = protos.resource;
  const refuse = (what: string) => (): Promise<never> => Promise.reject(new EngineError(`${what} are not supported by the offline engine`));
  const empty = (): any => new protos.empty.Empty();
  return {
    getDeploymentInfo: () => {
      const info = new pb.DeploymentInfo();
      info.setOrganization("organization");
      info.setProject(monitored.project);
      info.setStack(monitored.stack);
      info.setDryrun(monitored.preview);
      info.setParallel(monitored.parallel);
      info.setSupportedfeaturesList(Object.values(FEATURES).map((name) => pb.ResourceMonitorFeature[`RESOURCE_MONITOR_FEATURE_${name}`]));
      return Promise.resolve(info);
    },
    supportsFeature: (request) => {
      const response = new pb.SupportsFeatureResponse();
      response.setHassupport(Object.hasOwn(FEATURES, request.getId()));
      return Promise.resolve(response);
    },
    registerResource: async (request) => {
      if (request.getRemote()) throw new EngineError(`${request.getType()}: remote components are not supported by the offline engine`);
      const urn = monitored.urnOf({ type: request.getType(), name: request.getName(), parent: request.getParent() || undefined });
      await callbacks.transform(urn, request);
      const { result, resource } = await monitored.register(goalOf(request));
      return registered(protos, result, resource);
    },
    registerResourceOutputs: (request) => {
      monitored.registerOutputs(request.getUrn(), fromStruct(request.getOutputs()));
      return Promise.resolve(empty());
    },
    readResource: async (request) => {
      const resource = await monitored.read(readGoalOf(request));
      const response = new pb.ReadResourceResponse();
      response.setUrn(resource.urn);
      response.setProperties(toStruct(protos, resource.outputs));
      return response;
    },
    invoke: async (request) => {
      const token: string = request.getTok();
      const args = fromStruct(request.getArgs());
      const response = new pb.ResourceInvokeResponse();
      if (token === "pulumi:pulumi:getResource") {
        response.setReturn(toStruct(protos, resourceState(monitored, revealSecrets(args))));
        return response;
      }
      const provider: string = request.getProvider();
      const version: string = request.getVersion();
      const goal = { token, args: revealSecrets(args), ...(provider && { provider }), ...(version && { version }) };
      const { result, failures } = await monitored.invoke(goal);
      response.setReturn(toStruct(protos, result));
      response.setFailuresList(failures.map((failure) => checkFailure(protos, failure)));
      return response;
    },
    registerStackTransform: (request) => {
      callbacks.addStackTransform(request);
      return Promise.resolve(empty());
    },
    registerResourceHook: (request) => {
      callbacks.addHook(request);
      return Promise.resolve(empty());
    },
    registerStackInvokeTransform: refuse("transforms of invokes"),
    registerErrorHook: refuse("error hooks"),
    registerPackage: refuse("parameterised packages"),
    call: refuse("method calls on resources"),
    signalAndWaitForShutdown: async () => {
      await monitored.finish();
      return empty();
    },
  };
}

function registered(protos: Protos, result: Registered["result"], resource: Resource): any {
  const { resource: pb } = protos;
  const response = new pb.RegisterResourceResponse();
  response.setUrn(resource.urn);
  response.setId(isUnknown(resource.id) ? "" : (resource.id ?? ""));
  response.setObject(toStruct(protos, resource.custom && result === "done" ? resource.outputs : resource.inputs));
  if (result === "failed") response.setResult(pb.Result.FAIL);
  if (result === "skipped") response.setUnknown(true);
  return response;
}

function resourceState(monitored: Monitored, args: Props): Props {
  const urn = typeof args.urn === "string" ? args.urn : "";
  const resource = containsUnknown(urn) ? undefined : monitored.resource(urn);
  if (!resource) throw new Error(`unknown resource ${urn}`);
  return { urn, id: resource.id ?? "", state: resource.outputs };
}

function checkFailure(protos: Protos, { property, reason }: { property: string; reason: string }): any {
  const failure = new protos.provider.CheckFailure();
  failure.setProperty(property);
  failure.setReason(reason);
  return failure;
}
