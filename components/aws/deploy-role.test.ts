import { DeployRole, sizeProblems } from "./deploy-role";
import type { DeployRoleArgs } from "./deploy-role";
import { releaseStatements } from "./release-rights";
import { boundaryArn } from "./stack-rights";
import { boundaryStatements } from "./stack-rights-boundary";
import { inputsOf, PLACE, recorded } from "./testing/tier";
import { tokenOf } from "./token-issuer";
import type { Pipeline } from "./token-issuer";

const RELEASED = {
  cluster: "flowstack-prod",
  service: "flowstack-prod-app",
  family: "flowstack-prod-app",
  roles: ["app-task", "app-execution"],
};
const GITHUB: Pipeline = { github: { repository: "acme/flowstack", environment: "prod" } };

const made = (more: Partial<DeployRoleArgs> = {}) =>
  recorded(
    () =>
      new DeployRole("role", {
        place: PLACE,
        purpose: "release",
        pipeline: GITHUB,
        statements: { release: releaseStatements(PLACE, RELEASED) },
        ...more,
      }),
  );

it("is taken on by the jobs of one environment of one repository, for an hour, and may do what is said", async () => {
  const found = await made();
  const { assumeRolePolicy, ...role } = inputsOf(found, "iam/role:Role");
  expect(role).toEqual({
    name: "flowstack-prod-release",
    path: "/deploy/",
    maxSessionDuration: 3600,
    tags: { project: "flowfleet", environment: "prod", Name: "flowstack-prod-release" },
  });
  expect(JSON.parse(String(assumeRolePolicy))).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: "arn:made-up:OpenIdConnectProvider:role-issuer" },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
          StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/flowstack:environment:prod" },
        },
      },
    ],
  });
  expect(inputsOf(found, "iam/openIdConnectProvider:OpenIdConnectProvider")).toMatchObject({
    url: "https://token.actions.githubusercontent.com",
    clientIdLists: ["sts.amazonaws.com"],
  });
  const { policy, ...rights } = inputsOf(found, "iam/policy:Policy");
  expect(rights).toMatchObject({ name: "flowstack-prod-release-release", path: "/deploy/" });
  expect(JSON.parse(String(policy))).toEqual({ Version: "2012-10-17", Statement: releaseStatements(PLACE, RELEASED) });
  expect(inputsOf(found, "iam/rolePolicyAttachment:RolePolicyAttachment")).toMatchObject({ policyArn: "arn:made-up:Policy:role-release" });
});

it.each<[Pipeline, ReturnType<typeof tokenOf>]>([
  [
    { github: { repository: "acme/flowstack", branch: "main" } },
    { host: "token.actions.githubusercontent.com", audience: "sts.amazonaws.com", subject: "repo:acme/flowstack:ref:refs/heads/main" },
  ],
  [
    { github: { repository: "acme@123/flowstack@456", environment: "prod" } },
    { host: "token.actions.githubusercontent.com", audience: "sts.amazonaws.com", subject: "repo:acme@123/flowstack@456:environment:prod" },
  ],
  [
    { github: { repository: "acme/flowstack", tag: "v*" } },
    { host: "token.actions.githubusercontent.com", audience: "sts.amazonaws.com", subject: "repo:acme/flowstack:ref:refs/tags/v*" },
  ],
  [
    { gitlab: { project: "acme/tools/fleet", branch: "main" } },
    { host: "gitlab.com", audience: "https://gitlab.com", subject: "project_path:acme/tools/fleet:ref_type:branch:ref:main" },
  ],
  [
    { gitlab: { project: "acme/fleet", host: "git.example.com", tag: "v1" } },
    { host: "git.example.com", audience: "https://git.example.com", subject: "project_path:acme/fleet:ref_type:tag:ref:v1" },
  ],
])("knows the tokens of %j", (pipeline, token) => {
  expect(tokenOf(pipeline)).toEqual(token);
});

it("shares the account's provider, where there is one, and makes the boundary of the environment's roles", async () => {
  const provider = "arn:aws:iam::123456789012:oidc-provider/gitlab.com";
  const found = await made({
    provider,
    boundary: boundaryStatements(PLACE, { folder: "/flowstack/prod" }),
    pipeline: { gitlab: { project: "acme/fleet", branch: "main" } },
  });
  expect(found.resources.some(({ type }) => type.includes("openIdConnectProvider"))).toBe(false);
  expect(String(inputsOf(found, "iam/role:Role")["assumeRolePolicy"])).toContain(provider);
  const { name, path } = inputsOf(found, "iam/policy:Policy", "role-boundary") as { name: string; path: string };
  expect(`arn:aws:iam::123456789012:policy${path}${name}`).toBe(boundaryArn(PLACE));
});

it("refuses rights that do not fit into a policy, and names that are none", async () => {
  const many = Array.from(
    { length: 110 },
    (_, index) => ({ Effect: "Allow", Action: `ecs:AnActionOfSomeLength${index}`, Resource: "*" }) as const,
  );
  expect(sizeProblems("statements/many", many)).toEqual([
    { path: "statements/many", wrong: "is too long for one policy", got: 7958, allowed: "up to 6144 signs", todo: "give it in two" },
  ]);
  expect(sizeProblems("statements/few", many.slice(0, 80))).toEqual([]);
  await expect(made({ statements: { "all of it": [], boundary: [] }, boundary: [] })).rejects.toThrow(
    new Error(
      'role/statements/all of it: must be lower-case letters, digits and hyphens such as "flowmaster-staging"; got "all of it"\n' +
        "role/statements/boundary: is the name of the boundary",
    ),
  );
});

it("takes a repository with the ids of its owner and its own, which a trust policy then holds whole", async () => {
  const repository = "acme@123/flowstack@456";
  const { assumeRolePolicy } = inputsOf(await made({ pipeline: { github: { repository, environment: "prod" } } }), "iam/role:Role");
  expect(String(assumeRolePolicy)).toContain('"repo:acme@123/flowstack@456:environment:prod"');
});

it("refuses what others could match too, all at once", async () => {
  await expect(made({ purpose: "Re lease", pipeline: { github: { repository: "acme/*", environment: "*" } } })).rejects.toThrow(
    new Error(
      'role/purpose: must be lower-case letters, digits and hyphens such as "flowmaster-staging"; got "Re lease"\n' +
        'role/pipeline/github/repository: must be whole, such as "acme/flowstack" or "acme@123/flowstack@456", without stars; got "acme/*"\n' +
        'role/pipeline/github/environment: must be one name, without stars; got "*"',
    ),
  );
  await expect(made({ pipeline: { gitlab: { project: "fleet", host: "https://gitlab.com", tag: "*" } } })).rejects.toThrow(
    new Error(
      'role/pipeline/gitlab/project: must be whole, such as "acme/flowstack", without stars; got "fleet"\n' +
        'role/pipeline/gitlab/tag: must be a name, with a star at its end at most, such as "v*"; got "*"\n' +
        'role/pipeline/gitlab/host: must be a bare name such as "gitlab.com"; got "https://gitlab.com"',
    ),
  );
  await expect(made({ pipeline: { github: { repository: "acme/flowstack", branch: "release?" } } })).rejects.toThrow(
    new Error('role/pipeline/github/branch: must be one name, without stars; got "release?"'),
  );
});
