import * as pulumi from "@pulumi/pulumi";
import { inMegabytes } from "../kernel/size";
import type { Size } from "../kernel/size";
import type { Host } from "./host";
import { HostStep } from "./host-step";
import type { OperatingSystem } from "./operating-system";
import type { TakeOver } from "./take-over";

/** Least that a machine must have, compared at first contact. */
export interface SizeArgs {
  cpus: number;
  /** As sold: a tenth of it may be missing, which the kernel keeps for itself. */
  memory: Size;
  /** Of the file system at `/`, as sold: a fifth of it may be missing, since disks are sold in powers of 1000 and hold more than that file system. @default any */
  disk?: Size | undefined;
  /** A throwaway machine may fall short of it; the helper then prints it as a substitution. @default false */
  lenient?: boolean | undefined;
}

/** What a system claims on a machine. */
export interface SystemClaim {
  /** Who registers. @default the stack that is being deployed */
  stack?: string;
  /** What the stack runs here: `"flowmaster"`. */
  system: string;
  /** Public names that its sites answer. @default none */
  names?: readonly string[];
  /** TCP ports that it listens on. @default none */
  ports?: readonly number[];
  /** Files and folders that it writes. @default none */
  paths?: readonly string[];
  /** Beginnings of its containers' names. @default none */
  containers?: readonly string[];
  /** Subnets of its container networks. @default none */
  subnets?: readonly string[];
  /** Files of variables that it writes: path -> the names that its services are told in any case. What a file of before has besides is told. @default none */
  variables?: Readonly<Record<string, readonly string[]>>;
}

export interface ClaimArgs extends SystemClaim {
  host: Host;
  /** Distributions that the system runs on. @default any that the components know */
  os?: readonly OperatingSystem[];
  /** Least that the machine must have. @default any */
  size?: SizeArgs | undefined;
  /** What only the claim of the machine itself says. */
  machine?: MachineClaim;
}

/** What the machine's own claim, its first step, looks at and tells it. */
export interface MachineClaim {
  /** What the systems of the same stack will claim on it: looked at before anything is touched. */
  systems: readonly SystemClaim[];
  /** What the machine may take over from whoever set it up by hand; what there is of it is then in nobody's way. @default nothing */
  takeOver?: readonly TakeOver[];
  /** Files of the machine itself that others may have written. @default none */
  files?: readonly string[];
  /** Repositories that must not be in another's list of apt: URI -> the word that has such a list set aside. @default none */
  repositories?: Readonly<Record<string, TakeOver>>;
}

/**
 * First contact of a system with a machine. Whatever is in the way there and is not ours (sites, certificates, containers, ports,
 * files, other claims) is listed in one error and left alone; else the stack is registered as a tenant until the claim is deleted.
 * It has to be the first step of a system on a machine.
 */
export class Claim extends pulumi.ComponentResource {
  constructor(name: string, args: ClaimArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:host:Claim", name, {}, opts);
    const { host, ...wanted } = args;
    new HostStep(`${name}-tenant`, { host, noun: "claim", document: claimDocument(wanted), removable: true }, { parent: this });
    this.registerOutputs({});
  }
}

/** The document for the helper, without its owner. */
export const claimDocument = ({ machine, ...claim }: Omit<ClaimArgs, "host">): object => ({
  ...systemDocument(claim),
  ...(machine && machineDocument(machine)),
});

const systemDocument = ({ stack = pulumi.getStack(), system, os, size, ...claimed }: Omit<ClaimArgs, "host" | "machine">): object => ({
  stack,
  system,
  ...(os && { os }),
  ...(size && { size: sizeDocument(size) }),
  names: [],
  ports: [],
  paths: [],
  containers: [],
  subnets: [],
  ...claimed,
});

const machineDocument = ({ systems, takeOver = [], files = [], repositories = {} }: MachineClaim): object => ({
  ...(takeOver.length > 0 && { takeOver }),
  ...(files.length > 0 && { files }),
  ...(Object.keys(repositories).length > 0 && { repositories }),
  systems: systems.map((system) => systemDocument(system)),
});

/** Memory in megabytes, disk in gigabytes. */
const sizeDocument = ({ cpus, memory, disk, lenient }: SizeArgs): object => ({
  cpus,
  memory: inMegabytes(memory),
  ...(disk && { disk: inMegabytes(disk) / 1024 }),
  ...(lenient && { lenient }),
});
