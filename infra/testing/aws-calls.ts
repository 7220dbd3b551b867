import type { AwsPlace } from "../../components/aws/place";
import { arnOf } from "../../components/aws/place";
import { tagsOf } from "../../components/aws/policy";
import type { Ask } from "../../components/aws/testing/iam";
import { both, linked, named, passed } from "./aws-asks";
import type { Asks, Calls } from "./aws-asks";
import { NETWORK_CALLS } from "./aws-calls-network";
import type { Planned } from "./planned-aws";

/**
 * What AWS is asked to make, change and delete things of a plan: each action with each thing that AWS's service authorization reference says
 * that it is about, and what is then known of it. Of a new thing that is the tags that it is to get, of others those that they have.
 */
export function callsOf(place: AwsPlace, { type, name, inputs }: Planned): Ask[] {
  const known = CALLS[type];
  if (known === undefined) throw new Error(`nobody said here what AWS is asked for a ${type}`);
  const region = { "aws:RequestedRegion": place.region };
  const has = (inputs["tags"] ?? {}) as Record<string, string>;
  const asks: Asks = {
    at: (service, thing) => arnOf(place, service, thing),
    name: (inputs["name"] as string | undefined) ?? name,
    account: place.account,
    inputs,
    make: (action, resource, more = {}) => ({ action, resource, context: { ...region, ...tagsOf("RequestTag", has), ...more } }),
    use: (action, resource, more = {}) => ({ action, resource, context: { ...region, ...tagsOf("ResourceTag", place.tags), ...more } }),
    plain: (action, resource, more = {}) => ({ action, resource, context: { ...region, ...more } }),
  };
  return known(asks);
}

const bucket = (...actions: string[]): Calls =>
  named("s3", ({ account }) => `arn:aws:s3:::flowstack-production-${account}-access-logs`, ...actions);

const roleArn = ({ account, inputs, name }: Asks): string =>
  `arn:aws:iam::${account}:role/${(inputs["role"] as string | undefined) ?? name}`;

/** The boundary that the role has, as AWS tells it for each of these. */
const BOUND = { "iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/deploy/flowstack-production-boundary" };

const elb =
  (create: string, kind: string, within: string | undefined, ...changes: string[]): Calls =>
  ({ at, make, use }) => {
    const thing = at("elasticloadbalancing", `${kind}/anything/0a`);
    const holds = within === undefined ? undefined : at("elasticloadbalancing", `${within}/anything/0a`);
    return [
      holds === undefined ? make(`elasticloadbalancing:${create}`, thing) : use(`elasticloadbalancing:${create}`, holds),
      make("elasticloadbalancing:AddTags", thing, { "elasticloadbalancing:CreateAction": create }),
      ...["AddTags", "RemoveTags", ...changes].map((action) => use(`elasticloadbalancing:${action}`, thing)),
    ];
  };

const share = ({ at }: Asks): string => at("elasticfilesystem", "file-system/fs-0a");

const scaled =
  (...actions: string[]): Calls =>
  (asks) =>
    actions.map((action) =>
      asks.plain(`application-autoscaling:${action}`, asks.at("application-autoscaling", "scalable-target/0a"), {
        "application-autoscaling:service-namespace": "ecs",
      }),
    );

