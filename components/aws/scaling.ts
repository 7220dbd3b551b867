import * as appautoscaling from "@pulumi/aws/appautoscaling";
import type * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import type { AwsPlace } from "./place";
import { tagged } from "./place";

export interface ScalingArgs {
  place: AwsPlace;
  clusterName: string;
  service: ecs.Service;
  /** As ECS knows the service. */
  serviceName: string;
  min: number;
  max: number;
  /** Share of the processors, in percent, that tasks are added and taken away for. */
  cpu: number;
}

/** Adds tasks to a service, and takes them away, by what their processors have to do. */
export function scaleByCpu(name: string, args: ScalingArgs, parent: pulumi.Resource): void {
  const { place, clusterName, service, serviceName, min, max, cpu } = args;
  const of = { serviceNamespace: "ecs", scalableDimension: "ecs:service:DesiredCount" };
  const target = new appautoscaling.Target(
    `${name}-scaling`,
    {
      ...of,
      resourceId: pulumi.interpolate`service/${clusterName}/${service.name}`,
      minCapacity: min,
      maxCapacity: max,
      tags: tagged(place, serviceName),
    },
    { parent },
  );
  new appautoscaling.Policy(
    `${name}-scaling-cpu`,
    {
      ...of,
      name: `${serviceName}-cpu`,
      resourceId: target.resourceId,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
        targetValue: cpu,
        // Quickly more, slowly less.
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
      },
    },
    { parent },
  );
}
