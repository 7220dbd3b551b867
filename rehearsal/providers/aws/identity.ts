/** Package `aws`, who may do what: roles, their policies, identity providers, keys. */
import type {
  InstanceProfileArgs,
  OpenIdConnectProviderArgs,
  PolicyArgs,
  RoleArgs,
  RolePolicyArgs,
  RolePolicyAttachmentArgs,
} from "@pulumi/aws/iam";
import type { AliasArgs, KeyArgs } from "@pulumi/aws/kms";
import type { Unwrap } from "@pulumi/pulumi";
import type { Clients } from "./clients";
import { ACCOUNT, keyAndValue, orGone, orNotEmulated, told, type } from "./resource";

/** A program may hand over the role itself; what arrives here is its name. */
type ByName<Args> = Omit<Args, "role"> & { role: string };

type Tags = Record<string, string> | undefined;

const tagged = (tags: Tags) => (tags && Object.keys(tags).length > 0 ? { Tags: keyAndValue(tags) } : {});
const textOf = (document: unknown): string => (typeof document === "string" ? document : JSON.stringify(document));

const role = type<Unwrap<RoleArgs>>({
  named: "name",
  replaces: ["name", "path"],
  updates: ["assumeRolePolicy", "description", "maxSessionDuration", "permissionsBoundary", "tags"],
  create: async (inputs, { iam }) => {
    const { Role } = await iam.createRole({
      RoleName: inputs.name,
      Path: inputs.path,
      AssumeRolePolicyDocument: textOf(inputs.assumeRolePolicy),
      Description: inputs.description,
      MaxSessionDuration: inputs.maxSessionDuration,
      PermissionsBoundary: inputs.permissionsBoundary,
      ...tagged(inputs.tags),
    });
    return told(Role?.RoleName, "name of a role");
  },
  read: async ({ id }, { iam }) => {
    const found = await orGone(iam.getRole({ RoleName: id }));
    return found && { arn: found.Role?.Arn ?? "", uniqueId: found.Role?.RoleId ?? "" };
  },
  update: async ({ id, inputs }, changed, { iam }, before) => {
    if (changed.has("assumeRolePolicy"))
      await iam.updateAssumeRolePolicy({ RoleName: id, PolicyDocument: textOf(inputs.assumeRolePolicy) });
    await iam.updateRole({ RoleName: id, Description: inputs.description, MaxSessionDuration: inputs.maxSessionDuration });
    if (inputs.permissionsBoundary !== undefined)
      await iam.putRolePermissionsBoundary({ RoleName: id, PermissionsBoundary: inputs.permissionsBoundary });
    const gone = Object.keys(before.tags ?? {}).filter((key) => !(key in (inputs.tags ?? {})));
    if (gone.length > 0) await iam.untagRole({ RoleName: id, TagKeys: gone });
    if (inputs.tags) await iam.tagRole({ RoleName: id, Tags: keyAndValue(inputs.tags) });
  },
  delete: async ({ id }, { iam }) => {
    await iam.deleteRole({ RoleName: id });
  },
});

/** A policy written into a role. */
const rolePolicy = type<ByName<Unwrap<RolePolicyArgs>>>({
  named: "name",
  replaces: ["name", "role"],
  updates: ["policy"],
  create: async (inputs, aws) => {
    await write(inputs, aws);
    return `${inputs.role}:${inputs.name ?? ""}`;
  },
  read: async ({ inputs: { role: of, name } }, { iam }) =>
    (await orGone(iam.getRolePolicy({ RoleName: of, PolicyName: name }))) ? {} : undefined,
  update: ({ inputs }, _, aws) => write(inputs, aws),
  delete: async ({ inputs: { role: of, name } }, { iam }) => {
    await iam.deleteRolePolicy({ RoleName: of, PolicyName: name });
  },
});

async function write({ role: of, name, policy }: ByName<Unwrap<RolePolicyArgs>>, { iam }: Clients): Promise<void> {
  await iam.putRolePolicy({ RoleName: of, PolicyName: name, PolicyDocument: textOf(policy) });
}