const CALLS: Readonly<Record<string, Calls | undefined>> = {
  ...NETWORK_CALLS,
  "acm/certificate": ({ at, make, use }) => [
    make("acm:RequestCertificate", "*"),
    make("acm:AddTagsToCertificate", at("acm", "certificate/new")),
    ...["AddTagsToCertificate", "RemoveTagsFromCertificate", "DeleteCertificate"].map((action) =>
      use(`acm:${action}`, at("acm", "certificate/own")),
    ),
  ],
  "acm/certificateValidation": ({ plain }) => [plain("acm:DescribeCertificate", "*")],
  "appautoscaling/policy": (asks) => [
    ...scaled("PutScalingPolicy", "DeleteScalingPolicy")(asks),
    ...["PutMetricAlarm", "DeleteAlarms"].map((action) =>
      asks.plain(`cloudwatch:${action}`, asks.at("cloudwatch", `alarm:TargetTracking-${String(asks.inputs["resourceId"])}-AlarmHigh-0a`)),
    ),
  ],
  "appautoscaling/target": (asks) => [
    ...scaled("RegisterScalableTarget", "DeregisterScalableTarget")(asks),
    asks.make("application-autoscaling:TagResource", asks.at("application-autoscaling", "scalable-target/new")),
    linked(asks, "ecs.application-autoscaling.amazonaws.com"),
  ],
  "cloudwatch/dashboard": named(
    "cloudwatch",
    ({ account, inputs }) => `arn:aws:cloudwatch::${account}:dashboard/${String(inputs["dashboardName"])}`,
    "PutDashboard",
    "DeleteDashboards",
  ),
  "cloudwatch/eventRule": named("events", ({ at, name }) => at("events", `rule/${name}`), "PutRule", "TagResource", "DeleteRule"),
  "cloudwatch/eventTarget": named(
    "events",
    ({ at, inputs }) => at("events", `rule/${String(inputs["rule"])}`),
    "PutTargets",
    "RemoveTargets",
  ),
  "cloudwatch/logGroup": named(
    "logs",
    ({ at, name }) => at("logs", `log-group:${name}`),
    ...["CreateLogGroup", "TagResource", "PutRetentionPolicy", "AssociateKmsKey", "DeleteLogGroup"],
  ),
  "cloudwatch/metricAlarm": named(
    "cloudwatch",
    ({ at, name }) => at("cloudwatch", `alarm:${name}`),
    "PutMetricAlarm",
    "TagResource",
    "DeleteAlarms",
  ),
  "ecs/cluster": both(
    named(
      "ecs",
      ({ at, name }) => at("ecs", `cluster/${name}`),
      ...["CreateCluster", "TagResource", "UpdateCluster", "UpdateClusterSettings", "DeleteCluster"],
    ),
    (asks) => [linked(asks, "ecs.amazonaws.com")],
  ),
  "ecs/clusterCapacityProviders": named("ecs", ({ at }) => at("ecs", "cluster/flowstack-production"), "PutClusterCapacityProviders"),
  "ecs/service": both(
    named(
      "ecs",
      ({ at, name }) => at("ecs", `service/flowstack-production/${name}`),
      ...["CreateService", "TagResource", "UpdateService", "DeleteService"],
    ),
    ({ at, plain }) =>
      ["ListServiceDeployments", "DescribeServiceDeployments", "DescribeServices"].map((action) =>
        plain(`ecs:${action}`, at("ecs", "service/flowstack-production/flowstack-production-app")),
      ),
  ),
  "ecs/taskDefinition": both(
    named("ecs", ({ at, inputs }) => at("ecs", `task-definition/${String(inputs["family"])}:1`), "RegisterTaskDefinition", "TagResource"),
    (asks) => [
      ...["app-task", "app-execution"].map((role) => passed(asks, role, "ecs-tasks.amazonaws.com")),
      asks.plain("ecs:DeregisterTaskDefinition", "*"),
    ],
  ),
  "efs/accessPoint": (asks) => [
    asks.use("elasticfilesystem:CreateAccessPoint", share(asks)),
    asks.make("elasticfilesystem:TagResource", asks.at("elasticfilesystem", "access-point/new"), {
      "elasticfilesystem:CreateAction": "CreateAccessPoint",
    }),
    asks.use("elasticfilesystem:DeleteAccessPoint", asks.at("elasticfilesystem", "access-point/own")),
  ],
  "efs/backupPolicy": (asks) => [asks.use("elasticfilesystem:PutBackupPolicy", share(asks)), linked(asks, "backup.amazonaws.com")],
  "efs/fileSystem": (asks) => [
    asks.make("elasticfilesystem:CreateFileSystem", "*"),
    asks.make("elasticfilesystem:TagResource", share(asks), { "elasticfilesystem:CreateAction": "CreateFileSystem" }),
    ...["PutLifecycleConfiguration", "UpdateFileSystem", "TagResource", "DeleteFileSystem"].map((action) =>
      asks.use(`elasticfilesystem:${action}`, share(asks)),
    ),
  ],
  "efs/fileSystemPolicy": (asks) =>
    ["PutFileSystemPolicy", "DeleteFileSystemPolicy"].map((action) => asks.use(`elasticfilesystem:${action}`, share(asks))),
  "efs/mountTarget": (asks) => {
    const byEfs = { "aws:ViaAWSService": "true" };
    const { at, use, plain } = asks;
    return [
      ...["CreateMountTarget", "ModifyMountTargetSecurityGroups", "DeleteMountTarget"].map((action) =>
        use(`elasticfilesystem:${action}`, share(asks)),
      ),
      ...["subnet", "security-group"].map((kind) => use("ec2:CreateNetworkInterface", at("ec2", `${kind}/own`), byEfs)),
      ...["CreateNetworkInterface", "ModifyNetworkInterfaceAttribute", "DeleteNetworkInterface"].map((action) =>
        plain(`ec2:${action}`, at("ec2", "network-interface/of-efs"), byEfs),
      ),
      use("ec2:ModifyNetworkInterfaceAttribute", at("ec2", "security-group/own"), byEfs),
      linked(asks, "elasticfilesystem.amazonaws.com"),
    ];
  },
  "iam/role": (asks) => [
    asks.plain("iam:CreateRole", roleArn(asks), BOUND),
    ...["TagRole", "UpdateAssumeRolePolicy", "DeleteRole"].map((action) => asks.plain(`iam:${action}`, roleArn(asks))),
  ],
  "iam/rolePolicy": (asks) => [asks.plain("iam:PutRolePolicy", roleArn(asks), BOUND), asks.plain("iam:DeleteRolePolicy", roleArn(asks))],
  "iam/rolePolicyAttachment": (asks) => [
    asks.plain("iam:AttachRolePolicy", roleArn(asks), BOUND),
    asks.plain("iam:DetachRolePolicy", roleArn(asks)),
  ],
  "kms/alias": ({ at, name, plain, use }) =>
    ["CreateAlias", "UpdateAlias", "DeleteAlias"].flatMap((action) => [
      plain(`kms:${action}`, at("kms", name)),
      use(`kms:${action}`, at("kms", "key/own")),
    ]),
  "kms/key": ({ at, make, use }) => [
    make("kms:CreateKey", "*"),
    make("kms:TagResource", at("kms", "key/new")),
    ...["EnableKeyRotation", "PutKeyPolicy", "TagResource", "UntagResource", "UpdateKeyDescription", "ScheduleKeyDeletion"].map((action) =>
      use(`kms:${action}`, at("kms", "key/own"), { "kms:ResourceAliases": "alias/flowstack-production" }),
    ),
    // As RDS, EFS and Parameter Store use it for who asks them.
    ...["CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"].map((action) =>
      use(`kms:${action}`, at("kms", "key/own")),
    ),
  ],
  "lb/listener": elb("CreateListener", "listener/app", "loadbalancer/app", "ModifyListener", "ModifyListenerAttributes", "DeleteListener"),
  "lb/listenerRule": elb("CreateRule", "listener-rule/app", "listener/app", "ModifyRule", "DeleteRule"),
  "lb/loadBalancer": both(
    elb(
      "CreateLoadBalancer",
      "loadbalancer/app",
      undefined,
      "ModifyLoadBalancerAttributes",
      "SetSecurityGroups",
      "SetSubnets",
      "DeleteLoadBalancer",
    ),
    (asks) => [linked(asks, "elasticloadbalancing.amazonaws.com")],
  ),
  "lb/targetGroup": elb(
    "CreateTargetGroup",
    "targetgroup",
    undefined,
    "ModifyTargetGroup",
    "ModifyTargetGroupAttributes",
    "DeleteTargetGroup",
  ),
  "rds/eventSubscription": named(
    "rds",
    ({ at, name }) => at("rds", `es:${name}`),
    ...[
      "CreateEventSubscription",
      "AddTagsToResource",
      "ModifyEventSubscription",
      "AddSourceIdentifierToSubscription",
      "DeleteEventSubscription",
    ],
  ),
  "rds/instance": (asks) => {
    const { at, inputs, plain } = asks;
    const own = [
      `db:${String(inputs["identifier"])}`,
      `subgrp:${String(inputs["dbSubnetGroupName"])}`,
      `pg:${String(inputs["parameterGroupName"])}`,
    ];
    return [
      ...["CreateDBInstance", "ModifyDBInstance"].flatMap((action) =>
        [...own, "og:default:postgres-15"].map((thing) => plain(`rds:${action}`, at("rds", thing))),
      ),
      ...["AddTagsToResource", "DeleteDBInstance"].map((action) => plain(`rds:${action}`, at("rds", `db:${String(inputs["identifier"])}`))),
      plain("rds:CreateDBSnapshot", at("rds", `snapshot:${String(inputs["finalSnapshotIdentifier"])}`)),
      passed(asks, "database-monitoring", "monitoring.rds.amazonaws.com"),
      linked(asks, "rds.amazonaws.com"),
    ];
  },
  "rds/parameterGroup": named(
    "rds",
    ({ at, name }) => at("rds", `pg:${name}`),
    ...["CreateDBParameterGroup", "AddTagsToResource", "ModifyDBParameterGroup", "ResetDBParameterGroup", "DeleteDBParameterGroup"],
  ),
  "rds/subnetGroup": named(
    "rds",
    ({ at, name }) => at("rds", `subgrp:${name}`),
    ...["CreateDBSubnetGroup", "AddTagsToResource", "ModifyDBSubnetGroup", "DeleteDBSubnetGroup"],
  ),
  "route53/record": named(
    "route53",
    ({ inputs }) => `arn:aws:route53:::hostedzone/${String(inputs["zoneId"])}`,
    "ChangeResourceRecordSets",
  ),
  "s3/bucket": bucket(
    "CreateBucket",
    "TagResource",
    "ListTagsForResource",
    "PutBucketTagging",
    "ListBucket",
    "GetBucketTagging",
    "DeleteBucket",
  ),
  "s3/bucketLifecycleConfiguration": bucket("PutLifecycleConfiguration", "GetLifecycleConfiguration"),
  "s3/bucketOwnershipControls": bucket("PutBucketOwnershipControls", "GetBucketOwnershipControls"),
  "s3/bucketPolicy": bucket("PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy"),
  "s3/bucketPublicAccessBlock": bucket("PutBucketPublicAccessBlock", "GetBucketPublicAccessBlock"),
  "s3/bucketServerSideEncryptionConfiguration": bucket("PutEncryptionConfiguration", "GetEncryptionConfiguration"),
  "sns/topic": named("sns", ({ at, name }) => at("sns", name), ...["CreateTopic", "TagResource", "SetTopicAttributes", "DeleteTopic"]),
  "sns/topicPolicy": named("sns", ({ at }) => at("sns", "flowstack-production-alarms"), "SetTopicAttributes"),
  "sns/topicSubscription": ({ at, plain }) => [
    plain("sns:Subscribe", at("sns", "flowstack-production-alarms")),
    plain("sns:Unsubscribe", "*"),
  ],
  "ssm/parameter": named(
    "ssm",
    ({ at, name }) => at("ssm", `parameter${name}`),
    ...["PutParameter", "AddTagsToResource", "GetParameter", "DeleteParameter"],
  ),
};
