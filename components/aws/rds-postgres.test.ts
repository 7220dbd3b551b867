import * as pulumi from "@pulumi/pulumi";
import type { Recording } from "../host/recording";
import { RdsPostgres } from "./rds-postgres";
import type { ExistingRdsPostgres, NewRdsPostgres } from "./rds-args";
import { SecurityGroup } from "./security-group";
import { inputsOf, network, PLACE, recorded } from "./testing/tier";

const NEW = { version: "15", instanceClass: "db.t4g.small", storage: "20 GB", multiAz: true } as const;
type Changes = Partial<Omit<NewRdsPostgres, "clients" | "network">> | Pick<ExistingRdsPostgres, "existing">;

const made = (more: Changes = {}): Promise<Recording> =>
  recorded(() => {
    const on = network();
    const service = new SecurityGroup("app", { place: PLACE, vpcId: on.vpcId, role: "app", description: "Tasks" });
    const common = {
      place: PLACE,
      network: on,
      database: "flowstack",
      role: "flowstack_admin",
      clients: { service },
    };
    const password = pulumi.secret("canary");
    new RdsPostgres("db", "existing" in more ? { ...common, ...more } : { ...common, ...NEW, password, ...more });
  });

const refused = (more: Changes, message: string) => expect(made(more)).rejects.toThrow(new Error(message));
const SERVER = "rds/instance:Instance";

it("is encrypted, in private subnets, in two zones, with backups, and is not deleted by mistake", async () => {
  const found = await made();
  expect(inputsOf(found, SERVER)).toEqual({
    identifier: "flowstack-prod",
    engine: "postgres",
    engineVersion: "15",
    dbName: "flowstack",
    username: "flowstack_admin",
    password: "canary",
    port: 5432,
    instanceClass: "db.t4g.small",
    storageType: "gp3",
    allocatedStorage: 20,
    storageEncrypted: true,
    multiAz: true,
    publiclyAccessible: false,
    iamDatabaseAuthenticationEnabled: true,
    dbSubnetGroupName: "flowstack-prod-database",
    vpcSecurityGroupIds: ["db-group-group-id"],
    parameterGroupName: "flowstack-prod-postgres15",
    monitoringInterval: 60,
    monitoringRoleArn: "arn:made-up:Role:db-monitoring",
    enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
    autoMinorVersionUpgrade: true,
    allowMajorVersionUpgrade: false,
    applyImmediately: true,
    backupRetentionPeriod: 7,
    backupWindow: "02:00-03:00",
    maintenanceWindow: "sun:03:30-sun:04:30",
    copyTagsToSnapshot: true,
    deletionProtection: true,
    deleteAutomatedBackups: false,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: expect.stringMatching(/^flowstack-prod-last-/) as string,
    tags: { project: "flowfleet", environment: "prod", Name: "flowstack-prod" },
  });
  const server = found.resources.find(({ name }) => name === "db-server");
  expect(server).toMatchObject({ protect: true, secrets: ["password"] });
  expect(server?.dependsOn).toEqual(expect.arrayContaining(["db-logs-postgresql", "db-logs-upgrade", "db-monitoring-rights"]));
  expect(inputsOf(found, "rds/subnetGroup:SubnetGroup")).toMatchObject({ subnetIds: ["subnet-1a", "subnet-1b"] });
  expect(JSON.stringify(found.outputs)).not.toContain("canary");
});

