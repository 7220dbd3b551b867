import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { parseSubnet } from "../kernel/ipv4";
import { portProblems } from "../kernel/names";
import type { Problem } from "../kernel/refuse";
import { problemsOf, refuse } from "../kernel/refuse";
import type { AwsPlace } from "./place";
import { tagged } from "./place";

/** Who is on the other side: another group, a range of addresses, or (for a gateway endpoint) AWS's list of addresses. */
export type Peer = { group: pulumi.Input<string> } | { cidr: string } | { prefixList: pulumi.Input<string> };

export type SecurityRule = Peer & {
  port: number;
  /** @default "tcp" */
  protocol?: "tcp" | "udp";
};

/** A group of somebody else's: rules are added to it, those that it has stay. */
export interface ExistingSecurityGroup {
  place: AwsPlace;
  /** `"sg-0abc"`. Its owner must keep rules apart too: Terraform's inline `ingress` blocks would take ours away. */
  existing: string;
}

export interface NewSecurityGroup {
  place: AwsPlace;
  vpcId: pulumi.Input<string>;
  /** Its name, after the prefix: `"database"`. */
  role: string;
  /** What it is for, as AWS shows it. AWS cannot change it: another text is another group. */
  description: string;
  /** Who may come in, by a word. @default nobody */
  from?: Readonly<Record<string, SecurityRule>>;
  /** Where its members may go, by a word. @default nowhere */
  to?: Readonly<Record<string, SecurityRule>>;
}

export type SecurityGroupArgs = NewSecurityGroup | ExistingSecurityGroup;

/** Ports that may be open to everybody. */
const PUBLIC_PORTS = [80, 443];
const EVERYBODY = "0.0.0.0/0";

/**
 * One tier of a system: nothing goes in or out but by a rule. Rules are resources of their own, so that tiers can name each other.
 *
 * @example
 * const service = new SecurityGroup("prod-service-group", { place, vpcId: network.vpcId, role: "service", description: "Tasks of FlowStack" });
 * connect(database, { as: "database", port: 5432, clients: { service } });
 */
export class SecurityGroup extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;

  private readonly name: string;
  private readonly place: AwsPlace;

  constructor(name: string, args: SecurityGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:SecurityGroup", name, {}, opts);
    refuse(this, name, problems(args));

    this.name = name;
    this.place = args.place;
    this.id = "existing" in args ? pulumi.output(args.existing) : this.made(args);
    if (!("existing" in args)) this.open(args);
    this.registerOutputs({ id: this.id });
  }

  private made({ place, vpcId, role, description }: NewSecurityGroup): pulumi.Output<string> {
    const full = `${place.prefix}-${role}`;
    // AWS gives a new group the rule that all may go out; the provider takes it away.
    const group = new ec2.SecurityGroup(
      `${this.name}-group`,
      { vpcId, name: full, description, tags: tagged(place, full) },
      { parent: this },
    );
    return group.id;
  }

  private open({ from = {}, to = {} }: NewSecurityGroup): void {
    for (const [word, rule] of Object.entries(from)) this.allowFrom(word, rule);
    for (const [word, rule] of Object.entries(to)) this.allowTo(word, rule);
  }

  /** Lets somebody in. Gives the rule's id, to wait for. */
  allowFrom(word: string, rule: SecurityRule): pulumi.Output<string> {
    refuse(this, this.name, rulesProblems("from", { [word]: rule }));
    const name = `${this.name}-from-${word}`;
    return new vpc.SecurityGroupIngressRule(name, this.inputs(`from ${word}`, rule), { parent: this }).id;
  }

  /** Lets its members go somewhere. Gives the rule's id, to wait for. */
  allowTo(word: string, rule: SecurityRule): pulumi.Output<string> {
    refuse(this, this.name, rulesProblems("to", { [word]: rule }));
    const name = `${this.name}-to-${word}`;
    return new vpc.SecurityGroupEgressRule(name, this.inputs(`to ${word}`, rule), { parent: this }).id;
  }

  private inputs(description: string, rule: SecurityRule) {
    return { securityGroupId: this.id, description, ...ruleInputs(rule), tags: tagged(this.place, description) };
  }
}

/** The rule as AWS is told. */
function ruleInputs(rule: SecurityRule) {
  const { port, protocol = "tcp" } = rule;
  const ports = { ipProtocol: protocol, fromPort: port, toPort: port };
  if ("group" in rule) return { ...ports, referencedSecurityGroupId: rule.group };
  if ("prefixList" in rule) return { ...ports, prefixListId: rule.prefixList };
  return { ...ports, cidrIpv4: rule.cidr };
}

/** As AWS wants it: an address alone is a network of one. */
export const networkOf = (text: string): string => (text.includes("/") ? text : `${text}/32`);

/** Tiers that may come in, by a word that names the rules: `{ service: serviceGroup }`. */
export type Clients = Readonly<Record<string, SecurityGroup>>;

/**
 * Opens one port of a tier to others, on both sides of each way.
 *
 * @param as What the tier is to its clients: names the rules on their side, `"database"`.
 * @returns The ids of all rules: who uses the tier waits for them.
 */
export function connect(to: SecurityGroup, { as, port, clients }: { as: string; port: number; clients: Clients }): pulumi.Output<string[]> {
  return pulumi.all(
    Object.entries(clients).flatMap(([word, client]) => [
      to.allowFrom(word, { group: client.id, port }),
      client.allowTo(as, { group: to.id, port }),
    ]),
  );
}

/** To registries, AWS' services and whatever else speaks HTTPS, and to further ports of what is elsewhere: each once. */
export const outwards = (ports: Readonly<Record<string, number>> = {}): NonNullable<NewSecurityGroup["to"]> => {
  const words = Object.entries({ https: 443, ...ports });
  const once = words.filter(([, port], index) => words.findIndex(([, other]) => other === port) === index);
  return Object.fromEntries(once.map(([word, port]) => [word, { cidr: EVERYBODY, port }]));
};

/** AWS takes no other signs in descriptions. */
const DESCRIPTION = /^[A-Za-z0-9 ._:/()#,@[\]+=&;{}!$*-]{1,255}$/;

const problems = (args: SecurityGroupArgs): Problem[] =>
  "existing" in args
    ? /^sg-[0-9a-f]+$/.test(args.existing)
      ? []
      : [{ path: "existing", wrong: 'must be the id of a security group such as "sg-0abc"', got: args.existing }]
    : [
        ...(DESCRIPTION.test(args.description)
          ? []
          : [
              {
                path: "description",
                wrong: "has signs that AWS does not take",
                got: args.description,
                allowed: "A-Za-z0-9 ._-:/()#,@[]+=&;{}!$*",
              },
            ]),
        ...rulesProblems("from", args.from ?? {}),
        ...rulesProblems("to", args.to ?? {}),
      ];

function rulesProblems(path: "from" | "to", rules: Readonly<Record<string, SecurityRule>>): Problem[] {
  return Object.entries(rules).flatMap(([word, rule]) => [
    ...portProblems(`${path}/${word}/port`, rule.port),
    ...("cidr" in rule ? problemsOf(`${path}/${word}/cidr`, () => parseSubnet(rule.cidr)) : []),
    ...(path === "from" && "cidr" in rule && rule.cidr === EVERYBODY && !PUBLIC_PORTS.includes(rule.port)
      ? [{ path: `${path}/${word}`, wrong: "must not be open to everybody", got: rule.port, allowed: PUBLIC_PORTS.join(", ") }]
      : []),
  ]);
}
