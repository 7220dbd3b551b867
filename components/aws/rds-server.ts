import * as iam from "@pulumi/aws/iam";
import * as rds from "@pulumi/aws/rds";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { inSeconds } from "../kernel/duration";
import { adopting } from "./adopted";
import { logGroup } from "./log-group";
import { bounded, tagged } from "./place";
import { trustOf } from "./policy";
import type { NewRdsPostgres } from "./rds-args";
import { DEFAULTS, PORT } from "./rds-args";
import { gigabytes } from "./rds-problems";
import type { SecurityGroup } from "./security-group";

/**
 * What AWS cannot change in a server that stands; to another group of subnets it moves only together with another network. Not that it is
 * encrypted: one that is not should not be taken over in silence.
 */
const FIXED = ["dbName", "username", "kmsKeyId", "dbSubnetGroupName"];

/** The server with all that belongs to it. */
export function makeServer(name: string, args: NewRdsPostgres, group: SecurityGroup, parent: pulumi.Resource) {
  const { place, events, adopt } = args;
  const identifier = adopt?.["server"]?.id ?? place.prefix;
  const logs = ["postgresql", "upgrade"].map((kind) =>
    logGroup(
      `${name}-logs-${kind}`,
      { place, path: `/aws/rds/instance/${identifier}/${kind}`, retention: args.logs ?? DEFAULTS.logs, key: args.key },
      { parent, ...adopting(adopt, `logs-${kind}`) },
    ),
  );
  const monitoring = monitoringRole(name, args, parent);
  const server = new rds.Instance(
    `${name}-server`,
    {
      ...fixedInputs(args, identifier),
      ...sizeInputs(args),
      ...lifeInputs(name, args, parent),
      password: args.password,
      dbSubnetGroupName: subnets(name, args, parent).name,
      vpcSecurityGroupIds: [group.id],
      parameterGroupName: parameters(name, args, parent).name,
      monitoringInterval: 60,
      monitoringRoleArn: monitoring.role.arn,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
    },
    // A new parameter group or engine takes its time; a second zone too.
    {
      parent,
      protect: args.protect ?? DEFAULTS.protect,
      // AWS refuses a role that cannot do yet what it is for.
      dependsOn: [...logs, monitoring.rights],
      customTimeouts: { create: "60m", update: "90m", delete: "60m" },
      ...adopting(adopt, "server", FIXED),
    },
  );
  if (events !== undefined) subscribe(name, args, events, server, parent);
  return { address: server.address, identifier: server.identifier };
}

/** What names it, and what keeps it closed. */
const fixedInputs = ({ place, version, database, role, key }: NewRdsPostgres, identifier: string) => ({
  identifier,
  engine: "postgres",
  engineVersion: version,
  dbName: database,
  username: role,
  port: PORT,
  storageEncrypted: true,
  ...(key !== undefined && { kmsKeyId: key }),
  publiclyAccessible: false,
  iamDatabaseAuthenticationEnabled: true,
  tags: tagged(place, identifier),
});

const sizeInputs = ({ instanceClass, storage, maxStorage, multiAz }: NewRdsPostgres) => ({
  instanceClass,
  storageType: "gp3",
  allocatedStorage: gigabytes(storage),
  ...(maxStorage !== undefined && { maxAllocatedStorage: gigabytes(maxStorage) }),
  multiAz,
});

/** Upgrades, backups, and what is left when it is deleted. */
function lifeInputs(name: string, args: NewRdsPostgres, parent: pulumi.Resource) {
  const { place, backups = DEFAULTS.backups, protect = DEFAULTS.protect, lastSnapshot: last = DEFAULTS.lastSnapshot } = args;
  return {
    autoMinorVersionUpgrade: true,
    allowMajorVersionUpgrade: args.majorUpgrade ?? false,
    // A changed password counts at once, not only in next Sunday's window.
    applyImmediately: true,
    backupRetentionPeriod: inSeconds(backups) / 86_400,
    backupWindow: args.backupWindow ?? DEFAULTS.backupWindow,
    maintenanceWindow: args.maintenanceWindow ?? DEFAULTS.maintenanceWindow,
    copyTagsToSnapshot: true,
    deletionProtection: protect,
    deleteAutomatedBackups: !last,
    skipFinalSnapshot: !last,
    ...(last && { finalSnapshotIdentifier: lastSnapshot(name, args, parent).hex.apply((hex) => `${place.prefix}-last-${hex}`) }),
  };
}

