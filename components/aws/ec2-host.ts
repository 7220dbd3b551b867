import * as ec2 from "@pulumi/aws/ec2";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { bootstrapDocument } from "../host/bootstrap";
import type { Bootstrapped } from "../host/bootstrap";
import type { OperatingSystem } from "../host/operating-system";
import { refuse } from "../kernel/refuse";
import type { Size } from "../kernel/size";
import { inMegabytes } from "../kernel/size";
import { ec2HostProblems, EVERYBODY } from "./ec2-host-problems";
import { DROP_FIRST_KEY, FIRST_CONTACT, imageUser, userData } from "./first-boot";
import { hostKeyOf } from "./first-key";
import type { HostKeyPair } from "./first-key";
import type { AwsPlace } from "./place";
import { tagged } from "./place";
import { networkOf, SecurityGroup } from "./security-group";
import type { SecurityRule } from "./security-group";

export interface Ec2HostArgs {
  place: AwsPlace;
  /** Its name, after the prefix: `"main"`. */
  role: string;
  /** Image of the maker of `os`, in this region: `"ami-0abc"`. Nothing looks it up; another one is of the next `rebuild`. */
  image: string;
  /** `"t3.medium"`. Another one stops the machine for some minutes. */
  type: string;
  /** Of the only volume, which is encrypted. */
  disk: Size;
  os: OperatingSystem;
  vpcId: pulumi.Input<string>;
  /** One with a route to the internet. */
  subnetId: pulumi.Input<string>;
  /** Networks that may reach port 22: `"203.0.113.0/24"`. Everybody is refused. */
  sshFrom: readonly string[];
  /** 80 and 443 are open to everybody. @default false */
  web?: boolean;
  /** TCP ports of others that it may reach beside 80 and 443, which packages and images come by. @default none */
  out?: readonly number[];
  /** Public keys of those who deploy. Of the first boot: later ones come by `flowfleet bootstrap`. */
  authorizedKeys: readonly string[];
  /** The user that is made for them. @default "deploy" */
  user?: string;
  /** Private key for SSH, which then lies (encrypted) in the state. @default the SSH agent of whoever runs `pulumi` */
  privateKey?: pulumi.Input<string>;
  /** ARN of the key that encrypts the disk. @default the account's own for EBS */
  key?: pulumi.Input<string>;
  /** A word. Another one makes another machine in the place of this one, of the image and keys that are said now, at the same address. @default none */
  rebuild?: string;
  /** Who deletes or replaces it has to say so before. @default true */
  protect?: boolean;
}

const WEB = [80, 443];
/**
 * A newer image is no reason to lose what is on a machine. Once the fixed address is tied to it, AWS says of one without a public address that
 * it has one, for which the provider would make it anew (hashicorp/terraform-provider-aws issue 37318).
 */
const OF_FIRST_BOOT = ["ami", "userData", "associatePublicIpAddress"];

/**
 * A machine that is made instead of found, ready for a `Host`. Its first host key is known before it is there, so that nobody can stand in
 * between at any time; with the first contact come the deploy user, the helper, and host keys that nobody was told.
 *
 * @example
 * const made = new Ec2Host("main", { place, role: "main", image: "ami-0abc", … });
 * const host = new Host("main", { address: made.address, hostKey: made.hostKey });
 */
export class Ec2Host extends pulumi.ComponentResource {
  /** The same for as long as the component is there, whatever becomes of the instance. Known when the machine is ready. */
  readonly address: pulumi.Output<string>;
  /** The key that `bootstrap` made. */
  readonly hostKey: pulumi.Output<string>;

  constructor(
    private readonly label: string,
    private readonly args: Ec2HostArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flowfleet:aws:Ec2Host", label, {}, opts);
    refuse(this, label, ec2HostProblems(args));

    const first = this.firstKey();
    const group = this.group();
    const instance = this.instance(group, pulumi.secret(first.apply((key) => userData(key, args.authorizedKeys))));
    const address = this.fixedAddress(instance);
    const contact = this.contact(instance, address, pulumi.unsecret(first.apply((key) => key.public)));
    this.hostKey = contact.stdout.apply((line) => (JSON.parse(line) as Bootstrapped).hostKey);
    const dropped = this.dropped(instance, address, this.hostKey);

    // Nobody gets the address before the machine is ready.
    this.address = pulumi.all([address, dropped.id]).apply(([ip]) => ip);
    this.registerOutputs({ address: this.address, hostKey: this.hostKey });
  }

