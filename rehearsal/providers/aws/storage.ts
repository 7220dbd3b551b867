/** Package `aws`, what is kept: file systems, buckets, parameters. */
import type { LifecycleRule, ServerSideEncryptionRule } from "@aws-sdk/client-s3";
import type { AccessPointArgs, BackupPolicyArgs, FileSystemArgs, FileSystemPolicyArgs, MountTargetArgs } from "@pulumi/aws/efs";
import type {
  BucketArgs,
  BucketLifecycleConfigurationArgs,
  BucketLoggingArgs,
  BucketObjectLockConfigurationArgs,
  BucketOwnershipControlsArgs,
  BucketPolicyArgs,
  BucketPublicAccessBlockArgs,
  BucketServerSideEncryptionConfigurationArgs,
  BucketVersioningArgs,
} from "@pulumi/aws/s3";
import type { ParameterArgs } from "@pulumi/aws/ssm";
import type { Unwrap } from "@pulumi/pulumi";
import type { Clients } from "./clients";
import { ACCOUNT, capitalised, keyAndValue, orGone, orNotEmulated, told, type, type AwsType } from "./resource";

type Tags = Record<string, string> | undefined;

const textOf = (document: unknown): string => (typeof document === "string" ? document : JSON.stringify(document));
const efsArn = (kind: string, id: string, { region }: Clients): string => `arn:aws:elasticfilesystem:${region}:${ACCOUNT}:${kind}/${id}`;

async function retagShare(id: string, tags: Tags, { efs }: Clients): Promise<void> {
  const { Tags: found = [] } = await efs.listTagsForResource({ ResourceId: id });
  const gone = found.flatMap(({ Key }) => (Key !== undefined && !(Key in (tags ?? {})) ? [Key] : []));
  if (gone.length > 0) await efs.untagResource({ ResourceId: id, TagKeys: gone });
  if (tags && Object.keys(tags).length > 0) await efs.tagResource({ ResourceId: id, Tags: keyAndValue(tags) });
}

const fileSystem = type<Unwrap<FileSystemArgs>>({
  named: "creationToken",
  replaces: ["creationToken", "encrypted", "kmsKeyId", "performanceMode", "availabilityZoneName"],
  updates: ["throughputMode", "lifecyclePolicies", "tags"],
  create: async (inputs, aws) => {
    const { FileSystemId } = await aws.efs.createFileSystem({
      CreationToken: inputs.creationToken,
      Encrypted: inputs.encrypted,
      KmsKeyId: inputs.kmsKeyId,
      PerformanceMode: inputs.performanceMode as "generalPurpose",
      ThroughputMode: inputs.throughputMode as "bursting",
      Tags: keyAndValue(inputs.tags),
    });
    const id = told(FileSystemId, "id of a file system");
    await cycle(id, inputs, aws);
    return id;
  },
  read: async ({ id }, aws) => {
    const { FileSystems: [found] = [] } = (await orGone(aws.efs.describeFileSystems({ FileSystemId: id }))) ?? {};
    return found && { arn: efsArn("file-system", id, aws), dnsName: `${id}.efs.${aws.region}.amazonaws.com` };
  },
  update: async ({ id, inputs }, _, aws) => {
    await cycle(id, inputs, aws);
    await retagShare(id, inputs.tags, aws);
  },
  delete: async ({ id }, { efs }) => {
    await efs.deleteFileSystem({ FileSystemId: id });
  },
});

async function cycle(id: string, { lifecyclePolicies }: Unwrap<FileSystemArgs>, { efs }: Clients): Promise<void> {
  if (lifecyclePolicies)
    await efs.putLifecycleConfiguration({
      FileSystemId: id,
      LifecyclePolicies: lifecyclePolicies.map((one) => capitalised(one) as object),
    });
}

