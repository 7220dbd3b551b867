import { setTimeout } from "node:timers/promises";
import type { Ecs } from "./ecs-client";
import { deploymentBegun, explained, judge } from "./rollout";
import type { Asked, Deployment } from "./rollout";

export interface ProofArgs {
  /** As a person calls it: `"flowstack-app"`. */
  name: string;
  asked: Asked;
  /** Milliseconds after which what is still under way counts as failed. */
  patience: number;
  /** Milliseconds after which ECS has heard of an update: until then another release may seem to serve. @default 15000 */
  grace?: number;
  /** Milliseconds between two questions. @default 5000 */
  pause?: number;
}

/** Milliseconds until what serves is looked at again: right after an update of the same task definition ECS may tell of the time before. */
const SURE = 2000;

/**
 * Waits until ECS serves what was asked for, twice in a row, and fails with the reasons of its tasks when something else does. The
 * official provider could wait itself (`waitForSteadyState`), but then a rollback ends the update with one sentence of ECS, and nobody
 * learns why the tasks ended.
 *
 * @returns ARN of the task definition that serves.
 */
export async function proveServing(ecs: Ecs, { name, asked, patience, grace = 15_000, pause = 5000 }: ProofArgs): Promise<string> {
  const start = Date.now();
  let served: string | undefined;
  let deployment: Deployment | undefined;
  for (;;) {
    const service = await ecs.service();
    const now = Date.now() - start;
    deployment = deploymentBegun(service, now < grace ? undefined : deployment);
    const verdict = judge(service, asked, deployment);
    if (verdict.is === "serving") {
      if (served === verdict.taskDefinition) return served;
      served = verdict.taskDefinition;
    } else {
      served = undefined;
      if (verdict.is === "failed" || (verdict.is === "another's" && now >= grace) || now >= patience) {
        const late = verdict.is === "under way" ? `not steady after ${Math.round(patience / 1000)} s: ` : "";
        throw new Error(explained(name, late + verdict.reason, await ecs.stoppedTasks(), asked, service));
      }
    }
    await setTimeout(Math.min(pause, served === undefined ? pause : SURE));
  }
}
