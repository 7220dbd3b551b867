import * as ecs from "@pulumi/aws/ecs";
import * as lb from "@pulumi/aws/lb";
import * as pulumi from "@pulumi/pulumi";
import type { Container, RunningContainer } from "../kernel/container";
import type { Duration } from "../kernel/duration";
import { inSeconds } from "../kernel/duration";
import { interruption } from "../kernel/interruption";
import { mapValues } from "../kernel/map-values";
import { refuse } from "../kernel/refuse";
import type { Cluster } from "./cluster";
import type { EfsShare } from "./efs-share";
import { fargateServiceProblems, labelProblems, TARGETS } from "./fargate-service-problems";
import { fargateSize } from "./fargate-size";
import { listenerRules } from "./listener-rules";
import type { Route } from "./listener-rules";
import type { LoadBalancer } from "./load-balancer";
import { logGroup } from "./log-group";
import type { Network } from "./network";
import type { ParameterStore } from "./parameter-store";
import type { AwsPlace } from "./place";
import { tagged } from "./place";
import { scaleByCpu } from "./scaling";
import type { Clients, SecurityGroup } from "./security-group";
import { connect } from "./security-group";
import type { ServiceNamespace } from "./service-namespace";
import { replacedWords, together } from "./rollout-time";
import { serving } from "./serving";
import { containerDefinitions, healthyWithin } from "./task-definition";
import { taskRoles } from "./task-roles";
import type { TaskRoles } from "./task-roles";

/** How many tasks run: always as many, or as many as the load asks for. */
export type Instances =
  | number
  | {
      min: number;
      max: number;
      /** Share of the processors, in percent, that tasks are added and taken away for. @default 60 */
      cpu?: number;
    };

/** Where in AWS a container runs. */
export interface FargatePlace {
  place: AwsPlace;
  cluster: Cluster;
  network: Network;
  /** The tier of its tasks: what they may reach, databases and shares open for it. */
  group: SecurityGroup;
  /** Which requests come to it, and by which load balancer. */
  entrance: Route & { balancer: LoadBalancer };
  /**
   * Services that reach each other by plain names: those in the same namespace. One that is asked for has to be there before the tasks
   * that ask for it start. @default none
   */
  neighbours?: {
    namespace: ServiceNamespace;
    /** Name by which the others reach it, on its own port; each of `clients` is a tier that may. @default it only asks */
    reached?: { as: string; clients: Clients };
  };
  /** Variables from Parameter Store, all of them. @default none */
  secrets?: ParameterStore;
  /** Folders that outlive tasks and that all of them share: path in the container -> directory of a share. @default none */
  volumes?: Readonly<Record<string, { share: EfsShare; directory: string }>>;
  /** @default 2 */
  instances?: Instances;
  /** Processor that the image is built for. @default "x86_64" */
  architecture?: "x86_64" | "arm64";
  /** Tasks that AWS may end two minutes after it said so, for about a third of the price. @default false */
  spot?: boolean;
  /** @default 30 days, encrypted by CloudWatch's own key */
  logs?: { retention?: Duration; key?: pulumi.Input<string> | undefined };
  /** Repository in ECR that the image is copied to, by the same digest: where the network reaches no other registry. @default the release's own */
  mirror?: string;
  /** ARN of the secret in Secrets Manager with `username` and `password` for a private registry. @default none */
  registryCredentials?: string;
  /**
   * Who brings new images: `"ci"` where the application's own pipeline deploys to ECS. Then the image here is for the first time only, and
   * each update looks only that what serves is steady. @default "flowfleet"
   */
  deployedBy?: "flowfleet" | "ci";
}

export type FargateServiceArgs = Container & FargatePlace;

/** So long may a target be asked and not answer before its task counts as broken: three times. */
const TARGET = { interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 3 };

/**
 * One service in containers without a machine, behind a load balancer. A new release starts beside the one that serves; when its tasks do
 * not become healthy, ECS goes back to the one before, and the update fails with the reasons of the tasks: `up` succeeds only when what it
 * asked for is what serves.
 *
 * Writable folders other than `volumes` end with the task, and belong to whom the image says by `VOLUME`: an image that runs as a user of
 * its own and writes to `/tmp` needs that line.
 *
 * @example
 * new FargateService("prod-app", { project: "flowstack", service: "app", release, port: 3000, …, place, cluster, network, group, entrance });
 */