const mountTarget = type<Unwrap<MountTargetArgs>>({
  replaces: ["fileSystemId", "subnetId", "ipAddress"],
  updates: ["securityGroups"],
  create: async ({ fileSystemId, subnetId, securityGroups }, { efs }) => {
    const { MountTargetId } = await efs.createMountTarget({
      FileSystemId: fileSystemId,
      SubnetId: subnetId,
      SecurityGroups: securityGroups,
    });
    return told(MountTargetId, "id of a mount target");
  },
  read: async ({ id }, { efs }) => {
    const { MountTargets: [found] = [] } = (await orGone(efs.describeMountTargets({ MountTargetId: id }))) ?? {};
    return found && { ipAddress: found.IpAddress ?? "", availabilityZoneName: found.AvailabilityZoneName ?? "" };
  },
  update: async ({ id, inputs }, _, { efs }) => {
    await efs.modifyMountTargetSecurityGroups({ MountTargetId: id, SecurityGroups: inputs.securityGroups });
  },
  delete: async ({ id }, { efs }) => {
    await efs.deleteMountTarget({ MountTargetId: id });
  },
});

const accessPoint = type<Unwrap<AccessPointArgs>>({
  replaces: ["fileSystemId", "posixUser", "rootDirectory"],
  updates: ["tags"],
  create: async ({ fileSystemId, posixUser, rootDirectory, tags }, { efs }) => {
    const { AccessPointId } = await efs.createAccessPoint({
      FileSystemId: fileSystemId,
      PosixUser: posixUser && { Uid: posixUser.uid, Gid: posixUser.gid, SecondaryGids: posixUser.secondaryGids },
      RootDirectory: rootDirectory && {
        Path: rootDirectory.path,
        CreationInfo: rootDirectory.creationInfo && {
          OwnerUid: rootDirectory.creationInfo.ownerUid,
          OwnerGid: rootDirectory.creationInfo.ownerGid,
          Permissions: rootDirectory.creationInfo.permissions,
        },
      },
      Tags: keyAndValue(tags),
    });
    return told(AccessPointId, "id of an access point");
  },
  read: async ({ id }, aws) => {
    const { AccessPoints: [found] = [] } = (await orGone(aws.efs.describeAccessPoints({ AccessPointId: id }))) ?? {};
    return found && { arn: efsArn("access-point", id, aws) };
  },
  update: ({ id, inputs }, _, aws) => retagShare(id, inputs.tags, aws),
  delete: async ({ id }, { efs }) => {
    await efs.deleteAccessPoint({ AccessPointId: id });
  },
});

const fileSystemPolicy = type<Unwrap<FileSystemPolicyArgs>>({
  replaces: ["fileSystemId"],
  updates: ["policy", "bypassPolicyLockoutSafetyCheck"],
  create: async ({ fileSystemId, policy }, { efs }) => {
    await efs.putFileSystemPolicy({ FileSystemId: fileSystemId, Policy: textOf(policy) });
    return fileSystemId;
  },
  read: async ({ id }, { efs }) => ((await orGone(efs.describeFileSystemPolicy({ FileSystemId: id }))) ? {} : undefined),
  update: async ({ id, inputs }, _, { efs }) => {
    await efs.putFileSystemPolicy({ FileSystemId: id, Policy: textOf(inputs.policy) });
  },
  delete: async ({ id }, { efs }) => {
    await orNotEmulated(efs.deleteFileSystemPolicy({ FileSystemId: id }));
  },
});

/** The emulator has no call for it. */
const backupPolicy = type<Unwrap<BackupPolicyArgs>>({
  replaces: ["fileSystemId"],
  updates: ["backupPolicy"],
  create: async (inputs, aws) => {
    await backUp(inputs.fileSystemId, inputs.backupPolicy.status, aws);
    return inputs.fileSystemId;
  },
  read: async ({ id }, { efs }) => ((await orGone(efs.describeFileSystems({ FileSystemId: id }))) ? {} : undefined),
  update: ({ id, inputs }, _, aws) => backUp(id, inputs.backupPolicy.status, aws),
  delete: ({ id }, aws) => backUp(id, "DISABLED", aws),
});

const backUp = (id: string, status: string, { efs }: Clients): Promise<void> =>
  orNotEmulated(efs.putBackupPolicy({ FileSystemId: id, BackupPolicy: { Status: status as "ENABLED" } }));

