import * as pulumi from "@pulumi/pulumi";
import { alarmCount, Alarms } from "../../components/aws/alarms";
import { FargateService } from "../../components/aws/fargate-service";
import type { FargateServiceArgs } from "../../components/aws/fargate-service";
import { awsGround } from "../../components/aws/ground";
import type { Ground } from "../../components/aws/ground";
import { pricedGround } from "../../components/aws/ground-settings";
import { ParameterStore } from "../../components/aws/parameter-store";
import type { AwsPlace } from "../../components/aws/place";
import { systemPlace } from "../../components/aws/place";
import { priceLine } from "../../components/aws/prices";
import { outwards, SecurityGroup } from "../../components/aws/security-group";
import { ServiceNamespace } from "../../components/aws/service-namespace";
import type { ImageRelease } from "../../components/kernel/container";
import { inSeconds } from "../../components/kernel/duration";
import { mapValues } from "../../components/kernel/map-values";
import { backendContainer, frontendContainer } from "./containers";
import { AWS } from "./guide";
import type { AwsSettings, FlowMasterSettings } from "./settings";
import { variablesOnAws } from "./variables";

export interface FlowMasterOnAwsArgs {
  settings: FlowMasterSettings;
  aws: AwsSettings;
  /** Which builds run. */
  releases: Readonly<Record<Service, ImageRelease>>;
}

type Service = "backend" | "frontend";

/** As on a machine: whatever is for neither of these goes to the frontend. */
const PATHS = ["/api/", "/ws/"];

/**
 * FlowMaster in one environment without a machine: backend and frontend as tasks on Fargate behind one load balancer. Its databases are
 * elsewhere, as ever.
 */
export class FlowMasterOnAws extends pulumi.ComponentResource {
  /** Public address. Resolves once it is served. */
  readonly url: pulumi.Output<string>;
  /** Full references of the images that serve. */
  readonly release: Record<Service, pulumi.Output<string>>;
  readonly services: Readonly<Record<Service, FargateService>>;
  /** Where the load balancer is, for a domain that is elsewhere. */
  readonly dnsName: pulumi.Output<string>;
  /** Folder of its secrets in Parameter Store. */
  readonly parameters: string;
  /** What it costs for a month, in words. */
  readonly price: string;
  private readonly place: AwsPlace;

  constructor(
    private readonly label: string,
    private readonly args: FlowMasterOnAwsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flowfleet:flowmaster:FlowMasterOnAws", label, {}, opts);
    const { settings, aws } = args;
    this.place = systemPlace("flowmaster", settings.environment, aws);
    this.parameters = `/flowmaster/${settings.environment}`;
    const { place } = this;

    const names = [settings.domain];
    const own = { place, settings: aws, names, idleTimeout: settings.apiTimeout, protect: aws.protect };
    const ground = awsGround(label, own, this);
    this.services = this.served(ground);
    const { topic, balancer } = ground;
    new Alarms(`${label}-alarms`, { place, topic, services: this.services, balancer, slow: AWS.slow }, { parent: this });
    this.price = priceOf(settings, aws, alarmCount({ services: 2, database: false, certificate: balancer.certificate !== undefined }));

    this.release = mapValues(this.services, ({ release }) => release);
    this.dnsName = balancer.dnsName;
    this.url = pulumi.all(Object.values(this.release)).apply(() => `https://${settings.domain}`);
    this.registerOutputs({ url: this.url, release: this.release });
  }

  private served(ground: Ground): Record<Service, FargateService> {
    const { settings, releases } = this.args;
    const { place } = this;
    const here = { parent: this };
    const namespace = new ServiceNamespace(`${this.label}-names`, { place }, here);
    const groups = this.groups(ground);
    const { environment, secrets: values } = variablesOnAws(this.label, settings, this);
    const secrets = new ParameterStore(`${this.label}-secrets`, { place, path: this.parameters, values, key: ground.key.arn }, here);
    const container = backendContainer(settings);
    const backend = new FargateService(
      `${this.label}-backend`,
      {
        ...container,
        ...this.common("backend", ground),
        release: releases.backend,
        environment: { ...container.environment, ...environment, UVICORN_TIMEOUT_KEEP_ALIVE: keepAliveOf(settings) },
        secrets,
        group: groups.backend,
        entrance: { balancer: ground.balancer, hosts: [settings.domain], paths: PATHS, priority: 100 },
        neighbours: { namespace, reached: { as: "backend", clients: { frontend: groups.frontend } } },
        tmpfs: foldersOf(container),
      },
      here,
    );
    const web = frontendContainer(settings);
    const frontend = new FargateService(
      `${this.label}-frontend`,
      {
        ...web,
        ...this.common("frontend", ground),
        release: releases.frontend,
        group: groups.frontend,
        entrance: { balancer: ground.balancer, hosts: [settings.domain], priority: 200 },
        // Its nginx knows the backend by that name, and does not start without it.
        neighbours: { namespace },
        tmpfs: foldersOf(web),
      },
      { ...here, dependsOn: backend.settled.apply(() => backend) },
    );
    return { backend, frontend };
  }

  private groups({ network: { vpcId } }: Ground): Record<Service, SecurityGroup> {
    const { arango, postgres, redis } = this.args.settings.databases;
    const databases = { arango: arango.port, postgres: postgres.port, redis: redis.port };
    const group = (service: Service, ports: Record<string, number>) =>
      new SecurityGroup(
        `${this.label}-${service}-group`,
        { place: this.place, vpcId, role: service, description: `FlowMaster ${service}`, to: outwards(ports) },
        { parent: this },
      );
    return { backend: group("backend", databases), frontend: group("frontend", {}) };
  }

  private common(service: Service, { network, cluster, key }: Ground) {
    const { instances, architecture, spot, logs, registryCredentials } = this.args.aws;
    return {
      project: this.place.prefix,
      place: this.place,
      cluster,
      network,
      instances: instances[service],
      architecture,
      spot,
      stopTimeout: AWS.stopTimeout,
      logs: { retention: logs, key: key.arn },
      ...(registryCredentials !== undefined && { registryCredentials }),
    } satisfies Partial<FargateServiceArgs>;
  }
}

/** Where the container may write everywhere, it finds its own folders there, with the owners that its image says. */
const foldersOf = ({ readOnly, tmpfs }: ReturnType<typeof frontendContainer> | ReturnType<typeof backendContainer>) =>
  readOnly ? tmpfs : {};

const keepAliveOf = ({ apiTimeout }: FlowMasterSettings): string => String(inSeconds(apiTimeout) + AWS.keptLonger);

/** What exists already is somebody else's. */
function priceOf(settings: FlowMasterSettings, aws: AwsSettings, alarms: number): string {
  const task = (service: Service) => {
    const { cpus, memory } = settings[service].limits;
    return { count: aws.instances[service].min, cpus, memory, architecture: aws.architecture, spot: aws.spot };
  };
  return priceLine({ ...pricedGround(aws), tasks: [task("backend"), task("frontend")], share: false, alarms });
}
