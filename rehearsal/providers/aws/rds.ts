/** Package `aws`, databases: PostgreSQL with its parameters and subnets. */
import type { CreateDBInstanceCommandInput } from "@aws-sdk/client-rds";
import type { EventSubscriptionArgs, InstanceArgs, ParameterGroupArgs, SubnetGroupArgs } from "@pulumi/aws/rds";
import type { Unwrap } from "@pulumi/pulumi";
import type { Clients } from "./clients";
import { keyAndValue, orGone, orNotEmulated, told, type } from "./resource";

type Tags = Record<string, string> | undefined;

const tagged = (tags: Tags) => (tags && Object.keys(tags).length > 0 ? { Tags: keyAndValue(tags) } : {});

async function retag(arn: string, tags: Tags, { rds }: Clients): Promise<void> {
  const { TagList = [] } = await rds.listTagsForResource({ ResourceName: arn });
  const gone = TagList.flatMap(({ Key }) => (Key !== undefined && !(Key in (tags ?? {})) ? [Key] : []));
  if (gone.length > 0) await rds.removeTagsFromResource({ ResourceName: arn, TagKeys: gone });
  if (tags && Object.keys(tags).length > 0) await rds.addTagsToResource({ ResourceName: arn, Tags: keyAndValue(tags) });
}

/** What an instance can be given at any time → AWS's name for it. */
const CHANGEABLE = {
  allocatedStorage: "AllocatedStorage",
  maxAllocatedStorage: "MaxAllocatedStorage",
  instanceClass: "DBInstanceClass",
  engineVersion: "EngineVersion",
  password: "MasterUserPassword",
  backupRetentionPeriod: "BackupRetentionPeriod",
  backupWindow: "PreferredBackupWindow",
  maintenanceWindow: "PreferredMaintenanceWindow",
  multiAz: "MultiAZ",
  autoMinorVersionUpgrade: "AutoMinorVersionUpgrade",
  copyTagsToSnapshot: "CopyTagsToSnapshot",
  deletionProtection: "DeletionProtection",
  iamDatabaseAuthenticationEnabled: "EnableIAMDatabaseAuthentication",
  publiclyAccessible: "PubliclyAccessible",
  parameterGroupName: "DBParameterGroupName",
  vpcSecurityGroupIds: "VpcSecurityGroupIds",
  performanceInsightsEnabled: "EnablePerformanceInsights",
  performanceInsightsKmsKeyId: "PerformanceInsightsKMSKeyId",
  performanceInsightsRetentionPeriod: "PerformanceInsightsRetentionPeriod",
  monitoringInterval: "MonitoringInterval",
  monitoringRoleArn: "MonitoringRoleArn",
  storageType: "StorageType",
  iops: "Iops",
  storageThroughput: "StorageThroughput",
  caCertIdentifier: "CACertificateIdentifier",
} as const;

type Changeable = keyof typeof CHANGEABLE;

const changeable = (inputs: Unwrap<InstanceArgs>) =>
  Object.fromEntries(
    (Object.keys(CHANGEABLE) as Changeable[]).flatMap((key) => (inputs[key] === undefined ? [] : [[CHANGEABLE[key], inputs[key]]])),
  );

