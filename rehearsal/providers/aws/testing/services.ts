/** Clusters, task definitions, services, and how services grow and find each other. */
import type { Props } from "../../../engine";
import { type Made, type Sample, TAGS } from "./sample";

const tracking = (targetValue: number): Props => ({
  targetTrackingScalingPolicyConfiguration: {
    predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    targetValue,
  },
});
const CONTAINER = { name: "app", image: "docker.io/leadevs/fastflow@sha256:0", essential: true, portMappings: [{ containerPort: 3000 }] };
const SCALED = { serviceNamespace: "ecs", scalableDimension: "ecs:service:DesiredCount", resourceId: "service/flow/flow" };

export const serviceSamples = (of: Made): (() => Sample)[] => [
  () => ({
    key: "cluster",
    type: "ecs/cluster:Cluster",
    inputs: { name: "flow", settings: [{ name: "containerInsights", value: "disabled" }] },
    change: { settings: [{ name: "containerInsights", value: "enabled" }] },
  }),
  () => ({
    key: "namespace",
    type: "servicediscovery/httpNamespace:HttpNamespace",
    inputs: { name: "flow", description: "Services of flow" },
    change: TAGS,
  }),
  () => ({
    key: "capacity",
    type: "ecs/clusterCapacityProviders:ClusterCapacityProviders",
    inputs: { clusterName: of("cluster", "name"), capacityProviders: ["FARGATE"] },
    change: { capacityProviders: ["FARGATE", "FARGATE_SPOT"] },
  }),
  () => ({
    key: "task",
    type: "ecs/taskDefinition:TaskDefinition",
    inputs: {
      family: "flow",
      cpu: "512",
      memory: "1024",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      executionRoleArn: of("role", "arn"),
      taskRoleArn: of("role", "arn"),
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      containerDefinitions: JSON.stringify([CONTAINER]),
      volumes: [
        {
          name: "data",
          efsVolumeConfiguration: {
            fileSystemId: "fs-1",
            transitEncryption: "ENABLED",
            authorizationConfig: { accessPointId: "fsap-1", iam: "ENABLED" },
          },
        },
      ],
    },
    change: TAGS,
  }),
  () => ({
    key: "service",
    type: "ecs/service:Service",
    inputs: {
      name: "flow",
      cluster: of("cluster", "arn"),
      taskDefinition: of("task", "arn"),
      desiredCount: 2,
      launchType: "FARGATE",
      waitForSteadyState: false,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      networkConfiguration: { subnets: [of("subnet-b")], securityGroups: [of("group")], assignPublicIp: false },
      loadBalancers: [{ targetGroupArn: of("target", "arn"), containerName: "app", containerPort: 3000 }],
    },
    change: { desiredCount: 3 },
  }),
  () => ({
    key: "scaling",
    type: "appautoscaling/target:Target",
    inputs: { ...SCALED, minCapacity: 2, maxCapacity: 4 },
    change: { maxCapacity: 6 },
  }),
  () => ({
    key: "scaling-policy",
    type: "appautoscaling/policy:Policy",
    inputs: { ...SCALED, name: "cpu", policyType: "TargetTrackingScaling", ...tracking(60) },
    change: tracking(70),
  }),
];
