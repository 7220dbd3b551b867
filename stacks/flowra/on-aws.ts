import * as pulumi from "@pulumi/pulumi";
import { alarmCount, Alarms } from "../../components/aws/alarms";
import { FargateService } from "../../components/aws/fargate-service";
import { awsGround } from "../../components/aws/ground";
import type { Ground } from "../../components/aws/ground";
import { pricedGround } from "../../components/aws/ground-settings";
import { ParameterStore } from "../../components/aws/parameter-store";
import { systemPlace } from "../../components/aws/place";
import { priceLine } from "../../components/aws/prices";
import { outwards, SecurityGroup } from "../../components/aws/security-group";
import type { ImageRelease } from "../../components/kernel/container";
import { healthOf } from "./application";
import { environmentOnAws, secretsOnAws } from "./configuration";
import { AWS, PORTS, PROJECT } from "./guide";
import type { AwsSettings, FlowraSettings } from "./settings";

export interface FlowraApiOnAwsArgs {
  settings: FlowraSettings;
  aws: AwsSettings;
  /** Which build runs. */
  release: ImageRelease;
}

/**
 * Flowra's API without a machine: tasks on Fargate behind a load balancer. Everything else stays where it is: worker and migrator on
 * their machine, with Keycloak, which the API asks by its public name; MongoDB and Redis where both reach them.
 */
export class FlowraApiOnAws extends pulumi.ComponentResource {
  /** Public address. Resolves once it is served. */
  readonly url: pulumi.Output<string>;
  /** Full reference of the image that serves. */
  readonly release: pulumi.Output<string>;
  readonly api: FargateService;
  /** Where the load balancer is, for a domain that is elsewhere. */
  readonly dnsName: pulumi.Output<string>;
  /** Folder of its secrets in Parameter Store. */
  readonly parameters: string;
  /** What it costs for a month, in words. */
  readonly price: string;

  constructor(
    private readonly label: string,
    private readonly args: FlowraApiOnAwsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flowfleet:flowra:FlowraApiOnAws", label, {}, opts);
    const { settings, aws } = args;
    const place = systemPlace(PROJECT, settings.environment, aws);
    this.parameters = `/${PROJECT}/${settings.environment}`;

    const { domain, websocketTimeout: idleTimeout } = settings;
    const ground = awsGround(label, { place, settings: aws, names: [domain], idleTimeout, protect: aws.protect }, this);
    this.api = this.served(ground);
    const { topic, balancer } = ground;
    new Alarms(`${label}-alarms`, { place, topic, services: { api: this.api }, balancer }, { parent: this });
    this.price = priceOf(settings, aws, alarmCount({ database: false, certificate: balancer.certificate !== undefined }));

    this.release = this.api.release;
    this.dnsName = balancer.dnsName;
    this.url = this.release.apply(() => `https://${domain}`);
    this.registerOutputs({ url: this.url, release: this.release });
  }

  private served({ place, network, key, cluster, balancer }: Ground): FargateService {
    const { settings, aws, release } = this.args;
    const { domain, users, sizes, api, databases, variables } = settings;
    const here = { parent: this };
    const ports = { mongodb: databases?.mongodb.port ?? PORTS.mongodb, redis: databases?.redis.port ?? PORTS.redis };
    const group = new SecurityGroup(
      `${this.label}-api-group`,
      { place, vpcId: network.vpcId, role: "api", description: "Tasks of Flowra", to: outwards(ports) },
      here,
    );
    const values = secretsOnAws(settings);
    const secrets = new ParameterStore(`${this.label}-secrets`, { place, path: this.parameters, values, key: key.arn }, here);
    return new FargateService(
      `${this.label}-api`,
      {
        project: place.prefix,
        service: "api",
        release,
        port: variables.FLOWRA_SERVER_PORT,
        user: users.api,
        health: healthOf(settings),
        limits: sizes.api.limits,
        overlap: api.overlap,
        drain: api.drain,
        stopTimeout: api.drain,
        environment: environmentOnAws(settings),
        place,
        cluster,
        network,
        group,
        entrance: { balancer, hosts: [domain], paths: AWS.paths, priority: 100 },
        secrets,
        instances: aws.instances,
        architecture: aws.architecture,
        spot: aws.spot,
        logs: { retention: aws.logs, key: key.arn },
        ...(aws.registryCredentials !== undefined && { registryCredentials: aws.registryCredentials }),
      },
      here,
    );
  }
}

function priceOf({ sizes }: FlowraSettings, aws: AwsSettings, alarms: number): string {
  const { instances, architecture, spot } = aws;
  const { cpus, memory } = sizes.api.limits;
  return priceLine({ ...pricedGround(aws), tasks: [{ count: instances.min, cpus, memory, architecture, spot }], share: false, alarms });
}
