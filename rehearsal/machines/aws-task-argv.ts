import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";

/** What `docker create` is told of a container so that it runs as its task definition says, but for variables, names and addresses. */
export function taskArgv(definition: TaskDefinition, container: ContainerDefinition, shares: ReadonlyMap<string, string>): string[] {
  const { linuxParameters: linux, mountPoints = [] } = container;
  return [
    // ECS knows of its own health check only.
    "--no-healthcheck",
    ...(linux?.initProcessEnabled ? ["--init"] : []),
    ...(container.readonlyRootFilesystem ? ["--read-only"] : []),
    ...(container.user === undefined ? [] : [`--user=${container.user}`]),
    ...(linux?.capabilities?.drop ?? []).map((one) => `--cap-drop=${one}`),
    ...(definition.cpu === undefined ? [] : [`--cpus=${Number(definition.cpu) / 1024}`]),
    ...(definition.memory === undefined ? [] : [`--memory=${definition.memory}m`]),
    ...(container.stopTimeout === undefined ? [] : [`--stop-timeout=${container.stopTimeout}`]),
    ...mountPoints.map(({ sourceVolume = "", containerPath = "", readOnly }) => {
      const share = shares.get(sourceVolume);
      // What is in no share is the task's own, and begins with what the image has there.
      return `--volume=${share === undefined ? "" : `${share}:`}${containerPath}${share !== undefined && readOnly ? ":ro" : ""}`;
    }),
    ...(container.environment ?? []).map(({ name = "", value = "" }) => `--env=${name}=${value}`),
  ];
}

/** Seconds after which a task that has not become healthy is given up: as ECS counts them. */
export function patienceOf({ healthCheck }: ContainerDefinition): number {
  const { startPeriod = 0, retries = 3, interval = 30, timeout = 5 } = healthCheck ?? {};
  return startPeriod + retries * (interval + timeout);
}

/** `["CMD-SHELL", "wget …"]` → what to run in the container. */
export function healthArgv({ healthCheck }: ContainerDefinition): string[] {
  const [kind, ...command] = healthCheck?.command ?? ["CMD", "true"];
  return kind === "CMD-SHELL" ? ["sh", "-c", command.join(" ")] : command;
}
