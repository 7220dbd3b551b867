import { ADMIN_PATH } from "./deploy-role";
import type { AwsPlace } from "./place";
import { arnOf } from "./place";
import type { Statement } from "./policy";
import {
  ADDRESSES,
  ALARMS,
  BALANCERS,
  BUCKETS,
  CLUSTERS,
  DATABASES,
  FILES,
  FORGET_DEFINITIONS,
  KEYS,
  LOGS,
  LOOKS,
  MADE_WITH_TAGS,
  NETWORKS,
  PARAMETERS,
  ROLES,
  SCALING,
} from "./stack-actions";

export interface StackRights {
  /** Ids of the hosted zones that the environment's names are in. */
  hostedZones?: readonly string[];
}

/** ARN of the policy that limits every role of an environment, whatever is written into the role. */
export const boundaryArn = ({ prefix, account }: AwsPlace): string => `arn:aws:iam::${account}:policy${ADMIN_PATH}${prefix}-boundary`;

/**
 * What a pipeline needs that runs `pulumi up` for a whole environment: to look at the services that it uses, and to change what begins with
 * the environment's prefix or bears all its tags, in its region. It can give roles no more than the boundary, which is not its own. Pure, so
 * that a test reads it whole; in parts, because a policy has at most 6144 signs.
 */
export function stackStatements(
  place: AwsPlace,
  { hostedZones = [] }: StackRights = {},
): Record<"ground" | "services" | "data", Statement[]> {
  const { prefix, account, region, tags } = place;
  const at = (service: string, ...resources: string[]) => resources.map((resource) => arnOf(place, service, resource));
  const tagged = (of: "ResourceTag" | "RequestTag") =>
    Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:${of}/${key}`, value]));
  const here = { "aws:RequestedRegion": region };
  const allow = (
    Sid: string,
    Action: readonly string[],
    Resource: string | readonly string[],
    StringEquals?: Record<string, string>,
  ): Statement => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
    ...(StringEquals && { Condition: { StringEquals } }),
  });
  const roles = `arn:aws:iam::${account}:role/${prefix}-*`;
  const ground = [
    allow("Look", LOOKS, "*"),
    allow("MakeWithTags", MADE_WITH_TAGS, "*", { ...here, ...tagged("RequestTag") }),
    allow("NameWhatIsMade", ["ec2:CreateTags"], at("ec2", "*/*"), tagged("RequestTag")),
    allow("Networks", [...MADE_WITH_TAGS.filter((action) => action.startsWith("ec2:")), ...NETWORKS], "*", {
      ...here,
      ...tagged("ResourceTag"),
    }),
    allow("Keys", KEYS, "*", { ...here, ...tagged("ResourceTag") }),
    allow("KeyNames", ["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"], at("kms", `alias/${prefix}`, "key/*")),
    allow("Roles", ROLES, roles),
    allow(
      "RolesWithinTheBoundary",
      ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"],
      roles,
      {
        "iam:PermissionsBoundary": boundaryArn(place),
      },
    ),
    {
      ...allow("RolesForTheirServices", ["iam:PassRole"], roles),
      Condition: {
        StringEquals: {
          "iam:PassedToService": [
            "ecs-tasks.amazonaws.com",
            "vpc-flow-logs.amazonaws.com",
            "monitoring.rds.amazonaws.com",
            "ec2.amazonaws.com",
          ],
        },
      },
    },
  ];
  const services = [
    allow("Clusters", CLUSTERS, at("ecs", `cluster/${prefix}*`, `service/${prefix}*/*`, `task-definition/${prefix}*:*`)),
    allow("ForgetDefinitions", FORGET_DEFINITIONS, "*", here),
    allow(
      "Balancers",
      BALANCERS,
      at(
        "elasticloadbalancing",
        ...["loadbalancer/app", "targetgroup", "listener/app", "listener-rule/app"].map((kind) => `${kind}/${prefix}*/*`),
      ),
    ),
    allow("Scaling", SCALING, "*", { ...here, "application-autoscaling:service-namespace": "ecs" }),
    allow("Certificates", ["acm:DeleteCertificate", "acm:AddTagsToCertificate"], at("acm", "certificate/*"), tagged("ResourceTag")),
    ...(hostedZones.length === 0
      ? []
      : [
          allow(
            "Addresses",
            ADDRESSES,
            hostedZones.map((zone) => `arn:aws:route53:::hostedzone/${zone}`),
          ),
        ]),
  ];
  const data = [
    allow("Databases", DATABASES, at("rds", ...["db", "subgrp", "pg", "es", "snapshot"].map((kind) => `${kind}:${prefix}*`))),
    allow("Files", FILES, at("elasticfilesystem", "file-system/*", "access-point/*"), tagged("ResourceTag")),
    allow("Parameters", PARAMETERS, at("ssm", `parameter/${prefix.replace("-", "/")}/*`)),
    allow("Logs", LOGS, at("logs", `log-group:/${prefix}/*`, `log-group:/aws/rds/instance/${prefix}*`)),
    allow("Alarms", ALARMS, [
      ...at("cloudwatch", `alarm:${prefix}*`),
      `arn:aws:cloudwatch::${account}:dashboard/${prefix}*`,
      ...at("events", `rule/${prefix}*`),
      ...at("sns", `${prefix}*`),
    ]),
    allow("Buckets", BUCKETS, [`arn:aws:s3:::${prefix}-${account}-*`]),
  ];
  return { ground, services, data };
}

/** All that a role of an environment can ever be given: what tasks, flow logs and monitoring do, with the environment's own things. */
export function boundaryStatements(place: AwsPlace): Statement[] {
  const { prefix, region } = place;
  const allow = (
    Sid: string,
    Action: readonly string[],
    Resource: string | readonly string[],
    Condition?: Statement["Condition"],
  ): Statement => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
    ...(Condition && { Condition }),
  });
  return [
    allow(
      "Logs",
      ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
      // The last one is where RDS writes how its machines are.
      [`log-group:/${prefix}/*`, "log-group:RDSOSMetrics:*"].map((group) => arnOf(place, "logs", group)),
    ),
    // Of all: so the flow log finds its own.
    allow("LogGroups", ["logs:DescribeLogGroups"], arnOf(place, "logs", "log-group:*")),
    allow("MonitoringLogs", ["logs:CreateLogGroup", "logs:PutRetentionPolicy"], arnOf(place, "logs", "log-group:RDS*")),
    allow("Parameters", ["ssm:GetParameters"], "*", { StringEquals: { "aws:RequestedRegion": region } }),
    allow("Keys", ["kms:Decrypt"], arnOf(place, "kms", "key/*"), { StringLike: { "kms:ViaService": `*.${region}.amazonaws.com` } }),
    allow(
      "Images",
      ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      "*",
    ),
    allow("RegistryCredentials", ["secretsmanager:GetSecretValue"], arnOf(place, "secretsmanager", `secret:${prefix}*`)),
    // A client that mounts is asked for its access point, and not for the tags of the share.
    allow("Files", ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"], arnOf(place, "elasticfilesystem", "file-system/*"), {
      Null: { "elasticfilesystem:AccessPointArn": "false" },
    }),
  ];
}