const bucket = type<Unwrap<BucketArgs>>({
  named: "bucket",
  longest: 63,
  replaces: ["bucket", "objectLockEnabled"],
  updates: ["forceDestroy", "tags"],
  create: async ({ bucket: name = "", objectLockEnabled, tags }, { s3, region }) => {
    await s3.createBucket({
      Bucket: name,
      ObjectLockEnabledForBucket: objectLockEnabled,
      ...(region !== "us-east-1" && { CreateBucketConfiguration: { LocationConstraint: region as "eu-central-1" } }),
    });
    if (tags && Object.keys(tags).length > 0) await s3.putBucketTagging({ Bucket: name, Tagging: { TagSet: keyAndValue(tags) } });
    return name;
  },
  read: async ({ id }, { s3, region }) =>
    (await orGone(s3.headBucket({ Bucket: id }))) && { arn: `arn:aws:s3:::${id}`, bucketDomainName: `${id}.s3.amazonaws.com`, region },
  update: async ({ id, inputs }, _, { s3 }) => {
    if (inputs.tags) await s3.putBucketTagging({ Bucket: id, Tagging: { TagSet: keyAndValue(inputs.tags) } });
  },
  delete: async ({ id, inputs }, { s3 }) => {
    if (inputs.forceDestroy) {
      const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket: id });
      for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) await s3.deleteObject({ Bucket: id, Key, VersionId });
    }
    await s3.deleteBucket({ Bucket: id });
  },
});

/** A setting of a bucket that is a resource of its own. */
const setting = <Inputs extends { bucket: string }>(
  updates: readonly (keyof Inputs & string)[],
  put: (inputs: Inputs, aws: Clients) => Promise<unknown>,
  remove: (name: string, aws: Clients) => Promise<unknown>,
): AwsType =>
  type<Inputs>({
    replaces: ["bucket"],
    updates,
    create: async (inputs, aws) => {
      await put(inputs, aws);
      return inputs.bucket;
    },
    read: async ({ id }, { s3 }) => ((await orGone(s3.headBucket({ Bucket: id }))) ? {} : undefined),
    update: async ({ inputs }, _, aws) => {
      await put(inputs, aws);
    },
    delete: async ({ id }, aws) => {
      await orGone(remove(id, aws));
    },
  });

/** A program may hand over the bucket itself; what arrives here is its name. */
type ByName<Args> = Omit<Args, "bucket"> & { bucket: string };

const SETTINGS = {
  "aws:s3/bucketVersioning:BucketVersioning": setting<ByName<Unwrap<BucketVersioningArgs>>>(
    ["versioningConfiguration"],
    ({ bucket: Bucket, versioningConfiguration }, { s3 }) =>
      s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: versioningConfiguration.status as "Enabled" } }),
    () => Promise.resolve(),
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting<ByName<Unwrap<BucketPublicAccessBlockArgs>>>(
    ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
    ({ bucket: Bucket, ...flags }, { s3 }) =>
      s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: capitalised(flags) as object }),
    (Bucket, { s3 }) => s3.deletePublicAccessBlock({ Bucket }),
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting<
    ByName<Unwrap<BucketServerSideEncryptionConfigurationArgs>>
  >(
    ["rules"],
    ({ bucket: Bucket, rules }, { s3 }) =>
      s3.putBucketEncryption({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: rules.map(({ applyServerSideEncryptionByDefault: by, bucketKeyEnabled }): ServerSideEncryptionRule => ({
            BucketKeyEnabled: bucketKeyEnabled,
            ...(by && {
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: by.sseAlgorithm as "aws:kms", KMSMasterKeyID: by.kmsMasterKeyId },
            }),
          })),
        },
      }),
    (Bucket, { s3 }) => s3.deleteBucketEncryption({ Bucket }),
  ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting<ByName<Unwrap<BucketLifecycleConfigurationArgs>>>(
    ["rules"],
    ({ bucket: Bucket, rules = [] }, { s3 }) =>
      s3.putBucketLifecycleConfiguration({
        Bucket,
        LifecycleConfiguration: {
          Rules: rules.map(
            ({
              id: ID,
              status,
              filter,
              noncurrentVersionExpiration: old,
              abortIncompleteMultipartUpload: unfinished,
              expiration,
            }): LifecycleRule => ({
              ID,
              Status: status as "Enabled",
              Filter: { Prefix: filter?.prefix ?? "" },
              ...(old && {
                NoncurrentVersionExpiration: { NoncurrentDays: old.noncurrentDays, NewerNoncurrentVersions: old.newerNoncurrentVersions },
              }),
              ...(unfinished && { AbortIncompleteMultipartUpload: { DaysAfterInitiation: unfinished.daysAfterInitiation } }),
              ...(expiration && { Expiration: { Days: expiration.days, ExpiredObjectDeleteMarker: expiration.expiredObjectDeleteMarker } }),
            }),
          ),
        },
      }),
    (Bucket, { s3 }) => s3.deleteBucketLifecycle({ Bucket }),
  ),
  "aws:s3/bucketPolicy:BucketPolicy": setting<ByName<Unwrap<BucketPolicyArgs>>>(
    ["policy"],
    ({ bucket: Bucket, policy }, { s3 }) => s3.putBucketPolicy({ Bucket, Policy: textOf(policy) }),
    (Bucket, { s3 }) => s3.deleteBucketPolicy({ Bucket }),
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting<ByName<Unwrap<BucketOwnershipControlsArgs>>>(
    ["rule"],
    ({ bucket: Bucket, rule }, { s3 }) =>
      s3.putBucketOwnershipControls({
        Bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: rule.objectOwnership as "BucketOwnerEnforced" }] },
      }),
    (Bucket, { s3 }) => s3.deleteBucketOwnershipControls({ Bucket }),
  ),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": setting<ByName<Unwrap<BucketObjectLockConfigurationArgs>>>(
    ["rule"],
    ({ bucket: Bucket, rule }, { s3 }) =>
      s3.putObjectLockConfiguration({
        Bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          ...(rule && {
            Rule: { DefaultRetention: { Mode: rule.defaultRetention.mode as "GOVERNANCE", Days: rule.defaultRetention.days } },
          }),
        },
      }),
    (Bucket, { s3 }) => s3.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } }),
  ),
  "aws:s3/bucketLogging:BucketLogging": setting<ByName<Unwrap<BucketLoggingArgs>>>(
    ["targetBucket", "targetPrefix"],
    ({ bucket: Bucket, targetBucket, targetPrefix }, { s3 }) =>
      s3.putBucketLogging({
        Bucket,
        BucketLoggingStatus: { LoggingEnabled: { TargetBucket: targetBucket, TargetPrefix: targetPrefix } },
      }),
    (Bucket, { s3 }) => s3.putBucketLogging({ Bucket, BucketLoggingStatus: {} }),
  ),
};

