import { EfsShare, shareStatements } from "./efs-share";
import type { ExistingEfsShare, NewEfsShare } from "./efs-share";
import { Network } from "./network";
import type { Statement } from "./policy";
import { SecurityGroup } from "./security-group";
import { inputsOf, network, PLACE, recorded } from "./testing/tier";
import { valueOf } from "./testing/value-of";

const DIRECTORIES = { "/flowstack": { uid: 1000, gid: 1000 } };
type Changes = Partial<Omit<NewEfsShare, "clients">> | Pick<ExistingEfsShare, "existing">;

async function made(more: Changes = {}) {
  const told: { id?: string; statements?: Statement[]; point?: string } = {};
  const found = await recorded(async () => {
    const on = network();
    const service = new SecurityGroup("app", { place: PLACE, vpcId: on.vpcId, role: "app", description: "Tasks" });
    const share = new EfsShare("files", { place: PLACE, network: on, directories: DIRECTORIES, clients: { service }, ...more });
    const [directory = ""] = Object.keys("directories" in more && more.directories ? more.directories : DIRECTORIES);
    told.id = await valueOf(share.fileSystemId);
    told.point = await valueOf(share.accessPoint(directory).arn);
    told.statements = await valueOf(share.mountStatements(directory));
    expect(() => share.accessPoint("/elsewhere")).toThrow(new RangeError(`must be one of ${directory}, got "/elsewhere"`));
  });
  return { found, ...told };
}

