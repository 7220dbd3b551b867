import type { ServiceState, StoppedTask } from "./rollout";

/** What is asked of ECS about a service. */
export interface Ecs {
  /** Nothing where there is no such service. */
  service(): Promise<ServiceState | undefined>;
  /** Tasks of the service that ended within about an hour. */
  stoppedTasks(): Promise<StoppedTask[]>;
  close(): void;
}

/** By how many ARNs ECS describes tasks at once. */
const AT_ONCE = 100;

/**
 * Asks ECS by AWS' own SDK, with the credentials of whoever runs the program; where else than at AWS, `AWS_ENDPOINT_URL` says.
 * The SDK is loaded when it is first needed: a plan never does.
 *
 * @param cluster Name or ARN of the cluster.
 */
export async function ecsClient({ region, cluster, service }: { region: string; cluster: string; service: string }): Promise<Ecs> {
  const { ECSClient, DescribeServicesCommand, DescribeTasksCommand, ListTasksCommand } = await import("@aws-sdk/client-ecs");
  const client = new ECSClient({ region });
  return {
    async service() {
      const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const [found] = services;
      if (found === undefined) return undefined;
      return {
        status: found.status ?? "",
        deployments: (found.deployments ?? []).map((one) => ({
          id: one.id ?? "",
          status: one.status ?? "",
          taskDefinition: one.taskDefinition ?? "",
          // Services without a circuit breaker have none; then the numbers of tasks tell.
          rolloutState: one.rolloutState ?? "COMPLETED",
          rolloutStateReason: one.rolloutStateReason,
          desired: one.desiredCount ?? 0,
          running: one.runningCount ?? 0,
          failed: one.failedTasks ?? 0,
        })),
        events: (found.events ?? []).flatMap(({ message }) => message ?? []),
      };
    },
    async stoppedTasks() {
      const { taskArns = [] } = await client.send(new ListTasksCommand({ cluster, serviceName: service, desiredStatus: "STOPPED" }));
      if (taskArns.length === 0) return [];
      const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns.slice(0, AT_ONCE) }));
      return tasks.map((task) => ({
        taskDefinition: task.taskDefinitionArn ?? "",
        reason: task.stoppedReason ?? "ECS gives no reason",
        containers: (task.containers ?? []).map(({ name = "", exitCode, reason }) => ({ name, exitCode, reason })),
      }));
    },
    close() {
      client.destroy();
    },
  };
}
