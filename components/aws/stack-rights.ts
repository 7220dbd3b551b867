import { ADMIN_PATH } from "./deploy-role";
import type { AwsPlace } from "./place";
import { arnOf } from "./place";
import type { Statement } from "./policy";
import { allow, tagsOf, without } from "./policy";
import {
  ADDRESSES,
  ALARMS,
  BALANCERS,
  BUCKETS,
  CERTIFICATES,
  CLUSTERS,
  DATABASES,
  FILES,
  FORGET_DEFINITIONS,
  KEYS,
  LINKED_ROLES,
  LOGS,
  LOOKS,
  MADE_WITH_TAGS,
  PARAMETERS,
  ROLES,
  SCALING,
  UNSUBSCRIBE,
} from "./stack-actions";
import { networkStatements } from "./stack-rights-network";

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
export const stackStatements = (
  place: AwsPlace,
  { hostedZones = [] }: StackRights = {},
): Record<"ground" | "network" | "services" | "data", Statement[]> => ({
  ground: [
    allow("Look", LOOKS, "*"),
    allow("MakeWithTags", MADE_WITH_TAGS, "*", {
      StringEquals: { "aws:RequestedRegion": place.region, ...tagsOf("RequestTag", place.tags) },
    }),
    ...keyStatements(place),
    ...roleStatements(place),
  ],
  network: networkStatements(place),
  services: [...clusterStatements(place), ...balancerStatements(place), ...nameStatements(place, hostedZones)],
  data: [...databaseStatements(place), ...fileStatements(place), ...namedStatements(place)],
});

const every = (place: AwsPlace, service: string, ...things: string[]) => things.map((thing) => arnOf(place, service, thing));
/** What bears the environment's tags. */
const owned = ({ tags }: AwsPlace) => ({ StringEquals: tagsOf("ResourceTag", tags) });
/** What is to bear them. */
const asked = ({ tags }: AwsPlace, more: Record<string, string | readonly string[]> = {}) => ({
  StringEquals: { ...tagsOf("RequestTag", tags), ...more },
});
/** Whose it is, nobody has said yet. AWS does not tell whether it is just being made. */
const nobodys = ({ tags }: AwsPlace, ...more: string[]) => ({ Null: without(...Object.keys(tagsOf("ResourceTag", tags)), ...more) });

function keyStatements(place: AwsPlace): Statement[] {
  const keys = every(place, "kms", "key/*");
  return [
    allow("Keys", KEYS, keys, owned(place)),
    // A key that is being made has no alias; who made one for something else gave it one, or tags.
    allow("NewKeys", ["kms:TagResource"], keys, { ...asked(place), ...nobodys(place, "kms:ResourceAliases") }),
    allow("KeyNames", ["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"], every(place, "kms", `alias/${place.prefix}`)),
  ];
}

function roleStatements(place: AwsPlace): Statement[] {
  const { prefix, account } = place;
  const roles = `arn:aws:iam::${account}:role/${prefix}-*`;
  const runAs = ["ecs-tasks.amazonaws.com", "vpc-flow-logs.amazonaws.com", "monitoring.rds.amazonaws.com"];
  return [
    allow("Roles", ROLES, roles),
    allow(
      "RolesWithinTheBoundary",
      ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"],
      roles,
      { StringEquals: { "iam:PermissionsBoundary": boundaryArn(place) } },
    ),
    allow("RolesForTheirServices", ["iam:PassRole"], roles, { StringEquals: { "iam:PassedToService": runAs } }),
    allow("RolesOfServices", ["iam:CreateServiceLinkedRole"], `arn:aws:iam::${account}:role/aws-service-role/*`, {
      StringEquals: { "iam:AWSServiceName": LINKED_ROLES },
    }),
  ];
}

