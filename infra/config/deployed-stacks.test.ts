import { deployedStacks } from "./deployed-stacks";
import { findingLine } from "./places";
import { readStackFile } from "./stack-file";

const stack = (name: string, text: string) => ({ stack: name, ...readStackFile(`config:\n${text}`) });
const SHARED = (role: string) => stack("shared", `  flowfleet:state: {${role}}\n`);
const problems = (...stacks: ReturnType<typeof stack>[]) => deployedStacks(stacks).map(findingLine);
const KEY = expect.stringMatching(
  /\.deployKey: is missing, and the pipeline gets no key for Pulumi\.staging\.yaml flowfleet:\S+;/,
) as string;
const deploy = "deploy: {github: {repository: acme/fleet, environment: staging}}";

it("finds nothing where the role has what the stack needs", () => {
  const staging = stack("staging", "  flowfleet:hosts: {main: {}}\n  flowfleet:flowmaster: {host: {stack: shared, name: main}}\n");
  expect(problems(SHARED(`stacks: {staging: {borrows: "true", deployKey: agent, ${deploy}}}`), staging)).toEqual([]);
});

it("asks for a key where there is a machine to reach by it, the stack's own or another's", () => {
  const of = (text: string) => problems(SHARED(`stacks: {staging: {${deploy}}}`), stack("staging", text));
  expect(of("  flowfleet:hosts: {main: {}}\n")).toEqual([KEY]);
  expect(of("  flowfleet:flowra: {host: {stack: other, name: main}}\n")).toEqual([KEY]);
  expect(of("  flowfleet:hosts: {main: {privateKey: {secure: v1:x}}}\n")).toEqual([]);
  expect(of("  flowfleet:acme: {email: ops@example.com}\n")).toEqual([]);
});

it("asks for the boundary of the environment that the role is of, on AWS alone", () => {
  const pipelines = SHARED(`pipelines: {production: {stack: staging, ${deploy}}}`);
  const of = (text: string) => problems(pipelines, stack("staging", `  flowfleet:flowstack: {${text}}\n`));
  expect(of("environment: production, aws: {}")).toEqual([
    "Pulumi.staging.yaml flowfleet:flowstack.aws.boundary: is not true, and the role of Pulumi.shared.yaml flowfleet:state.pipelines.production may make no role beyond its boundary; set it to true, and bring up shared first",
  ]);
  expect(of("environment: production, aws: {boundary: true}")).toEqual([]);
  expect(of("environment: development, aws: {}")).toEqual([
    "Pulumi.shared.yaml flowfleet:state.pipelines.production.deploy: gives no rights to make what Pulumi.staging.yaml flowfleet:flowstack.aws says; leave it out: an administrator brings that up, in a stack of its own where pipelines deploy the rest",
  ]);
  expect(of("environment: production")).toEqual([]);
});

it("refuses a pipeline for what no role has rights to: systems on AWS but FlowStack of the role's environment, and machines that are made", () => {
  const of = (text: string) => problems(SHARED(`stacks: {staging: {deployKey: agent, ${deploy}}}`), stack("staging", text));
  const refused = (setting: string) =>
    `Pulumi.shared.yaml flowfleet:state.stacks.staging.deploy: gives no rights to make what Pulumi.staging.yaml flowfleet:${setting} says; leave it out: an administrator brings that up, in a stack of its own where pipelines deploy the rest`;
  expect(of("  flowfleet:flowmaster: {aws: {}}\n  flowfleet:flowra: {aws: {}}\n")).toEqual([
    refused("flowmaster.aws"),
    refused("flowra.aws"),
  ]);
  expect(of("  flowfleet:flowstack: {environment: production, aws: {boundary: true}}\n")).toEqual([refused("flowstack.aws")]);
  expect(of("  flowfleet:hosts: {main: {create: {}}, other: {}}\n")).toEqual([refused("hosts.main.create")]);
});

it("says nothing of who only releases, of a branch, and of a stack that is elsewhere", () => {
  const jobs = "{github: {repository: acme/fleet, branch: main}}";
  const prod = stack("prod", "  flowfleet:flowstack: {environment: production, aws: {}}\n");
  expect(problems(SHARED(`pipelines: {production: {release: ${jobs}}}`), prod)).toEqual([]);
  expect(problems(SHARED(`stacks: {dev: {deploy: ${jobs}}}`), stack("dev", ""))).toEqual([]);
  expect(problems(SHARED(`stacks: {elsewhere: {${deploy}}}`), prod)).toEqual([]);
});
