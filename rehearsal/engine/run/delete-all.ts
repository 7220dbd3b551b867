/** Runs delete steps beside each other, each after those of everything that needs what it deletes. */
import { dependenciesOf } from "../model/resource";
import type { Step } from "../plan/step";
import type { ChainResult } from "./executor";

export async function runDeletes(steps: Step[], run: (steps: Step[]) => Promise<ChainResult>): Promise<void> {
  const dependents = new Map<string, Step[]>();
  for (const step of steps) {
    if (!step.old) continue;
    for (const urn of dependenciesOf(step.old)) {
      const list = dependents.get(urn);
      if (list) list.push(step);
      else dependents.set(urn, [step]);
    }
  }
  const started = new Map<Step, Promise<boolean>>();
  const start = (step: Step): Promise<boolean> => {
    let ended = started.get(step);
    if (!ended) started.set(step, (ended = after(step)));
    return ended;
  };
  const after = async (step: Step): Promise<boolean> => {
    // On the next turn, so that a step is known as started before its dependents look for it.
    await Promise.resolve();
    const before = await Promise.all((dependents.get(step.urn) ?? []).filter((other) => other !== step).map(start));
    return before.every(Boolean) && (await run([step])) === "done";
  };
  await Promise.all(steps.map(start));
}
