import type { Container, ImageRelease } from "../../components/kernel/container";
import { HEALTH_COMMAND, HEALTH_PATH, PORTS, SERVICE } from "./guide";
import type { FlowStackSettings } from "./settings";

/** The one container of FlowStack, wherever it runs. */
export const containerOf = (settings: FlowStackSettings, project: string, release: ImageRelease) => {
  const { user, readOnly, limits, health, drain, stopTimeout } = settings;
  return {
    project,
    service: SERVICE,
    release,
    port: PORTS.proxy,
    user,
    readOnly,
    // supervisord's socket, and what is being uploaded.
    tmpfs: { "/tmp": "256 MB" },
    limits,
    health: { path: HEALTH_PATH, command: HEALTH_COMMAND, ...health },
    drain,
    stopTimeout,
  } satisfies Omit<Container, "overlap">;
};
