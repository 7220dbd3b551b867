/** Resource hooks: functions of the program that run before and after an operation. */
import type { Resource } from "../model/resource";
import type { Props } from "../provider";

export type HookStage = "BeforeCreate" | "AfterCreate" | "BeforeUpdate" | "AfterUpdate" | "BeforeDelete" | "AfterDelete";

export interface HookArguments {
  resource: Resource;
  id: string;
  newInputs?: Props;
  oldInputs?: Props;
  newOutputs?: Props;
  oldOutputs?: Props;
}
export interface HookRunner {
  /** Whether the program that has the functions is running. */
  readonly available: boolean;
  /** Throws when the hook fails, unless it was registered to be ignored. */
  run(name: string, args: HookArguments): Promise<void>;
}

export async function runHooks(runner: HookRunner, stage: HookStage, args: HookArguments): Promise<void> {
  const names = args.resource.resourceHooks?.[stage] ?? [];
  for (const name of names) {
    try {
      await runner.run(name, args);
    } catch (error) {
      const when = stage.startsWith("Before") ? "before" : "after";
      throw new Error(`${when} hook "${name}" failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
/** Names of the delete hooks that a delete would have to run. */
export function deleteHooks(resource: Resource): string[] {
  return [...(resource.resourceHooks?.BeforeDelete ?? []), ...(resource.resourceHooks?.AfterDelete ?? [])];
}