const rolePolicyAttachment = type<ByName<Unwrap<RolePolicyAttachmentArgs>>>({
  replaces: ["role", "policyArn"],
  updates: [],
  create: async ({ role: of, policyArn }, { iam }) => {
    await iam.attachRolePolicy({ RoleName: of, PolicyArn: policyArn });
    return `${of}/${policyArn}`;
  },
  read: async ({ inputs: { role: of, policyArn } }, { iam }) => {
    const { AttachedPolicies = [] } = (await orGone(iam.listAttachedRolePolicies({ RoleName: of }))) ?? {};
    return AttachedPolicies.some(({ PolicyArn }) => PolicyArn === policyArn) ? {} : undefined;
  },
  delete: async ({ inputs: { role: of, policyArn } }, { iam }) => {
    await iam.detachRolePolicy({ RoleName: of, PolicyArn: policyArn });
  },
});

/** A policy of its own. What is written into it changes by another version of it, of which AWS keeps five. */
const policy = type<Unwrap<PolicyArgs>>({
  named: "name",
  longest: 128,
  replaces: ["name", "path", "description"],
  updates: ["policy", "tags"],
  create: async (inputs, { iam }) => {
    const { Policy } = await iam.createPolicy({
      PolicyName: inputs.name,
      Path: inputs.path,
      Description: inputs.description,
      PolicyDocument: textOf(inputs.policy),
      ...tagged(inputs.tags),
    });
    return told(Policy?.Arn, "ARN of a policy");
  },
  read: async ({ id }, { iam }) => {
    const found = await orGone(iam.getPolicy({ PolicyArn: id }));
    return found && { arn: id, policyId: found.Policy?.PolicyId ?? "" };
  },
  update: async ({ id, inputs }, changed, { iam }) => {
    if (!changed.has("policy")) return;
    const { Versions = [] } = await iam.listPolicyVersions({ PolicyArn: id });
    const oldest = Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).at(-1)?.VersionId;
    if (Versions.length >= 5 && oldest !== undefined) await iam.deletePolicyVersion({ PolicyArn: id, VersionId: oldest });
    await iam.createPolicyVersion({ PolicyArn: id, PolicyDocument: textOf(inputs.policy), SetAsDefault: true });
  },
  delete: async ({ id }, { iam }) => {
    const { Versions = [] } = await iam.listPolicyVersions({ PolicyArn: id });
    for (const { VersionId, IsDefaultVersion } of Versions)
      if (!IsDefaultVersion) await iam.deletePolicyVersion({ PolicyArn: id, VersionId });
    await iam.deletePolicy({ PolicyArn: id });
  },
});

const openIdConnectProvider = type<Unwrap<OpenIdConnectProviderArgs>>({
  replaces: ["url"],
  updates: ["clientIdLists", "thumbprintLists", "tags"],
  create: async (inputs, { iam }) => {
    const { OpenIDConnectProviderArn } = await iam.createOpenIDConnectProvider({
      Url: inputs.url,
      ClientIDList: inputs.clientIdLists,
      // AWS asks for none any more where the certificate is of a known authority.
      ThumbprintList: inputs.thumbprintLists ?? ["0".repeat(40)],
      ...tagged(inputs.tags),
    });
    return told(OpenIDConnectProviderArn, "ARN of an identity provider");
  },
  read: async ({ id }, { iam }) =>
    (await orGone(iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: id }))) ? { arn: id } : undefined,
  update: async ({ id, inputs }, _, { iam }, before) => {
    const added = (now: string[], then: string[]) => now.filter((one) => !then.includes(one));
    for (const ClientID of added(inputs.clientIdLists, before.clientIdLists))
      await orNotEmulated(iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn: id, ClientID }));
    for (const ClientID of added(before.clientIdLists, inputs.clientIdLists))
      await orNotEmulated(iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn: id, ClientID }));
  },
  delete: async ({ id }, { iam }) => {
    await iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: id });
  },
});

