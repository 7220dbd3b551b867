import type { Container } from "../../components/kernel/container";
import type { Size } from "../../components/kernel/size";
import { CONTAINER_PORTS, HEALTH_COMMANDS, HEALTH_PATH } from "./guide";
import type { FlowMasterSettings, ServiceSettings } from "./settings";

type Own = Omit<Container, "project" | "release">;

/** The backend, wherever it runs. */
export const backendContainer = ({ backend }: FlowMasterSettings) => ({
  ...containerOf("backend", HEALTH_PATH, backend),
  // Uvicorn's own variable for the number of its workers.
  environment: { WEB_CONCURRENCY: String(backend.workers) },
  // An upload lies in /tmp until the application has read it.
  tmpfs: { "/tmp": "256 MB" } satisfies Record<string, Size>,
});

/** The frontend, wherever it runs. */
export const frontendContainer = ({ frontend }: FlowMasterSettings) => ({
  ...containerOf("frontend", "/", frontend),
  tmpfs: { "/tmp": "64 MB", "/var/cache/nginx": "64 MB", "/run": "1 MB" } satisfies Record<string, Size>,
});

const containerOf = (service: "backend" | "frontend", path: string, settings: ServiceSettings) =>
  ({
    service,
    port: CONTAINER_PORTS[service],
    user: settings.user,
    health: { path, command: HEALTH_COMMANDS[service], ...settings.health },
    limits: settings.limits,
    readOnly: settings.readOnly,
    // Neither has data of its own: two releases may run side by side.
    overlap: "allowed",
    drain: settings.drain,
    ...(settings.deadline && { deadline: settings.deadline }),
  }) satisfies Own;
