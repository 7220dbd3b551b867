import * as pulumi from "@pulumi/pulumi";
import { AlarmTopic } from "../../components/aws/alarm-topic";
import { alarmCount, Alarms } from "../../components/aws/alarms";
import { Cluster } from "../../components/aws/cluster";
import { EfsShare } from "../../components/aws/efs-share";
import { EncryptionKey } from "../../components/aws/encryption-key";
import { FargateService } from "../../components/aws/fargate-service";
import { LoadBalancer } from "../../components/aws/load-balancer";
import type { NamesArgs } from "../../components/aws/load-balancer";
import { Network } from "../../components/aws/network";
import { ParameterStore } from "../../components/aws/parameter-store";
import type { AwsPlace } from "../../components/aws/place";
import { RdsPostgres } from "../../components/aws/rds-postgres";
import { SecurityGroup } from "../../components/aws/security-group";
import type { ImageRelease } from "../../components/kernel/container";
import { inMegabytes } from "../../components/kernel/size";
import { containerOf } from "./container";
import { DATABASE, PROJECT } from "./guide";
import { passwordOf } from "./passwords";
import { placeOf } from "./place";
import { priceOf } from "./price";
import type { AwsSettings, FlowStackSettings } from "./settings";
import { publicVariables, secretVariables } from "./variables";

export interface FlowStackOnAwsArgs {
  settings: FlowStackSettings;
  aws: AwsSettings;
  /** Which build runs. */
  release: ImageRelease;
}

/** Directory in the share. */
const DIRECTORY = `/${PROJECT}`;

/**
 * FlowStack on AWS: tasks on Fargate behind a load balancer, PostgreSQL of RDS, files in EFS, secrets in Parameter Store.
 */
export class FlowStackOnAws extends pulumi.ComponentResource {
  /** Public address. Resolves once it is served. */
  readonly url: pulumi.Output<string>;
  /** Full reference of the image that serves. */
  readonly release: pulumi.Output<string>;
  readonly place: AwsPlace;
  /** Where the load balancer is, for a domain that is elsewhere. */
  readonly dnsName: pulumi.Output<string>;
  readonly app: FargateService;
  /** Folder of its secrets in Parameter Store. */
  readonly parameters: string;
  /** What it costs for a month, in words. */
  readonly price: string;

  constructor(
    private readonly label: string,
    private readonly args: FlowStackOnAwsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flowfleet:flowstack:FlowStackOnAws", label, {}, opts);
    const { settings, aws } = args;
    const here = { parent: this };
    this.place = placeOf(settings.environment, aws);
    this.parameters = `/${PROJECT}/${settings.environment}`;
    const { place } = this;

    const key = new EncryptionKey(`${label}-key`, { place, description: `Data of ${place.prefix}`, protect: settings.protect }, here);
    const network = new Network(`${label}-network`, networkOf(place, aws, key), here);
    const group = new SecurityGroup(`${label}-app-group`, { place, vpcId: network.vpcId, ...TASKS }, here);
    const topic = new AlarmTopic(`${label}-alarms-topic`, { place, emails: aws.alarms.emails, key: key.arn }, here);
    const database = this.database(network, group, key, topic);
    const share = this.share(network, group, key);
    const secrets = this.secrets(database, key);
    const balancer = this.balancer(network);
    const cluster = new Cluster(`${label}-cluster`, { place }, here);
    this.app = this.service({ network, group, database, share, secrets, balancer, cluster, key });
    new Alarms(`${label}-alarms`, { place, topic, service: this.app, balancer, ...watchedOf(aws, database) }, here);
    const watched = { database: aws.database.existing === undefined, certificate: balancer.certificate !== undefined };
    this.price = priceOf(settings, aws, { alarms: alarmCount(watched), dashboards: 1 });

    this.release = this.app.release;
    this.dnsName = balancer.dnsName;
    this.url = this.release.apply(() => `https://${settings.domain}`);
    this.registerOutputs({ url: this.url, release: this.release });
  }