it("takes nobody without TLS, and nobody but its clients", async () => {
  const found = await made({ version: "16" });
  const { family, name, parameters } = inputsOf(found, "rds/parameterGroup:ParameterGroup");
  expect([family, name]).toEqual(["postgres16", "flowstack-prod-postgres16"]);
  expect(parameters).toContainEqual({ name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" });
  const rule = { securityGroupId: "db-group-group-id", referencedSecurityGroupId: "app-group-id", fromPort: 5432, toPort: 5432 };
  expect(inputsOf(found, "vpc/securityGroupIngressRule:SecurityGroupIngressRule")).toMatchObject(rule);
  expect(found.resources.some(({ inputs }) => inputs["cidrIpv4"] !== undefined)).toBe(false);
});

it.each([
  ["14", "immediate"],
  ["15", "pending-reboot"],
])("says of PostgreSQL %s what AWS keeps of how TLS is asked for, so that no refresh sees a change", async (version, applyMethod) => {
  const { parameters } = inputsOf(await made({ version }), "rds/parameterGroup:ParameterGroup");
  expect(parameters).toContainEqual({ name: "rds.force_ssl", value: "1", applyMethod });
});

it("may be smaller, in one zone and deleted for good where nobody would miss it", async () => {
  const found = await made({ multiAz: false, protect: false, lastSnapshot: false, backups: "35 days", maxStorage: "100 GB" });
  const server = inputsOf(found, SERVER);
  expect(server).toMatchObject({
    multiAz: false,
    deletionProtection: false,
    skipFinalSnapshot: true,
    deleteAutomatedBackups: true,
    backupRetentionPeriod: 35,
    maxAllocatedStorage: 100,
  });
  expect(server).not.toHaveProperty("finalSnapshotIdentifier");
  expect(found.resources.find(({ name }) => name === "db-server")?.protect).toBe(false);
});

it("names the last snapshot anew with all that makes another server", async () => {
  const keepers = async (more: Changes) => (await made(more)).resources.find(({ name }) => name === "db-last")?.inputs["keepers"];
  const key = "arn:aws:kms:eu-central-1:123456789012:key/1";
  expect(await keepers({})).toEqual({ database: "flowstack", role: "flowstack_admin" });
  expect(await keepers({ key })).toEqual({ database: "flowstack", role: "flowstack_admin", key });
});

it("leaves a last snapshot and its backups when it may be deleted", async () => {
  expect(inputsOf(await made({ protect: false }), SERVER)).toMatchObject({
    deletionProtection: false,
    skipFinalSnapshot: false,
    deleteAutomatedBackups: false,
    finalSnapshotIdentifier: expect.stringMatching(/^flowstack-prod-last-/) as string,
  });
});

it("forgets its logs, encrypts by the environment's key, and tells of failures where somebody listens", async () => {
  const key = "arn:aws:kms:eu-central-1:123456789012:key/1";
  const found = await made({ key, events: "arn:aws:sns:eu-central-1:123456789012:alarms", logs: "7 days" });
  expect(inputsOf(found, SERVER)).toMatchObject({ kmsKeyId: key });
  expect(inputsOf(found, "cloudwatch/logGroup:LogGroup", "db-logs-postgresql")).toMatchObject({
    name: "/aws/rds/instance/flowstack-prod/postgresql",
    retentionInDays: 7,
    kmsKeyId: key,
  });
  const events = found.resources.filter(({ type }) => type === "aws:rds/eventSubscription:EventSubscription").map(({ inputs }) => inputs);
  expect(events).toMatchObject([
    { sourceType: "db-instance", sourceIds: ["flowstack-prod"], snsTopic: "arn:aws:sns:eu-central-1:123456789012:alarms" },
    { sourceType: "db-parameter-group", sourceIds: ["flowstack-prod-postgres15"], eventCategories: ["configuration change"] },
  ]);
  expect((await made()).resources.some(({ type }) => type.includes("eventSubscription"))).toBe(false);
});

it("of somebody else's is found by its address, and lets its clients in", async () => {
  const existing = { address: "old.abc123.eu-central-1.rds.amazonaws.com", port: 5433, securityGroupId: "sg-0abc" };
  const found = await made({ existing });
  expect(found.outputs["db"]).toEqual({ address: existing.address });
  expect(found.resources.filter(({ type }) => type.startsWith("aws:rds"))).toEqual([]);
  expect(inputsOf(found, "vpc/securityGroupIngressRule:SecurityGroupIngressRule")).toMatchObject({
    securityGroupId: "sg-0abc",
    fromPort: 5433,
  });
});

it("that stands is taken over under its own names, and nothing that AWS cannot change is asked of it", async () => {
  const adopt = {
    server: { id: "fastflow", keep: ["password", "vpcSecurityGroupIds"] },
    subnets: { id: "fastflow-net" },
    parameters: { id: "fastflow-15" },
  };
  const found = await made({ adopt, database: "Fastflow", role: "postgres" });
  expect(
    found.resources.flatMap(({ name, imported, ignoreChanges }) => (imported === undefined ? [] : [{ name, imported, ignoreChanges }])),
  ).toEqual(
    expect.arrayContaining([
      {
        name: "db-server",
        imported: "fastflow",
        ignoreChanges: ["dbName", "username", "kmsKeyId", "dbSubnetGroupName", "password", "vpcSecurityGroupIds"],
      },
      { name: "db-subnets", imported: "fastflow-net", ignoreChanges: ["description"] },
      { name: "db-parameters", imported: "fastflow-15", ignoreChanges: ["description", "family"] },
    ]),
  );
  expect(inputsOf(found, SERVER)).toMatchObject({
    identifier: "fastflow",
    dbSubnetGroupName: "fastflow-net",
    parameterGroupName: "fastflow-15",
  });
  expect(inputsOf(found, "cloudwatch/logGroup:LogGroup", "db-logs-upgrade")).toMatchObject({ name: "/aws/rds/instance/fastflow/upgrade" });
});

it("refuses a public database, too few backups, an old version, and whatever else cannot be, all at once", () =>
  refused(
    {
      version: "9.6",
      instanceClass: "t4g.small",
      storage: "10 GB",
      maxStorage: "10 GB",
      backups: "3 days",
      publiclyAccessible: true,
      database: "Flow Stack",
      role: "postgres",
      backupWindow: "2-3",
      maintenanceWindow: "sunday",
      logs: "2 days",
      adopt: { disk: { id: "x" } },
    },
    'db/database: must be at most 63 lower-case letters, digits and underscores, a letter first; got "Flow Stack"\n' +
      'db/role: must not be a name that everybody knows; got "postgres"; allowed: such as "flowstack_admin"\n' +
      'db/version: must be a major version of PostgreSQL: minor ones come by themselves, and AWS goes back to none; got "9.6"; allowed: "14" to "18"\n' +
      'db/instanceClass: must be a class such as "db.t4g.small"; got "t4g.small"\n' +
      'db/storage: is too small; got "10 GB"; allowed: from 20 GB\n' +
      'db/maxStorage: must be a tenth more than `storage` at least; got "10 GB"; allowed: from 11 GB\n' +
      'db/backups: must be a number of days that AWS keeps backups for; got "3 days"; allowed: 7 to 35 days\n' +
      "db/publiclyAccessible: must not be true: the database would have a public address; got true; reach it through the network\n" +
      'db/backupWindow: must be times of a day such as "02:00-03:00"; got "2-3"\n' +
      'db/maintenanceWindow: must be times of a week such as "sun:03:30-sun:04:30"; got "sunday"\n' +
      'db/logs: is no time that CloudWatch can keep logs for; got "2 days"; allowed: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days\n' +
      "db/adopt/disk: is nothing that is made here; allowed: server, subnets, parameters, logs-postgresql, logs-upgrade",
  ));

it.each([
  ["02:00-03:00", "sun:03:30-sun:04:30", ""],
  ["02:00-03:00", "sun:02:30-sun:03:30", 'db/maintenanceWindow: must not meet the backup window 02:00-03:00; got "sun:02:30-sun:03:30"'],
  ["23:30-00:30", "mon:00:00-mon:01:00", 'db/maintenanceWindow: must not meet the backup window 23:30-00:30; got "mon:00:00-mon:01:00"'],
  ["00:15-00:45", "sun:23:45-mon:00:30", 'db/maintenanceWindow: must not meet the backup window 00:15-00:45; got "sun:23:45-mon:00:30"'],
  [
    "02:00-02:10",
    "sun:03:30-sun:03:40",
    'db/backupWindow: must be 30 minutes or more; got "02:00-02:10"\ndb/maintenanceWindow: must be 30 minutes or more; got "sun:03:30-sun:03:40"',
  ],
] as const)("backups at %s, maintenance at %s", async (backupWindow, maintenanceWindow, message) => {
  if (message === "")
    expect(inputsOf(await made({ backupWindow, maintenanceWindow }), SERVER)).toMatchObject({ backupWindow, maintenanceWindow });
  else await refused({ backupWindow, maintenanceWindow }, message);
});

it("refuses an address and sizes that are none", async () => {
  await refused(
    { existing: { address: "https://db", port: 0, securityGroupId: "sg-0abc" } },
    'db/existing/address: must be a bare lower-case name such as "shop.example.com"; got "https://db"\n' +
      "db/existing/port: must be a port; got 0; allowed: 1 to 65535",
  );
  await refused({ storage: "20.5 GB" }, 'db/storage: must be a whole number of gigabytes, got "20.5 GB"');
});

it("says what a change of its class or version takes down", async () => {
  expect((await made()).outputs["db"]).toMatchObject({
    interruption: expect.stringMatching(/^PostgreSQL flowstack-prod is down as soon as AWS changes it, .* some minutes/) as unknown,
  });
});

it("takes another major version where that is said", async () => {
  expect(inputsOf(await made(), SERVER)).toMatchObject({ allowMajorVersionUpgrade: false });
  expect(inputsOf(await made({ version: "16", majorUpgrade: true }), SERVER)).toMatchObject({
    engineVersion: "16",
    allowMajorVersionUpgrade: true,
  });
  await expect(made({ version: "15.12" })).rejects.toThrow("must be a major version of PostgreSQL");
});