export class FargateService extends pulumi.ComponentResource implements RunningContainer {
  readonly release: pulumi.Output<string>;
  /** Resolves when its rollout has ended, well or not: for `dependsOn` of what asks it. */
  readonly settled: pulumi.Output<boolean>;
  readonly interruption: string;
  /** Name of the service in its cluster: `"flowstack-prod-app"`. */
  readonly service: string;
  readonly cluster: string;
  /** By which metrics know its targets. */
  readonly targetSuffix: pulumi.Output<string>;
  /** Name of the log group. */
  readonly logs: string;
  /** Which requests come to it, and by which load balancer. */
  readonly entrance: FargatePlace["entrance"];
  private readonly args: FargateServiceArgs;
  private readonly label: string;

  constructor(name: string, args: FargateServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:FargateService", name, {}, opts);
    const taken = args.entrance.balancer.reserve(args.entrance.priority, name);
    refuse(this, name, [...labelProblems(name), ...fargateServiceProblems(args, taken)]);
    this.args = args;
    this.label = name;
    this.entrance = args.entrance;
    const { place, service, logs = {} } = args;

    this.service = `${place.prefix}-${service}`;
    this.cluster = args.cluster.clusterName;
    this.logs = `/${place.prefix}/${service}`;
    logGroup(`${name}-logs`, { place, path: this.logs, retention: logs.retention ?? "30 days", key: logs.key }, { parent: this });
    const roles = taskRoles(name, args, this.logs, this);
    const task = this.task(roles);
    const targets = this.targets();
    const rules = this.rules(targets);
    const made = this.made(task, targets, [...roles.rights, ...rules]);
    if (typeof args.instances === "object") {
      const of = { place, clusterName: this.cluster, service: made, serviceName: this.service };
      scaleByCpu(name, { ...of, cpu: 60, ...args.instances }, this);
    }

    this.targetSuffix = targets.arnSuffix;
    this.interruption = interruption({ ...this.times(), overlap: args.overlap, port: args.port });
    const { release, settled } = serving(this, { name: this.service, args, service: made, task, image: imageOf(args) });
    this.release = release;
    this.settled = settled;
    const replaced = replacedWords(this.times().deadline);
    this.registerOutputs({ release: this.release, service: this.service, interruption: this.interruption, replaced });
  }

  /** Its place among its neighbours. */
  private connected(): Pick<ecs.ServiceArgs, "serviceConnectConfiguration"> {
    const { neighbours, service, port } = this.args;
    if (neighbours === undefined) return {};
    const { namespace, reached } = neighbours;
    const services = reached && [{ portName: service, discoveryName: service, clientAlias: [{ port, dnsName: reached.as }] }];
    return { serviceConnectConfiguration: { enabled: true, namespace: namespace.arn, ...(services && { services }) } };
  }

  private times() {
    const { drain = "30 seconds", stopTimeout = "30 seconds", deadline, health } = this.args;
    return {
      drain: inSeconds(drain),
      stopTimeout: inSeconds(stopTimeout),
      deadline: deadline === undefined ? healthyWithin(health) : inSeconds(deadline),
    };
  }