  private database(network: Network, app: SecurityGroup, key: EncryptionKey, topic: AlarmTopic): RdsPostgres {
    const { settings, aws } = this.args;
    const { existing, ...wanted } = aws.database;
    const password = passwordOf(this.label, settings, "database", this);
    const own = { place: this.place, network, database: DATABASE.name, role: DATABASE.role, password, clients: { app } };
    const made = { ...wanted, protect: settings.protect, logs: aws.logs, key: key.arn, events: topic.arn, ...adopted(aws, "database") };
    return new RdsPostgres(`${this.label}-database`, { ...own, ...(existing ? { existing } : made) }, { parent: this });
  }

  private share(network: Network, app: SecurityGroup, key: EncryptionKey): EfsShare {
    const { settings, aws } = this.args;
    const { existing } = aws.files;
    const [uid = 0, gid = 0] = settings.user.split(":").map(Number);
    const own = { place: this.place, network, directories: { [DIRECTORY]: { uid, gid } }, clients: { app } };
    const made = { protect: settings.protect, key: key.arn, ...adopted(aws, "files") };
    return new EfsShare(`${this.label}-files`, { ...own, ...(existing ? { existing } : made) }, { parent: this });
  }

  private secrets(database: RdsPostgres, key: EncryptionKey): ParameterStore {
    const { settings, aws } = this.args;
    const values = secretVariables(settings, passwordOf(this.label, settings, "seed", this), database);
    const own = { place: this.place, path: this.parameters, values, key: key.arn };
    return new ParameterStore(`${this.label}-secrets`, { ...own, ...adopted(aws, "secrets") }, { parent: this });
  }

  private balancer(network: Network): LoadBalancer {
    const { settings, aws } = this.args;
    const { existing, from } = aws.entrance;
    const { place } = this;
    const made = {
      network,
      names: [settings.domain],
      by: namesBy(aws),
      from,
      idleTimeout: settings.idleTimeout,
      protect: settings.protect,
    };
    const args = existing ? { place, existing } : { place, ...made, ...adopted(aws, "balancer") };
    return new LoadBalancer(`${this.label}-balancer`, args, { parent: this });
  }

  private service(of: {
    network: Network;
    group: SecurityGroup;
    database: RdsPostgres;
    share: EfsShare;
    secrets: ParameterStore;
    balancer: LoadBalancer;
    cluster: Cluster;
    key: EncryptionKey;
  }): FargateService {
    const { settings, aws, release } = this.args;
    const { network, group, cluster, secrets } = of;
    return new FargateService(
      `${this.label}-app`,
      {
        ...containerOf(settings, this.place.prefix, release),
        // Its files are in a share that both releases see.
        overlap: "allowed",
        environment: publicVariables(settings, of.database),
        place: this.place,
        cluster,
        network,
        group,
        entrance: { balancer: of.balancer, hosts: [settings.domain], priority: 100 },
        secrets,
        volumes: { [settings.mount]: { share: of.share, directory: DIRECTORY } },
        instances: aws.instances,
        architecture: aws.architecture,
        spot: aws.spot,
        logs: { retention: aws.logs, key: of.key.arn },
        deployedBy: aws.deployedBy,
        ...(aws.mirror !== undefined && { mirror: aws.mirror }),
        ...(aws.registryCredentials !== undefined && { registryCredentials: aws.registryCredentials }),
      },
      { parent: this },
    );
  }
}

/** Out to registries, to AWS' services, and to the APIs that flows call. */
const TASKS = {
  role: "app",
  description: "Tasks of FlowStack",
  to: { https: { cidr: "0.0.0.0/0", port: 443 } },
} as const;

function networkOf(place: AwsPlace, aws: AwsSettings, key: EncryptionKey) {
  const { existing, endpoints, ...wanted } = aws.network;
  if (existing) return { existing };
  return { place, ...wanted, ...(endpoints !== undefined && { endpoints }), key: key.arn, ...adopted(aws, "network") };
}

const watchedOf = (aws: AwsSettings, { identifier }: RdsPostgres) =>
  aws.database.existing ? {} : { database: { identifier, gigabytes: inMegabytes(aws.database.storage) / 1024 } };

/** The configuration was checked for one of the two. */
const namesBy = ({ entrance: { zone, certificate } }: AwsSettings): NamesArgs =>
  zone === undefined ? { certificate: certificate ?? "" } : { zone };

const adopted = ({ adopt }: AwsSettings, of: keyof AwsSettings["adopt"]) => {
  const found = adopt[of];
  return found === undefined ? {} : { adopt: found };
};
