/** AWS's own clients, all of them at one emulator on loopback. */
import { ACM } from "@aws-sdk/client-acm";
import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECS } from "@aws-sdk/client-ecs";
import { EFS } from "@aws-sdk/client-efs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { RDS } from "@aws-sdk/client-rds";
import { Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { ServiceDiscovery } from "@aws-sdk/client-servicediscovery";
import { SNS } from "@aws-sdk/client-sns";
import { SSM } from "@aws-sdk/client-ssm";

/** What a client signs with. An emulator asks for no more, and real ones are never used. */
export const CREDENTIALS = { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" };

/** @throws when the endpoint is not on this machine: nothing here may ever reach AWS itself. */
export function clientsAt(endpoint: string, region: string) {
  const { hostname } = new URL(endpoint);
  if (!/^(127(\.\d+){3}|localhost|\[::1\])$/.test(hostname))
    throw new Error(`AWS endpoint ${endpoint}: must be an emulator on a loopback address; for the real AWS run: pulumi up`);
  const at = { endpoint, region, credentials: CREDENTIALS, maxAttempts: 3 };
  return {
    region,
    acm: new ACM(at),
    scaling: new ApplicationAutoScaling(at),
    cloudwatch: new CloudWatch(at),
    logs: new CloudWatchLogs(at),
    ec2: new EC2(at),
    ecs: new ECS(at),
    efs: new EFS(at),
    elb: new ElasticLoadBalancingV2(at),
    events: new EventBridge(at),
    iam: new IAM(at),
    kms: new KMS(at),
    names: new ServiceDiscovery(at),
    rds: new RDS(at),
    route53: new Route53(at),
    s3: new S3({ ...at, forcePathStyle: true }),
    sns: new SNS(at),
    ssm: new SSM(at),
  };
}

export type Clients = ReturnType<typeof clientsAt>;
