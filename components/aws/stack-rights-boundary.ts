import type { AwsPlace } from "./place";
import { arnOf } from "./place";
import type { Statement } from "./policy";
import { allow, tagsOf } from "./policy";

export interface Boundary {
  /** Folder of the environment's parameters: `"/flowstack/production"`. */
  folder: string;
  /** Names of parameters elsewhere that tasks read, too: `["/terraform/flowstack/db_password"]`. @default none */
  parameters?: readonly string[];
}

/**
 * All that a role of an environment can ever be given: what tasks, flow logs and monitoring do, with the environment's own things. The
 * pipeline writes its roles' rights itself, so that whatever is in here, the pipeline can do: in a task of its own.
 */
export function boundaryStatements(place: AwsPlace, { folder, parameters = [] }: Boundary): Statement[] {
  const { prefix, region, tags } = place;
  const byServices = { StringLike: { "kms:ViaService": `*.${region}.amazonaws.com` } };
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
    allow(
      "Parameters",
      ["ssm:GetParameters"],
      [`${folder}/*`, ...parameters].map((name) => arnOf(place, "ssm", `parameter${name}`)),
    ),
    allow("Key", ["kms:Decrypt"], arnOf(place, "kms", "key/*"), { ...byServices, StringEquals: tagsOf("ResourceTag", tags) }),
    // What AWS's own keys encrypt, nobody else gets than who may read the parameter or secret.
    allow("KeysOfAws", ["kms:Decrypt"], arnOf(place, "kms", "key/*"), {
      ...byServices,
      "ForAnyValue:StringEquals": { "kms:ResourceAliases": ["alias/aws/ssm", "alias/aws/secretsmanager"] },
    }),
    allow(
      "Images",
      ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      "*",
    ),
    allow("RegistryCredentials", ["secretsmanager:GetSecretValue"], secretsWithin(place)),
    // A client that mounts is asked for its access point, and not for the tags of the share.
    allow(
      "Files",
      // The last one for a share of before, whose files are root's.
      ["ClientMount", "ClientWrite", "ClientRootAccess"].map((action) => `elasticfilesystem:${action}`),
      arnOf(place, "elasticfilesystem", "file-system/*"),
      { Null: { "elasticfilesystem:AccessPointArn": "false" } },
    ),
  ];
}

/** ARNs of the secrets in Secrets Manager that roles within the boundary can read. */
export const secretsWithin = (place: Pick<AwsPlace, "prefix" | "region" | "account">): string =>
  `arn:aws:secretsmanager:${place.region}:${place.account}:secret:${place.prefix}-*`;
