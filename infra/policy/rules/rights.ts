import { group, list, type Props, type Resource } from "../resource";
import { type Rule, setting } from "../rule";
import { several, statementsOf } from "./statements";
import { takenByAnybody } from "./trust";

const iam = (...names: string[]): string[] => names.map((name) => `aws:iam/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`);

/** What has policies of its own; a role has them in itself. */
const POLICIES = iam("Policy", "RolePolicy", "UserPolicy", "GroupPolicy", "Role");
const policiesOf = ({ props }: Resource): unknown[] => [
  props["policy"],
  ...list(props["inlinePolicies"]).map((policy) => group(policy)["policy"]),
];

/** For users, groups and roles. */
const ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment";
/** What has policies by their ARN. */
const ATTACHED = [
  ATTACHMENT,
  ...iam("RolePolicyAttachment", "UserPolicyAttachment", "GroupPolicyAttachment", "Role"),
  ...iam("RolePolicyAttachmentsExclusive", "UserPolicyAttachmentsExclusive", "GroupPolicyAttachmentsExclusive"),
];
const attachedTo = ({ props }: Resource): unknown[] => [
  props["policyArn"],
  ...list(props["policyArns"]),
  ...list(props["managedPolicyArns"]),
];

/** Policies of AWS that allow everything, or everything of a service. */
const OF_ADMINISTRATORS =
  /^arn:[^:]+:iam::aws:policy\/(?:[^/]+\/)*(?:\w*Administrator(?:Access(?:-.+)?)?|\w*FullAccess(?:-?[Vv]\d+)?|PowerUserAccess)$/;

/** What a user is made of. */
const USERS = iam("User", "AccessKey", "UserLoginProfile", "ServiceSpecificCredential", "UserPolicy", "UserPolicyAttachment");

const allowed = (resource: Resource): { actions: string[]; everywhere: boolean; statement: Props }[] =>
  policiesOf(resource)
    .flatMap(statementsOf)
    .filter(({ Effect }) => Effect === "Allow")
    .map((statement) => ({
      actions: several(statement["Action"]).map(String),
      everywhere: several(statement["Resource"]).some((one) => EVERY_KEY.test(String(one))) && !isNarrowed(statement),
      statement,
    }));

/** All keys, be it those of one region or account alone. */
const EVERY_KEY = /^(?:\*|arn:[^:]+:kms:[^:]*:[^:]*:(?:\*|key\/\**))$/;

/** Whether a condition says which keys, by their tags or names. That they have none says nothing. */
const isNarrowed = ({ Condition }: Props): boolean =>
  Object.entries(group(Condition))
    .filter(([operator]) => operator !== "Null")
    .flatMap(([, test]) => Object.keys(group(test)))
    .some((key) => /^(?:aws:ResourceTag\/|kms:ResourceAliases$)/.test(key));

/** Whether an action of KMS, in which stars stand for any letters, opens what a key closed. AWS looks at no case. */
function opens(action: string): boolean {
  const pattern = new RegExp(`^${action.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
  return /^kms:/i.test(action) && ["kms:Decrypt", "kms:ReEncryptFrom"].some((one) => pattern.test(one));
}

/** Of IAM and KMS. */
export const rights = {
  "rights-by-name": {
    asks: "Policies name what they allow: no *, and no service:*",
    controls: ["IAM.1", "IAM.21"],
    on: POLICIES,
    check: (resource) =>
      allowed(resource)
        .flatMap(({ actions, statement }) => [...actions, ...("NotAction" in statement ? ["NotAction"] : [])])
        .filter((action) => action === "NotAction" || /^(?:[a-z0-9-]+:|[*?]*:)?[*?]+$/i.test(action))
        .map((action) => `policy allows ${action}; name the actions`),
  },
  "rights-of-administrators": {
    asks: "Nobody gets a policy of AWS that allows everything, or everything of a service",
    on: ATTACHED,
    check: (resource) =>
      attachedTo(resource).flatMap((arn) =>
        typeof arn === "string" && OF_ADMINISTRATORS.test(arn)
          ? [`${arn} is for administrators; name the actions in a policy of our own`]
          : [],
      ),
  },
  "role-for-nobody-else": {
    asks: "A role is taken by nobody who is not named: not by everybody in AWS, and not by everybody at GitHub or the like",
    on: ["aws:iam/role:Role"],
    check: takenByAnybody,
  },
  "no-users": {
    asks: "A stack makes no users of AWS and no keys that last: who needs rights takes a role for a while",
    on: [...USERS, ATTACHMENT],
    check: ({ type, props }) =>
      type === ATTACHMENT && list(props["users"]).length === 0
        ? []
        : ["users and their keys last until somebody takes them away; have a role instead"],
  },
  "rights-to-decrypt": {
    asks: "Nobody may decrypt by every key there is",
    controls: ["KMS.1", "KMS.2"],
    on: POLICIES,
    check: (resource) =>
      allowed(resource).flatMap(({ actions, everywhere }) =>
        everywhere ? actions.filter((action) => opens(action)).map((action) => `policy allows ${action} by all keys; name the key`) : [],
      ),
  },
  "key-rotates": {
    asks: "Encryption keys rotate",
    on: ["aws:kms/key:Key"],
    check: setting("enableKeyRotation", true, "must be true"),
  },
} satisfies Record<string, Rule>;
