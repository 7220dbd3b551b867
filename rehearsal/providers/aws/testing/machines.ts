/** Machines. */
import type { Made, Sample } from "./sample";

/** One that the emulator brings along: it makes a machine of no image that it does not know. */
const IMAGE = "ami-03cf127a";
const DISK = { encrypted: true, volumeSize: 40, volumeType: "gp3", deleteOnTermination: true };

export const machineSamples = (of: Made): (() => Sample)[] => [
  () => ({
    key: "machine",
    type: "ec2/instance:Instance",
    inputs: {
      ami: IMAGE,
      instanceType: "t3.medium",
      subnetId: of("subnet-a"),
      vpcSecurityGroupIds: [of("group")],
      associatePublicIpAddress: false,
      userData: "#cloud-config\n{}\n",
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      rootBlockDevice: DISK,
      disableApiTermination: true,
    },
    // Without the second AWS would not let it go.
    change: {
      instanceType: "t3.large",
      rootBlockDevice: { ...DISK, volumeSize: 80 },
      userData: "#cloud-config\n",
      disableApiTermination: false,
      tags: { purpose: "changed" },
    },
  }),
  () => ({ key: "machine-address", type: "ec2/eip:Eip", inputs: { domain: "vpc" } }),
  () => ({
    key: "tie",
    type: "ec2/eipAssociation:EipAssociation",
    inputs: { instanceId: of("machine"), allocationId: of("machine-address"), allowReassociation: true },
  }),
];
