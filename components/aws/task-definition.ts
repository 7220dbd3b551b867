import { inSeconds } from "../kernel/duration";
import type { Container, HealthArgs } from "../kernel/container";

/** What a task runs, with all that comes from AWS known. */
export interface TaskText {
  container: Pick<Container, "service" | "port" | "health" | "user" | "readOnly" | "stopTimeout">;
  /** With its digest. */
  image: string;
  environment: Readonly<Record<string, string>>;
  /** Variable -> ARN of its parameter. */
  secrets: Readonly<Record<string, string>>;
  /** Another word makes a new task definition, so that tasks with new values of the secrets start. */
  secretsRevision: string | undefined;
  /** Likewise, by hand. */
  reapply?: string | undefined;
  /** ARN of the secret with user and password of the registry. */
  registryCredentials: string | undefined;
  /** Whether its port has a name, the service's, by which its neighbours' proxies know it. */
  named: boolean;
  /** Path in the container -> volume of the task. */
  mounts: Readonly<Record<string, string>>;
  logs: { group: string; region: string };
}

const DEFAULT_HEALTH = { interval: "30 seconds", timeout: "10 seconds", retries: 3, startPeriod: "0 seconds" } as const;

/** Linux' own: below it root alone may listen. */
const FIRST_FREE_PORT = 1024;

/** The times of a health check in seconds, with the defaults that a service on a machine has. */
export const healthTimes = ({
  interval = DEFAULT_HEALTH.interval,
  timeout = DEFAULT_HEALTH.timeout,
  retries = DEFAULT_HEALTH.retries,
  startPeriod = DEFAULT_HEALTH.startPeriod,
}: HealthArgs) => ({ interval: inSeconds(interval), timeout: inSeconds(timeout), retries, startPeriod: inSeconds(startPeriod) });

/** Seconds that a task has to become healthy by its own check; until then the load balancer's does not end it. */
export function healthyWithin(health: HealthArgs): number {
  const { startPeriod, retries, interval, timeout } = healthTimes(health);
  return startPeriod + retries * (interval + timeout);
}

/** The `containerDefinitions` of a task definition: JSON, in one order whatever the order of the arguments. */
export function containerDefinitions(task: TaskText): string {
  const { container, image, environment, secrets, mounts, logs } = task;
  const { service, port, health, user, readOnly = true, stopTimeout = "30 seconds" } = container;
  return JSON.stringify([
    {
      name: service,
      image,
      essential: true,
      ...(task.registryCredentials !== undefined && { repositoryCredentials: { credentialsParameter: task.registryCredentials } }),
      user,
      privileged: false,
      readonlyRootFilesystem: readOnly,
      portMappings: [{ containerPort: port, hostPort: port, protocol: "tcp", ...(task.named && { name: service }) }],
      // As Docker has it: without, no user but root could listen there.
      ...(port < FIRST_FREE_PORT && { systemControls: [{ namespace: "net.ipv4.ip_unprivileged_port_start", value: String(port) }] }),
      environment: sorted(environment).map(([name, value]) => ({ name, value })),
      secrets: sorted(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
      mountPoints: sorted(mounts).map(([containerPath, sourceVolume]) => ({ sourceVolume, containerPath, readOnly: false })),
      healthCheck: { command: ["CMD-SHELL", health.command], ...healthTimes(health) },
      stopTimeout: inSeconds(stopTimeout),
      // The first process hands signals on, and ends what lost its parent.
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": logs.group,
          "awslogs-region": logs.region,
          "awslogs-stream-prefix": service,
          // The application does not stand still when CloudWatch does.
          mode: "non-blocking",
          "max-buffer-size": "25m",
        },
      },
      ...labelsOf(task),
    },
  ]);
}

/** Tasks of another label are other tasks. */
function labelsOf({ secretsRevision, reapply }: TaskText): { dockerLabels?: Record<string, string> } {
  const dockerLabels = {
    ...(reapply !== undefined && { "flowfleet.reapply": reapply }),
    ...(secretsRevision !== undefined && { "flowfleet.secrets": secretsRevision }),
  };
  return Object.keys(dockerLabels).length > 0 ? { dockerLabels } : {};
}

const sorted = (record: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
