import * as efs from "@pulumi/aws/efs";
import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../kernel/map-values";
import { pathProblems } from "../kernel/names";
import type { Problem } from "../kernel/refuse";
import { refuse } from "../kernel/refuse";
import type { Adopted } from "./adopted";
import { adopting, adoptionProblems, targetsOf } from "./adopted";
import type { Network } from "./network";
import type { AwsPlace } from "./place";
import { arnOf, placeProblems, tagged } from "./place";
import type { Statement } from "./policy";
import { policyText } from "./policy";
import type { Clients } from "./security-group";
import { connect, SecurityGroup } from "./security-group";

/** Whose files these are. Whoever mounts the directory is this user, whatever user it runs as. */
export interface Ownership {
  /** Root's only in a share that stands. */
  uid: number;
  gid: number;
  /** Rights of the directory when it is made. @default "0750" */
  mode?: string;
}

interface CommonArgs {
  place: AwsPlace;
  network: Network;
  /**
   * Directories that can be mounted, by their path in the share: `{ "/flowstack": { uid: 1000, gid: 1000 } }`. They are made in a share that is
   * made. In one that stands they have to be there, `"/"` among them: a wrong path is an error then, and no empty directory.
   */
  directories: Readonly<Record<string, Ownership>>;
  /** Tiers that mount it, by a word: `{ service: serviceGroup }`. */
  clients: Clients;
}

export interface NewEfsShare extends CommonArgs {
  /** Pulumi refuses to delete it. @default true */
  protect?: boolean;
  /** ARN of the key that encrypts it. AWS cannot change it. @default AWS's own for EFS */
  key?: pulumi.Input<string> | undefined;
  /** What stands already and is taken over, mount targets by the letter of their zone: `{ files: { id: "fs-0abc" }, "target-a": { id: "fsmt-0abc" } }`. */
  adopt?: Adopted;
}

/** A share of somebody else's, with a mount target in each zone. Its files and policy stay; access points of ours are made in it. */
export interface ExistingEfsShare extends CommonArgs {
  existing: {
    /** `"fs-0abc"` */
    fileSystemId: string;
    /** The group of its mount targets: clients are let into it. */
    securityGroupId: string;
  };
}

export type EfsShareArgs = NewEfsShare | ExistingEfsShare;

const NFS = 2049;

/**
 * Files that several tasks share: encrypted, backed up daily, reached over TLS only, and by access points that say whose files these are.
 *
 * @example
 * const share = new EfsShare("prod-files", { place, network, directories: { "/flowstack": { uid: 1000, gid: 1000 } }, clients: { service } });
 */
export class EfsShare extends pulumi.ComponentResource {
  /** Known when it can be mounted. */
  readonly fileSystemId: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  private readonly points: Readonly<Record<string, efs.AccessPoint>>;
  private readonly directories: EfsShareArgs["directories"];

  constructor(name: string, args: EfsShareArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:EfsShare", name, {}, opts);
    const { place, directories, clients } = args;
    refuse(this, name, problems(args));

    const group = shareGroup(name, args, this);
    const ways = connect(group, { as: "files", port: NFS, clients });
    const { id, mountable } = "existing" in args ? found(args) : made(name, args, group, this);
    const make = !stands(args);
    this.directories = directories;
    this.points = mapValues(directories, (ownership, path) =>
      accessPoint(`${name}${slug(path)}`, { place, id, path, ownership, make }, this),
    );

    this.fileSystemId = pulumi.all([id, mountable, ways]).apply(([known]) => known);
    this.arn = this.fileSystemId.apply((known) => arnOf(place, "elasticfilesystem", `file-system/${known}`));
    this.registerOutputs({ fileSystemId: this.fileSystemId });
  }

  /** Where one of the directories is mounted by. @throws RangeError when it is none of `directories`. */
  accessPoint(path: string): { id: pulumi.Output<string>; arn: pulumi.Output<string> } {
    const point = this.points[path];
    if (point === undefined) throw new RangeError(`must be one of ${Object.keys(this.points).join(", ")}, got "${path}"`);
    return { id: point.id, arn: point.arn };
  }

  /** What the role needs that mounts one of the directories: this one, and no other. */
  mountStatements(path: string): pulumi.Output<Statement[]> {
    const asRoot = this.directories[path]?.uid === 0 ? ["elasticfilesystem:ClientRootAccess"] : [];
    return pulumi.all([this.arn, this.accessPoint(path).arn]).apply(([arn, point]): Statement[] => [
      {
        Effect: "Allow",
        Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", ...asRoot],
        Resource: arn,
        Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": point } },
      },
    ]);
  }
}

/** `/flowstack/storage` -> `-flowstack-storage` */
const slug = (path: string): string => (path === "/" ? "-root" : path.replaceAll("/", "-"));