const instanceProfile = type<Partial<ByName<Unwrap<InstanceProfileArgs>>>>({
  named: "name",
  replaces: ["name", "path"],
  updates: ["role", "tags"],
  create: async ({ name = "", role: of, tags }, { iam }) => {
    await iam.createInstanceProfile({ InstanceProfileName: name, ...tagged(tags) });
    if (of !== undefined) await iam.addRoleToInstanceProfile({ InstanceProfileName: name, RoleName: of });
    return name;
  },
  read: async ({ id }, { iam }) => {
    const found = await orGone(iam.getInstanceProfile({ InstanceProfileName: id }));
    return found && { arn: found.InstanceProfile?.Arn ?? "" };
  },
  update: async ({ id, inputs }, changed, { iam }, before) => {
    if (!changed.has("role")) return;
    if (before.role !== undefined) await iam.removeRoleFromInstanceProfile({ InstanceProfileName: id, RoleName: before.role });
    if (inputs.role !== undefined) await iam.addRoleToInstanceProfile({ InstanceProfileName: id, RoleName: inputs.role });
  },
  delete: async ({ id, inputs }, { iam }) => {
    if (inputs.role !== undefined) await iam.removeRoleFromInstanceProfile({ InstanceProfileName: id, RoleName: inputs.role });
    await iam.deleteInstanceProfile({ InstanceProfileName: id });
  },
});

const key = type<Unwrap<KeyArgs>>({
  replaces: ["keyUsage", "customerMasterKeySpec", "multiRegion"],
  updates: ["description", "enableKeyRotation", "rotationPeriodInDays", "policy", "deletionWindowInDays", "tags"],
  create: async (inputs, { kms }) => {
    const { KeyMetadata } = await kms.createKey({
      Description: inputs.description,
      ...(inputs.policy !== undefined && { Policy: textOf(inputs.policy) }),
      Tags: Object.entries(inputs.tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    });
    const id = told(KeyMetadata?.KeyId, "id of a key");
    if (inputs.enableKeyRotation) await kms.enableKeyRotation({ KeyId: id });
    return id;
  },
  read: async ({ id }, { kms }) => {
    const found = await orGone(kms.describeKey({ KeyId: id }));
    if (!found || found.KeyMetadata?.KeyState === "PendingDeletion") return undefined;
    return { arn: found.KeyMetadata?.Arn ?? "", keyId: id };
  },
  update: async ({ id, inputs }, changed, { kms }) => {
    if (changed.has("description")) await kms.updateKeyDescription({ KeyId: id, Description: inputs.description ?? "" });
    if (changed.has("policy")) await kms.putKeyPolicy({ KeyId: id, PolicyName: "default", Policy: textOf(inputs.policy) });
    if (changed.has("enableKeyRotation"))
      await (inputs.enableKeyRotation ? kms.enableKeyRotation({ KeyId: id }) : kms.disableKeyRotation({ KeyId: id }));
  },
  delete: async ({ id, inputs }, { kms }) => {
    await kms.scheduleKeyDeletion({ KeyId: id, PendingWindowInDays: inputs.deletionWindowInDays ?? 30 });
  },
});

const alias = type<Unwrap<AliasArgs>>({
  named: "name",
  replaces: ["name"],
  updates: ["targetKeyId"],
  create: async ({ name, targetKeyId }, { kms }) => {
    await kms.createAlias({ AliasName: name, TargetKeyId: targetKeyId });
    return name ?? "";
  },
  read: async ({ id }, { kms, region }) => {
    const { Aliases = [] } = await kms.listAliases({});
    return Aliases.some(({ AliasName }) => AliasName === id) ? { arn: `arn:aws:kms:${region}:${ACCOUNT}:${id}` } : undefined;
  },
  update: async ({ id, inputs }, _, { kms }) => {
    await kms.updateAlias({ AliasName: id, TargetKeyId: inputs.targetKeyId });
  },
  delete: async ({ id }, { kms }) => {
    await kms.deleteAlias({ AliasName: id });
  },
});

export const IDENTITY_TYPES = {
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
  "aws:iam/policy:Policy": policy,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": openIdConnectProvider,
  "aws:iam/instanceProfile:InstanceProfile": instanceProfile,
  "aws:kms/key:Key": key,
  "aws:kms/alias:Alias": alias,
};
