/** Actions of IAM by what they are about, as `stackStatements` gives them. Whole names, but where an action only looks. */
const of = (service: string, ...actions: string[]): string[] => actions.map((action) => `${service}:${action}`);

/** What Pulumi reads to compare what stands with what it knows. No secret is among it. */
export const LOOKS = [
  ...of("acm", "DescribeCertificate", "ListTagsForCertificate"),
  ...of("application-autoscaling", "DescribeScalableTargets", "DescribeScalingPolicies", "ListTagsForResource"),
  ...of("cloudwatch", "DescribeAlarms", "GetDashboard", "ListTagsForResource"),
  ...of("ec2", "Describe*"),
  ...of("ecs", "DescribeClusters", "DescribeServices", "DescribeTaskDefinition", "DescribeTasks", "ListTasks", "ListTagsForResource"),
  // By these the provider follows a rollout.
  ...of("ecs", "DescribeServiceDeployments", "DescribeServiceRevisions", "ListServiceDeployments"),
  ...of("elasticfilesystem", "Describe*", "ListTagsForResource"),
  ...of("elasticloadbalancing", "Describe*"),
  ...of("events", "DescribeRule", "ListTagsForResource", "ListTargetsByRule"),
  ...of("iam", "GetRole", "GetRolePolicy", "ListRolePolicies", "ListAttachedRolePolicies", "ListInstanceProfilesForRole"),
  ...of("kms", "DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListAliases", "ListResourceTags"),
  ...of("logs", "DescribeLogGroups", "ListTagsForResource"),
  ...of("rds", "Describe*", "ListTagsForResource"),
  ...of("route53", "GetChange", "GetHostedZone", "ListHostedZones", "ListResourceRecordSets"),
  ...of("sns", "GetSubscriptionAttributes", "GetTopicAttributes", "ListTagsForResource"),
  ...of("ssm", "DescribeParameters", "ListTagsForResource"),
  ...of("sts", "GetCallerIdentity"),
];

/** Made without a thing that it is about: it must bear the environment's tags from the first moment. */
export const MADE_WITH_TAGS = [
  ...of("acm", "RequestCertificate"),
  ...of("elasticfilesystem", "CreateFileSystem"),
  ...of("kms", "CreateKey"),
];

/** On what bears the environment's tags. What makes something in it is here as well: AWS asks for both. */
export const NETWORKS = of(
  "ec2",
  "AssociateRouteTable",
  "AttachInternetGateway",
  "AuthorizeSecurityGroupEgress",
  "AuthorizeSecurityGroupIngress",
  "CreateFlowLogs",
  "CreateNatGateway",
  "CreateNetworkAcl",
  "CreateNetworkAclEntry",
  "CreateNetworkInterface",
  "CreateRoute",
  "CreateRouteTable",
  "CreateSecurityGroup",
  "CreateSubnet",
  "CreateTags",
  "CreateVpcEndpoint",
  "DeleteFlowLogs",
  "DeleteInternetGateway",
  "DeleteNatGateway",
  "DeleteNetworkAcl",
  "DeleteNetworkAclEntry",
  "DeleteRoute",
  "DeleteRouteTable",
  "DeleteSecurityGroup",
  "DeleteSubnet",
  "DeleteTags",
  "DeleteVpc",
  "DeleteVpcEndpoints",
  "DetachInternetGateway",
  "DisassociateAddress",
  "DisassociateRouteTable",
  "ModifyNetworkInterfaceAttribute",
  "ModifySecurityGroupRules",
  "ModifySubnetAttribute",
  "ModifyVpcAttribute",
  "ModifyVpcEndpoint",
  "ReleaseAddress",
  "ReplaceNetworkAclAssociation",
  "ReplaceRoute",
  "ReplaceRouteTableAssociation",
  "RevokeSecurityGroupEgress",
  "RevokeSecurityGroupIngress",
  "UpdateSecurityGroupRuleDescriptionsEgress",
  "UpdateSecurityGroupRuleDescriptionsIngress",
);

export const KEYS = of(
  "kms",
  "CreateAlias",
  "CreateGrant",
  "Decrypt",
  "DeleteAlias",
  "EnableKeyRotation",
  "Encrypt",
  "GenerateDataKey",
  // By this EFS makes the key of a share.
  "GenerateDataKeyWithoutPlaintext",
  "PutKeyPolicy",
  "ScheduleKeyDeletion",
  "TagResource",
  "UntagResource",
  "UpdateAlias",
  "UpdateKeyDescription",
);

/** It has no narrower form than all task definitions; those of others go on running. */
export const FORGET_DEFINITIONS = of("ecs", "DeregisterTaskDefinition");

export const CLUSTERS = of(
  "ecs",
  "CreateCluster",
  "CreateService",
  "DeleteCluster",
  "DeleteService",
  "PutClusterCapacityProviders",
  "RegisterTaskDefinition",
  "TagResource",
  "UntagResource",
  "UpdateCluster",
  "UpdateClusterSettings",
  "UpdateService",
);

