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
    `${at}.pipelines.production.release.github.repository: must be whole, such as "acme/flowstack", without stars; got "acme/*"`,
    `${at}.pipelines.production.release.github.branch: must be one name, without stars; got "*"`,
    expect.stringMatching(/^Pulumi\.shared\.yaml flowfleet:state\.pipelines\.staging: is not known; allowed: production, development/),
    `${at}.history: must be whole days; got "36 hours"; allowed: 1 day or more`,
    `${at}.locked: must not be longer than history; got "10 days"; allowed: up to 36 hours`,
    `${at}.pipelines.staging: names no pipeline; allowed: deploy, release; set one of them`,
  ]);
});
