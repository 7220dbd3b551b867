/** FlowStack's production in an AWS emulator: what AWS's own command line sees of it, a change, an honest deploy, and the end of it. */
import execa from "execa";
import { runTask, serviceInAws } from "../aws";
import type { Result } from "../engine";
import type { AwsTask } from "../machines";
import { AwsCli, standingIn } from "./aws-cli";
import { FlowStack, serves } from "./flowstack";
import { type Change, changesOf, reasons, succeeded, World } from "./world";

const STACK = "prod";
const NAME = "flowstack-production";
const SERVICE = `${NAME}-app`;
const DOMAIN = "flowstack.example.com";
const KEYS = ["DATABASE_PASSWORD", "FLOWISE_PASSWORD"];
const ROTATED = { "flowfleet:flowstack.rotation.database": "2026-12" };
const LARGER = { ...ROTATED, "flowfleet:flowstack.limits.memory": "4 GB" };
/** What stands no longer than the test. */
const UNPROTECTED = { ...LARGER, "flowfleet:flowstack.protect": false };

let world: World;
let aws: AwsCli;
let before: string[];
let first: Result;
let running: AwsTask;

const up = (change: Change = {}): Promise<Result> => world.up(STACK, change);
const query = (question: string, about: string): Promise<unknown> => aws.ask(`${question} --query ${about}`);
const service = (about: string): Promise<unknown> =>
  query(`ecs describe-services --cluster ${NAME} --services ${SERVICE}`, `services[0].${about}`);
const task = (about: string): Promise<unknown> =>
  query(`ecs describe-task-definition --task-definition ${SERVICE}`, `taskDefinition.${about}`);
const serving = (): Promise<unknown> => service("deployments[].[status,taskDefinition,rolloutState]");
const groupOf = (role: string): Promise<unknown> =>
  query(`ec2 describe-security-groups --filters Name=group-name,Values=${NAME}-${role}`, "SecurityGroups[0].GroupId");
/** Whom a group lets in, or to whom it lets out: port, addresses, groups. */
const ways = async (role: string, direction: "IpPermissions" | "IpPermissionsEgress"): Promise<unknown> =>
  query(
    `ec2 describe-security-groups --filters Name=group-name,Values=${NAME}-${role}`,
    `sort_by(SecurityGroups[0].${direction},&FromPort)[].[FromPort,IpRanges[].CidrIp,UserIdGroupPairs[].GroupId]`,
  );
const records = (): Promise<unknown> => {
  const zone = world.prepared.aws?.zones.get(DOMAIN) ?? "";
  return query(`route53 list-resource-record-sets --hosted-zone-id ${zone}`, "sort(ResourceRecordSets[].Type)");
};

/** Brings a change up, and a task as it is then. */
async function taskOf(change: Change = {}): Promise<void> {
  const { outputs } = succeeded(await up(change));
  const service = serviceInAws(world.stack(STACK), outputs);
  const found = service && (await runTask(service, world.prepared, {}));
  if (!found) throw new Error("the stack tells of no service in AWS");
  running = found;
}
const inDocker = async (...argv: string[]): Promise<string> => {
  const { all } = await execa("docker", argv, { all: true, stripFinalNewline: false });
  return all ?? "";
};
const inDatabase = (...argv: string[]): Promise<string> =>
  inDocker("exec", running.containerName.replace(/task$/, "database"), "psql", "--username=flowstack_admin", "--dbname=flowstack", ...argv);
const flowStack = new FlowStack({
  ask: async (path, { method = "GET", headers = {}, body } = {}) => {
    const answer = await fetch(new URL(path, running.url), { method, headers, ...(body !== undefined && { body: body.toString() }) });
    return { status: answer.status, body: await answer.text() };
  },
  log: () => inDocker("logs", running.containerName),
  secret: async (name) =>
    String(await query(`ssm get-parameter --name /flowstack/production/${name} --with-decryption`, "Parameter.Value")),
  rows: (sql) => inDatabase("-At", `--command=${sql}`),
  file: (path) => inDocker("exec", running.containerName, "cat", `/usr/src/.flowise/${path}`),
});

beforeAll(async () => {
  world = await World.open([STACK], { systems: ["flowstack"], folder: "e2e-flowstack-aws" });
  aws = new AwsCli(world);
  before = await standingIn(aws);
  first = succeeded(await up());
}, 1_200_000);

afterAll(async () => {
  await world.prepared.estate.destroy();
}, 120_000);

