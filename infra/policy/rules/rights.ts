import { group, list, parsed, type Props } from "../resource";
import { type Rule, setting } from "../rule";

const POLICIES = ["aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy"];

/** The statements of a policy; none while it is not known. */
export const statementsOf = (policy: unknown): Props[] => several(group(parsed(policy))["Statement"]).map(group);
/** One, or several of them. */
const several = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? list(value) : [value]);

const allowed = (policy: unknown): { actions: string[]; everywhere: boolean; statement: Props }[] =>
  statementsOf(policy)
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

/** Actions that open what a key closed. */
const OPENS = /^kms:(?:Decrypt|ReEncrypt\*|ReEncryptFrom|\*)$/;

/** Of IAM and KMS. */
export const rights = {
  "rights-by-name": {
    asks: "Policies name what they allow: no *, and no service:*",
    controls: ["IAM.1", "IAM.21"],
    on: POLICIES,
    check: ({ props }) =>
      allowed(props["policy"])
        .flatMap(({ actions, statement }) => [...actions, ...("NotAction" in statement ? ["NotAction"] : [])])
        .filter((action) => action === "NotAction" || /^(?:\*|[a-z0-9-]+:\*)$/i.test(action))
        .map((action) => `policy allows ${action}; name the actions`),
  },
  "rights-to-decrypt": {
    asks: "Nobody may decrypt by every key there is",
    controls: ["KMS.1", "KMS.2"],
    on: POLICIES,
    check: ({ props }) =>
      allowed(props["policy"]).flatMap(({ actions, everywhere }) =>
        everywhere
          ? actions.filter((action) => OPENS.test(action)).map((action) => `policy allows ${action} by all keys; name the key`)
          : [],
      ),
  },
  "key-rotates": {
    asks: "Encryption keys rotate",
    on: ["aws:kms/key:Key"],
    check: setting("enableKeyRotation", true, "must be true"),
  },
} satisfies Record<string, Rule>;
