import type { Recording } from "../host/recording";
import { CANARY, itRunsContainers, SAMPLE, SCALED } from "../service/testing/container-conformance";
import { ParameterStore } from "./parameter-store";
import { inputsOf, network, PLACE, recorded, share, tier } from "./testing/tier";

interface Definition {
  image: string;
  user: string;
  readonlyRootFilesystem: boolean;
  portMappings: { containerPort: number }[];
  environment: { name: string; value: string }[];
  secrets: { name: string }[];
  mountPoints: { sourceVolume: string; containerPath: string }[];
  healthCheck: { command: string[]; interval: number; timeout: number; retries: number; startPeriod: number };
  stopTimeout: number;
}

describe("on Fargate", () => {
  itRunsContainers(
    async () => {
      const found = await recorded(() => {
        const on = network();
        const secrets = new ParameterStore("secrets", { place: PLACE, path: "/shop/prod", values: { PASSWORD: CANARY } });
        return tier({
          ...SAMPLE,
          network: on,
          secrets,
          volumes: { "/data": { share: share(on), directory: "/flowstack" } },
          instances: SCALED,
        });
      });
      const task = inputsOf(found, "ecs/taskDefinition:TaskDefinition");
      const [definition] = JSON.parse(String(task["containerDefinitions"])) as [Definition];
      const targets = inputsOf(found, "lb/targetGroup:TargetGroup") as { deregistrationDelay: number; healthCheck: { path: string } };
      const service = inputsOf(found, "ecs/service:Service") as { deploymentCircuitBreaker: object };
      const volumes = task["volumes"] as { name: string; efsVolumeConfiguration?: object }[];
      const paths = (stays: boolean) =>
        definition.mountPoints
          .filter(({ sourceVolume }) =>
            volumes.some(({ name, efsVolumeConfiguration }) => name === sourceVolume && (efsVolumeConfiguration !== undefined) === stays),
          )
          .map(({ containerPath }) => containerPath);
      const { command, ...times } = definition.healthCheck;
      const { release, interruption } = found.outputs["app"] as { release: string; interruption: string };
      return {
        image: definition.image,
        port: definition.portMappings[0]?.containerPort ?? 0,
        user: definition.user,
        readOnly: definition.readonlyRootFilesystem,
        limits: { cpus: Number(task["cpu"]) / 1024, megabytes: Number(task["memory"]) },
        environment: Object.fromEntries(definition.environment.map(({ name, value }) => [name, value])),
        secrets: definition.secrets.map(({ name }) => name),
        readable: JSON.stringify([task, service]),
        gate: { path: targets.healthCheck.path, command: command[1] ?? "", ...times },
        // `honest-update.integration.test.ts` proves that the update then fails.
        goesBack: JSON.stringify(service.deploymentCircuitBreaker) === JSON.stringify({ enable: true, rollback: true }),
        drain: targets.deregistrationDelay,
        stopTimeout: definition.stopTimeout,
        staying: paths(true),
        ending: paths(false),
        logs: inputsOf(found, "cloudwatch/logGroup:LogGroup")["retentionInDays"],
        interruption,
        release,
        scaling: scalingOf(found),
      };
    },
    { scales: true },
  );
});

function scalingOf(found: Recording) {
  const target = inputsOf(found, "appautoscaling/target:Target") as { minCapacity: number; maxCapacity: number; resourceId: string };
  const { targetTrackingScalingPolicyConfiguration: policy } = inputsOf(found, "appautoscaling/policy:Policy") as {
    targetTrackingScalingPolicyConfiguration: { targetValue: number };
  };
  const service = found.resources.find(({ type }) => type === "aws:ecs/service:Service");
  return {
    least: target.minCapacity,
    most: target.maxCapacity,
    cpu: policy.targetValue,
    leftAlone: service?.ignoreChanges.includes("desiredCount") ?? false,
  };
}