test("a second run changes nothing", async () => {
  expect(changesOf(succeeded(await up()))).toEqual([]);
}, 400_000);

test("applications are told where it is, and not what its password is", () => {
  expect(first.outputs["flowstack"]).toMatchObject({
    url: `https://${DOMAIN}`,
    healthUrl: `https://${DOMAIN}/api/v1/ping`,
    aws: { region: "eu-central-1", cluster: NAME, service: SERVICE, container: "app", parameters: "/flowstack/production" },
  });
});

test("one listener redirects, one serves by TLS with the certificate of the name; the name is the load balancer's", async () => {
  const certificate = await query("acm list-certificates", `CertificateSummaryList[?DomainName=='${DOMAIN}']|[0].CertificateArn`);
  const balancer = await query(`elbv2 describe-load-balancers --names ${NAME}`, "LoadBalancers[0].LoadBalancerArn");
  const about = "sort_by(Listeners,&Port)[].[Port,Protocol,Certificates[].CertificateArn,DefaultActions[0].Type]";
  expect(await query(`elbv2 describe-listeners --load-balancer-arn ${String(balancer)}`, about)).toEqual([
    [80, "HTTP", null, "redirect"],
    [443, "HTTPS", [certificate], "fixed-response"],
  ]);
  expect(await query(`elbv2 describe-listeners --load-balancer-arn ${String(balancer)}`, "Listeners[?Port==`443`].SslPolicy")).toEqual([
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
  ]);
  expect(await records()).toEqual(["A", "CNAME", "NS", "SOA"]);
}, 120_000);

test("the rule of the name leads to tasks that are asked for their health, and have time to drain", async () => {
  const target = await query("elbv2 describe-target-groups", "TargetGroups[0].TargetGroupArn");
  const listener = await query(
    `elbv2 describe-listeners --load-balancer-arn ${String(await query(`elbv2 describe-load-balancers --names ${NAME}`, "LoadBalancers[0].LoadBalancerArn"))}`,
    "Listeners[?Port==`443`]|[0].ListenerArn",
  );
  const rules = await query(
    `elbv2 describe-rules --listener-arn ${String(listener)}`,
    "Rules[?Priority!='default'].[Priority,Conditions[?Field=='host-header']|[0].HostHeaderConfig.Values,Actions[0].TargetGroupArn]",
  );
  expect(rules).toEqual([["1000", [DOMAIN], target]]);
  expect(
    await query(
      "elbv2 describe-target-groups",
      "TargetGroups[0].[HealthCheckPath,Port,TargetType,HealthCheckIntervalSeconds,Matcher.HttpCode]",
    ),
  ).toEqual(["/api/v1/ping", 3000, "ip", 10, "200-399"]);
  const drain = "Attributes[?Key=='deregistration_delay.timeout_seconds'].Value";
  expect(await query(`elbv2 describe-target-group-attributes --target-group-arn ${String(target)}`, drain)).toEqual(["30"]);
}, 180_000);

test("the service runs what was asked for, in private subnets, and goes back by itself", async () => {
  const arn = await task("taskDefinitionArn");
  expect(await serving()).toEqual([["PRIMARY", arn, "COMPLETED"]]);
  expect(await service("[desiredCount,runningCount,networkConfiguration.awsvpcConfiguration.assignPublicIp]")).toEqual([2, 2, "DISABLED"]);
  const subnets = (await service("networkConfiguration.awsvpcConfiguration.subnets")) as string[];
  expect(await query(`ec2 describe-subnets --subnet-ids ${subnets.join(" ")}`, "Subnets[].MapPublicIpOnLaunch")).toEqual([false, false]);
  expect(
    await query("application-autoscaling describe-scalable-targets --service-namespace ecs", "ScalableTargets[].[MinCapacity,MaxCapacity]"),
  ).toEqual([[2, 4]]);
}, 120_000);

