import { readFileSync } from "node:fs";
import { join } from "node:path";
import { boundaryStatements, stackStatements } from "../components/aws/stack-rights";
import type { Statement } from "../components/aws/policy";
import { placeOf } from "../stacks/flowstack/place";

/** By what AWS is asked to make a thing of a type. Nothing: it is waited for. */
const MAKES: Readonly<Record<string, string | undefined>> = {
  "acm/certificate": "acm:RequestCertificate",
  "acm/certificateValidation": undefined,
  "appautoscaling/policy": "application-autoscaling:PutScalingPolicy",
  "appautoscaling/target": "application-autoscaling:RegisterScalableTarget",
  "cloudwatch/dashboard": "cloudwatch:PutDashboard",
  "cloudwatch/eventRule": "events:PutRule",
  "cloudwatch/eventTarget": "events:PutTargets",
  "cloudwatch/logGroup": "logs:CreateLogGroup",
  "cloudwatch/metricAlarm": "cloudwatch:PutMetricAlarm",
  "ec2/defaultSecurityGroup": "ec2:RevokeSecurityGroupIngress",
  "ec2/eip": "ec2:AllocateAddress",
  "ec2/flowLog": "ec2:CreateFlowLogs",
  "ec2/internetGateway": "ec2:CreateInternetGateway",
  "ec2/natGateway": "ec2:CreateNatGateway",
  "ec2/networkAcl": "ec2:CreateNetworkAcl",
  "ec2/route": "ec2:CreateRoute",
  "ec2/routeTable": "ec2:CreateRouteTable",
  "ec2/routeTableAssociation": "ec2:AssociateRouteTable",
  "ec2/securityGroup": "ec2:CreateSecurityGroup",
  "ec2/subnet": "ec2:CreateSubnet",
  "ec2/vpc": "ec2:CreateVpc",
  "ec2/vpcEndpoint": "ec2:CreateVpcEndpoint",
  "ecs/cluster": "ecs:CreateCluster",
  "ecs/clusterCapacityProviders": "ecs:PutClusterCapacityProviders",
  "ecs/service": "ecs:CreateService",
  "ecs/taskDefinition": "ecs:RegisterTaskDefinition",
  "efs/accessPoint": "elasticfilesystem:CreateAccessPoint",
  "efs/backupPolicy": "elasticfilesystem:PutBackupPolicy",
  "efs/fileSystem": "elasticfilesystem:CreateFileSystem",
  "efs/fileSystemPolicy": "elasticfilesystem:PutFileSystemPolicy",
  "efs/mountTarget": "elasticfilesystem:CreateMountTarget",
  "iam/role": "iam:CreateRole",
  "iam/rolePolicy": "iam:PutRolePolicy",
  "iam/rolePolicyAttachment": "iam:AttachRolePolicy",
  "kms/alias": "kms:CreateAlias",
  "kms/key": "kms:CreateKey",
  "lb/listener": "elasticloadbalancing:CreateListener",
  "lb/listenerRule": "elasticloadbalancing:CreateRule",
  "lb/loadBalancer": "elasticloadbalancing:CreateLoadBalancer",
  "lb/targetGroup": "elasticloadbalancing:CreateTargetGroup",
  "rds/eventSubscription": "rds:CreateEventSubscription",
  "rds/instance": "rds:CreateDBInstance",
  "rds/parameterGroup": "rds:CreateDBParameterGroup",
  "rds/subnetGroup": "rds:CreateDBSubnetGroup",
  "route53/record": "route53:ChangeResourceRecordSets",
  "s3/bucket": "s3:CreateBucket",
  "s3/bucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
  "s3/bucketOwnershipControls": "s3:PutBucketOwnershipControls",
  "s3/bucketPolicy": "s3:PutBucketPolicy",
  "s3/bucketPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3/bucketServerSideEncryptionConfiguration": "s3:PutEncryptionConfiguration",
  "sns/topic": "sns:CreateTopic",
  "sns/topicPolicy": "sns:SetTopicAttributes",
  "ssm/parameter": "ssm:PutParameter",
  "vpc/securityGroupEgressRule": "ec2:AuthorizeSecurityGroupEgress",
  "vpc/securityGroupIngressRule": "ec2:AuthorizeSecurityGroupIngress",
};

const { resources } = JSON.parse(readFileSync(join(__dirname, "golden/prod.json"), "utf8")) as {
  resources: Record<string, { inputs?: Record<string, unknown> }>;
};
const place = placeOf("production", { account: "123456789012", region: "eu-central-1", boundary: true });
const list = (text: string | readonly string[] | undefined): string[] => (text === undefined ? [] : [text].flat());
const actionsOf = (statements: readonly Statement[]) => statements.flatMap(({ Action }) => list(Action));

it("the pipeline of an environment may make all that production's plan has", () => {
  const types = new Set(Object.keys(resources).flatMap((path) => /(?:^|\$)aws:([a-z0-9]+\/\w+):\w+::/.exec(path)?.[1] ?? []));
  expect([...types].filter((type) => !(type in MAKES))).toEqual([]);
  const { ground, services, data } = stackStatements(place, { hostedZones: ["Z0123456789ABCDEFGHIJ"] });
  const may = actionsOf([...ground, ...services, ...data]);
  expect(Object.values(MAKES).filter((action) => action !== undefined && !may.includes(action))).toEqual([]);
});

it("no role of production's plan asks for more than its boundary lets it", () => {
  const within = actionsOf(boundaryStatements(place));
  const policies = Object.entries(resources).filter(([path]) => path.includes("aws:iam/rolePolicy:RolePolicy::flowstack-"));
  expect(policies.length).toBeGreaterThan(2);
  const asked = policies.flatMap(([, { inputs }]) => {
    const { Statement: statements } = JSON.parse(String(inputs?.["policy"])) as { Statement: Statement[] };
    return actionsOf(statements);
  });
  expect(asked.filter((action) => !within.includes(action))).toEqual([]);
});