function clusterStatements(place: AwsPlace): Statement[] {
  const { prefix, region } = place;
  const targets = every(place, "application-autoscaling", "scalable-target/*");
  const ofEcs = { StringEquals: { "application-autoscaling:service-namespace": "ecs" } };
  const tag = "application-autoscaling:TagResource";
  return [
    allow("Clusters", CLUSTERS, every(place, "ecs", `cluster/${prefix}*`, `service/${prefix}*/*`, `task-definition/${prefix}*:*`)),
    allow("ForgetDefinitions", FORGET_DEFINITIONS, "*", { StringEquals: { "aws:RequestedRegion": region } }),
    allow("Scaling", SCALING, targets, ofEcs),
    // Of tags it does not say whose scaling it is.
    allow("NewScaling", [tag], targets, asked(place)),
    allow("ScalingTags", [tag, "application-autoscaling:UntagResource"], targets, owned(place)),
    // Scaling sets alarms of its own, by the rights of who asks for it.
    allow(
      "AlarmsOfScaling",
      ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"],
      every(place, "cloudwatch", `alarm:TargetTracking-service/${prefix}*`),
    ),
  ];
}

/** By tags: Pulumi names target groups after the component, not after the environment. */
function balancerStatements(place: AwsPlace): Statement[] {
  const elb = (...kinds: string[]) => every(place, "elasticloadbalancing", ...kinds.map((kind) => `${kind}/*`));
  const all = elb("loadbalancer/app", "targetgroup", "listener/app", "listener-rule/app");
  const makes = ["CreateLoadBalancer", "CreateTargetGroup"];
  return [
    allow(
      "MakeBalancers",
      makes.map((action) => `elasticloadbalancing:${action}`),
      elb("loadbalancer/app", "targetgroup"),
      asked(place),
    ),
    allow(
      "NewBalancers",
      ["elasticloadbalancing:AddTags"],
      all,
      asked(place, { "elasticloadbalancing:CreateAction": [...makes, "CreateListener", "CreateRule"] }),
    ),
    allow("Balancers", BALANCERS, all, owned(place)),
  ];
}

function nameStatements(place: AwsPlace, hostedZones: readonly string[]): Statement[] {
  const certificates = every(place, "acm", "certificate/*");
  const zones = hostedZones.map((zone) => `arn:aws:route53:::hostedzone/${zone}`);
  return [
    allow("Certificates", CERTIFICATES, certificates, owned(place)),
    allow("NewCertificates", ["acm:AddTagsToCertificate"], certificates, { ...asked(place), ...nobodys(place) }),
    ...(zones.length === 0 ? [] : [allow("Addresses", ADDRESSES, zones)]),
  ];
}

function databaseStatements(place: AwsPlace): Statement[] {
  const kinds = ["db", "subgrp", "pg", "es", "snapshot"].map((kind) => `${kind}:${place.prefix}*`);
  return [
    allow("Databases", DATABASES, every(place, "rds", ...kinds)),
    // Every server has options, AWS's own where none are said.
    allow("DatabaseOptions", ["rds:CreateDBInstance", "rds:ModifyDBInstance"], every(place, "rds", "og:default:*")),
  ];
}

function fileStatements(place: AwsPlace): Statement[] {
  const shares = every(place, "elasticfilesystem", "file-system/*", "access-point/*");
  return [
    allow("Files", FILES, shares, owned(place)),
    allow(
      "NewFiles",
      ["elasticfilesystem:TagResource"],
      shares,
      asked(place, { "elasticfilesystem:CreateAction": ["CreateFileSystem", "CreateAccessPoint"] }),
    ),
  ];
}

/** What is known by its name. */
function namedStatements(place: AwsPlace): Statement[] {
  const { prefix, account, region } = place;
  return [
    allow("Parameters", PARAMETERS, every(place, "ssm", `parameter/${prefix.replace("-", "/")}/*`)),
    allow("Logs", LOGS, every(place, "logs", `log-group:/${prefix}/*`, `log-group:/aws/rds/instance/${prefix}*`)),
    allow("Alarms", ALARMS, [
      ...every(place, "cloudwatch", `alarm:${prefix}*`),
      `arn:aws:cloudwatch::${account}:dashboard/${prefix}*`,
      ...every(place, "events", `rule/${prefix}*`),
      ...every(place, "sns", `${prefix}*`),
    ]),
    allow("Unsubscribe", UNSUBSCRIBE, "*", { StringEquals: { "aws:RequestedRegion": region } }),
    allow("Buckets", BUCKETS, [`arn:aws:s3:::${prefix}-${account}-*`]),
  ];
}
