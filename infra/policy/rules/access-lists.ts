import { isAll, isEverybody } from "../../../components/kernel/everybody";
import { group, list, number, type Props, type Resource, UNKNOWN } from "../resource";
import type { Surroundings } from "../rule";

const LIST_RULE = "aws:ec2/networkAclRule:NetworkAclRule";
/** What access lists are written in. */
export const ACCESS_LISTS = ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", LIST_RULE];

/** A rule of an access list; of those for what comes in the first that fits decides. */
interface Entry {
  order: number;
  lets: boolean;
  covers: (port: number) => boolean;
  /** One range of IPv4, and one of IPv6; one of the two is there. */
  from: readonly unknown[];
}

const entryOf = (rule: Props, order: unknown, action: unknown): Entry => ({
  order: number(order),
  lets: action === "allow",
  covers: (port) =>
    ["-1", "all"].includes(String(rule["protocol"])) ||
    (["tcp", "6"].includes(String(rule["protocol"])) && number(rule["fromPort"]) <= port && port <= number(rule["toPort"])),
  from: [rule["cidrBlock"], rule["ipv6CidrBlock"]],
});

/** Rules for what comes in: a rule of a list is written in it, or is a resource of its own. */
const entriesOf = ({ type, props }: Resource): Entry[] => {
  if (type === LIST_RULE) return props["egress"] ? [] : [entryOf(props, props["ruleNumber"], props["ruleAction"])];
  return list(props["ingress"])
    .map(group)
    .map((rule) => entryOf(rule, rule["ruleNo"], rule["action"]));
};

/** Whether a rule lets everybody reach the port, and none before it refuses all of them. */
const letsIn = (rule: Entry, port: number, others: readonly Entry[]): boolean =>
  rule.lets &&
  rule.covers(port) &&
  rule.from.some(
    (range, family) =>
      isEverybody(range) && !others.some((one) => !one.lets && !(one.order > rule.order) && one.covers(port) && isAll(one.from[family])),
  );

/** Ports of machines' own doors that a list, or a rule of one, opens to everybody. */
export function doorsOpen(resource: Resource, { resources }: Surroundings): string[] {
  const listOf = ({ props }: Resource) => props["networkAclId"];
  const isBeside = (one: Resource) => one.type === LIST_RULE && [listOf(one), UNKNOWN].includes(listOf(resource));
  const others = (resource.type === LIST_RULE ? resources.filter(isBeside) : [resource]).flatMap(entriesOf);
  return [22, 3389]
    .filter((port) => entriesOf(resource).some((rule) => letsIn(rule, port, others)))
    .map((port) => `port ${port} is open to everybody`);
}
