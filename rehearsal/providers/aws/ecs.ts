/** Package `aws`, containers: clusters, task definitions, services, and how services grow. */
import type { ContainerDefinition, CreateServiceCommandInput, RegisterTaskDefinitionCommandInput, Volume } from "@aws-sdk/client-ecs";
import type { PutScalingPolicyCommandInput } from "@aws-sdk/client-application-auto-scaling";
import type { PolicyArgs, TargetArgs } from "@pulumi/aws/appautoscaling";
import type { ClusterArgs, ClusterCapacityProvidersArgs, ServiceArgs, TaskDefinitionArgs } from "@pulumi/aws/ecs";
import type { Unwrap } from "@pulumi/pulumi";
import type { Clients } from "./clients";
import { ACCOUNT, capitalised, orGone, told, type } from "./resource";

type Tags = Record<string, string> | undefined;

const list = (tags: Tags) => Object.entries(tags ?? {}).map(([key, value]) => ({ key, value }));

async function retag(arn: string, tags: Tags, { ecs }: Clients): Promise<void> {
  const { tags: found = [] } = await ecs.listTagsForResource({ resourceArn: arn });
  const gone = found.flatMap(({ key }) => (key !== undefined && !(key in (tags ?? {})) ? [key] : []));
  if (gone.length > 0) await ecs.untagResource({ resourceArn: arn, tagKeys: gone });
  if (tags && Object.keys(tags).length > 0) await ecs.tagResource({ resourceArn: arn, tags: list(tags) });
}

const settingsOf = ({ settings }: Unwrap<ClusterArgs>) =>
  settings?.map(({ name, value }) => ({ name: name as "containerInsights", value }));

const cluster = type<Unwrap<ClusterArgs>>({
  named: "name",
  replaces: ["name"],
  updates: ["settings", "tags"],
  create: async (inputs, { ecs }) => {
    const made = await ecs.createCluster({ clusterName: inputs.name, settings: settingsOf(inputs), tags: list(inputs.tags) });
    return told(made.cluster?.clusterArn, "ARN of a cluster");
  },
  read: async ({ id }, { ecs }) => {
    const { clusters: [found] = [] } = await ecs.describeClusters({ clusters: [id] });
    return found && found.status !== "INACTIVE" ? { arn: id } : undefined;
  },
  update: async ({ id, inputs }, changed, aws) => {
    if (changed.has("settings")) await aws.ecs.updateCluster({ cluster: id, settings: settingsOf(inputs) });
    await retag(id, inputs.tags, aws);
  },
  delete: async ({ id }, { ecs }) => {
    await ecs.deleteCluster({ cluster: id });
  },
});

/** What a cluster offers its services; its id is the cluster's name. */
const capacity = type<Unwrap<ClusterCapacityProvidersArgs>>({
  replaces: ["clusterName"],
  updates: ["capacityProviders"],
  create: async (inputs, aws) => {
    await offer(inputs.clusterName, inputs.capacityProviders, aws);
    return inputs.clusterName;
  },
  read: async ({ id }, { ecs }) => {
    const { clusters: [found] = [] } = await ecs.describeClusters({ clusters: [id] });
    return found && (found.capacityProviders ?? []).length > 0 ? {} : undefined;
  },
  update: ({ inputs }, _, aws) => offer(inputs.clusterName, inputs.capacityProviders, aws),
  delete: ({ id }, aws) => offer(id, [], aws),
});

async function offer(cluster: string, capacityProviders: string[] = [], { ecs }: Clients): Promise<void> {
  await ecs.putClusterCapacityProviders({ cluster, capacityProviders, defaultCapacityProviderStrategy: [] });
}

/** Every change is another revision; the former one is withdrawn. */
const taskDefinition = type<Unwrap<TaskDefinitionArgs>>({
  replaces: [
    "family",
    "containerDefinitions",
    "cpu",
    "memory",
    "executionRoleArn",
    "taskRoleArn",
    "networkMode",
    "requiresCompatibilities",
    "runtimePlatform",
    "volumes",
    "ephemeralStorage",
  ],
  updates: ["tags", "skipDestroy", "trackLatest"],
  create: async (inputs, { ecs }) => {
    const { volumes, runtimePlatform, ephemeralStorage, requiresCompatibilities, networkMode, tags } = inputs;
    await ecs.registerTaskDefinition({
      family: inputs.family,
      containerDefinitions: JSON.parse(inputs.containerDefinitions) as ContainerDefinition[],
      cpu: inputs.cpu,
      memory: inputs.memory,
      executionRoleArn: inputs.executionRoleArn,
      taskRoleArn: inputs.taskRoleArn,
      networkMode,
      requiresCompatibilities,
      runtimePlatform,
      ephemeralStorage,
      volumes: volumes?.map(({ name, efsVolumeConfiguration: share }): Volume => ({
        name,
        ...(share && { efsVolumeConfiguration: share as Volume["efsVolumeConfiguration"] }),
      })),
      ...(tags && Object.keys(tags).length > 0 && { tags: list(tags) }),
    } as RegisterTaskDefinitionCommandInput);
    return inputs.family;
  },
  read: async ({ inputs: { family }, outputs }, { ecs }) => {
    const known = outputs["arn"];
    const found = await orGone(ecs.describeTaskDefinition({ taskDefinition: typeof known === "string" ? known : family }));
    const definition = found?.taskDefinition;
    if (!definition || definition.status === "INACTIVE") return undefined;
    const arn = told(definition.taskDefinitionArn, "ARN of a task definition");
    return { arn, arnWithoutRevision: arn.replace(/:\d+$/, ""), revision: told(definition.revision, "revision of a task definition") };
  },
  update: ({ inputs, outputs }, _, aws) => retag(outputs["arn"] as string, inputs.tags, aws),
  delete: async ({ inputs, outputs }, { ecs }) => {
    if (!inputs.skipDestroy) await ecs.deregisterTaskDefinition({ taskDefinition: outputs["arn"] as string });
  },
});

