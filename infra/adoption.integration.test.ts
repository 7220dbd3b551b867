import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { madeUp } from "../components/aws/made-up";
import { mapValues } from "../components/kernel/map-values";
import type { EngineOptions, Props, ProviderFactories, Result } from "../rehearsal/engine";
import { preview, up } from "../rehearsal/engine";
import { plainProviders } from "../rehearsal/plan";
import { pretendingProviders } from "../rehearsal/pretending-providers";

const ARN = "arn:aws:elasticloadbalancing:eu-central-1:123456789012";
const BALANCER = `${ARN}:loadbalancer/app/fastflow/50dc6c495c0c9188`;
const RECORD = "Z0123456789ABCDEFGHIJ_flowstack.example.com_A";
const HTTPS = `${ARN}:listener/app/fastflow/50dc6c495c0c9188/f2f7dc8efc522ab2`;

/** What Terraform made, by id, as the official provider reads it: without what AWS does not tell, and with what Terraform chose. */
const THERE: Readonly<Record<string, Props>> = {
  "vpc-0abc": { cidrBlock: "10.40.0.0/16", enableDnsSupport: true, enableDnsHostnames: false },
  "igw-0abc": { vpcId: "vpc-0abc" },
  "subnet-0a": { vpcId: "vpc-0abc", cidrBlock: "10.40.1.0/24", availabilityZone: "eu-central-1a", mapPublicIpOnLaunch: true },
  "subnet-1a": { vpcId: "vpc-0abc", cidrBlock: "10.40.11.0/24", availabilityZone: "eu-central-1a", mapPublicIpOnLaunch: false },
  "nat-0abc": { subnetId: "subnet-0a", allocationId: "eipalloc-0abc", connectivityType: "public" },
  [BALANCER]: {
    name: "fastflow",
    internal: false,
    loadBalancerType: "application",
    subnets: ["subnet-0a"],
    securityGroups: ["sg-0abc"],
    idleTimeout: 60,
  },
  [HTTPS]: {
    loadBalancerArn: BALANCER,
    port: 443,
    protocol: "HTTPS",
    sslPolicy: "ELBSecurityPolicy-2016-08",
    defaultActions: [{ type: "forward" }],
  },
  [RECORD]: {
    zoneId: "Z0123456789ABCDEFGHIJ",
    name: "flowstack.example.com",
    type: "A",
    aliases: [{ name: "fastflow-1.eu-central-1.elb.amazonaws.com", zoneId: "Z215JYRZR1TBD5", evaluateTargetHealth: true }],
  },
  // Nothing of password, skipFinalSnapshot, finalSnapshotIdentifier, applyImmediately: only Terraform knew them.
  "fastflow-db": {
    identifier: "fastflow-db",
    engine: "postgres",
    engineVersion: "15.12",
    dbName: "fastflow",
    username: "fastflow",
    storageEncrypted: true,
    kmsKeyId: "arn:aws:kms:eu-central-1:123456789012:key/rds",
    instanceClass: "db.t3.micro",
    allocatedStorage: 20,
    storageType: "gp2",
    dbSubnetGroupName: "fastflow-subnets",
    vpcSecurityGroupIds: ["sg-0db"],
    parameterGroupName: "default.postgres15",
    backupRetentionPeriod: 1,
    multiAz: false,
    deleteAutomatedBackups: true,
  },
  "fs-0abc": {
    creationToken: "terraform-20240101",
    encrypted: true,
    kmsKeyId: "arn:aws:kms:eu-central-1:123456789012:key/efs",
    performanceMode: "maxIO",
    throughputMode: "bursting",
  },
  "fsmt-0a": { fileSystemId: "fs-0abc", subnetId: "subnet-1a", securityGroups: ["sg-0fs"] },
  "/terraform/db_password": { name: "/terraform/db_password", type: "SecureString", tier: "Standard", value: "canary" },
};

const ADOPT = {
  network: {
    vpc: { id: "vpc-0abc" },
    internet: { id: "igw-0abc" },
    "public-a": { id: "subnet-0a" },
    "private-a": { id: "subnet-1a" },
    "nat-a": { id: "nat-0abc" },
  },
  balancer: { balancer: { id: BALANCER }, http: { id: "none" }, https: { id: HTTPS }, "name-flowstack.example.com": { id: RECORD } },
  database: { server: { id: "fastflow-db", keep: ["instanceClass"] }, "logs-postgresql": { id: "none" }, "logs-upgrade": { id: "none" } },
  files: { files: { id: "fs-0abc" }, "target-a": { id: "fsmt-0a" }, "target-b": { id: "none" } },
  secrets: { DATABASE_PASSWORD: { id: "/terraform/db_password" } },
};
/** Programs start and run; the machine has more to do. */
jest.setTimeout(180_000);

