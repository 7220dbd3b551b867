/** Keys, logs, roles and what is allowed to them. */
import { document, type Made, READ, type Sample, TAGS, WRITE } from "./sample";

const TRUST = document({ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" });

export const identitySamples = (of: Made): (() => Sample)[] => [
  () => ({
    key: "key",
    type: "kms/key:Key",
    inputs: { description: "data", enableKeyRotation: true, deletionWindowInDays: 7 },
    change: { description: "changed" },
  }),
  () => ({ key: "alias", type: "kms/alias:Alias", inputs: { name: "alias/flow", targetKeyId: of("key") } }),
  () => ({
    key: "logs",
    type: "cloudwatch/logGroup:LogGroup",
    inputs: { name: "/flow/app", retentionInDays: 30 },
    change: { retentionInDays: 90 },
  }),
  () => ({
    key: "role",
    type: "iam/role:Role",
    inputs: { name: "flow-task", assumeRolePolicy: TRUST, path: "/" },
    change: { description: "changed" },
  }),
  () => ({ key: "role-policy", type: "iam/rolePolicy:RolePolicy", inputs: { role: "flow-task", policy: READ }, change: { policy: WRITE } }),
  () => ({ key: "policy", type: "iam/policy:Policy", inputs: { name: "flow-boundary", policy: READ }, change: { policy: WRITE } }),
  () => ({
    key: "attachment",
    type: "iam/rolePolicyAttachment:RolePolicyAttachment",
    inputs: { role: "flow-task", policyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy" },
  }),
  () => ({
    key: "pipelines",
    type: "iam/openIdConnectProvider:OpenIdConnectProvider",
    inputs: { url: "https://token.actions.githubusercontent.com", clientIdLists: ["sts.amazonaws.com"] },
    change: { clientIdLists: ["sts.amazonaws.com", "other"] },
  }),
  () => ({ key: "profile", type: "iam/instanceProfile:InstanceProfile", inputs: { role: "flow-task" } }),
  () => ({
    key: "flow-log",
    type: "ec2/flowLog:FlowLog",
    inputs: { vpcId: of("vpc"), trafficType: "REJECT", logDestination: of("logs", "arn"), iamRoleArn: of("role", "arn") },
    change: TAGS,
  }),
];
