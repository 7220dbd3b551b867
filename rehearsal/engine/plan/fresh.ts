/** Resources as the program registers or reads them, before any step was done. */
import { keepOld } from "../model/paths";
import type { Resource } from "../model/resource";
import type { Goal, ReadGoal } from "./goal";

/** The resource as the program wants it. What it ignores changes of is as it was. */
export function newResource(urn: string, goal: Goal, old: Resource | undefined): Resource {
  return {
    urn,
    custom: goal.custom,
    type: goal.type,
    inputs: old ? keepOld(goal.inputs, old.inputs, goal.ignoreChanges) : goal.inputs,
    outputs: {},
    ...(goal.parent !== undefined && { parent: goal.parent }),
    ...(goal.protect && { protect: true }),
    dependencies: [...goal.dependencies].sort(),
    ...(goal.provider !== undefined && { provider: goal.provider }),
    propertyDependencies: goal.propertyDependencies,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    ...(goal.customTimeouts && { customTimeouts: goal.customTimeouts }),
    ...(goal.retainOnDelete && { retainOnDelete: true }),
    ...(goal.deletedWith !== undefined && { deletedWith: goal.deletedWith }),
    ...(goal.importId !== undefined && { importID: goal.importId }),
    replaceWith: goal.replaceWith,
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    resourceHooks: goal.hooks,
    ...(goal.sourcePosition !== undefined && { sourcePosition: goal.sourcePosition }),
    ...times(old),
  };
}
export function readResource(urn: string, goal: ReadGoal, old: Resource | undefined): Resource {
  return {
    urn,
    custom: true,
    external: true,
    id: goal.id,
    type: goal.type,
    inputs: goal.inputs,
    outputs: {},
    ...(goal.parent !== undefined && { parent: goal.parent }),
    dependencies: goal.dependencies,
    ...(goal.provider !== undefined && { provider: goal.provider }),
    additionalSecretOutputs: goal.additionalSecretOutputs,
    ...times(old),
  };
}
function times(old: Resource | undefined): Pick<Resource, "created" | "modified"> {
  return { ...(old?.created !== undefined && { created: old.created }), ...(old?.modified !== undefined && { modified: old.modified }) };
}