const networkOf = ({ networkConfiguration }: Unwrap<ServiceArgs>) =>
  networkConfiguration && {
    awsvpcConfiguration: {
      subnets: networkConfiguration.subnets,
      securityGroups: networkConfiguration.securityGroups,
      assignPublicIp: networkConfiguration.assignPublicIp ? ("ENABLED" as const) : ("DISABLED" as const),
    },
  };
const deploymentOf = (inputs: Unwrap<ServiceArgs>) => ({
  maximumPercent: inputs.deploymentMaximumPercent,
  minimumHealthyPercent: inputs.deploymentMinimumHealthyPercent,
  deploymentCircuitBreaker: inputs.deploymentCircuitBreaker,
  alarms: inputs.alarms && { enable: inputs.alarms.enable, rollback: inputs.alarms.rollback, alarmNames: inputs.alarms.alarmNames },
});

/** Names by which services find each other. The emulator forgets them. */
const neighboursOf = ({ serviceConnectConfiguration: given }: Unwrap<ServiceArgs>) =>
  given && {
    serviceConnectConfiguration: {
      ...given,
      services: given.services?.map(({ clientAlias, ...service }) => ({ ...service, clientAliases: clientAlias })),
    } as NonNullable<CreateServiceCommandInput["serviceConnectConfiguration"]>,
  };

const service = type<Unwrap<ServiceArgs>>({
  named: "name",
  replaces: ["name", "cluster", "launchType", "schedulingStrategy", "enableEcsManagedTags"],
  updates: [
    "taskDefinition",
    "desiredCount",
    "availabilityZoneRebalancing",
    "deploymentCircuitBreaker",
    "deploymentMaximumPercent",
    "deploymentMinimumHealthyPercent",
    "healthCheckGracePeriodSeconds",
    "networkConfiguration",
    "loadBalancers",
    "capacityProviderStrategies",
    "enableExecuteCommand",
    "platformVersion",
    "propagateTags",
    "serviceConnectConfiguration",
    "alarms",
    "availabilityZoneRebalancing",
    "forceNewDeployment",
    "waitForSteadyState",
    "triggers",
    "tags",
  ],
  refuses: (changed, { forceNewDeployment }) =>
    changed.includes("capacityProviderStrategies") && forceNewDeployment !== true
      ? "forceNewDeployment has to be true where capacityProviderStrategies change"
      : undefined,
  create: async (inputs, aws) => {
    const made = await aws.ecs.createService({
      serviceName: inputs.name,
      cluster: inputs.cluster,
      taskDefinition: inputs.taskDefinition,
      desiredCount: inputs.desiredCount,
      launchType: inputs.launchType,
      platformVersion: inputs.platformVersion,
      capacityProviderStrategy: inputs.capacityProviderStrategies,
      healthCheckGracePeriodSeconds: inputs.healthCheckGracePeriodSeconds,
      enableExecuteCommand: inputs.enableExecuteCommand,
      enableECSManagedTags: inputs.enableEcsManagedTags,
      propagateTags: inputs.propagateTags,
      networkConfiguration: networkOf(inputs),
      deploymentConfiguration: deploymentOf(inputs),
      ...neighboursOf(inputs),
      loadBalancers: inputs.loadBalancers?.map(({ targetGroupArn, containerName, containerPort }) => ({
        targetGroupArn,
        containerName,
        containerPort,
      })),
      ...(inputs.tags && Object.keys(inputs.tags).length > 0 && { tags: list(inputs.tags) }),
    } as CreateServiceCommandInput);
    return told(made.service?.serviceArn, "ARN of a service");
  },
  read: async ({ id, inputs: { cluster: of } }, { ecs }) => {
    const { services: [found] = [] } = (await orGone(ecs.describeServices({ cluster: of, services: [id] }))) ?? {};
    return found && found.status !== "INACTIVE" ? { arn: id, taskDefinition: found.taskDefinition ?? "" } : undefined;
  },
  update: async ({ id, inputs }, changed, aws) => {
    await aws.ecs.updateService({
      cluster: inputs.cluster,
      service: id,
      taskDefinition: inputs.taskDefinition,
      ...(changed.has("desiredCount") && { desiredCount: inputs.desiredCount }),
      ...(changed.has("capacityProviderStrategies") && { capacityProviderStrategy: inputs.capacityProviderStrategies }),
      ...(changed.has("loadBalancers") && { loadBalancers: inputs.loadBalancers }),
      ...(changed.has("serviceConnectConfiguration") && neighboursOf(inputs)),
      ...(changed.has("networkConfiguration") && { networkConfiguration: networkOf(inputs) }),
      healthCheckGracePeriodSeconds: inputs.healthCheckGracePeriodSeconds,
      deploymentConfiguration: deploymentOf(inputs),
      forceNewDeployment: inputs.forceNewDeployment,
    });
    await retag(id, inputs.tags, aws);
  },
  delete: async ({ id, inputs: { cluster: of } }, { ecs }) => {
    await ecs.updateService({ cluster: of, service: id, desiredCount: 0 });
    await ecs.deleteService({ cluster: of, service: id, force: true });
  },
});