/** Whether its files are there already. */
const stands = (args: EfsShareArgs): boolean => "existing" in args || args.adopt?.["files"] !== undefined;

function shareGroup(name: string, args: EfsShareArgs, parent: pulumi.Resource): SecurityGroup {
  const { place, network } = args;
  return new SecurityGroup(
    `${name}-group`,
    "existing" in args
      ? { place, existing: args.existing.securityGroupId }
      : { place, vpcId: network.vpcId, role: "files", description: "Mount targets of shared files" },
    { parent },
  );
}

interface Share {
  id: pulumi.Output<string>;
  /** Resolves when it can be mounted in every zone. */
  mountable: pulumi.Output<unknown>;
}

const found = ({ existing }: ExistingEfsShare): Share => ({ id: pulumi.output(existing.fileSystemId), mountable: pulumi.output([]) });

function made(name: string, args: NewEfsShare, group: SecurityGroup, parent: pulumi.Resource): Share {
  const { place, network, protect = true, key, adopt } = args;
  const files = new efs.FileSystem(
    `${name}-files`,
    {
      creationToken: `${place.prefix}-files`,
      encrypted: true,
      ...(key !== undefined && { kmsKeyId: key }),
      performanceMode: "generalPurpose",
      throughputMode: "elastic",
      lifecyclePolicies: [{ transitionToIa: "AFTER_30_DAYS" }, { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" }],
      tags: tagged(place, `${place.prefix}-files`),
    },
    { parent, protect, ...adopting(adopt, "files", ["creationToken", "kmsKeyId", "performanceMode"]) },
  );
  new efs.BackupPolicy(`${name}-backup`, { fileSystemId: files.id, backupPolicy: { status: "ENABLED" } }, { parent });
  const policy = new efs.FileSystemPolicy(
    `${name}-policy`,
    { fileSystemId: files.id, policy: files.arn.apply((arn) => policyText(shareStatements(arn))) },
    { parent },
  );
  const targets = Object.entries(network.privateSubnets).map(([zone, subnetId]) => {
    const part = `target-${zone.slice(-1)}`;
    return new efs.MountTarget(
      `${name}-${part}`,
      { fileSystemId: files.id, subnetId, securityGroups: [group.id] },
      { parent, ...adopting(adopt, part, ["subnetId"]) },
    );
  });
  return { id: files.id, mountable: pulumi.all([policy.urn, ...targets.map(({ urn }) => urn)]) };
}

/** Nobody but by TLS, and nobody but by an access point; who may at all, roles say. Pure, so that a test reads it whole. */
export const shareStatements = (arn: string): Statement[] => [
  {
    Sid: "OnlyByTls",
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: "elasticfilesystem:*",
    Resource: arn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  },
  {
    Sid: "OnlyByAccessPoint",
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientRootAccess"],
    Resource: arn,
    Condition: { Null: { "elasticfilesystem:AccessPointArn": "true" } },
  },
];

function accessPoint(
  name: string,
  { place, id, path, ownership, make }: { place: AwsPlace; id: pulumi.Output<string>; path: string; ownership: Ownership; make: boolean },
  parent: pulumi.Resource,
): efs.AccessPoint {
  const { uid, gid, mode = "0750" } = ownership;
  return new efs.AccessPoint(
    name,
    {
      fileSystemId: id,
      posixUser: { uid, gid },
      rootDirectory: { path, ...(make && { creationInfo: { ownerUid: uid, ownerGid: gid, permissions: mode } }) },
      tags: tagged(place, `${place.prefix}${slug(path)}`),
    },
    { parent },
  );
}

const problems = (args: EfsShareArgs): Problem[] => [
  ...placeProblems("place", args.place),
  ...(Object.keys(args.directories).length > 0 ? [] : [{ path: "directories", wrong: "must name a directory at least" }]),
  ...Object.entries(args.directories).flatMap(([path, { uid, gid, mode = "0750" }]) => [
    ...(path === "/" && stands(args) ? [] : pathProblems(`directories/${path}`, path)),
    ...[uid, gid]
      .filter((id) => !Number.isInteger(id) || id < (stands(args) ? 0 : 1))
      .map((id) => ({ path: `directories/${path}`, wrong: "must belong to a user and a group other than root", got: id })),
    ...(/^0[0-7]{3}$/.test(mode) && !/[2367]$/.test(mode)
      ? []
      : [{ path: `directories/${path}/mode`, wrong: 'must be a mode such as "0750" that lets nobody else write', got: mode }]),
  ]),
  ...("existing" in args
    ? /^fs-[0-9a-f]+$/.test(args.existing.fileSystemId)
      ? []
      : [{ path: "existing/fileSystemId", wrong: 'must be an id such as "fs-0abc"', got: args.existing.fileSystemId }]
    : adoptionProblems(args.adopt, ["files", ...targetsOf(args.network.zones)], targetsOf(args.network.zones))),
];