  private task(roles: TaskRoles): ecs.TaskDefinition {
    const { place, environment = {}, secrets, volumes = {}, tmpfs = { "/tmp": "64 MB" }, limits, architecture = "x86_64" } = this.args;
    const folders = { ...mapValues(tmpfs, (_, path) => volumeName(path)), ...mapValues(volumes, (_, path) => volumeName(path)) };
    const definitions = pulumi
      .all([environment, mapValues(secrets?.refs ?? {}, ({ arn }) => arn), pulumi.output(secrets?.revision)])
      .apply(([variables, arns, revision]) =>
        containerDefinitions({
          container: this.args,
          image: imageOf(this.args),
          environment: variables,
          secrets: arns,
          secretsRevision: secrets && revision,
          reapply: this.args.cluster.reapply,
          registryCredentials: this.args.registryCredentials,
          named: this.args.neighbours?.reached !== undefined,
          mounts: folders,
          logs: { group: this.logs, region: place.region },
        }),
      );
    return new ecs.TaskDefinition(
      `${this.label}-task`,
      {
        family: this.service,
        containerDefinitions: definitions,
        ...fargateSize(limits),
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: architecture === "arm64" ? "ARM64" : "X86_64" },
        executionRoleArn: roles.execution.arn,
        taskRoleArn: roles.task.arn,
        volumes: [
          ...Object.keys(tmpfs).map((path) => ({ name: volumeName(path) })),
          ...Object.entries(volumes).map(([path, { share, directory }]) => ({
            name: volumeName(path),
            efsVolumeConfiguration: {
              fileSystemId: share.fileSystemId,
              transitEncryption: "ENABLED",
              authorizationConfig: { accessPointId: share.accessPoint(directory).id, iam: "ENABLED" },
            },
          })),
        ],
        // A rollback goes to an older one, which has to be there.
        skipDestroy: true,
        tags: tagged(place, this.service),
      },
      { parent: this },
    );
  }

  /** Where a pipeline brings task definitions, its own has to be started anew for what is changed here. */
  private triggers(): Record<string, pulumi.Input<string>> {
    const { secrets, cluster } = this.args;
    return { ...(secrets && { secrets: secrets.revision }), ...(cluster.reapply !== undefined && { reapply: cluster.reapply }) };
  }

  private targets(): lb.TargetGroup {
    const { place, network, port, health } = this.args;
    return new lb.TargetGroup(
      `${this.label}${TARGETS}`,
      {
        vpcId: network.vpcId,
        targetType: "ip",
        protocol: "HTTP",
        port,
        deregistrationDelay: this.times().drain,
        healthCheck: { enabled: true, protocol: "HTTP", path: health.path, matcher: "200-399", ...TARGET },
        tags: tagged(place, this.service),
      },
      { parent: this },
    );
  }

  private rules(targets: lb.TargetGroup): lb.ListenerRule[] {
    const { place, group, port, entrance, service, neighbours } = this.args;
    const { balancer } = entrance;
    // Nothing is asked of a task before the way to it is open.
    const ways = connect(group, { as: service, port, clients: { balancer: balancer.group, ...neighbours?.reached?.clients } });
    const targetGroupArn = pulumi.all([targets.arn, ways]).apply(([arn]) => arn);
    return listenerRules(entrance).map(
      ({ priority, hosts, paths }, index) =>
        new lb.ListenerRule(
          `${this.label}-rule-${index}`,
          {
            listenerArn: balancer.listener,
            priority,
            conditions: [...(hosts.length > 0 ? [{ hostHeader: { values: [...hosts] } }] : []), { pathPattern: { values: [...paths] } }],
            actions: [{ type: "forward", targetGroupArn }],
            tags: tagged(place, `${this.service}-${index}`),
          },
          { parent: this },
        ),
    );
  }

  private made(task: ecs.TaskDefinition, targets: lb.TargetGroup, dependsOn: pulumi.Resource[]): ecs.Service {
    const { place, cluster, network, group, service, port, overlap, instances = 2, spot = false, deployedBy } = this.args;
    const scales = typeof instances === "object";
    return new ecs.Service(
      `${this.label}-service`,
      {
        name: this.service,
        cluster: cluster.arn,
        taskDefinition: task.arn,
        desiredCount: scales ? instances.min : instances,
        // By `launchType` it would be another service when `spot` changes.
        capacityProviderStrategies: [{ capacityProvider: spot ? "FARGATE_SPOT" : "FARGATE", weight: 1 }],
        forceNewDeployment: true,
        ...(deployedBy === "ci" && { triggers: this.triggers() }),
        platformVersion: "LATEST",
        deploymentCircuitBreaker: { enable: true, rollback: true },
        ...together(overlap),
        healthCheckGracePeriodSeconds: healthyWithin(this.args.health),
        networkConfiguration: { subnets: network.privateSubnetIds, securityGroups: [group.id], assignPublicIp: false },
        loadBalancers: [{ targetGroupArn: targets.arn, containerName: service, containerPort: port }],
        ...this.connected(),
        enableExecuteCommand: false,
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        waitForSteadyState: false, // `serving` waits, and tells why.
        tags: tagged(place, this.service),
      },
      {
        parent: this,
        dependsOn,
        ignoreChanges: [...(scales ? ["desiredCount"] : []), ...(deployedBy === "ci" ? ["taskDefinition"] : [])],
      },
    );
  }
}

/** `"leadevs/fastflow@sha256:…"`. */
const imageOf = ({ release, mirror }: FargateServiceArgs): string => `${mirror ?? release.image}@${release.digest}`;

const volumeName = (path: string): string => path.slice(1).replace(/[^A-Za-z0-9_-]/g, "-");
