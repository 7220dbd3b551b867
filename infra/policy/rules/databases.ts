import { group, has, list, number, opened, UNKNOWN, valueAt } from "../resource";
import { all, type Rule, setting, WHERE_IT_COUNTS } from "../rule";

const SERVER = "aws:rds/instance:Instance";
const EVENTS = "aws:rds/eventSubscription:EventSubscription";
const SERVERS = [SERVER];
const CLUSTER = "aws:rds/cluster:Cluster";
/** Where each engine listens unless it is told. */
const USUAL_PORTS = [1433, 1521, 3306, 5432];
const USUAL_ADMINISTRATORS = ["admin", "administrator", "postgres", "root", "rdsadmin", "sa", "master"];

/** Of RDS. */
export const databases = {
  "database-private": {
    asks: "Databases have no public address, and their snapshots are nobody else's",
    controls: ["RDS.1", "RDS.2"],
    on: [SERVER, "aws:rds/snapshot:Snapshot", CLUSTER, "aws:rds/clusterInstance:ClusterInstance"],
    check: all(
      setting("publiclyAccessible", (value) => value !== true, "must be false"),
      ({ props }) => (list(props["sharedAccounts"]).includes("all") ? ['sharedAccounts must not have "all"'] : []),
    ),
  },
  "database-encrypted": {
    asks: "Storage and snapshots of databases are encrypted",
    controls: ["RDS.3", "RDS.4"],
    on: [...SERVERS, CLUSTER, "aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster"],
    check: setting("storageEncrypted", true, "must be true"),
  },
  "database-second-zone": {
    asks: "A database goes on in a second zone",
    controls: ["RDS.5"],
    level: WHERE_IT_COUNTS,
    on: SERVERS,
    check: setting("multiAz", true, "must be true"),
  },
  "database-monitored": {
    asks: "Databases have enhanced monitoring, and their logs are in CloudWatch",
    controls: ["RDS.6", "RDS.9", "RDS.36"],
    on: SERVERS,
    check: all(
      setting("monitoringInterval", (value) => number(value) > 0, "must be a number of seconds"),
      setting("enabledCloudwatchLogsExports", (value) => list(value).length > 0, "must name logs, such as postgresql"),
    ),
  },
  "database-protected": {
    asks: "Nobody deletes a database by mistake, and of one that is deleted a last snapshot stays",
    controls: ["RDS.8"],
    level: WHERE_IT_COUNTS,
    on: SERVERS,
    check: all(
      setting("deletionProtection", true, "must be true"),
      setting("skipFinalSnapshot", (value) => value !== true, "must be false"),
    ),
  },
  "database-iam": {
    asks: "People may log in to a database with their own rights instead of a shared password",
    controls: ["RDS.10"],
    on: SERVERS,
    check: setting("iamDatabaseAuthenticationEnabled", true, "must be true"),
  },
  "database-backups": {
    asks: "Databases of RDS have backups for 7 days or more",
    controls: ["RDS.11"],
    on: SERVERS,
    check: setting("backupRetentionPeriod", (value) => number(value) >= 7, "must be 7 days or more"),
  },
  "database-upkeep": {
    asks: "Minor versions of a database come by themselves; its snapshots have its tags",
    controls: ["RDS.13", "RDS.17"],
    on: SERVERS,
    check: all(
      setting("autoMinorVersionUpgrade", (value) => value === undefined || value === true, "must be true"),
      setting("copyTagsToSnapshot", true, "must be true"),
    ),
  },
  "database-events": {
    asks: "Somebody hears of critical events of a database and of its parameters",
    controls: ["RDS.20", "RDS.21"],
    level: WHERE_IT_COUNTS,
    on: SERVERS,
    whole: true,
    check: (_, { resources }) => {
      const heard = resources.filter(({ type }) => type === EVENTS).map(({ props }) => props["sourceType"]);
      return ["db-instance", "db-parameter-group"]
        .filter((source) => !heard.some((one) => one === source || one === undefined || one === UNKNOWN))
        .map((source) => `nobody hears of events of ${source}; name a topic`);
    },
  },
  "database-port": {
    asks: "Databases of RDS listen on a port that is not their usual one",
    controls: ["RDS.23"],
    on: SERVERS,
    check: setting("port", (port) => !USUAL_PORTS.includes(number(port ?? 5432)), "must not be the usual one"),
  },
  "database-administrator": {
    asks: "A database's administrator has a name of its own",
    controls: ["RDS.25"],
    on: SERVERS,
    check: ({ props }) => {
      const name = valueAt(props, "username");
      return name === UNKNOWN || name === undefined || !USUAL_ADMINISTRATORS.includes(String(opened(name)).toLowerCase())
        ? []
        : ["username must not be one that everybody tries first"];
    },
  },
  "database-tls": {
    asks: "Databases of RDS take no connection without TLS",
    controls: ["RDS.38"],
    on: ["aws:rds/parameterGroup:ParameterGroup"],
    check: ({ props }) =>
      !String(props["family"]).startsWith("postgres") ||
      has(props["parameters"], (one) => group(one)["name"] === "rds.force_ssl" && String(group(one)["value"]) === "1")
        ? []
        : ["parameters must have rds.force_ssl with 1"],
  },
} satisfies Record<string, Rule>;