const scalable = ({
  serviceNamespace,
  scalableDimension,
  resourceId,
}: Pick<Unwrap<TargetArgs>, "serviceNamespace" | "scalableDimension" | "resourceId">) => ({
  ServiceNamespace: serviceNamespace as "ecs",
  ScalableDimension: scalableDimension as "ecs:service:DesiredCount",
  ResourceId: resourceId,
});

const scalingTarget = type<Unwrap<TargetArgs>>({
  replaces: ["serviceNamespace", "scalableDimension", "resourceId"],
  updates: ["minCapacity", "maxCapacity", "roleArn", "tags"],
  create: async (inputs, { scaling }) => {
    await scaling.registerScalableTarget({ ...scalable(inputs), MinCapacity: inputs.minCapacity, MaxCapacity: inputs.maxCapacity });
    return inputs.resourceId;
  },
  read: async ({ id, inputs }, { scaling, region }) => {
    const of = scalable(inputs);
    const { ScalableTargets = [] } = await scaling.describeScalableTargets({ ...of, ResourceIds: [id], ResourceId: undefined } as never);
    const arn = `arn:aws:application-autoscaling:${region}:${ACCOUNT}:scalable-target/${id}`;
    return ScalableTargets.length > 0 ? { arn } : undefined;
  },
  update: async ({ inputs }, _, { scaling }) => {
    await scaling.registerScalableTarget({ ...scalable(inputs), MinCapacity: inputs.minCapacity, MaxCapacity: inputs.maxCapacity });
  },
  delete: async ({ inputs }, { scaling }) => {
    await orGone(scaling.deregisterScalableTarget(scalable(inputs)));
  },
});

const scalingPolicy = type<Unwrap<PolicyArgs>>({
  named: "name",
  replaces: ["name", "serviceNamespace", "scalableDimension", "resourceId"],
  updates: ["policyType", "targetTrackingScalingPolicyConfiguration", "stepScalingPolicyConfiguration"],
  create: async (inputs, aws) => {
    await putPolicy(inputs, aws);
    return inputs.name ?? "";
  },
  read: async ({ id, inputs }, { scaling }) => {
    const { ScalingPolicies: [found] = [] } = await scaling.describeScalingPolicies({
      ServiceNamespace: inputs.serviceNamespace as "ecs",
      PolicyNames: [id],
    });
    return found && { arn: found.PolicyARN ?? "", alarmArns: found.Alarms?.map(({ AlarmARN = "" }) => AlarmARN) ?? [] };
  },
  update: ({ inputs }, _, aws) => putPolicy(inputs, aws),
  delete: async ({ id, inputs }, { scaling }) => {
    await orGone(scaling.deleteScalingPolicy({ ...scalable(inputs), PolicyName: id }));
  },
});

async function putPolicy(inputs: Unwrap<PolicyArgs>, { scaling }: Clients): Promise<void> {
  const tracking = inputs.targetTrackingScalingPolicyConfiguration;
  await scaling.putScalingPolicy({
    ...scalable(inputs),
    PolicyName: inputs.name,
    PolicyType: inputs.policyType as "TargetTrackingScaling",
    ...(tracking && { TargetTrackingScalingPolicyConfiguration: capitalised(tracking) }),
  } as PutScalingPolicyCommandInput);
}

export const ECS_TYPES = {
  "aws:ecs/cluster:Cluster": cluster,
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": capacity,
  "aws:ecs/taskDefinition:TaskDefinition": taskDefinition,
  "aws:ecs/service:Service": service,
  "aws:appautoscaling/target:Target": scalingTarget,
  "aws:appautoscaling/policy:Policy": scalingPolicy,
};