/** Another one with all that makes another server: its last snapshot must not be called like the first one's. */
const lastSnapshot = (name: string, { database, role, key }: NewRdsPostgres, parent: pulumi.Resource) =>
  new random.RandomId(`${name}-last`, { byteLength: 4, keepers: { database, role, ...(key !== undefined && { key }) } }, { parent });

function subnets(name: string, { place, network, adopt }: NewRdsPostgres, parent: pulumi.Resource): rds.SubnetGroup {
  const full = adopt?.["subnets"]?.id ?? `${place.prefix}-database`;
  return new rds.SubnetGroup(
    `${name}-subnets`,
    { name: full, description: "Private subnets", subnetIds: network.privateSubnetIds, tags: tagged(place, full) },
    { parent, ...adopting(adopt, "subnets", ["description"]) },
  );
}

/** Named after the major version: another one needs another group while the old server still runs with the old one. */
function parameters(name: string, { place, version, adopt }: NewRdsPostgres, parent: pulumi.Resource): rds.ParameterGroup {
  const major = Number(version.split(".")[0]);
  const family = `postgres${major}`;
  const full = adopt?.["parameters"]?.id ?? `${place.prefix}-${family}`;
  return new rds.ParameterGroup(
    `${name}-parameters`,
    { name: full, family, description: "Nothing but TLS", parameters: parametersOf(major), tags: tagged(place, full) },
    { parent, ...adopting(adopt, "parameters", ["description", "family"]) },
  );
}

/** From this version on AWS's own value is the same. */
const TLS_BY_ITSELF = 15;

/**
 * AWS takes note of how a parameter is applied only together with another value: one that it has already stays `pending-reboot`, and whoever
 * says otherwise is told of a change by each refresh (hashicorp/terraform-provider-aws issue 23335).
 */
const parametersOf = (major: number) => [
  ...Object.entries({
    log_connections: "1",
    log_disconnections: "1",
    // Milliseconds.
    log_min_duration_statement: "1000",
  }).map(([name, value]) => ({ name, value, applyMethod: "immediate" })),
  { name: "rds.force_ssl", value: "1", applyMethod: major < TLS_BY_ITSELF ? "immediate" : "pending-reboot" },
];

function monitoringRole(name: string, { place }: NewRdsPostgres, parent: pulumi.Resource) {
  const full = `${place.prefix}-database-monitoring`;
  const role = new iam.Role(
    `${name}-monitoring`,
    { name: full, assumeRolePolicy: trustOf("monitoring.rds.amazonaws.com", place.account), ...bounded(place), tags: tagged(place, full) },
    { parent },
  );
  const policyArn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole";
  const rights = new iam.RolePolicyAttachment(`${name}-monitoring-rights`, { role: role.name, policyArn }, { parent });
  return { role, rights };
}

/** Somebody hears of what happens to the server, its parameters and who may reach it. */
function subscribe(
  name: string,
  { place }: NewRdsPostgres,
  topic: pulumi.Input<string>,
  server: rds.Instance,
  parent: pulumi.Resource,
): void {
  const of = {
    "db-instance": {
      sourceIds: [server.identifier],
      eventCategories: ["availability", "configuration change", "failure", "low storage", "maintenance", "recovery"],
    },
    "db-parameter-group": { sourceIds: [server.parameterGroupName], eventCategories: ["configuration change"] },
  };
  for (const [sourceType, { sourceIds, eventCategories }] of Object.entries(of)) {
    const full = `${place.prefix}-${sourceType}`;
    new rds.EventSubscription(
      `${name}-events-${sourceType}`,
      { name: full, snsTopic: topic, sourceType, sourceIds, eventCategories, tags: tagged(place, full) },
      { parent },
    );
  }
}