  private firstKey(): pulumi.Output<HostKeyPair> {
    // Not RandomBytes: what they are is their id, too, in clear.
    return new random.RandomPassword(this.named("first-key"), { length: 43, special: false }, { parent: this }).result.apply(hostKeyOf);
  }

  /** Of what is made anew with the machine: under the same name Pulumi would keep what it was told to ignore. */
  private named(part: string): string {
    const { rebuild } = this.args;
    return `${this.label}-${part}${rebuild === undefined ? "" : `-${rebuild}`}`;
  }

  private group(): SecurityGroup {
    const { place, role, vpcId, sshFrom, web = false, out = [] } = this.args;
    const open = (port: number): [string, SecurityRule] => [`port-${port}`, { cidr: EVERYBODY, port }];
    const ssh = sshFrom.map((cidr): [string, SecurityRule] => [`ssh-${wordOf(cidr)}`, { cidr: networkOf(cidr), port: 22 }]);
    const to = [...new Set([...WEB, ...out])].map(open);
    const from = [...ssh, ...(web ? WEB.map(open) : [])];
    return new SecurityGroup(
      `${this.label}-group`,
      { place, vpcId, role, description: `Machine ${role}`, from: Object.fromEntries(from), to: Object.fromEntries(to) },
      { parent: this },
    );
  }

  private instance(group: SecurityGroup, boot: pulumi.Output<string>): ec2.Instance {
    const { place, role, image, type, disk, subnetId, key, protect = true } = this.args;
    const tags = tagged(place, `${place.prefix}-${role}`);
    return new ec2.Instance(
      this.named("machine"),
      {
        ami: image,
        instanceType: type,
        subnetId,
        vpcSecurityGroupIds: [group.id],
        associatePublicIpAddress: false,
        userData: boot,
        // One hop: no container of the machine reaches it.
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        rootBlockDevice: {
          encrypted: true,
          ...(key !== undefined && { kmsKeyId: key }),
          volumeSize: Math.ceil(inMegabytes(disk) / 1024),
          volumeType: "gp3",
          deleteOnTermination: true,
          tags,
        },
        disableApiTermination: protect,
        tags,
      },
      { parent: this, protect, ignoreChanges: OF_FIRST_BOOT },
    );
  }

  private fixedAddress(instance: ec2.Instance): pulumi.Output<string> {
    const { place, role, protect = true } = this.args;
    const name = `${this.label}-address`;
    const address = new ec2.Eip(name, { domain: "vpc", tags: tagged(place, `${place.prefix}-${role}`) }, { parent: this, protect });
    const tie = new ec2.EipAssociation(
      `${name}-tie`,
      // From a machine that is still there to the one in its place.
      { instanceId: instance.id, allocationId: address.id, allowReassociation: true },
      { parent: this },
    );
    return pulumi.all([address.publicIp, tie.id]).apply(([ip]) => ip);
  }

  private contact(instance: ec2.Instance, host: pulumi.Output<string>, firstKey: pulumi.Output<string>): remote.Command {
    const { user = "deploy", authorizedKeys } = this.args;
    const stdin = bootstrapDocument({ user, authorizedKeys: [...authorizedKeys] }, 22, true);
    // The machine boots meanwhile: some minutes.
    return this.once("first-contact", instance, { ...this.door(host, firstKey), dialErrorLimit: 30 }, { create: FIRST_CONTACT, stdin });
  }

  private dropped(instance: ec2.Instance, host: pulumi.Output<string>, hostKey: pulumi.Output<string>): remote.Command {
    return this.once("drop-first-key", instance, { ...this.door(host, hostKey), dialErrorLimit: 6 }, { create: DROP_FIRST_KEY });
  }

  private door(host: pulumi.Output<string>, hostKey: pulumi.Output<string>) {
    const { os, privateKey } = this.args;
    const login = { host, port: 22, user: imageUser(os), hostKey, perDialTimeout: 10 };
    return { ...login, ...(privateKey !== undefined && { privateKey: pulumi.secret(privateKey) }) };
  }

  /** A step that is done once on each instance: later helpers, keys and users come by the steps of the host. */
  private once(
    part: string,
    instance: ec2.Instance,
    connection: remote.CommandArgs["connection"],
    does: { create: string; stdin?: string },
  ): remote.Command {
    return new remote.Command(
      this.named(part),
      { connection, ...does, triggers: [instance.id], logging: remote.Logging.Stderr, addPreviousOutputInEnv: false },
      { parent: this, ignoreChanges: ["connection", "create", "stdin"] },
    );
  }
}

/** Not by its place in the list, or all behind one that goes would be made anew. */
const wordOf = (cidr: string): string => cidr.replace(/[./]/g, "-");
