import type { PlannedResource } from "../../rehearsal/plan";
import { NOT_KNOWN } from "../../rehearsal/planned-inputs";
import { covers } from "./covers";
import type { SecurityChange } from "./report";
import { plainText } from "./differences";
import { nameOf } from "./whose";

type Found = Omit<SecurityChange, "urn" | "system">;
type Inputs = PlannedResource["inputs"];

/** Rules of security groups, as who may reach what. */
export function awsRules({ type, op, urn, inputs, before }: PlannedResource): Found[] {
  const direction = /SecurityGroup(Ingress|Egress)Rule$/.exec(type)?.[1];
  if (direction === undefined) return [];
  const [word, way] = direction === "Ingress" ? ["from", "in"] : ["to", "out"];
  const told = (rule: Inputs): string => `${portsOf(rule)} ${word} ${peerOf(rule)}`;
  const name = nameOf(urn);
  if (op === "create") return [{ kind: "port", change: "added", opens: true, what: `${name}: ${told(inputs)} is let ${way}` }];
  if (op === "delete") return [{ kind: "port", change: "removed", opens: false, what: `${name}: ${told(inputs)} is no longer let ${way}` }];
  const was = before ?? inputs;
  const [old, now] = [told(was), told(inputs)];
  return old === now || isOtherGroup(was, inputs)
    ? []
    : [{ kind: "port", change: "changed", opens: !lets(was, inputs), what: `${name}: ${old} becomes ${now}` }];
}

/** The id of a group that is made anew, in the same rule: nobody else is let in. */
const isOtherGroup = (was: Inputs, is: Inputs): boolean =>
  is["referencedSecurityGroupId"] === NOT_KNOWN && was["referencedSecurityGroupId"] !== undefined && portsOf(was) === portsOf(is);

/** Whether one rule lets in all that another one does. */
function lets(rule: Inputs, other: Inputs): boolean {
  const isAll = rule["ipProtocol"] === "-1";
  const [from, to, first, last] = [rule["fromPort"], rule["toPort"], other["fromPort"], other["toPort"]].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const hasPorts = isAll || (rule["ipProtocol"] === other["ipProtocol"] && from <= first && last <= to);
  return hasPorts && covers(networkOf(rule), networkOf(other));
}

function portsOf({ ipProtocol, fromPort, toPort }: Inputs): string {
  if (ipProtocol === "-1") return "everything";
  return `${plainText(ipProtocol)} ${fromPort === toPort ? plainText(fromPort) : `${plainText(fromPort)}-${plainText(toPort)}`}`;
}
function peerOf(rule: Inputs): string {
  const network = networkOf(rule);
  return network === "0.0.0.0/0" || network === "::/0" ? "everywhere" : network;
}
const networkOf = ({ cidrIpv4, cidrIpv6, referencedSecurityGroupId, prefixListId }: Inputs): string =>
  plainText(cidrIpv4 ?? cidrIpv6 ?? referencedSecurityGroupId ?? prefixListId ?? "nobody");

/** Whether a listener speaks without TLS. */
export const isPublic = (told: string | undefined): boolean => told?.startsWith("HTTP ") === true || told === "HTTP";

/** Where a resource has a policy. */
export const POLICIES = ["policy", "assumeRolePolicy"] as const;

/** What policies allow and deny, a sentence for each statement: `allows s3:GetObject on arn:…`. */
export function rightsOf(type: string, inputs: Inputs): string[] {
  if (type.startsWith("aws:iam/rolePolicyAttachment:"))
    return inputs["policyArn"] === undefined ? [] : [`has policy ${plainText(inputs["policyArn"])}`];
  if (type === "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock") {
    return Object.entries(inputs).flatMap(([key, value]) => (value === true ? [`denies ${PUBLIC_ACCESS[key] ?? key}`] : []));
  }
  if (!type.startsWith("aws:")) return [];
  return POLICIES.flatMap((key) => statementsIn(inputs[key]).flatMap(sentences));
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
const PUBLIC_ACCESS: Readonly<Record<string, string>> = {
  blockPublicAcls: "new public ACLs",
  ignorePublicAcls: "what public ACLs allow",
  blockPublicPolicy: "new public policies",
  restrictPublicBuckets: "what public policies allow",
};

interface Statement {
  Effect?: string;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  Principal?: unknown;
  Condition?: unknown;
}

function statementsIn(policy: unknown): Statement[] {
  if (typeof policy !== "string" || !policy.startsWith("{")) return [];
  try {
    const { Statement: found } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
    return found === undefined ? [] : [found].flat();
  } catch {
    return [];
  }
}

/** One for each action and for whom, so that one more in a list is one line. */
function sentences({ Effect, Action, NotAction, Resource, Principal, Condition }: Statement): string[] {
  const on = Resource === undefined ? "" : ` on ${[Resource].flat().join(", ")}`;
  const when = Condition === undefined ? "" : ` if ${JSON.stringify(Condition)}`;
  const actions = Action === undefined ? [`everything but ${[NotAction ?? []].flat().join(", ")}`] : [Action].flat();
  const word = Effect === "Deny" ? "denies" : "allows";
  return principals(Principal).flatMap((who) => actions.map((action) => `${word}${who} ${action}${on}${when}`));
}

function principals(principal: unknown): string[] {
  if (principal === undefined) return [""];
  if (principal === "*") return [" everyone"];
  if (typeof principal !== "object" || principal === null) return [` ${JSON.stringify(principal)}`];
  return Object.values(principal).flatMap((names: unknown) =>
    [names].flat().map((name) => (name === "*" ? " everyone" : ` ${String(name)}`)),
  );
}