/** Its id is AWS's own for the resource; calls take its name. */
const instance = type<Unwrap<InstanceArgs>>({
  named: "identifier",
  longest: 63,
  replaces: ["identifier", "engine", "username", "dbName", "storageEncrypted", "kmsKeyId", "availabilityZone", "dbSubnetGroupName"],
  updates: [
    ...(Object.keys(CHANGEABLE) as Changeable[]),
    "port",
    "enabledCloudwatchLogsExports",
    "allowMajorVersionUpgrade",
    "applyImmediately",
    "deleteAutomatedBackups",
    "finalSnapshotIdentifier",
    "skipFinalSnapshot",
    "tags",
  ],
  create: async (inputs, { rds }) => {
    const { DBInstance } = await rds.createDBInstance({
      DBInstanceIdentifier: inputs.identifier,
      Engine: inputs.engine,
      MasterUsername: inputs.username,
      DBName: inputs.dbName,
      StorageEncrypted: inputs.storageEncrypted,
      KmsKeyId: inputs.kmsKeyId,
      AvailabilityZone: inputs.availabilityZone,
      DBSubnetGroupName: inputs.dbSubnetGroupName,
      Port: inputs.port,
      EnableCloudwatchLogsExports: inputs.enabledCloudwatchLogsExports,
      ...changeable(inputs),
      ...tagged(inputs.tags),
    } as CreateDBInstanceCommandInput);
    return told(DBInstance?.DbiResourceId, "id of a database");
  },
  read: async ({ inputs: { identifier } }, { rds }) => {
    const { DBInstances: [found] = [] } = (await orGone(rds.describeDBInstances({ DBInstanceIdentifier: identifier }))) ?? {};
    if (!found) return undefined;
    const { Address = "", Port = 5432, HostedZoneId } = found.Endpoint ?? {};
    return {
      arn: found.DBInstanceArn ?? "",
      address: Address,
      port: Port,
      endpoint: `${Address}:${Port}`,
      ...(HostedZoneId !== undefined && { hostedZoneId: HostedZoneId }),
      resourceId: found.DbiResourceId ?? "",
      engineVersionActual: found.EngineVersion ?? "",
      status: "available",
    };
  },
  update: async ({ inputs, outputs }, changed, aws) => {
    const wanted = Object.fromEntries(
      (Object.keys(CHANGEABLE) as Changeable[]).flatMap((key) =>
        changed.has(key) && inputs[key] !== undefined ? [[CHANGEABLE[key], inputs[key]]] : [],
      ),
    );
    const logs = changed.has("enabledCloudwatchLogsExports")
      ? { CloudwatchLogsExportConfiguration: { EnableLogTypes: inputs.enabledCloudwatchLogsExports } }
      : {};
    const port = changed.has("port") ? { DBPortNumber: inputs.port } : {};
    if (Object.keys({ ...wanted, ...logs, ...port }).length > 0)
      await aws.rds.modifyDBInstance({
        DBInstanceIdentifier: inputs.identifier,
        AllowMajorVersionUpgrade: inputs.allowMajorVersionUpgrade,
        ApplyImmediately: inputs.applyImmediately ?? false,
        ...wanted,
        ...logs,
        ...port,
      });
    await retag(outputs["arn"] as string, inputs.tags, aws);
  },
  delete: async ({ inputs: { identifier, skipFinalSnapshot = false, finalSnapshotIdentifier } }, { rds }) => {
    await rds.deleteDBInstance({
      DBInstanceIdentifier: identifier,
      SkipFinalSnapshot: skipFinalSnapshot,
      ...(!skipFinalSnapshot && { FinalDBSnapshotIdentifier: finalSnapshotIdentifier }),
    });
  },
});

const subnetGroup = type<Unwrap<SubnetGroupArgs>>({
  named: "name",
  longest: 255,
  replaces: ["name"],
  updates: ["subnetIds", "description", "tags"],
  create: async ({ name = "", description = "Managed by Pulumi", subnetIds, tags }, { rds }) => {
    await rds.createDBSubnetGroup({
      DBSubnetGroupName: name,
      DBSubnetGroupDescription: description,
      SubnetIds: subnetIds,
      ...tagged(tags),
    });
    return name;
  },
  read: async ({ id }, { rds }) => {
    const { DBSubnetGroups: [found] = [] } = (await orGone(rds.describeDBSubnetGroups({ DBSubnetGroupName: id }))) ?? {};
    return found && { arn: found.DBSubnetGroupArn ?? "", vpcId: found.VpcId ?? "" };
  },
  update: async ({ id, inputs, outputs }, changed, aws) => {
    if (changed.has("subnetIds") || changed.has("description"))
      await aws.rds.modifyDBSubnetGroup({
        DBSubnetGroupName: id,
        DBSubnetGroupDescription: inputs.description,
        SubnetIds: inputs.subnetIds,
      });
    await retag(outputs["arn"] as string, inputs.tags, aws);
  },
  delete: async ({ id }, { rds }) => {
    await rds.deleteDBSubnetGroup({ DBSubnetGroupName: id });
  },
});

