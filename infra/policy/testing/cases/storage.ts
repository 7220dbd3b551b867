import { Sealed, UNKNOWN, type Props, type Resource } from "../../resource";
import type { buckets } from "../../rules/buckets";
import type { databases } from "../../rules/databases";
import type { drills } from "../../rules/drills";
import type { shares } from "../../rules/shares";
import { type Cases, policy, resource, written } from "../case";

const server = (props: Props = {}) =>
  resource("aws:rds/instance:Instance", {
    publiclyAccessible: false,
    storageEncrypted: true,
    multiAz: true,
    monitoringInterval: 60,
    enabledCloudwatchLogsExports: ["postgresql"],
    deletionProtection: true,
    skipFinalSnapshot: false,
    iamDatabaseAuthenticationEnabled: true,
    backupRetentionPeriod: 7,
    copyTagsToSnapshot: true,
    port: 15432,
    username: "shop_admin",
    ...props,
  });
const PARAMETERS = "aws:rds/parameterGroup:ParameterGroup";
const events = (sourceType: unknown) => resource("aws:rds/eventSubscription:EventSubscription", { sourceType });

export const databaseCases: Cases<typeof databases> = {
  "database-private": {
    breaks: [
      [server({ publiclyAccessible: true }), "publiclyAccessible must be false; got true"],
      [resource("aws:rds/snapshot:Snapshot", { sharedAccounts: ["all"] }), 'sharedAccounts must not have "all"'],
    ],
    keeps: [server(), resource("aws:rds/snapshot:Snapshot")],
  },
  "database-encrypted": {
    breaks: [
      [server({ storageEncrypted: false }), "storageEncrypted must be true; got false"],
      ...["rds", "docdb", "neptune"].map((of): [Resource, string] => [
        resource(`aws:${of}/cluster:Cluster`),
        "storageEncrypted must be true; got not set",
      ]),
    ],
    keeps: [server(), resource("aws:rds/cluster:Cluster", { storageEncrypted: true })],
  },
  "database-second-zone": {
    breaks: [[server({ multiAz: false }), "multiAz must be true; got false"]],
    keeps: [server(), server({ multiAz: UNKNOWN })],
  },
  "database-monitored": {
    breaks: [
      [server({ monitoringInterval: 0 }), "monitoringInterval must be a number of seconds; got 0"],
      [server({ enabledCloudwatchLogsExports: [] }), "enabledCloudwatchLogsExports must name logs"],
    ],
    keeps: [server()],
  },
  "database-protected": {
    breaks: [
      [server({ deletionProtection: undefined }), "deletionProtection must be true; got not set"],
      [server({ skipFinalSnapshot: true }), "skipFinalSnapshot must be false"],
    ],
    keeps: [server()],
  },
  "database-iam": {
    breaks: [[server({ iamDatabaseAuthenticationEnabled: false }), "iamDatabaseAuthenticationEnabled must be true"]],
    keeps: [server()],
  },
  "database-backups": {
    breaks: [[server({ backupRetentionPeriod: 3 }), "backupRetentionPeriod must be 7 days or more; got 3"]],
    keeps: [server()],
  },
  "database-upkeep": {
    breaks: [
      [server({ autoMinorVersionUpgrade: false }), "autoMinorVersionUpgrade must be true"],
      [server({ copyTagsToSnapshot: false }), "copyTagsToSnapshot must be true"],
    ],
    keeps: [server(), server({ autoMinorVersionUpgrade: true })],
  },
  "database-events": {
    breaks: [
      [server(), "nobody hears of events of db-instance"],
      [{ resource: server(), beside: [events("db-instance")] }, "nobody hears of events of db-parameter-group"],
    ],
    keeps: [
      { resource: server(), beside: [events("db-instance"), events("db-parameter-group")] },
      { resource: server(), beside: [events(UNKNOWN)] },
    ],
  },
  "database-port": {
    breaks: [
      [server({ port: 5432 }), "port must not be the usual one; got 5432"],
      [server({ port: undefined }), "port must not be the usual one; got not set"],
    ],
    keeps: [server()],
  },
  "database-administrator": {
    breaks: [
      [server({ username: "postgres" }), "username must not be one that everybody tries first"],
      [server({ username: new Sealed("Admin") }), "username must not be"],
    ],
    keeps: [server(), server({ username: UNKNOWN })],
  },
  "database-tls": {
    breaks: [
      [resource(PARAMETERS, { family: "postgres15", parameters: [] }), "parameters must have rds.force_ssl with 1"],
      [resource(PARAMETERS, { family: "postgres15", parameters: [{ name: "rds.force_ssl", value: "0" }] }), "rds.force_ssl with 1"],
    ],
    keeps: [resource(PARAMETERS, { family: "postgres15", parameters: [{ name: "rds.force_ssl", value: "1" }] })],
  },
};

