/** Every resource type against the emulator: made, told of, changed, told of, removed, gone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awsProvider } from ".";
import { awsEmulatorImage } from "../../apps/aws-emulator-image";
import type { Operation, Props, Provider } from "../../engine";
import { type AwsEmulator, ensureDocker, type Estate, openEstate, startAwsEmulator } from "../../machines";
import { samples, type Made, type Sample } from "./testing";
import { TYPES } from "./types";

jest.setTimeout(900_000);

const REGION = "eu-central-1";
const stateDir = mkdtempSync(join(tmpdir(), "flowfleet-e2e-aws-"));
const made = new Map<string, { sample: Sample; id: string; inputs: Props; outputs: Props }>();
const of: Made = (key, output = "id") => {
  const value = made.get(key)?.outputs[output];
  return typeof value === "string" ? value : `none of ${key}`;
};
const operation = (sample: Sample): Operation => ({
  urn: `urn:pulumi:prod::flowfleet::aws:${sample.type}::${sample.key}`,
  name: sample.key,
  type: `aws:${sample.type}`,
  preview: false,
  timeout: 0,
  signal: new AbortController().signal,
  log: () => undefined,
});

let estate: Estate;
let emulator: AwsEmulator;
let provider: Provider;
let zone: string;

beforeAll(async () => {
  await ensureDocker({ stateDir });
  estate = await openEstate({ stateDir, name: "e2e-aws" });
  emulator = await startAwsEmulator(estate, await awsEmulatorImage({}));
  zone = await emulator.zone("example.com");
  provider = awsProvider(emulator);
  await provider.configure({ region: REGION, defaultTags: JSON.stringify({ tags: { project: "flow" } }) });
});
afterAll(async () => {
  await estate.destroy();
  rmSync(stateDir, { recursive: true, force: true });
});

const asked = async (argv: string): Promise<unknown> => JSON.parse((await emulator.cli(REGION, argv.split(" "))) || "null");
const all = samples(of, "");
const KEYS = all.map((make) => make().key);

test("all types have a sample", () => {
  expect([...new Set(all.map((make) => `aws:${make().type}`))].sort()).toEqual(Object.keys(TYPES).sort());
});

test("a hosted zone is made once", async () => {
  expect(await emulator.zone("example.com")).toBe(zone);
});

test.each(KEYS.map((key, index) => [key, index] as const))("%s is made and told of", async (key, index) => {
  const sample = samples(of, zone)[index]?.() as Sample;
  const base = operation(sample);
  const { inputs } = await provider.check({ ...base, oldInputs: {}, newInputs: sample.inputs, randomSeed: Buffer.alloc(32, index) });
  const { id, outputs } = await provider.create({ ...base, inputs });
  made.set(key, { sample, id, inputs, outputs });
  const told = await provider.read({ ...base, id, inputs, outputs });
  expect(told?.id).toBe(id);
  expect(Object.entries(outputs).filter(([, value]) => value === "")).toEqual([]);
});

test.each(KEYS)("%s is changed where it can be", async (key) => {
  const { sample, id, inputs, outputs } = made.get(key) ?? { sample: undefined, id: "", inputs: {}, outputs: {} };
  if (!sample) throw new Error("it was not made");
  if (!sample.change) return;
  const base = operation(sample);
  const newInputs = { ...inputs, ...sample.change };
  const request = { ...base, id, oldInputs: inputs, oldOutputs: outputs, newInputs, ignoreChanges: [] };
  expect(await provider.diff(request)).toMatchObject({ changes: "some", replaces: [] });
  const updated = await provider.update(request);
  made.set(key, { sample, id, inputs: newInputs, outputs: { ...updated.outputs, id } });
});

test("changes are what AWS's own command line sees", async () => {
  const arn = (key: string): string => of(key, "arn");
  const seen = {
    subnetTags: await asked(`ec2 describe-tags --filters Name=resource-id,Values=${of("subnet-a")} --query Tags[].[Key,Value]`),
    table: await asked(
      `ec2 describe-route-tables --filters Name=association.subnet-id,Values=${of("subnet-b")} --query RouteTables[].RouteTableId`,
    ),
    retention: await asked("logs describe-log-groups --log-group-name-prefix /flow/app --query logGroups[0].retentionInDays"),
    path: await asked(`elbv2 describe-target-groups --target-group-arns ${arn("target")} --query TargetGroups[0].HealthCheckPath`),
    action: await asked(`elbv2 describe-listeners --listener-arns ${arn("listener")} --query Listeners[0].DefaultActions[0].Type`),
    priority: await asked(`elbv2 describe-rules --rule-arns ${arn("rule")} --query Rules[0].Priority`),
    count: await asked("ecs describe-services --cluster flow --services flow --query services[0].desiredCount"),
    capacity: await asked(
      "application-autoscaling describe-scalable-targets --service-namespace ecs --query ScalableTargets[0].MaxCapacity",
    ),
    threshold: await asked("cloudwatch describe-alarms --alarm-names flow-5xx --query MetricAlarms[0].Threshold"),
    parameter: await asked("ssm get-parameter --name /flow/password --with-decryption --query Parameter.Value"),
    backups: await asked("rds describe-db-instances --db-instance-identifier flow --query DBInstances[0].BackupRetentionPeriod"),
    expiry: await asked(
      "s3api get-bucket-lifecycle-configuration --bucket flow-state --query Rules[0].NoncurrentVersionExpiration.NoncurrentDays",
    ),
    policy: await asked(
      "iam get-role-policy --role-name flow-task --policy-name".concat(
        ` ${of("role-policy", "name")}`,
        " --query PolicyDocument.Statement[0].Action",
      ),
    ),
    open: await asked(
      `ec2 describe-security-groups --group-ids ${of("default-group")} --query SecurityGroups[].[IpPermissions,IpPermissionsEgress]`,
    ),
  };
  expect(seen).toEqual({
    subnetTags: expect.arrayContaining([
      ["project", "flow"],
      ["purpose", "changed"],
    ]) as unknown,
    table: [of("table-2")],
    retention: 90,
    path: "/other",
    action: "forward",
    priority: "200",
    count: 3,
    capacity: 6,
    threshold: 9,
    parameter: "second value",
    backups: 14,
    expiry: 30,
    policy: "s3:PutObject",
    open: [[[], []]],
  });
});

test("another task definition is the one that the service's only deployment has", async () => {
  const { sample, id, inputs, outputs } = made.get("task") ?? { sample: undefined, id: "", inputs: {}, outputs: {} };
  const service = made.get("service");
  if (!sample || !service) throw new Error("it was not made");
  const next = await provider.create({ ...operation(sample), inputs: { ...inputs, cpu: "1024", memory: "2048" } });
  expect(next.outputs["arn"]).toBe(of("task", "arn").replace(/:\d+$/, ":2"));
  const newInputs = { ...service.inputs, taskDefinition: next.outputs["arn"] ?? "" };
  const about = { ...operation(service.sample), id: service.id, oldInputs: service.inputs, oldOutputs: service.outputs, ignoreChanges: [] };
  await provider.update({ ...about, newInputs });
  made.set("service", { ...service, inputs: newInputs });
  expect(
    await asked(
      "ecs describe-services --cluster flow --services flow --query services[0].deployments[].[status,taskDefinition,rolloutState]",
    ),
  ).toEqual([["PRIMARY", next.outputs["arn"], "COMPLETED"]]);
  await provider.delete({ ...operation(sample), id, inputs, outputs });
  made.set("task", { sample, id: next.id, inputs, outputs: next.outputs });
});

test("a record that stands is not made again, with another value neither; one that was removed is", async () => {
  // Of the zone's own name, after which there are others in its list.
  const inputs = { zoneId: zone, name: "example.com", type: "A", ttl: 60, records: ["203.0.113.9"] };
  const base = operation({ key: "again", type: "route53/record:Record", inputs });
  const { id, outputs } = await provider.create({ ...base, inputs });
  for (const records of [["203.0.113.9"], ["203.0.113.10"]])
    await expect(provider.create({ ...base, inputs: { ...inputs, records } })).rejects.toThrow("already exists");
  await provider.delete({ ...base, id, inputs, outputs });
  await provider.create({ ...base, inputs });
  await provider.delete({ ...base, id, inputs, outputs });
  expect(await asked(`route53 list-resource-record-sets --hosted-zone-id ${zone} --query ResourceRecordSets[?Type=='A']`)).toEqual([]);
});

test.each([...KEYS].reverse())("%s is removed, and gone", async (key) => {
  const found = made.get(key);
  if (!found) throw new Error("it was not made");
  const { sample, id, inputs, outputs } = found;
  const base = operation(sample);
  await provider.delete({ ...base, id, inputs, outputs });
  // Settings of a bucket, and what is nothing of AWS's own, end with what they belong to.
  const belongs =
    sample.type.startsWith("s3/bucket") || ["default-group", "share-backup", "share-policy", "topic-policy", "validation"].includes(key);
  const told = await provider.read({ ...base, id, inputs, outputs });
  if (!belongs || sample.type === "s3/bucket:Bucket") expect(told).toBeUndefined();
  // Once more: what is gone already is no failure.
  await provider.delete({ ...base, id, inputs, outputs });
});
