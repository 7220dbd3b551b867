import { policyText } from "./policy";
import type { Statement } from "./policy";
import { releaseStatements } from "./release-rights";
import { boundaryArn, boundaryStatements, stackStatements } from "./stack-rights";
import { PLACE } from "./testing/tier";

const ALL = {
  ...stackStatements(PLACE, { hostedZones: ["Z0123456789"] }),
  boundary: boundaryStatements(PLACE),
  release: releaseStatements(PLACE, { cluster: "flowstack-prod", service: "app", family: "app", roles: ["app-task", "app-execution"] }),
};
const STACK = [...ALL.ground, ...ALL.services, ...ALL.data];
/** Where "*" goes without a condition: these only look, or log in. */
const UNBOUND = { ground: ["Look"], services: [], data: [], boundary: ["Images"], release: ["Look"] };
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
  expect(new Set(roles)).toEqual(new Set(["arn:aws:iam::123456789012:role/flowstack-prod-*"]));
});

it("a stack's pipeline puts no role into other services' hands than those that run as it", () => {
  expect(by(STACK, "RolesForTheirServices")?.Condition).toEqual({
    StringEquals: {
      "iam:PassedToService": [
        "ecs-tasks.amazonaws.com",
        "vpc-flow-logs.amazonaws.com",
        "monitoring.rds.amazonaws.com",
        "ec2.amazonaws.com",
      ],
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

it("a release's pipeline updates one service, and reads no secret", () => {
  const { release } = ALL;
  expect(by(release, "Deploy")).toMatchObject({ Resource: "arn:aws:ecs:eu-central-1:123456789012:service/flowstack-prod/app" });
  expect(by(release, "NewDefinition")).toMatchObject({ Resource: "arn:aws:ecs:eu-central-1:123456789012:task-definition/app:*" });
  expect(release.flatMap(({ Action }) => list(Action)).filter((action) => !/^(?:ecs:|iam:PassRole$)/.test(action))).toEqual([]);
});
