import { inspect } from "./stacks";

const file = (text: string) => `config:\n  flowfleet:state:\n    account: "123456789012"\n    region: eu-central-1\n${text}`;
const problems = (text: string) => inspect("shared", file(text), () => undefined).problems;
const at = "Pulumi.shared.yaml flowfleet:state";

it("is off unless it is said, and needs an account and a region alone", () => {
  expect(inspect("shared", "config: {}", () => undefined).config?.state).toBeUndefined();
  expect(inspect("shared", file(""), () => undefined)).toMatchObject({
    problems: [],
    config: { state: { account: "123456789012", region: "eu-central-1", issuers: {}, pipelines: {} } },
  });
  expect(problems("    account: 12\n".replace("account", "acount"))).toEqual([
    expect.stringContaining("acount: is not known; allowed: account"),
  ]);
});

it("lets in the jobs of one forge, chosen by one thing", () => {
  const text = `    pipelines:
      production: {hostedZones: [Z01]}
      development:
        deploy: {github: {repository: acme/fleet}, gitlab: {project: acme/fleet, branch: main, tag: v1}}
        release: {}
`;
  expect(problems(text)).toEqual([
    `${at}.pipelines.production: names no pipeline; allowed: deploy, release; set one of them`,
    `${at}.pipelines.development.deploy: must name one forge; got "github, gitlab"; allowed: github, gitlab`,
    `${at}.pipelines.development.deploy.github: must name one kind of jobs; got ""; allowed: environment, branch, tag`,
    `${at}.pipelines.development.deploy.gitlab: must name one kind of jobs; got "branch, tag"; allowed: branch, tag`,
    `${at}.pipelines.development.release: must name one forge; got ""; allowed: github, gitlab`,
  ]);
});

it("refuses what others could match, and times that are none, all at once", () => {
  const text = `    history: 36 hours
    locked: 10 days
    pipelines:
      production: {release: {github: {repository: "acme/*", branch: "*"}}}
      staging: {}
`;
  expect(problems(text)).toEqual([
    `${at}.pipelines.production.release.github.repository: must be whole, such as "acme/flowstack" or "acme@123/flowstack@456", without stars; got "acme/*"`,
    `${at}.pipelines.production.release.github.branch: must be one name, without stars; got "*"`,
    expect.stringMatching(/^Pulumi\.shared\.yaml flowfleet:state\.pipelines\.staging: is not known; allowed: production, development/),
    `${at}.history: must be whole days; got "36 hours"; allowed: 1 day or more`,
    `${at}.locked: must not be longer than history; got "10 days"; allowed: up to 36 hours`,
    `${at}.pipelines.staging: names no pipeline; allowed: deploy, release; set one of them`,
  ]);
});

it("takes GitHub's repositories with both ids that newer ones have in their tokens, or with none", () => {
  const of = (repository: string) =>
    problems(`    stacks: {staging: {deploy: {github: {repository: "${repository}", environment: staging}}}}\n`);
  expect(of("acme@123/flow.fleet@456")).toEqual([]);
  for (const repository of ["acme@123/fleet", "acme/fleet@456", "acme@*/fleet@*", "acme@123/fleet@45x"])
    expect(of(repository)).toEqual([
      `${at}.stacks.staging.deploy.github.repository: must be whole, such as "acme/flowstack" or "acme@123/flowstack@456", without stars; got "${repository}"`,
    ]);
});

it("knows the stack of an environment, or is told; each has one of its own", () => {
  const jobs = "deploy: {github: {repository: acme/fleet, branch: main}}";
  const { config } = inspect(
    "shared",
    file(`    pipelines: {production: {${jobs}}, development: {stack: try, ${jobs}}}\n`),
    () => undefined,
  );
  expect(config?.state?.pipelines).toMatchObject({
    production: { stack: "prod", borrows: false },
    development: { stack: "try", borrows: false },
  });
  expect(problems(`    pipelines: {production: {stack: one, ${jobs}}, development: {stack: one, ${jobs}}}\n`)).toEqual([
    `${at}.pipelines.development.stack: is the stack of another environment, too; got "one"`,
  ]);
  expect(problems(`    pipelines: {production: {${jobs}}, development: {stack: prod, ${jobs}}}\n`)).toEqual([
    `${at}.pipelines.development.stack: is the stack of another environment, too; got "prod"`,
  ]);
  expect(problems(`    pipelines: {production: {stack: a-very-long-name, ${jobs}}}\n`)).toEqual([
    `${at}.pipelines.production.stack: must be the name of a stack, of at most 14 signs, such as "prod"; got "a-very-long-name"`,
  ]);
});

it("keeps the key of the machines' deploy user from the environment's tasks", () => {
  const jobs = "{github: {repository: acme/fleet, branch: main}}";
  const production = (more: string) => problems(`    pipelines: {production: {${more}}}\n`);
  expect(production(`deploy: ${jobs}, deployKey: /flowfleet/deploy-key/prod`)).toEqual([]);
  const read = (name: string) =>
    `${at}.pipelines.production.deployKey: could be read by the environment's tasks; got "${name}"; ` +
    'allowed: a name outside of /flowstack/production/ and of parameters, such as "/flowfleet/deploy-key"';
  expect(production(`deploy: ${jobs}, deployKey: /flowstack/production/key`)).toEqual([read("/flowstack/production/key")]);
  expect(production(`deploy: ${jobs}, parameters: [/shared/key], deployKey: /shared/key`)).toEqual([read("/shared/key")]);
  expect(production(`release: ${jobs}, deployKey: /flowfleet/deploy-key`)).toEqual([
    `${at}.pipelines.production.deployKey: is for a pipeline that deploys; set deploy, or leave it out`,
  ]);
});

it("lets in the pipelines of stacks that have machines alone, each of one stack", () => {
  const jobs = "{gitlab: {project: acme/fleet, branch: main}}";
  expect(inspect("shared", file(`    stacks: {staging: {deploy: ${jobs}}}\n`), () => undefined).config?.state?.stacks).toMatchObject({
    staging: { borrows: false, deploy: { gitlab: { project: "acme/fleet", branch: "main" } } },
  });
  expect(
    problems(`    pipelines: {production: {deploy: ${jobs}}}
    stacks: {prod: {deploy: ${jobs}}, demo: {deploy: {}, deployKey: /flowstack/production/key}, Test: {deploy: ${jobs}}, dev: {}}
`),
  ).toEqual([
    `${at}.stacks.dev.deploy: must be a group of settings; is missing`,
    `${at}.stacks.prod: is the stack of pipelines.production, too; leave one of them out`,
    `${at}.stacks.demo.deploy: must name one forge; got ""; allowed: github, gitlab`,
    `${at}.stacks.demo.deployKey: could be read by the environment's tasks; got "/flowstack/production/key"; ` +
      'allowed: a name outside of /flowstack/production/, /flowstack/development/ and of parameters, such as "/flowfleet/deploy-key"',
    `${at}.stacks.Test: must be the name of a stack, of at most 14 signs, such as "prod"; got "Test"`,
  ]);
});
