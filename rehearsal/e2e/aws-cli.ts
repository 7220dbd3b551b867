/** What AWS's own command line says of what stands in the emulator. */
import type { World } from "./world";

export class AwsCli {
  constructor(
    private readonly world: World,
    private readonly region = "eu-central-1",
  ) {}

  /** @param argv Without blanks in an argument: `ecs list-clusters --query clusterArns`. */
  async ask(argv: string): Promise<unknown> {
    const { aws } = this.world.prepared;
    if (!aws) throw new Error("the world has no AWS emulator");
    return JSON.parse((await aws.emulator.cli(this.region, argv.split(" "))) || "null") as unknown;
  }
}

/** What a stack may leave of each kind, by the question that lists it. Task definitions stay on purpose: they cost nothing, and tell what once ran. */
const LISTS: Readonly<Record<string, string>> = {
  vpcs: "ec2 describe-vpcs --filters Name=is-default,Values=false --query Vpcs[].VpcId",
  addresses: "ec2 describe-addresses --query Addresses[].AllocationId",
  gateways: "ec2 describe-nat-gateways --filter Name=state,Values=available,pending --query NatGateways[].NatGatewayId",
  groups: "ec2 describe-security-groups --query SecurityGroups[?GroupName!='default'].GroupName",
  "flow logs": "ec2 describe-flow-logs --query FlowLogs[].FlowLogId",
  balancers: "elbv2 describe-load-balancers --query LoadBalancers[].LoadBalancerName",
  targets: "elbv2 describe-target-groups --query TargetGroups[].TargetGroupName",
  databases: "rds describe-db-instances --query DBInstances[].DBInstanceIdentifier",
  "database subnets": "rds describe-db-subnet-groups --query DBSubnetGroups[].DBSubnetGroupName",
  subscriptions: "rds describe-event-subscriptions --query EventSubscriptionsList[].CustSubscriptionId",
  shares: "efs describe-file-systems --query FileSystems[].FileSystemId",
  "access points": "efs describe-access-points --query AccessPoints[].AccessPointId",
  parameters: "ssm describe-parameters --query Parameters[].Name",
  namespaces: "servicediscovery list-namespaces --query Namespaces[].Name",
  roles: "iam list-roles --query Roles[].RoleName",
  policies: "iam list-policies --scope Local --query Policies[].PolicyName",
  issuers: "iam list-open-id-connect-providers --query OpenIDConnectProviderList[].Arn",
  "log groups": "logs describe-log-groups --query logGroups[].logGroupName",
  alarms: "cloudwatch describe-alarms --query MetricAlarms[].AlarmName",
  dashboards: "cloudwatch list-dashboards --query DashboardEntries[].DashboardName",
  topics: "sns list-topics --query Topics[].TopicArn",
  events: "events list-rules --query Rules[].Name",
  buckets: "s3api list-buckets --query Buckets[].Name",
  certificates: "acm list-certificates --query CertificateSummaryList[].DomainName",
  aliases: "kms list-aliases --query Aliases[?!starts_with(AliasName,'alias/aws/')].AliasName",
  scaling: "application-autoscaling describe-scalable-targets --service-namespace ecs --query ScalableTargets[].ResourceId",
};

/** Everything that is there, as `kind: name`. */
export async function standingIn(aws: AwsCli): Promise<string[]> {
  const found: string[] = [];
  for (const [kind, question] of Object.entries(LISTS)) {
    const names = (await aws.ask(question)) as string[] | null;
    found.push(...(names ?? []).map((name) => `${kind}: ${name}`));
  }
  return [...found, ...(await activeClusters(aws))];
}

/** The emulator lists those that were deleted, too, and tells them apart when it is asked. */
async function activeClusters(aws: AwsCli): Promise<string[]> {
  const all = (await aws.ask("ecs list-clusters --query clusterArns")) as string[];
  if (all.length === 0) return [];
  const about = "clusters[?status=='ACTIVE'].clusterName";
  const names = (await aws.ask(`ecs describe-clusters --clusters ${all.join(" ")} --query ${about}`)) as string[];
  return names.map((name) => `clusters: ${name}`);
}