export const BALANCERS = of(
  "elasticloadbalancing",
  "AddTags",
  "CreateListener",
  "CreateRule",
  "DeleteListener",
  "DeleteLoadBalancer",
  "DeleteRule",
  "DeleteTargetGroup",
  "ModifyListener",
  "ModifyListenerAttributes",
  "ModifyLoadBalancerAttributes",
  "ModifyRule",
  "ModifyTargetGroup",
  "ModifyTargetGroupAttributes",
  "RemoveTags",
  "SetSecurityGroups",
  "SetSubnets",
);

export const SCALING = of(
  "application-autoscaling",
  "DeleteScalingPolicy",
  "DeregisterScalableTarget",
  "PutScalingPolicy",
  "RegisterScalableTarget",
);

export const CERTIFICATES = of("acm", "AddTagsToCertificate", "DeleteCertificate", "RemoveTagsFromCertificate", "UpdateCertificateOptions");

export const DATABASES = of(
  "rds",
  "AddSourceIdentifierToSubscription",
  "AddTagsToResource",
  "CreateDBInstance",
  "CreateDBParameterGroup",
  "CreateDBSnapshot",
  "CreateDBSubnetGroup",
  "CreateEventSubscription",
  "DeleteDBInstance",
  "DeleteDBParameterGroup",
  "DeleteDBSubnetGroup",
  "DeleteEventSubscription",
  "ModifyDBInstance",
  "ModifyDBParameterGroup",
  "ModifyDBSubnetGroup",
  "ModifyEventSubscription",
  "RemoveSourceIdentifierFromSubscription",
  "RemoveTagsFromResource",
  "ResetDBParameterGroup",
);

export const FILES = of(
  "elasticfilesystem",
  "CreateAccessPoint",
  "CreateMountTarget",
  "DeleteAccessPoint",
  "DeleteFileSystem",
  "DeleteFileSystemPolicy",
  "DeleteMountTarget",
  "ModifyMountTargetSecurityGroups",
  "PutBackupPolicy",
  "PutFileSystemPolicy",
  "PutLifecycleConfiguration",
  "TagResource",
  "UntagResource",
  "UpdateFileSystem",
);

/** With what is in them: Pulumi compares it. */
export const PARAMETERS = of(
  "ssm",
  "AddTagsToResource",
  "DeleteParameter",
  "GetParameter",
  "GetParameters",
  "PutParameter",
  "RemoveTagsFromResource",
);

export const LOGS = of("logs", "AssociateKmsKey", "CreateLogGroup", "DeleteLogGroup", "PutRetentionPolicy", "TagResource", "UntagResource");

export const ALARMS = [
  ...of("cloudwatch", "DeleteAlarms", "DeleteDashboards", "PutDashboard", "PutMetricAlarm", "TagResource", "UntagResource"),
  ...of("events", "DeleteRule", "PutRule", "PutTargets", "RemoveTargets", "TagResource", "UntagResource"),
  ...of("sns", "CreateTopic", "DeleteTopic", "SetTopicAttributes", "Subscribe", "TagResource", "UntagResource"),
];

/** It has no narrower form than all subscriptions. */
export const UNSUBSCRIBE = of("sns", "Unsubscribe");

export const ADDRESSES = of("route53", "ChangeResourceRecordSets");

export const BUCKETS = of(
  "s3",
  "CreateBucket",
  "DeleteBucket",
  "DeleteBucketPolicy",
  "GetAccelerateConfiguration",
  "GetBucketAcl",
  "GetBucketCORS",
  "GetBucketLogging",
  "GetBucketObjectLockConfiguration",
  "GetBucketOwnershipControls",
  "GetBucketPolicy",
  "GetBucketPublicAccessBlock",
  "GetBucketRequestPayment",
  "GetBucketTagging",
  "GetBucketVersioning",
  "GetBucketWebsite",
  "GetEncryptionConfiguration",
  "GetLifecycleConfiguration",
  "GetReplicationConfiguration",
  "ListBucket",
  "ListTagsForResource",
  "PutBucketLogging",
  "PutBucketOwnershipControls",
  "PutBucketPolicy",
  "PutBucketPublicAccessBlock",
  "PutBucketTagging",
  "PutBucketVersioning",
  "PutEncryptionConfiguration",
  "PutLifecycleConfiguration",
  "TagResource",
  "UntagResource",
);

/** Without making or widening any: that is allowed within the boundary only. */
export const ROLES = of("iam", "DeleteRole", "DeleteRolePolicy", "DetachRolePolicy", "TagRole", "UntagRole", "UpdateAssumeRolePolicy");

/**
 * Services that make a role of their own, the first time that they are used in an account: ECS and its scaling, load balancers, RDS, EFS, and
 * the backups of EFS.
 */
export const LINKED_ROLES = [
  "backup.amazonaws.com",
  "ecs.amazonaws.com",
  "ecs.application-autoscaling.amazonaws.com",
  "elasticfilesystem.amazonaws.com",
  "elasticloadbalancing.amazonaws.com",
  "rds.amazonaws.com",
];
