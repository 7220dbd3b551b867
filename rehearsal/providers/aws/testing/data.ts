/** Parameters, databases and shares. */
import { document, type Made, READ, type Sample, TAGS } from "./sample";

export const dataSamples = (of: Made): (() => Sample)[] => [
  () => ({
    key: "parameter",
    type: "ssm/parameter:Parameter",
    inputs: { name: "/flow/password", type: "SecureString", value: "first value" },
    change: { value: "second value" },
  }),
  () => ({
    key: "subnets",
    type: "rds/subnetGroup:SubnetGroup",
    inputs: { name: "flow", subnetIds: [of("subnet-a"), of("subnet-b")] },
    change: TAGS,
  }),
  () => ({
    key: "parameters",
    type: "rds/parameterGroup:ParameterGroup",
    inputs: {
      name: "flow15",
      family: "postgres15",
      parameters: [{ name: "rds.force_ssl", value: "1", applyMethod: "immediate" }],
    },
    change: TAGS,
  }),
  () => ({
    key: "database",
    type: "rds/instance:Instance",
    inputs: {
      identifier: "flow",
      engine: "postgres",
      engineVersion: "15",
      instanceClass: "db.t4g.small",
      allocatedStorage: 20,
      dbName: "flow",
      username: "flow_admin",
      password: "abcdefgh12",
      storageEncrypted: true,
      multiAz: true,
      backupRetentionPeriod: 7,
      dbSubnetGroupName: "flow",
      parameterGroupName: "flow15",
      vpcSecurityGroupIds: [of("group-2")],
      publiclyAccessible: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "flow-final",
    },
    change: { backupRetentionPeriod: 14 },
  }),
  () => ({
    key: "database-events",
    type: "rds/eventSubscription:EventSubscription",
    inputs: { name: "flow", snsTopic: of("topic", "arn"), sourceType: "db-instance", sourceIds: ["flow"], eventCategories: ["failure"] },
    change: { eventCategories: ["failure", "low storage"] },
  }),
  () => ({
    key: "share",
    type: "efs/fileSystem:FileSystem",
    inputs: { creationToken: "flow", encrypted: true, throughputMode: "elastic", lifecyclePolicies: [{ transitionToIa: "AFTER_30_DAYS" }] },
    change: TAGS,
  }),
  () => ({
    key: "mount",
    type: "efs/mountTarget:MountTarget",
    inputs: { fileSystemId: of("share"), subnetId: of("subnet-b"), securityGroups: [of("group")] },
  }),
  () => ({
    key: "access",
    type: "efs/accessPoint:AccessPoint",
    inputs: {
      fileSystemId: of("share"),
      posixUser: { uid: 1000, gid: 1000 },
      rootDirectory: { path: "/data", creationInfo: { ownerUid: 1000, ownerGid: 1000, permissions: "0750" } },
    },
    change: TAGS,
  }),
  () => ({
    key: "share-policy",
    type: "efs/fileSystemPolicy:FileSystemPolicy",
    inputs: { fileSystemId: of("share"), policy: document() },
    change: { policy: READ },
  }),
  () => ({
    key: "share-backup",
    type: "efs/backupPolicy:BackupPolicy",
    inputs: { fileSystemId: of("share"), backupPolicy: { status: "ENABLED" } },
  }),
];