const stateDir = mkdtempSync(join(tmpdir(), "flowfleet-adoption-"));
afterAll(() => {
  rmSync(stateDir, { recursive: true, force: true });
});

const at = (providers: ProviderFactories): EngineOptions => ({
  cwd: join(__dirname, ".."),
  stack: "prod",
  stateDir,
  passphrase: "adoption",
  ignoreConfigFile: true,
  config: {
    "flowfleet:flowstack": {
      environment: "production",
      domain: "flowstack.example.com",
      aws: {
        account: "123456789012",
        region: "eu-central-1",
        network: { zones: ["eu-central-1a", "eu-central-1b"] },
        entrance: { zone: "Z0123456789ABCDEFGHIJ" },
        database: { name: "fastflow", role: "fastflow" },
        files: { directory: "/", owner: "0:0" },
        adopt: ADOPT,
      },
    },
  },
  providers,
});

/** What is imported is as it is there; what was made before, as it was made. */
const readingWhatIsThere = (factories: ProviderFactories): ProviderFactories =>
  mapValues(factories, (factory) => () => {
    const provider = factory();
    return {
      ...provider,
      // An update leaves the names that AWS gave.
      update: ({ oldOutputs, newInputs }) => Promise.resolve({ outputs: { ...oldOutputs, ...newInputs } }),
      read: ({ id, type, name, inputs, outputs }) => {
        if (Object.keys(outputs).length > 0) return Promise.resolve({ id, inputs, outputs });
        const found = THERE[id];
        return Promise.resolve(
          found && { id, inputs: found, outputs: { ...(madeUp({ type, name, inputs: found }) as Props), ...found, arn: id } },
        );
      },
    };
  });

const said = ({ diagnostics }: Result) => diagnostics.filter(({ severity }) => severity !== "info").map(({ message }) => message);
const imported = ({ steps }: Result) => steps.filter(({ op }) => op === "import");
const name = ({ urn }: { urn: string }) => urn.split("::").at(-1) ?? "";
const IDS = Object.values(ADOPT)
  .flatMap((parts) => Object.values(parts).map(({ id }) => id))
  .filter((id) => id !== "none")
  .sort();

it("a plan without credentials says what would be taken over, and what is said of it", async () => {
  const result = await preview(at(plainProviders()));
  expect([result.succeeded, said(result)]).toEqual([true, []]);
  expect(
    imported(result)
      .map((step) => step.new?.id)
      .sort(),
  ).toEqual(IDS);
  expect(result.changes.import).toBe(IDS.length);
  const server = imported(result).find((step) => name(step) === "flowstack-database-server");
  expect(server?.new?.inputs).toMatchObject({ identifier: "fastflow-db", backupRetentionPeriod: 7 });
  // What stays as it is, nobody here knows.
  for (const kept of ["instanceClass", "dbName", "username", "kmsKeyId", "dbSubnetGroupName"])
    expect(server?.new?.inputs).not.toHaveProperty(kept);
  // What has ways, lists and groups keeps them.
  for (const none of ["default-group", "private-a-routes", "private-a-way", "private-a-way-out", "public-a-way", "s3"])
    expect(result.steps.map(name)).not.toContain(`flowstack-network-${none}`);
  // The rest is made, and knows what was taken over by its id.
  const group = result.steps.find((step) => name(step) === "flowstack-database-group-group");
  expect([group?.op, group?.new?.inputs["vpcId"]]).toEqual(["create", "vpc-0abc"]);
});

it("the plan after an import replaces nothing, and the next one changes nothing", async () => {
  const providers = () => readingWhatIsThere(pretendingProviders());
  const first = await up(at(providers()));
  expect([first.succeeded, said(first)]).toEqual([true, []]);
  expect(
    imported(first)
      .map((step) => step.new?.id)
      .sort(),
  ).toEqual(IDS);
  expect(first.steps.filter(({ op }) => /replace|delete/.test(op)).map(name)).toEqual([]);

  const server = first.steps.find((step) => name(step) === "flowstack-database-server" && step.op === "update");
  // Of the server's own, changed in place: what Terraform had kept to itself as well.
  expect(server?.diffs).toEqual(
    expect.arrayContaining(["password", "skipFinalSnapshot", "finalSnapshotIdentifier", "applyImmediately", "deleteAutomatedBackups"]),
  );
  const { instanceClass, dbName, username, kmsKeyId, dbSubnetGroupName } = THERE["fastflow-db"] ?? {};
  expect(server?.new?.inputs).toMatchObject({
    ...{ instanceClass, dbName, username, kmsKeyId, dbSubnetGroupName },
    skipFinalSnapshot: false,
    deleteAutomatedBackups: false,
    applyImmediately: true,
    backupRetentionPeriod: 7,
  });

  const next = await preview(at(providers()));
  expect([next.succeeded, said(next)]).toEqual([true, []]);
  expect(next.steps.filter(({ op }) => op !== "same").map(name)).toEqual([]);
});