const parameterGroup = type<Unwrap<ParameterGroupArgs>>({
  named: "name",
  longest: 255,
  replaces: ["name", "family", "description"],
  updates: ["parameters", "skipDestroy", "tags"],
  create: async (inputs, aws) => {
    const { name = "", family, description = "Managed by Pulumi", tags } = inputs;
    await aws.rds.createDBParameterGroup({
      DBParameterGroupName: name,
      DBParameterGroupFamily: family,
      Description: description,
      ...tagged(tags),
    });
    await set(name, inputs, aws);
    return name;
  },
  read: async ({ id }, { rds }) => {
    const { DBParameterGroups: [found] = [] } = (await orGone(rds.describeDBParameterGroups({ DBParameterGroupName: id }))) ?? {};
    return found && { arn: found.DBParameterGroupArn ?? "" };
  },
  update: async ({ id, inputs, outputs }, _, aws) => {
    await set(id, inputs, aws);
    await retag(outputs["arn"] as string, inputs.tags, aws);
  },
  delete: async ({ id }, { rds }) => {
    await rds.deleteDBParameterGroup({ DBParameterGroupName: id });
  },
});

async function set(name: string, { parameters = [] }: Unwrap<ParameterGroupArgs>, { rds }: Clients): Promise<void> {
  if (parameters.length === 0) return;
  await rds.modifyDBParameterGroup({
    DBParameterGroupName: name,
    Parameters: parameters.map(({ name: ParameterName, value, applyMethod = "immediate" }) => ({
      ParameterName,
      ParameterValue: value,
      ApplyMethod: applyMethod as "immediate",
    })),
  });
}

const eventSubscription = type<Unwrap<EventSubscriptionArgs>>({
  named: "name",
  longest: 255,
  replaces: ["name"],
  updates: ["snsTopic", "sourceType", "sourceIds", "eventCategories", "enabled", "tags"],
  create: async ({ name = "", snsTopic, sourceType, sourceIds, eventCategories, enabled = true, tags }, { rds }) => {
    await rds.createEventSubscription({
      SubscriptionName: name,
      SnsTopicArn: snsTopic,
      SourceType: sourceType,
      SourceIds: sourceIds,
      EventCategories: eventCategories,
      Enabled: enabled,
      ...tagged(tags),
    });
    return name;
  },
  read: async ({ id }, { rds }) => {
    const { EventSubscriptionsList: [found] = [] } = (await orGone(rds.describeEventSubscriptions({ SubscriptionName: id }))) ?? {};
    return found && { arn: found.EventSubscriptionArn ?? "" };
  },
  update: async ({ id, inputs: { snsTopic, sourceType, eventCategories, enabled = true } }, _, { rds }) => {
    await orNotEmulated(
      rds.modifyEventSubscription({
        SubscriptionName: id,
        SnsTopicArn: snsTopic,
        SourceType: sourceType,
        EventCategories: eventCategories,
        Enabled: enabled,
      }),
    );
  },
  delete: async ({ id }, { rds }) => {
    await rds.deleteEventSubscription({ SubscriptionName: id });
  },
});

export const RDS_TYPES = {
  "aws:rds/eventSubscription:EventSubscription": eventSubscription,
  "aws:rds/instance:Instance": instance,
  "aws:rds/subnetGroup:SubnetGroup": subnetGroup,
  "aws:rds/parameterGroup:ParameterGroup": parameterGroup,
};