test("the task definition names the image by its digest, and secrets by their parameters only", async () => {
  const { image, digest } = world.builtRelease("app");
  expect(await task("containerDefinitions[0].[image,user,readonlyRootFilesystem,privileged]")).toEqual([
    `${image}@${digest}`,
    "1000:1000",
    true,
    false,
  ]);
  const parameters = (await query(
    "ssm get-parameters-by-path --path /flowstack/production",
    "sort_by(Parameters,&Name)[].[Name,Type,ARN]",
  )) as string[][];
  expect(parameters.map(([name, type]) => [name, type])).toEqual(KEYS.map((key) => [`/flowstack/production/${key}`, "SecureString"]));
  expect(await task("containerDefinitions[0].secrets[].[name,valueFrom]")).toEqual(KEYS.map((key, index) => [key, parameters[index]?.[2]]));
  const text = JSON.stringify(await query(`ecs describe-task-definition --task-definition ${SERVICE}`, "taskDefinition"));
  const values = (await query(
    "ssm get-parameters-by-path --path /flowstack/production --with-decryption",
    "Parameters[].Value",
  )) as string[];
  expect(values.every((value) => value.length >= 16)).toBe(true);
  expect(values.filter((value) => text.includes(value))).toEqual([]);
  const variables = Object.fromEntries((await task("containerDefinitions[0].environment[].[name,value]")) as [string, string][]);
  const address = await query(`rds describe-db-instances --db-instance-identifier ${NAME}`, "DBInstances[0].Endpoint.Address");
  expect(variables).toMatchObject({ DATABASE_HOST: address, DATABASE_SSL: "true", PROXY_PORT: "3000", PORT: "3000" });
}, 180_000);

test("files come from the share by TLS, an access point and the task's role", async () => {
  const [point, share] = (await query("efs describe-access-points", "AccessPoints[0].[AccessPointId,FileSystemId]")) as string[];
  expect(await task("volumes[?efsVolumeConfiguration].efsVolumeConfiguration")).toEqual([
    expect.objectContaining({
      fileSystemId: share,
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId: point, iam: "ENABLED" },
    }),
  ]);
  expect(await query("efs describe-access-points", "AccessPoints[0].[PosixUser.Uid,RootDirectory.Path]")).toEqual([1000, "/flowstack"]);
}, 60_000);

test("each tier lets in the one before it alone, and nothing from outside but the load balancer's two ports", async () => {
  const [balancer, app] = [await groupOf("balancer"), await groupOf("app")];
  const everyone = ["0.0.0.0/0"];
  expect({
    balancer: await ways("balancer", "IpPermissions"),
    app: await ways("app", "IpPermissions"),
    database: await ways("database", "IpPermissions"),
    files: await ways("files", "IpPermissions"),
  }).toEqual({
    balancer: [
      [80, everyone, []],
      [443, everyone, []],
    ],
    app: [[3000, [], [balancer]]],
    database: [[5432, [], [app]]],
    files: [[2049, [], [app]]],
  });
  const [database, files] = [await groupOf("database"), await groupOf("files")];
  expect({
    balancer: await ways("balancer", "IpPermissionsEgress"),
    app: await ways("app", "IpPermissionsEgress"),
    database: await ways("database", "IpPermissionsEgress"),
    files: await ways("files", "IpPermissionsEgress"),
  }).toEqual({
    balancer: [[3000, [], [app]]],
    app: [
      [443, everyone, []],
      [2049, [], [files]],
      [5432, [], [database]],
    ],
    database: [],
    files: [],
  });
  const usual = "SecurityGroups[?GroupName=='default'].[IpPermissions,IpPermissionsEgress]";
  const vpc = await query("ec2 describe-vpcs --filters Name=is-default,Values=false", "Vpcs[0].VpcId");
  expect(await query(`ec2 describe-security-groups --filters Name=vpc-id,Values=${String(vpc)}`, usual)).toEqual([[[], []]]);
}, 180_000);

test("database, files, logs and secrets are encrypted by a key that turns; the database is closed and kept", async () => {
  const key = String(await query("kms list-aliases", `Aliases[?contains(AliasName,'${NAME}')]|[0].TargetKeyId`));
  const arn = String(await query(`kms describe-key --key-id ${key}`, "KeyMetadata.Arn"));
  expect({
    turns: await query(`kms get-key-rotation-status --key-id ${key}`, "KeyRotationEnabled"),
    database: await query(
      `rds describe-db-instances --db-instance-identifier ${NAME}`,
      "DBInstances[0].[StorageEncrypted,KmsKeyId,MultiAZ,PubliclyAccessible,BackupRetentionPeriod,DeletionProtection]",
    ),
    files: await query("efs describe-file-systems", "FileSystems[].[Encrypted,KmsKeyId]"),
    logs: await query(`logs describe-log-groups --log-group-name-prefix /${NAME}`, "logGroups[].kmsKeyId"),
    tls: await query(
      `rds describe-db-parameters --db-parameter-group-name ${NAME}-postgres15`,
      "Parameters[?ParameterName=='rds.force_ssl'].ParameterValue",
    ),
  }).toEqual({
    turns: true,
    database: [true, arn, true, false, 7, true],
    files: [[true, arn]],
    logs: expect.arrayContaining([arn]) as unknown,
    tls: ["1"],
  });
}, 120_000);

