/** Protobuf messages to the engine's own words and back. */
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call,
   @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-return --
   the generated classes have no types that fit */
import type { Timeouts } from "../model/resource";
import type { AliasSpec, Goal, ReadGoal } from "../plan/goal";
import type { Props } from "../provider";
import type { Protos } from "../wire/protos";
import { lowerOutputs } from "../wire/values";

const HOOK_STAGES = ["BeforeCreate", "AfterCreate", "BeforeUpdate", "AfterUpdate", "BeforeDelete", "AfterDelete"] as const;

export function fromStruct(struct: any): Props {
  return struct ? lowerOutputs(struct.toJavaScript() as Props) : {};
}
export function toStruct(protos: Protos, props: Props): any {
  return protos.struct.Struct.fromJavaScript(props);
}

export function goalOf(request: any): Goal {
  const propertyDependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((value: any, key: string) => {
    propertyDependencies[key] = value.getUrnsList();
  });
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    ...text("parent", request.getParent()),
    inputs: fromStruct(request.getObject()),
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    ...text("provider", request.getProvider()),
    ...text("version", request.getVersion()),
    ...(request.hasProtect() && { protect: request.getProtect() }),
    ...(request.hasRetainondelete() && { retainOnDelete: request.getRetainondelete() }),
    ...text("deletedWith", request.getDeletedwith()),
    replaceWith: request.getReplaceWithList(),
    ...(request.getDeletebeforereplacedefined() && { deleteBeforeReplace: request.getDeletebeforereplace() }),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: [...request.getAliasurnsList().map((urn: string) => ({ urn })), ...request.getAliasesList().map(aliasOf)],
    ...text("importId", request.getImportid()),
    ...timeoutsOf(request.getCustomtimeouts()),
    hooks: hooksOf(request.getHooks()),
  };
}

export function readGoalOf(request: any): ReadGoal {
  return {
    type: request.getType(),
    name: request.getName(),
    id: request.getId(),
    ...text("parent", request.getParent()),
    inputs: fromStruct(request.getProperties()),
    dependencies: request.getDependenciesList().sort(),
    ...text("provider", request.getProvider()),
    ...text("version", request.getVersion()),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

function aliasOf(alias: any): AliasSpec {
  if (alias.getUrn()) return { urn: alias.getUrn() };
  const spec = alias.getSpec();
  return {
    ...text("name", spec.getName()),
    ...text("type", spec.getType()),
    ...text("stack", spec.getStack()),
    ...text("project", spec.getProject()),
    ...text("parent", spec.getParenturn()),
    ...(spec.getNoparent() && { noParent: true }),
  };
}

function hooksOf(binding: any): Record<string, string[]> {
  const hooks: Record<string, string[]> = {};
  for (const stage of HOOK_STAGES) {
    const names: string[] = binding ? binding[`get${stage}List`]() : [];
    if (names.length > 0) hooks[stage] = names;
  }
  return hooks;
}

function timeoutsOf(message: any): { customTimeouts?: Timeouts } {
  if (!message) return {};
  const customTimeouts: Timeouts = {};
  for (const [operation, duration] of [
    ["create", message.getCreate()],
    ["update", message.getUpdate()],
    ["delete", message.getDelete()],
  ] as const) {
    if (duration) customTimeouts[operation] = parseDuration(duration);
  }
  return Object.keys(customTimeouts).length > 0 ? { customTimeouts } : {};
}

const UNIT_SECONDS: Record<string, number> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
/** Go's duration format: `1h30m`, `90s`, `1.5s`. */
export function parseDuration(duration: string): number {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== duration.replace(/^\+/, "")) {
    throw new Error(`unable to parse customTimeout Value ${duration}`);
  }
  return parts.reduce((sum, part) => sum + Number(part[1]) * (UNIT_SECONDS[part[2] ?? ""] ?? 0), 0);
}

function text<K extends string>(key: K, value: string): Partial<Record<K, string>> {
  return (value ? { [key]: value } : {}) as Partial<Record<K, string>>;
}
