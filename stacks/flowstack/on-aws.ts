import * as pulumi from "@pulumi/pulumi";
import { alarmCount, Alarms } from "../../components/aws/alarms";
import { EfsShare } from "../../components/aws/efs-share";
import type { EncryptionKey } from "../../components/aws/encryption-key";
import { FargateService } from "../../components/aws/fargate-service";
import { awsGround } from "../../components/aws/ground";
import type { Ground } from "../../components/aws/ground";
import { ParameterStore } from "../../components/aws/parameter-store";
import type { AwsPlace } from "../../components/aws/place";
import { RdsPostgres } from "../../components/aws/rds-postgres";
import { SecurityGroup } from "../../components/aws/security-group";
import type { ImageRelease } from "../../components/kernel/container";
import { inMegabytes } from "../../components/kernel/size";
import { containerOf } from "./container";
import { parametersOf } from "./guide";
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
    this.parameters = parametersOf(settings.environment);
    const { place } = this;

    const { domain, idleTimeout, protect } = settings;
    const ground = awsGround(label, { place, settings: aws, names: [domain], idleTimeout, protect, adopt: aws.adopt }, this);
    const { network, key, topic, balancer } = ground;
    const group = new SecurityGroup(`${label}-app-group`, { place, vpcId: network.vpcId, ...TASKS }, here);
    const database = this.database(ground, group);
    const share = this.share(ground, group);
    const secrets = this.secrets(database, key);
    this.app = this.service({ ground, group, database, share, secrets });
    new Alarms(`${label}-alarms`, { place, topic, services: { app: this.app }, balancer, ...watchedOf(aws, database) }, here);
    const watched = { database: aws.database.existing === undefined, certificate: balancer.certificate !== undefined };
    this.price = priceOf(settings, aws, alarmCount(watched));

    this.release = this.app.release;
    this.dnsName = balancer.dnsName;
    this.url = this.release.apply(() => `https://${settings.domain}`);
    this.registerOutputs({ url: this.url, release: this.release });
  }

  private database({ network, key, topic }: Ground, app: SecurityGroup): RdsPostgres {
    const { settings, aws } = this.args;
    const { existing, name: database, role, authorities, publiclyAccessible = false, ...wanted } = aws.database;
    const name = `${this.label}-database`;
    const own = { place: this.place, network, database, role, authorities, clients: { app } };
    if (existing) return new RdsPostgres(name, { ...own, existing }, { parent: this });
    const password = passwordOf(this.label, settings, "database", this);
    const made = { ...wanted, publiclyAccessible, protect: settings.protect, logs: aws.logs, key: key.arn, events: topic.arn };
    return new RdsPostgres(name, { ...own, ...made, password, ...adopted(aws, "database") }, { parent: this });
  }

  private share({ network, key }: Ground, app: SecurityGroup): EfsShare {
    const { settings, aws } = this.args;
    const { existing, directory, owner = settings.user } = aws.files;
    const [uid = 0, gid = 0] = owner.split(":").map(Number);
    const own = { place: this.place, network, directories: { [directory]: { uid, gid } }, clients: { app } };
    const made = { protect: settings.protect, key: key.arn, ...adopted(aws, "files") };
    return new EfsShare(`${this.label}-files`, { ...own, ...(existing ? { existing } : made) }, { parent: this });
  }

  private secrets(database: RdsPostgres, key: EncryptionKey): ParameterStore {
    const { settings, aws } = this.args;
    const values = secretVariables(settings, passwordOf(this.label, settings, "seed", this), database);
    const { existing } = aws.database;
    const theirs = existing && { existing: { DATABASE_PASSWORD: existing.passwordParameter } };
    const own = { place: this.place, path: this.parameters, values, key: key.arn };
    return new ParameterStore(`${this.label}-secrets`, { ...own, ...theirs, ...adopted(aws, "secrets") }, { parent: this });
  }

  private service(of: {
    ground: Ground;
    group: SecurityGroup;
    database: RdsPostgres;
    share: EfsShare;
    secrets: ParameterStore;
  }): FargateService {
    const { settings, aws, release } = this.args;
    const { ground, group, secrets } = of;
    const { network, cluster, balancer, key } = ground;
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
        entrance: { balancer, hosts: [settings.domain], priority: aws.entrance.priority },
        secrets,
        volumes: { [settings.mount]: { share: of.share, directory: aws.files.directory } },
        instances: aws.instances,
        architecture: aws.architecture,
        spot: aws.spot,
        logs: { retention: aws.logs, key: key.arn },
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

const watchedOf = ({ entrance, database: { storage, instanceClass } }: AwsSettings, { identifier }: RdsPostgres) => ({
  shared: entrance.existing !== undefined,
  ...(identifier && { database: { identifier, gigabytes: inMegabytes(storage) / 1024, instanceClass } }),
});

const adopted = ({ adopt }: AwsSettings, of: keyof AwsSettings["adopt"]) => {
  const found = adopt[of];
  return found === undefined ? {} : { adopt: found };
};
