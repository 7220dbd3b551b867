/** Package `aws`, machines: instances of EC2, and the address that stays when one takes another's place. */
import type { _InstanceType, VolumeType } from "@aws-sdk/client-ec2";
import type { EipAssociationArgs, InstanceArgs } from "@pulumi/aws/ec2";
import type { Unwrap } from "@pulumi/pulumi";
import type { Clients } from "./clients";
import { orGone, orNotEmulated, told, type } from "./resource";
import { arnOf, retag, tagged } from "./vpc";

type Inputs = Unwrap<InstanceArgs>;

const instance = type<Inputs>({
  replaces: ["ami", "subnetId", "associatePublicIpAddress"],
  updates: ["rootBlockDevice", "instanceType", "vpcSecurityGroupIds", "disableApiTermination", "metadataOptions", "userData", "tags"],
  create: async (inputs, { ec2 }) => {
    const { subnetId, vpcSecurityGroupIds, associatePublicIpAddress, userData } = inputs;
    const { Instances } = await ec2.runInstances({
      MinCount: 1,
      MaxCount: 1,
      ImageId: inputs.ami,
      InstanceType: inputs.instanceType as _InstanceType,
      NetworkInterfaces: [
        { DeviceIndex: 0, SubnetId: subnetId, Groups: vpcSecurityGroupIds, AssociatePublicIpAddress: associatePublicIpAddress },
      ],
      ...(userData !== undefined && { UserData: base64(userData) }),
      ...(inputs.disableApiTermination !== undefined && { DisableApiTermination: inputs.disableApiTermination }),
      ...(inputs.metadataOptions && { MetadataOptions: metadata(inputs.metadataOptions) }),
      ...(inputs.rootBlockDevice && { BlockDeviceMappings: [rootDisk(inputs.rootBlockDevice)] }),
      ...tagged("instance", inputs.tags),
    });
    return told(Instances?.[0]?.InstanceId, "id of an instance");
  },
  read: async ({ id }, aws) => {
    const found = await instanceOf(id, aws);
    if (!found || ["shutting-down", "terminated"].includes(found.State?.Name ?? "")) return undefined;
    return {
      arn: arnOf("instance", id, aws),
      availabilityZone: found.Placement?.AvailabilityZone ?? "",
      privateIp: found.PrivateIpAddress ?? "",
      primaryNetworkInterfaceId: found.NetworkInterfaces?.[0]?.NetworkInterfaceId ?? "",
    };
  },
  update: async ({ id, inputs }, changed, aws, before) => {
    const { ec2 } = aws;
    const { disableApiTermination = false, vpcSecurityGroupIds = [], metadataOptions, instanceType, userData } = inputs;
    if (changed.has("disableApiTermination"))
      await ec2.modifyInstanceAttribute({ InstanceId: id, DisableApiTermination: { Value: disableApiTermination } });
    if (changed.has("vpcSecurityGroupIds")) await ec2.modifyInstanceAttribute({ InstanceId: id, Groups: vpcSecurityGroupIds });
    if (changed.has("metadataOptions") && metadataOptions)
      await orNotEmulated(ec2.modifyInstanceMetadataOptions({ InstanceId: id, ...metadata(metadataOptions) }));
    if (changed.has("rootBlockDevice")) await changeDisk(id, before.rootBlockDevice, inputs.rootBlockDevice, aws);
    if (changed.has("instanceType") || changed.has("userData")) {
      // AWS takes neither of a machine that runs. The emulator wants the text encoded once more than AWS does.
      await ec2.stopInstances({ InstanceIds: [id] });
      await ec2.modifyInstanceAttribute({ InstanceId: id, InstanceType: { Value: instanceType } });
      if (userData !== undefined) await ec2.modifyInstanceAttribute({ InstanceId: id, UserData: { Value: Buffer.from(base64(userData)) } });
      await ec2.startInstances({ InstanceIds: [id] });
    }
    await retag(id, inputs.tags, aws);
  },
  delete: async ({ id }, { ec2 }) => {
    await ec2.terminateInstances({ InstanceIds: [id] });
  },
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");

async function instanceOf(id: string, { ec2 }: Clients) {
  const { Reservations: [found] = [] } = (await orGone(ec2.describeInstances({ InstanceIds: [id] }))) ?? {};
  return found?.Instances?.[0];
}

/** Size and kind change while the machine runs; an encryption needs another disk, and so another machine. */
async function changeDisk(id: string, before: Inputs["rootBlockDevice"], now: Inputs["rootBlockDevice"], aws: Clients): Promise<void> {
  if (before?.encrypted !== now?.encrypted || before?.kmsKeyId !== now?.kmsKeyId)
    throw new Error("may replace: another encryption of the disk of a machine. To have it run: pulumi up");
  const disk = told((await instanceOf(id, aws))?.BlockDeviceMappings?.[0]?.Ebs?.VolumeId, "disk of an instance");
  await aws.ec2.modifyVolume({ VolumeId: disk, Size: now?.volumeSize, VolumeType: now?.volumeType as VolumeType });
}

const metadata = ({ httpEndpoint, httpTokens, httpPutResponseHopLimit }: NonNullable<Inputs["metadataOptions"]>) => ({
  HttpEndpoint: httpEndpoint as "enabled",
  HttpTokens: httpTokens as "required",
  HttpPutResponseHopLimit: httpPutResponseHopLimit,
});

/** By the name that the images of Debian and Ubuntu give it. */
const rootDisk = ({ encrypted, kmsKeyId, volumeSize, volumeType, deleteOnTermination }: NonNullable<Inputs["rootBlockDevice"]>) => ({
  DeviceName: "/dev/sda1",
  Ebs: {
    Encrypted: encrypted,
    KmsKeyId: kmsKeyId,
    VolumeSize: volumeSize,
    VolumeType: volumeType as VolumeType,
    DeleteOnTermination: deleteOnTermination,
  },
});

const eipAssociation = type<Unwrap<EipAssociationArgs>>({
  replaces: ["instanceId", "allocationId"],
  updates: ["allowReassociation"],
  create: async ({ instanceId, allocationId, allowReassociation }, { ec2 }) => {
    const wanted = { InstanceId: instanceId, AllocationId: allocationId, AllowReassociation: allowReassociation };
    const { AssociationId } = await ec2.associateAddress(wanted);
    return told(AssociationId, "id of what ties an address to a machine");
  },
  read: async ({ id, inputs: { allocationId } }, { ec2 }) => {
    const { Addresses: [found] = [] } = (await orGone(ec2.describeAddresses({ AllocationIds: [told(allocationId, "address")] }))) ?? {};
    return found?.AssociationId === id ? { publicIp: found.PublicIp ?? "" } : undefined;
  },
  // Where it says it may, AWS moves the address whenever it is asked to.
  update: () => Promise.resolve(),
  delete: async ({ id }, { ec2 }) => {
    await ec2.disassociateAddress({ AssociationId: id });
  },
});

export const INSTANCE_TYPES = {
  "aws:ec2/instance:Instance": instance,
  "aws:ec2/eipAssociation:EipAssociation": eipAssociation,
};