describe("a task on Docker, as its task definition says", () => {
  beforeAll(() => taskOf(), 300_000);

  serves(() => flowStack);

  test("it is as closed as it would be on Fargate", async () => {
    const about =
      "{{json .HostConfig.ReadonlyRootfs}} {{.Config.User}} {{.HostConfig.CapDrop}} {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}";
    expect(await inDocker("inspect", `--format=${about}`, running.containerName)).toBe(
      `true 1000:1000 [ALL] ${2 * 1024 ** 3} 1000000000\n`,
    );
  });

  test("it speaks to its database by TLS, without which nobody is let in", async () => {
    expect(await flowStack.bench.rows("select count(*) > 0 from pg_stat_ssl join pg_stat_activity using (pid) where ssl")).toBe("t\n");
    const plain = execa("docker", [
      ...["exec", "--env=PGSSLMODE=disable", "--env=PGPASSWORD=any", running.containerName.replace(/task$/, "database")],
      ...["psql", "--host=127.0.0.1", "--username=flowstack_admin", "--dbname=flowstack", "--command=select 1"],
    ]);
    await expect(plain).rejects.toThrow(/no encryption/);
  });

  test("another release takes its place, and everything is kept", async () => {
    const kept = await flowStack.kept();
    await taskOf({ releases: { app: await world.release({ service: "app", version: "v2" }) } });
    expect([await flowStack.version(), await flowStack.kept()]).toEqual(["v2", kept]);
  }, 300_000);

  test("with another password of the database it is another one, which is let in; the one before is not", async () => {
    const [kept, password] = [await flowStack.kept(), await flowStack.bench.secret("DATABASE_PASSWORD")];
    await taskOf({ config: ROTATED });
    expect(await flowStack.bench.secret("DATABASE_PASSWORD")).not.toBe(password);
    expect([await flowStack.version(), await flowStack.kept()]).toEqual(["v1", kept]);
  }, 300_000);

  test("a release that ends at once ends the rehearsal, with its last words", async () => {
    const app = await world.release({ service: "app", version: "broken", startup: "crash" });
    await expect(taskOf({ config: ROTATED, releases: { app } })).rejects.toThrow(/it ended\n.*this version is made to crash/);
    await taskOf({ config: ROTATED });
    expect((await flowStack.ask("/api/v1/ping")).status).toBe(200);
  }, 300_000);
});

test("a change is another task definition, which serves; once more, and there is none", async () => {
  const former = await task("taskDefinitionArn");
  const change: Change = { config: LARGER };
  const changes = changesOf(succeeded(await up(change)));
  expect(changes).toEqual(expect.arrayContaining(["update flowstack-app-service"]));
  const arn = await task("taskDefinitionArn");
  expect(arn).not.toBe(former);
  expect([await task("memory"), await serving()]).toEqual(["4096", [["PRIMARY", arn, "COMPLETED"]]]);
  expect(changesOf(succeeded(await up(change)))).toEqual([]);
}, 900_000);

test("an update fails where another task definition serves than the one that was asked for", async () => {
  const arn = String(await task("taskDefinitionArn"));
  // As the circuit breaker does: back to another one, and all is steady.
  const other = await query(
    `ecs register-task-definition --family ${SERVICE} --container-definitions [{"name":"app","image":"other","memory":128}]`,
    "taskDefinition.taskDefinitionArn",
  );
  await aws.ask(`ecs update-service --cluster ${NAME} --service ${SERVICE} --task-definition ${String(other)}`);
  const result = await up({ config: LARGER });
  expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("does not serve")]);
  await aws.ask(`ecs update-service --cluster ${NAME} --service ${SERVICE} --task-definition ${arn}`);
  await aws.ask(`ecs deregister-task-definition --task-definition ${String(other)}`);
  expect(changesOf(succeeded(await up({ config: LARGER })))).toEqual([]);
}, 600_000);

test("what is protected is not destroyed; once it is not, nothing is left", async () => {
  const refused = await world.destroy(STACK);
  expect([refused.succeeded, reasons(refused)]).toEqual([false, expect.stringContaining("protect")]);
  succeeded(await up({ config: UNPROTECTED }));
  succeeded(await world.destroy(STACK, { config: UNPROTECTED }));
  expect(await standingIn(aws)).toEqual(before);
  expect(await records()).toEqual(["NS", "SOA"]);
}, 900_000);
