import { policyText } from "./policy";
import type { Statement } from "./policy";
import { releaseStatements } from "./release-rights";
import { boundaryArn, stackStatements } from "./stack-rights";
import { boundaryStatements } from "./stack-rights-boundary";
import { allows } from "./testing/iam";
import { PLACE } from "./testing/tier";

const ALL = {
  ...stackStatements(PLACE, { hostedZones: ["Z0123456789"] }),
  boundary: boundaryStatements(PLACE, { folder: "/flowstack/prod", parameters: ["/terraform/db"] }),
  release: releaseStatements(PLACE, { cluster: "flowstack-prod", service: "app", family: "app", roles: ["app-task", "app-execution"] }),
};
const STACK = [...ALL.ground, ...ALL.network, ...ALL.services, ...ALL.data];
/** Where "*" goes without a condition: these only look, or log in. */
const UNBOUND = { ground: ["Look"], network: [], services: [], data: [], boundary: ["Images"], release: ["Look"] };
const list = (text: string | readonly string[] | undefined): string[] =>
  text === undefined ? [] : typeof text === "string" ? [text] : [...text];
const by = (statements: readonly Statement[], sid: string): Statement | undefined => statements.find(({ Sid }) => Sid === sid);

describe.each(Object.keys(ALL) as (keyof typeof ALL)[])("rights of a pipeline: %s", (name) => {
  const statements: readonly Statement[] = ALL[name];

  it("name every action, but where it only looks", () => {
    const stars = statements.flatMap(({ Action }) => list(Action)).filter((action) => action.includes("*"));
    expect(stars.filter((action) => !/:(?:Describe|Get|List)\*$/.test(action))).toEqual([]);
  });

  it("are of one region, this account and things of the environment wherever AWS can tell", () => {
    const unbound = statements.filter(({ Resource, Condition }) => list(Resource).includes("*") && Condition === undefined);
    expect(unbound.map(({ Sid }) => Sid)).toEqual(UNBOUND[name]);
  });

  it("have names that IAM takes, each once", () => {
    const names = statements.map(({ Sid = "" }) => Sid);
    expect(names.filter((name) => !/^[A-Za-z0-9]+$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("fit into a policy", () => {
    expect(policyText(statements).length).toBeLessThanOrEqual(6144);
  });
});

it("a stack's pipeline can give roles no more than the boundary, and change neither the boundary nor itself", () => {
  const makes = by(STACK, "RolesWithinTheBoundary");
  expect(makes).toMatchObject({
    Action: ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"],
    Resource: "arn:aws:iam::123456789012:role/flowstack-prod-*",
    Condition: { StringEquals: { "iam:PermissionsBoundary": boundaryArn(PLACE) } },
  });
  const widening = ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"];
  const others = STACK.filter((one) => one !== makes).flatMap(({ Action }) => list(Action));
  expect(
    others.filter((action) => widening.includes(action) || /^iam:(?:CreatePolicy|DeleteRolePermissionsBoundary|SetDefault)/.test(action)),
  ).toEqual([]);
  const roles = STACK.filter(({ Action }) => list(Action).some((action) => /^iam:(?!Get|List)/.test(action))).flatMap(({ Resource }) =>
    list(Resource),
  );
  expect(new Set(roles)).toEqual(
    new Set(["arn:aws:iam::123456789012:role/flowstack-prod-*", "arn:aws:iam::123456789012:role/aws-service-role/*"]),
  );
});

it("a stack's pipeline puts no role into other services' hands than those that run as it", () => {
  expect(by(STACK, "RolesForTheirServices")?.Condition).toEqual({
    StringEquals: {
      "iam:PassedToService": ["ecs-tasks.amazonaws.com", "vpc-flow-logs.amazonaws.com", "monitoring.rds.amazonaws.com"],
    },
  });
  expect(by(ALL.release, "RolesOfItsTasks")).toMatchObject({
    Resource: ["arn:aws:iam::123456789012:role/app-task", "arn:aws:iam::123456789012:role/app-execution"],
    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  });
});

it("a stack's pipeline changes names in the zones that are said, or in none", () => {
  expect(by(STACK, "Addresses")?.Resource).toEqual(["arn:aws:route53:::hostedzone/Z0123456789"]);
  expect(by(stackStatements(PLACE).services, "Addresses")).toBeUndefined();
});

it("a release's pipeline updates one service, and asks for no secret: what it puts there is given the service's", () => {
  const { release } = ALL;
  expect(by(release, "Deploy")).toMatchObject({ Resource: "arn:aws:ecs:eu-central-1:123456789012:service/flowstack-prod/app" });
  expect(by(release, "NewDefinition")).toMatchObject({ Resource: "arn:aws:ecs:eu-central-1:123456789012:task-definition/app:*" });
  expect(release.flatMap(({ Action }) => list(Action)).filter((action) => !/^(?:ecs:|iam:PassRole$)/.test(action))).toEqual([]);
});

const REGION = { "aws:RequestedRegion": "eu-central-1" };
const tags = (of: "RequestTag" | "ResourceTag") =>
  Object.fromEntries(Object.entries(PLACE.tags).map(([key, value]) => [`aws:${of}/${key}`, value]));
const ASKED = { ...REGION, ...tags("RequestTag") };
const OWN = { ...REGION, ...tags("ResourceTag") };
const at = (service: string, thing: string) => `arn:aws:${service}:eu-central-1:123456789012:${thing}`;
const may = (action: string, resource: string, context: Record<string, string> = REGION) => allows(STACK, { action, resource, context });

it("a stack's pipeline tags what it makes, and makes nothing its own by tagging it", () => {
  const thing = at("ec2", "vpc/vpc-0");
  expect(may("ec2:CreateTags", thing, { ...ASKED, "ec2:CreateAction": "CreateVpc" })).toBe(true);
  expect(may("ec2:CreateTags", thing, OWN)).toBe(true);
  for (const kind of ["instance", "vpc", "subnet", "volume", "security-group", "network-interface"]) {
    expect([kind, may("ec2:CreateTags", at("ec2", `${kind}/x-0`), ASKED)]).toEqual([kind, false]);
    expect([kind, may("ec2:CreateTags", at("ec2", `${kind}/x-0`), { ...ASKED, "aws:ResourceTag/project": "other" })]).toEqual([
      kind,
      false,
    ]);
  }
  expect(may("ec2:CreateTags", at("ec2", "instance/i-0"), { ...ASKED, "ec2:CreateAction": "RunInstances" })).toBe(false);
});

it("a stack's pipeline starts and ends no machines, and opens no group but its own", () => {
  for (const action of ["ec2:RunInstances", "ec2:TerminateInstances"])
    expect(may(action, at("ec2", "instance/i-0"), { ...ASKED, ...OWN })).toBe(false);
  const group = at("ec2", "security-group/sg-0");
  expect(may("ec2:AuthorizeSecurityGroupIngress", group, OWN)).toBe(true);
  expect(may("ec2:AuthorizeSecurityGroupIngress", group, ASKED)).toBe(false);
  expect(may("ec2:CreateNetworkInterface", at("ec2", "subnet/subnet-0"))).toBe(false);
});

it("a stack's pipeline can take a group without tags for a network's default one: to close it, and never to open it", () => {
  const group = at("ec2", "security-group/sg-0");
  const name = "flowstack-prod-default-closed";
  expect(may("ec2:CreateTags", group, { ...ASKED, "aws:RequestTag/Name": name })).toBe(true);
  expect(may("ec2:CreateTags", group, { ...ASKED, "aws:RequestTag/Name": name, "aws:ResourceTag/project": "other" })).toBe(false);
  const taken = { ...ASKED, ...OWN, "aws:ResourceTag/Name": name };
  expect(may("ec2:RevokeSecurityGroupIngress", group, taken)).toBe(true);
  for (const action of [
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "CreateTags",
    "DeleteTags",
    "ModifySecurityGroupRules",
  ])
    expect([action, may(`ec2:${action}`, group, taken)]).toEqual([action, false]);
});

const MAY_ROLES = (action: string, resource: string, context: Record<string, string> = {}) =>
  allows(ALL.boundary, { action, resource, context });

it("no role reads parameters or secrets of other environments, whatever its pipeline writes into it", () => {
  for (const name of ["/flowstack/prod/DATABASE_PASSWORD", "/terraform/db"])
    expect([name, MAY_ROLES("ssm:GetParameters", at("ssm", `parameter${name}`))]).toEqual([name, true]);
  for (const name of [
    "/flowstack/production/DATABASE_PASSWORD",
    "/flowstack/dev/DATABASE_PASSWORD",
    "/flowmaster/prod/KEY",
    "/terraform/db2",
  ])
    expect([name, MAY_ROLES("ssm:GetParameters", at("ssm", `parameter${name}`))]).toEqual([name, false]);
  expect(MAY_ROLES("secretsmanager:GetSecretValue", at("secretsmanager", "secret:flowstack-prod-hub-AbCdEf"))).toBe(true);
  expect(MAY_ROLES("secretsmanager:GetSecretValue", at("secretsmanager", "secret:flowstack-production-hub-AbCdEf"))).toBe(false);
});

it("no role decrypts by another key than the environment's, but what AWS's own keys encrypt and it may read", () => {
  const bySsm = { "kms:ViaService": "ssm.eu-central-1.amazonaws.com" };
  expect(MAY_ROLES("kms:Decrypt", at("kms", "key/1"), { ...bySsm, ...tags("ResourceTag") })).toBe(true);
  expect(MAY_ROLES("kms:Decrypt", at("kms", "key/1"), { ...bySsm, "kms:ResourceAliases": "alias/aws/ssm" })).toBe(true);
  expect(MAY_ROLES("kms:Decrypt", at("kms", "key/1"), bySsm)).toBe(false);
  expect(
    MAY_ROLES("kms:Decrypt", at("kms", "key/1"), {
      ...bySsm,
      "aws:ResourceTag/project": "flowfleet",
      "aws:ResourceTag/environment": "dev",
    }),
  ).toBe(false);
  expect(MAY_ROLES("kms:Decrypt", at("kms", "key/1"), tags("ResourceTag"))).toBe(false);
});

it("a role mounts files by an access point alone, those of root among them", () => {
  const share = at("elasticfilesystem", "file-system/fs-0a");
  const point = { "elasticfilesystem:AccessPointArn": at("elasticfilesystem", "access-point/fsap-0a") };
  for (const action of ["ClientMount", "ClientWrite", "ClientRootAccess"])
    expect([action, MAY_ROLES(`elasticfilesystem:${action}`, share, point), MAY_ROLES(`elasticfilesystem:${action}`, share)]).toEqual([
      action,
      true,
      false,
    ]);
});

it("a stack's pipeline makes nothing its own that others made: keys, certificates, shares, load balancers", () => {
  const other = { ...REGION, ...ASKED, "aws:ResourceTag/project": "other" };
  for (const [action, thing] of [
    ["kms:TagResource", at("kms", "key/1")],
    ["acm:AddTagsToCertificate", at("acm", "certificate/1")],
    ["elasticfilesystem:TagResource", at("elasticfilesystem", "file-system/fs-0a")],
    ["elasticfilesystem:CreateAccessPoint", at("elasticfilesystem", "file-system/fs-0a")],
    ["elasticloadbalancing:AddTags", at("elasticloadbalancing", "loadbalancer/app/x/0a")],
    ["elasticloadbalancing:CreateRule", at("elasticloadbalancing", "listener/app/x/0a/0b")],
    ["elasticloadbalancing:ModifyTargetGroup", at("elasticloadbalancing", "targetgroup/x/0a")],
    ["application-autoscaling:UntagResource", at("application-autoscaling", "scalable-target/0a")],
  ] as const)
    expect([action, may(action, thing, other)]).toEqual([action, false]);
  expect(may("kms:TagResource", at("kms", "key/1"), { ...ASKED, "kms:ResourceAliases": "alias/somebody" })).toBe(false);
  expect(may("kms:CreateAlias", at("kms", "key/1"))).toBe(false);
  expect(may("ec2:DeleteNetworkInterface", at("ec2", "network-interface/eni-0a"))).toBe(false);
  const linked = "arn:aws:iam::123456789012:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM";
  expect(may("iam:CreateServiceLinkedRole", linked, { "iam:AWSServiceName": "ssm.amazonaws.com" })).toBe(false);
});
