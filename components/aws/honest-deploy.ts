import { setTimeout } from "node:timers/promises";
import type { Ecs } from "./ecs-client";
import { explained, judge } from "./rollout";
import type { Asked } from "./rollout";

export interface ProofArgs {
  /** As a person calls it: `"flowstack-app"`. */
  name: string;
  asked: Asked;
  /** Milliseconds after which what is still under way counts as failed. */
  patience: number;
  /** Milliseconds between two questions. @default 5000 */
  pause?: number;
}

/**
 * Waits until ECS serves what was asked for, and fails with the reasons of its tasks when something else does. The official provider
 * waits for a service to be steady, and after a rollback it is: with the release before.
 *
 * @returns ARN of the task definition that serves.
 */
export async function proveServing(ecs: Ecs, { name, asked, patience, pause = 5000 }: ProofArgs): Promise<string> {
  const end = Date.now() + patience;
  for (;;) {
    const service = await ecs.service();
    const verdict = judge(service, asked);
    if (verdict.is === "serving") return verdict.taskDefinition;
    if (verdict.is === "failed" || Date.now() >= end) {
      const reason = verdict.is === "failed" ? verdict.reason : `not steady after ${Math.round(patience / 1000)} s: ${verdict.reason}`;
      throw new Error(explained(name, reason, await ecs.stoppedTasks(), asked, service));
    }
    await setTimeout(Math.min(pause, Math.max(1, end - Date.now())));
  }
}
