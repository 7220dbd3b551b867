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
  expect(of("environment: development, aws: {}")).toEqual([]);
  expect(of("environment: production")).toEqual([]);
});

it("says nothing of who only releases, of a branch, and of a stack that is elsewhere", () => {
  const jobs = "{github: {repository: acme/fleet, branch: main}}";
  const prod = stack("prod", "  flowfleet:flowstack: {environment: production, aws: {}}\n");
  expect(problems(SHARED(`pipelines: {production: {release: ${jobs}}}`), prod)).toEqual([]);
  expect(problems(SHARED(`stacks: {dev: {deploy: ${jobs}}}`), stack("dev", ""))).toEqual([]);
  expect(problems(SHARED(`stacks: {elsewhere: {${deploy}}}`), prod)).toEqual([]);
});