it("is encrypted, backed up, and can be mounted in every zone", async () => {
  const { found, id } = await made({ key: "arn:aws:kms:eu-central-1:123456789012:key/1" });
  expect(inputsOf(found, "efs/fileSystem:FileSystem")).toEqual({
    creationToken: "flowstack-prod-files",
    encrypted: true,
    kmsKeyId: "arn:aws:kms:eu-central-1:123456789012:key/1",
    performanceMode: "generalPurpose",
    throughputMode: "elastic",
    lifecyclePolicies: [{ transitionToIa: "AFTER_30_DAYS" }, { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" }],
    tags: { project: "flowfleet", environment: "prod", Name: "flowstack-prod-files" },
  });
  expect(inputsOf(found, "efs/backupPolicy:BackupPolicy")).toMatchObject({ backupPolicy: { status: "ENABLED" } });
  expect(inputsOf(found, "efs/mountTarget:MountTarget", "files-target-b")).toEqual({
    fileSystemId: "files-files-id",
    subnetId: "subnet-1b",
    securityGroups: ["files-group-group-id"],
  });
  expect(found.resources.find(({ name }) => name === "files-files")?.protect).toBe(true);
  expect(id).toBe("files-files-id");
});

it("has mount targets that wait for the subnet of their own zone, and for no other's", async () => {
  const found = await recorded(() => {
    const on = new Network("net", { place: PLACE, cidr: "10.40.0.0/16", zones: ["eu-central-1a", "eu-central-1b"], nat: "one" });
    return new EfsShare("files", { place: PLACE, network: on, directories: DIRECTORIES, clients: {} });
  });
  const targets = found.resources.filter(({ type }) => type === "aws:efs/mountTarget:MountTarget");
  expect(
    targets.map(({ name, inputs, dependsOn }) => [name, inputs["subnetId"], dependsOn.filter((one) => one.startsWith("net-")).sort()]),
  ).toEqual([
    ["files-target-a", "net-private-a-id", ["net-private-a"]],
    ["files-target-b", "net-private-b-id", ["net-private-b"]],
  ]);
});

it("is reached by its clients alone, by TLS alone and by access points alone", async () => {
  const { found } = await made();
  expect(inputsOf(found, "vpc/securityGroupIngressRule:SecurityGroupIngressRule")).toMatchObject({
    securityGroupId: "files-group-group-id",
    referencedSecurityGroupId: "app-group-id",
    fromPort: 2049,
  });
  expect(inputsOf(found, "vpc/securityGroupEgressRule:SecurityGroupEgressRule")).toMatchObject({
    securityGroupId: "app-group-id",
    referencedSecurityGroupId: "files-group-group-id",
    fromPort: 2049,
  });
  const statements = shareStatements("arn:made-up:FileSystem:files-files");
  expect(JSON.parse(String(inputsOf(found, "efs/fileSystemPolicy:FileSystemPolicy")["policy"]))).toEqual({
    Version: "2012-10-17",
    Statement: statements,
  });
  expect(statements.map(({ Effect, Condition }) => [Effect, Condition])).toEqual([
    ["Deny", { Bool: { "aws:SecureTransport": "false" } }],
    ["Deny", { Null: { "elasticfilesystem:AccessPointArn": "true" } }],
  ]);
});

it("says whose files a directory has, whoever mounts it, and gives the right to this directory", async () => {
  const { found, point, statements } = await made({ directories: { "/flowstack/storage": { uid: 1000, gid: 1001, mode: "0700" } } });
  expect(inputsOf(found, "efs/accessPoint:AccessPoint", "files-flowstack-storage")).toEqual({
    fileSystemId: "files-files-id",
    posixUser: { uid: 1000, gid: 1001 },
    rootDirectory: { path: "/flowstack/storage", creationInfo: { ownerUid: 1000, ownerGid: 1001, permissions: "0700" } },
    tags: { project: "flowfleet", environment: "prod", Name: "flowstack-prod-flowstack-storage" },
  });
  expect(statements).toEqual([
    {
      Effect: "Allow",
      Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
      Resource: "arn:aws:elasticfilesystem:eu-central-1:123456789012:file-system/files-files-id",
      Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": point } },
    },
  ]);
});

it("of somebody else's gets an access point and a way for its clients, and nothing else", async () => {
  const { found, id } = await made({ existing: { fileSystemId: "fs-0abc", securityGroupId: "sg-0abc" } });
  expect(id).toBe("fs-0abc");
  expect(found.resources.filter(({ type }) => type.startsWith("aws:efs")).map(({ name }) => name)).toEqual(["files-flowstack"]);
  expect(inputsOf(found, "efs/accessPoint:AccessPoint")).toMatchObject({ fileSystemId: "fs-0abc" });
  expect(inputsOf(found, "vpc/securityGroupIngressRule:SecurityGroupIngressRule")).toMatchObject({ securityGroupId: "sg-0abc" });
});

it("that stands is taken over as it is called and lies", async () => {
  const { found } = await made({ adopt: { files: { id: "fs-0abc" }, "target-a": { id: "fsmt-0abc" } } });
  expect(
    found.resources.flatMap(({ name, imported, ignoreChanges }) => (imported === undefined ? [] : [[name, imported, ignoreChanges]])),
  ).toEqual([
    ["files-files", "fs-0abc", ["creationToken", "kmsKeyId", "performanceMode"]],
    ["files-target-a", "fsmt-0abc", ["subnetId"]],
  ]);
  // What is said not to be there is made.
  const other = await made({ adopt: { files: { id: "fs-0abc" }, "target-a": { id: "none" } } });
  expect(other.found.resources.find(({ name }) => name === "files-target-a")?.imported).toBeUndefined();
  await expect(made({ adopt: { files: { id: "none" } } })).rejects.toThrow(
    new Error('files/adopt/files/id: must be an id; got "none"; leave the part out, and it is made'),
  );
});

it("that stands gives out the directory that it has, root's as well, and makes none: a wrong path must not be an empty directory", async () => {
  const { found, point, statements } = await made({ directories: { "/": { uid: 0, gid: 0 } }, adopt: { files: { id: "fs-0abc" } } });
  expect(inputsOf(found, "efs/accessPoint:AccessPoint", "files-root")).toMatchObject({
    posixUser: { uid: 0, gid: 0 },
    rootDirectory: { path: "/" },
  });
  expect(inputsOf(found, "efs/accessPoint:AccessPoint")["rootDirectory"]).not.toHaveProperty("creationInfo");
  expect(statements).toMatchObject([
    {
      Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientRootAccess"],
      Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": point } },
    },
  ]);
});

it("refuses directories of root or of everybody, and ids that are none, all at once", async () => {
  const directories = { "/": { uid: 0, gid: 1000 }, "/open": { uid: 1000, gid: 1000, mode: "0777" } };
  await expect(made({ directories, adopt: { disk: { id: "fs-0abc" } } })).rejects.toThrow(
    new Error(
      'files/directories//: must be an absolute path of plain characters such as "/srv/shop"; got "/"\n' +
        "files/directories//: must belong to a user and a group other than root; got 0\n" +
        'files/directories//open/mode: must be a mode such as "0750" that lets nobody else write; got "0777"\n' +
        "files/adopt/disk: is nothing that is made here; allowed: files, target-a, target-b",
    ),
  );
  await expect(made({ existing: { fileSystemId: "files", securityGroupId: "sg-0abc" } })).rejects.toThrow(
    new Error('files/existing/fileSystemId: must be an id such as "fs-0abc"; got "files"'),
  );
  await expect(made({ directories: {} })).rejects.toThrow(new Error("files/directories: must name a directory at least"));
});
