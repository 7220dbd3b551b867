import { stopSecondsOf, waitOf } from "./container-inputs";
import type { DataContainerArgs } from "./data-container";

/** What a change of the container does to those who use it, in a sentence for the plan. */
export function interruptionOf(args: Pick<DataContainerArgs, "service" | "stopTimeout" | "health" | "volume">): string {
  const { service, health, volume } = args;
  return (
    `${service} is down from its stop (at most ${stopSecondsOf(args)} s) until the new container is healthy (at most ${waitOf(health)} s)` +
    (volume ? `; its data stay in volume ${volume.name}` : "")
  );
}