const files = resource("aws:efs/fileSystem:FileSystem", { encrypted: true }, { name: "files" });
const point = (props: Props) => resource("aws:efs/accessPoint:AccessPoint", props);
const ways = [
  resource("aws:ec2/route:Route", { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }),
  resource("aws:ec2/route:Route", { routeTableId: "rtb-2", destinationCidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }),
  resource("aws:ec2/routeTableAssociation:RouteTableAssociation", { routeTableId: "rtb-1", subnetId: "subnet-public" }),
  resource("aws:ec2/routeTableAssociation:RouteTableAssociation", { routeTableId: "rtb-2", subnetId: "subnet-private" }),
];
const backups = (props: Props) => resource("aws:efs/backupPolicy:BackupPolicy", props);

export const shareCases: Cases<typeof shares> = {
  "share-encrypted": { breaks: [[resource("aws:efs/fileSystem:FileSystem"), "encrypted must be true; got not set"]], keeps: [files] },
  "share-backed-up": {
    breaks: [
      [files, 'there is no BackupPolicy with status "ENABLED" for it'],
      [{ resource: files, beside: [backups({ fileSystemId: "files", backupPolicy: { status: "DISABLED" } })] }, "there is no BackupPolicy"],
      [{ resource: files, beside: [backups({ fileSystemId: "others", backupPolicy: { status: "ENABLED" } })] }, "there is no BackupPolicy"],
    ],
    keeps: [
      { resource: files, beside: [backups({ fileSystemId: "files", backupPolicy: { status: "ENABLED" } })] },
      { resource: files, beside: [backups({ fileSystemId: UNKNOWN, backupPolicy: { status: "ENABLED" } })] },
    ],
  },
  "share-access-points": {
    breaks: [
      [point({ posixUser: { uid: 1000, gid: 1000 } }), "rootDirectory.path must be a directory below the root"],
      [point({ rootDirectory: { path: "/shop" } }), "posixUser is missing"],
    ],
    keeps: [
      point({ rootDirectory: { path: "/shop" }, posixUser: { uid: 1000, gid: 1000 } }),
      point({ rootDirectory: UNKNOWN, posixUser: UNKNOWN }),
    ],
  },
  "data-in-private-subnets": {
    breaks: [
      [
        { resource: resource("aws:rds/subnetGroup:SubnetGroup", { subnetIds: ["subnet-public"] }), beside: ways },
        "subnet subnet-public has a route to an internet gateway",
      ],
      [{ resource: resource("aws:efs/mountTarget:MountTarget", { subnetId: "subnet-public" }), beside: ways }, "subnet subnet-public has"],
      [
        {
          resource: resource("aws:efs/mountTarget:MountTarget", { subnetId: "subnet-public" }),
          beside: ways.map((way) => ({
            ...way,
            props: { ...way.props, ...("gatewayId" in way.props && { destinationCidrBlock: "0.0.0.0/1" }) },
          })),
        },
        "subnet subnet-public has",
      ],
    ],
    keeps: [
      { resource: resource("aws:rds/subnetGroup:SubnetGroup", { subnetIds: ["subnet-private"] }), beside: ways },
      { resource: resource("aws:efs/mountTarget:MountTarget", { subnetId: UNKNOWN }), beside: ways },
    ],
  },
};

const drill = (props: Props) => resource("aws:backup/restoreTestingSelection:RestoreTestingSelection", props);
const backup = (more: object) => written("/etc/flowfleet/backup/shop.json", JSON.stringify({ directory: "/opt/backups", ...more }));

