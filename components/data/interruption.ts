import { stopSecondsOf, volumesOf, waitOf } from "./container-inputs";
import type { DataContainerArgs } from "./data-container";

/** What a change of the container does to those who use it, in a sentence for the plan. */
export function interruptionOf(args: Pick<DataContainerArgs, "service" | "stopTimeout" | "health" | "volume">): string {
  const { service, health } = args;
  const volumes = volumesOf(args).map(([volume]) => volume);
  return (
    `${service} is down from its stop (at most ${stopSecondsOf(args)} s) until the new container is healthy (at most ${waitOf(health)} s)` +
    (volumes.length > 0 ? `; its data stay in volume ${volumes.join(" and ")}` : "")
  );
}
