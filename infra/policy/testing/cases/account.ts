import { type Resource, Sealed, UNKNOWN } from "../../resource";
import type { networks } from "../../rules/networks";
import type { records } from "../../rules/records";
import type { rights } from "../../rules/rights";
import { type Cases, policy, resource } from "../case";

const allows = (statement: object) =>
  resource("aws:iam/policy:Policy", { policy: policy({ Effect: "Allow", Resource: "*", ...statement }) });

const EVERYTHING = policy({ Effect: "Allow", Action: "*", Resource: "*" });

const ISSUER = "token.actions.githubusercontent.com";
const GITHUB = `arn:aws:iam::123456789012:oidc-provider/${ISSUER}`;
const takenBy = (statement: object) =>
  resource("aws:iam/role:Role", { assumeRolePolicy: policy({ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", ...statement }) });

export const rightsCases: Cases<typeof rights> = {
  "rights-by-name": {
    breaks: [
      [allows({ Action: "*" }), "policy allows *; name the actions"],
      [allows({ Action: ["s3:GetObject", "ecs:*"] }), "policy allows ecs:*; name the actions"],
      [allows({ NotAction: "iam:*" }), "policy allows NotAction"],
      ...["*:*", "iam:**", "?*"].map((Action): [Resource, string] => [allows({ Action }), `policy allows ${Action}; name the actions`]),
      [resource("aws:iam/userPolicy:UserPolicy", { policy: EVERYTHING }), "policy allows *; name the actions"],
      [resource("aws:iam/groupPolicy:GroupPolicy", { policy: EVERYTHING }), "policy allows *; name the actions"],
      [resource("aws:iam/role:Role", { inlinePolicies: [{ name: "all", policy: EVERYTHING }] }), "policy allows *; name the actions"],
      [resource("aws:iam/policy:Policy", { policy: JSON.parse(EVERYTHING) as unknown }), "policy allows *; name the actions"],
    ],
    keeps: [
      allows({ Action: "s3:GetObject" }),
      allows({ Effect: "Deny", Action: "*" }),
      resource("aws:iam/policy:Policy", { policy: UNKNOWN }),
    ],
  },
  "rights-of-administrators": {
    breaks: [
      [
        resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
        "arn:aws:iam::aws:policy/AdministratorAccess is for administrators; name the actions in a policy of our own",
      ],
      ...["job-function/SystemAdministrator", "PowerUserAccess", "IAMFullAccess", "AmazonS3FullAccess", "AdministratorAccess-Amplify"].map(
        (name): [Resource, string] => [
          resource("aws:iam/role:Role", { managedPolicyArns: [`arn:aws:iam::aws:policy/${name}`] }),
          `arn:aws:iam::aws:policy/${name} is for administrators`,
        ],
      ),
      [
        resource("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", {
          policyArns: ["arn:aws-cn:iam::aws:policy/AdministratorAccess"],
        }),
        "arn:aws-cn:iam::aws:policy/AdministratorAccess is for administrators",
      ],
    ],
    keeps: [
      resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {
        policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
      }),
      resource("aws:iam/userPolicyAttachment:UserPolicyAttachment", { policyArn: "arn:aws:iam::123456789012:policy/ShopFullAccess" }),
      resource("aws:iam/role:Role", { managedPolicyArns: [UNKNOWN, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"] }),
    ],
  },
  "role-for-nobody-else": {
    breaks: [
      [takenBy({ Principal: "*" }), "assumeRolePolicy lets everybody in AWS take the role; name who may"],
      [takenBy({ Principal: { AWS: ["arn:aws:iam::123456789012:root", "*"] } }), "lets everybody in AWS take the role"],
      [
        takenBy({ Principal: { Federated: GITHUB }, Condition: { StringEquals: { [`${ISSUER}:aud`]: "sts.amazonaws.com" } } }),
        `assumeRolePolicy lets everybody at ${ISSUER} take the role; ask for a subject`,
      ],
    ],
    keeps: [
      takenBy({ Principal: { Service: "ecs-tasks.amazonaws.com" } }),
      takenBy({ Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-shop" } } }),
      takenBy({ Principal: { Federated: GITHUB }, Condition: { StringLike: { [`${ISSUER}:sub`]: "repo:shop/fleet:*" } } }),
    ],
  },
  "no-users": {
    breaks: ["user:User", "accessKey:AccessKey", "userPolicy:UserPolicy", "policyAttachment:PolicyAttachment"].map(
      (type): [Resource, string] => [
        resource(`aws:iam/${type}`, { user: "shop", users: ["shop"] }),
        "users and their keys last until somebody takes them away; have a role instead",
      ],
    ),
    keeps: [resource("aws:iam/policyAttachment:PolicyAttachment", { roles: ["shop"] })],
  },
  "rights-to-decrypt": {
    breaks: [
      ...["kms:Decrypt", "KMS:decrypt", "kms:D*", "kms:*", "kms:ReEncryptFro?"].map((Action): [Resource, string] => [
        allows({ Action }),
        `policy allows ${Action} by all keys; name the key`,
      ]),
      [
        allows({ Action: ["kms:ReEncrypt*"], Condition: { StringEquals: { "aws:RequestedRegion": "eu-central-1" } } }),
        "policy allows kms:ReEncrypt*",
      ],
      ...["arn:aws:kms:eu-central-1:123456789012:key/*", "arn:aws:kms:*:*:key/*", "arn:aws:kms:*:123456789012:*"].map(
        (Resource): [ReturnType<typeof allows>, string] => [
          allows({ Action: "kms:Decrypt", Resource, Condition: { StringLike: { "kms:ViaService": "*.amazonaws.com" } } }),
          "policy allows kms:Decrypt by all keys",
        ],
      ),
      [
        allows({ Action: "kms:Decrypt", Condition: { Null: { "aws:ResourceTag/project": "true" } } }),
        "policy allows kms:Decrypt by all keys",
      ],
    ],
    keeps: [
      allows({ Action: "kms:Decrypt", Resource: "arn:aws:kms:eu-central-1:123456789012:key/1" }),
      allows({ Action: ["kms:Describe*", "kms:ReEncryptTo"] }),
      allows({ Action: "kms:Decrypt", Condition: { StringEquals: { "aws:ResourceTag/project": "shop" } } }),
    ],
  },
  "key-rotates": {
    breaks: [[resource("aws:kms/key:Key"), "enableKeyRotation must be true; got not set"]],
    keeps: [resource("aws:kms/key:Key", { enableKeyRotation: true })],
  },
};

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const vpc = resource("aws:ec2/vpc:Vpc", {}, { name: "vpc" });
const nat = resource("aws:ec2/natGateway:NatGateway");
const endpoint = (service: string) => resource("aws:ec2/vpcEndpoint:VpcEndpoint", { serviceName: `com.amazonaws.eu-central-1.${service}` });
const list = (...ingress: object[]) => resource("aws:ec2/networkAcl:NetworkAcl", { ingress });
const entry = (ruleNo: number, action: string, fromPort: number, toPort: number) => ({
  ruleNo,
  action,
  protocol: "tcp",
  cidrBlock: "0.0.0.0/0",
  fromPort,
  toPort,
});
const listRule = (ruleNumber: number, ruleAction: string, networkAclId = "acl-1") =>
  resource("aws:ec2/networkAclRule:NetworkAclRule", {
    networkAclId,
    ruleNumber,
    ruleAction,
    protocol: "tcp",
    cidrBlock: "0.0.0.0/0",
    fromPort: 22,
    toPort: 22,
  });
const metadata = (httpTokens: string) => resource("aws:ec2/instance:Instance", { metadataOptions: { httpTokens } });

export const networkCases: Cases<typeof networks> = {
  "no-public-ports": {
    breaks: [
      [
        resource(INGRESS, { cidrIpv4: "0.0.0.0/0", fromPort: 5432, toPort: 5432, ipProtocol: "tcp" }),
        "port 5432 is open to everybody; allowed: 80 and 443",
      ],
      [resource(INGRESS, { cidrIpv6: "::/0", fromPort: 22, toPort: 22, ipProtocol: "tcp" }), "port 22 is open to everybody"],
      [resource(INGRESS, { cidrIpv4: "128.0.0.0/1", fromPort: 22, toPort: 22, ipProtocol: "tcp" }), "port 22 is open to everybody"],
      [resource(INGRESS, { cidrIpv6: "::/1", fromPort: 22, toPort: 22, ipProtocol: "tcp" }), "port 22 is open to everybody"],
      [resource(INGRESS, { cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" }), "everything is open to everybody"],
      [
        resource("aws:ec2/securityGroup:SecurityGroup", {
          ingress: [{ cidrBlocks: ["0.0.0.0/0"], fromPort: 80, toPort: 443, protocol: "tcp" }],
        }),
        "port 80 to 443 is open",
      ],
      [
        resource("aws:ec2/securityGroupRule:SecurityGroupRule", {
          type: "ingress",
          cidrBlocks: ["0.0.0.0/0"],
          fromPort: 3389,
          toPort: 3389,
          protocol: "tcp",
        }),
        "port 3389",
      ],
    ],
    keeps: [
      resource(INGRESS, { cidrIpv4: "0.0.0.0/0", fromPort: 443, toPort: 443, ipProtocol: "tcp" }),
      resource(INGRESS, { cidrIpv4: "203.0.113.0/24", fromPort: 22, toPort: 22, ipProtocol: "tcp" }),
      resource(INGRESS, { referencedSecurityGroupId: "sg-1", fromPort: 5432, toPort: 5432, ipProtocol: "tcp" }),
      resource("aws:ec2/securityGroupRule:SecurityGroupRule", {
        type: "egress",
        cidrBlocks: ["0.0.0.0/0"],
        fromPort: 0,
        toPort: 0,
        protocol: "-1",
      }),
    ],
  },
  "access-lists-closed": {
    breaks: [
      [list(entry(100, "allow", 1, 65535)), "port 22 is open to everybody"],
      [list(entry(100, "allow", 23, 65535)), "port 3389 is open to everybody"],
      [
        list(entry(100, "deny", 22, 22), { ...entry(110, "allow", 22, 22), cidrBlock: undefined, ipv6CidrBlock: "::/0" }),
        "port 22 is open",
      ],
      [list({ ...entry(100, "deny", 22, 22), cidrBlock: "0.0.0.0/1" }, entry(110, "allow", 22, 22)), "port 22 is open to everybody"],
      [list({ ...entry(100, "allow", 22, 22), cidrBlock: "128.0.0.0/1" }), "port 22 is open to everybody"],
      [resource("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", { ingress: [entry(100, "allow", 22, 22)] }), "port 22 is open to everybody"],
      [listRule(100, "allow"), "port 22 is open to everybody"],
      [
        { resource: listRule(100, "allow"), beside: [listRule(90, "deny", "acl-2"), listRule(110, "deny")] },
        "port 22 is open to everybody",
      ],
    ],
    keeps: [
      list(entry(110, "allow", 1, 65535), entry(100, "deny", 22, 22), entry(101, "deny", 3389, 3389)),
      list(entry(100, "allow", 443, 443)),
      { resource: listRule(100, "allow"), beside: [listRule(90, "deny")] },
      resource("aws:ec2/networkAclRule:NetworkAclRule", { ...listRule(100, "allow").props, egress: true }),
    ],
  },
  "default-group-closed": {
    breaks: [
      [vpc, "there is no DefaultSecurityGroup for it without any rule"],
      [
        { resource: vpc, beside: [resource("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", { vpcId: "vpc", ingress: [{}] })] },
        "there is no Default",
      ],
    ],
    keeps: [
      { resource: vpc, beside: [resource("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", { vpcId: "vpc", ingress: [], egress: [] })] },
    ],
  },
  "network-flow-logs": {
    breaks: [[vpc, "there is no FlowLog for it"]],
    keeps: [{ resource: vpc, beside: [resource("aws:ec2/flowLog:FlowLog", { vpcId: "vpc" })] }],
  },
  "subnet-without-addresses": {
    breaks: [[resource("aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: true }), "mapPublicIpOnLaunch must be false; got true"]],
    keeps: [resource("aws:ec2/subnet:Subnet")],
  },
  "endpoints-without-nat": {
    breaks: [[{ resource: vpc, beside: [endpoint("ecr.api"), endpoint("ssm")] }, "there is no endpoint of ecr.dkr"]],
    keeps: [
      { resource: vpc, beside: [nat] },
      { resource: vpc, beside: ["ecr.api", "ecr.dkr", "ssm"].map(endpoint) },
    ],
  },
  "machine-metadata": {
    breaks: [[metadata("optional"), 'metadataOptions.httpTokens must be "required"; got "optional"']],
    keeps: [metadata("required")],
  },
  "machine-disk-encrypted": {
    breaks: [
      [resource("aws:ec2/instance:Instance"), "rootBlockDevice.encrypted must be true; got not set"],
      [
        resource("aws:ec2/instance:Instance", { rootBlockDevice: { encrypted: true }, ebsBlockDevices: [{}] }),
        "ebsBlockDevices[0].encrypted must be true; got not set",
      ],
      [resource("aws:ebs/volume:Volume", { size: 10 }), "encrypted must be true; got not set"],
      [
        resource("aws:ec2/launchTemplate:LaunchTemplate", { blockDeviceMappings: [{ ebs: { volumeSize: 10, encrypted: "false" } }] }),
        'blockDeviceMappings[0].ebs.encrypted must be true; got "false"',
      ],
    ],
    keeps: [
      resource("aws:ebs/volume:Volume", { encrypted: true }),
      resource("aws:ec2/launchTemplate:LaunchTemplate", { blockDeviceMappings: [{ ebs: { encrypted: "true" } }, { noDevice: "" }] }),
      resource("aws:ec2/instance:Instance", { rootBlockDevice: { encrypted: true } }),
    ],
  },
};

const GROUP = "aws:cloudwatch/logGroup:LogGroup";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const PARAMETER = "aws:ssm/parameter:Parameter";

export const recordCases: Cases<typeof records> = {
  "parameter-encrypted": {
    breaks: [
      [resource(PARAMETER, { type: "String", keyId: "key" }), 'type must be "SecureString"; got "String"'],
      [resource(PARAMETER, { type: "SecureString" }), "keyId must be a key of ours; got not set"],
      [resource(PARAMETER, { type: "String", value: "https://example.com" }), 'type must be "SecureString"; got "String"'],
      [resource(PARAMETER, { type: "String", insecureValue: new Sealed("canary") }), "insecureValue is marked as a secret"],
    ],
    keeps: [
      resource(PARAMETER, { type: "SecureString", keyId: UNKNOWN }),
      resource(PARAMETER, { type: "String", insecureValue: "https://example.com" }),
    ],
  },
  "logs-forget": {
    breaks: [
      [resource(GROUP, { kmsKeyId: "key" }), "retentionInDays must be a number of days; got not set"],
      [resource(GROUP, { retentionInDays: 30 }), "kmsKeyId must be a key of ours; got not set"],
    ],
    keeps: [resource(GROUP, { retentionInDays: 30, kmsKeyId: UNKNOWN })],
  },
  "alarms-reach-somebody": {
    breaks: [[resource(ALARM, { alarmActions: [] }), "alarmActions must name a topic"]],
    keeps: [resource(ALARM, { alarmActions: [UNKNOWN] })],
  },
};