export const drillCases: Cases<typeof drills> = {
  "data-drilled": {
    breaks: [
      [server(), "nothing restores its backups to see whether it can"],
      [
        { resource: files, beside: [drill({ protectedResourceType: "RDS", protectedResourceArns: ["*"] })] },
        "nothing restores its backups",
      ],
      [{ resource: files, beside: [drill({ protectedResourceType: "EFS", protectedResourceArns: ["others"] })] }, "nothing restores"],
    ],
    keeps: [
      { resource: server(), beside: [drill({ protectedResourceType: "RDS", protectedResourceArns: ["*"] })] },
      { resource: files, beside: [drill({ protectedResourceType: "EFS", protectedResourceArns: ["files"] })] },
      { resource: files, beside: [drill({ protectedResourceType: UNKNOWN, protectedResourceArns: [UNKNOWN] })] },
      { resource: files, beside: [drill({ protectedResourceType: "EFS", protectedResourceConditions: {} })] },
    ],
  },
  "backup-drilled": {
    breaks: [[backup({}), "nothing restores what the backup of /etc/flowfleet/backup/shop.json makes"]],
    keeps: [backup({ drill: { schedule: "weekly" } }), written("/etc/shop.json", "{}")],
  },
};

const bucket = resource("aws:s3/bucket:Bucket", { bucket: "shop-states" }, { name: "states" });
const of = (type: string, props: Props) => resource(`aws:s3/${type}`, { bucket: "shop-states", ...props });
const closed = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const noTls = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } };
const block = (props: Props) => of("bucketPublicAccessBlock:BucketPublicAccessBlock", props);
const rightsOf = (...statements: object[]) => of("bucketPolicy:BucketPolicy", { policy: policy(...statements) });
const versions = of("bucketVersioning:BucketVersioning", { versioningConfiguration: { status: "Enabled" } });
const encryption = (sseAlgorithm: string) =>
  of("bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }],
  });
const lock = of("bucketObjectLockConfiguration:BucketObjectLockConfiguration", {});
const logsHere = resource("aws:lb/loadBalancer:LoadBalancer", { accessLogs: { bucket: "shop-states", enabled: true } });

export const bucketCases: Cases<typeof buckets> = {
  "bucket-closed": {
    breaks: [
      [bucket, "there is no BucketPublicAccessBlock for it"],
      [{ resource: bucket, beside: [block({ ...closed, blockPublicPolicy: false })] }, "there is no BucketPublicAccessBlock for it"],
    ],
    keeps: [
      { resource: bucket, beside: [block(closed)] },
      { resource: bucket, beside: [block({ ...closed, bucket: UNKNOWN })] },
    ],
  },
  "bucket-tls-only": {
    breaks: [[{ resource: bucket, beside: [rightsOf()] }, "there is no BucketPolicy for it that denies what comes without TLS"]],
    keeps: [{ resource: bucket, beside: [rightsOf(noTls)] }],
  },
  "bucket-for-nobody-else": {
    breaks: [
      [rightsOf({ Effect: "Allow", Principal: "*", Action: "s3:GetObject" }), 'policy allows Principal "*" without a condition'],
      [rightsOf({ Effect: "Allow", Principal: { AWS: "*" }, Action: "s3:GetObject" }), 'policy allows Principal "*"'],
    ],
    keeps: [rightsOf(noTls), rightsOf({ Effect: "Allow", Principal: { Service: "logging.s3.amazonaws.com" }, Action: "s3:PutObject" })],
  },
  "bucket-without-acls": {
    breaks: [[bucket, "there is no BucketOwnershipControls for it"]],
    keeps: [
      {
        resource: bucket,
        beside: [of("bucketOwnershipControls:BucketOwnershipControls", { rule: { objectOwnership: "BucketOwnerEnforced" } })],
      },
    ],
  },
  "bucket-forgets": {
    breaks: [[bucket, "there is no BucketLifecycleConfiguration for it"]],
    keeps: [
      { resource: bucket, beside: [of("bucketLifecycleConfiguration:BucketLifecycleConfiguration", { rules: [{ status: "Enabled" }] })] },
    ],
  },
  "bucket-logged": {
    breaks: [[bucket, "there is no BucketLogging for it"]],
    keeps: [
      { resource: bucket, beside: [of("bucketLogging:BucketLogging", { targetBucket: "shop-records" })] },
      { resource: bucket, beside: [logsHere] },
    ],
  },
  "bucket-versions": {
    breaks: [
      [{ resource: bucket, beside: [encryption("aws:kms"), lock] }, "there is no BucketVersioning for it"],
      [{ resource: bucket, beside: [versions, encryption("aws:kms")] }, "there is no BucketObjectLockConfiguration for it"],
      [
        { resource: bucket, beside: [versions, lock, encryption("AES256")] },
        "there is no BucketServerSideEncryptionConfiguration for it with aws:kms",
      ],
    ],
    keeps: [
      { resource: bucket, beside: [versions, lock, encryption("aws:kms")] },
      { resource: bucket, beside: [logsHere] },
    ],
  },
};