const parameter = type<Unwrap<ParameterArgs>>({
  named: "name",
  longest: 1011,
  replaces: ["name", "type"],
  updates: ["value", "insecureValue", "description", "keyId", "tier", "allowedPattern", "tags"],
  create: async (inputs, aws) => {
    await put(inputs, false, aws);
    if (inputs.tags && Object.keys(inputs.tags).length > 0)
      await aws.ssm.addTagsToResource({ ResourceType: "Parameter", ResourceId: inputs.name, Tags: keyAndValue(inputs.tags) });
    return inputs.name ?? "";
  },
  read: async ({ id }, { ssm, region }) => {
    const found = await orGone(ssm.getParameter({ Name: id }));
    if (!found?.Parameter) return undefined;
    return {
      arn: `arn:aws:ssm:${region}:${ACCOUNT}:parameter${id.startsWith("/") ? "" : "/"}${id}`,
      version: found.Parameter.Version ?? 1,
    };
  },
  update: (of, _, aws) => put(of.inputs, true, aws),
  delete: async ({ id }, { ssm }) => {
    await ssm.deleteParameter({ Name: id });
  },
});

async function put(
  { name, type: kind, value, insecureValue, description, keyId, tier }: Unwrap<ParameterArgs>,
  Overwrite: boolean,
  { ssm }: Clients,
): Promise<void> {
  await ssm.putParameter({
    Name: name,
    Type: kind as "SecureString",
    Value: value ?? insecureValue,
    Description: description,
    KeyId: keyId,
    Tier: tier as "Standard",
    Overwrite,
  });
}

export const STORAGE_TYPES = {
  "aws:efs/fileSystem:FileSystem": fileSystem,
  "aws:efs/mountTarget:MountTarget": mountTarget,
  "aws:efs/accessPoint:AccessPoint": accessPoint,
  "aws:efs/fileSystemPolicy:FileSystemPolicy": fileSystemPolicy,
  "aws:efs/backupPolicy:BackupPolicy": backupPolicy,
  "aws:s3/bucket:Bucket": bucket,
  ...SETTINGS,
  "aws:ssm/parameter:Parameter": parameter,
};
