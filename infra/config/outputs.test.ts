import { otherStackProblems, crossStackProblems, inspect } from "./stacks";
import { findingLine } from "./places";

const mirror = (more = "", region = "eu-central-1") =>
  `config:\n  flowfleet:outputs:\n    mirror:\n      account: "123456789012"\n      region: ${region}\n${more}`;
const read = (stack: string, text: string, others: Record<string, string> = {}) =>
  inspect(
    stack,
    text,
    () => undefined,
    (other) => (others[other] === undefined ? undefined : inspect(other, others[other], () => undefined).raw),
  );

it("are mirrored where it is said, and nowhere by themselves", () => {
  expect(read("prod", "config: {}\n").config?.outputs).toEqual({});
  expect(read("prod", mirror()).config?.outputs).toEqual({ mirror: { account: "123456789012", region: "eu-central-1" } });
});

it("refuses what is no place, all at once", () => {
  const text = "config:\n  flowfleet:outputs:\n    mirror: {account: 12, region: europe, path: /aws/prod, secret: true}\n    miror: {}\n";
  expect(read("prod", text).findings.map(findingLine)).toEqual([
    "Pulumi.prod.yaml:3:14 flowfleet:outputs.mirror.account: must be text; put it in quotes; got 12",
    `Pulumi.prod.yaml:3:27 flowfleet:outputs.mirror.region: is no region of AWS's public cloud; got "europe"; a region is written such as "eu-central-1"`,
    'Pulumi.prod.yaml:3:43 flowfleet:outputs.mirror.path: must be a folder such as "/flowfleet/prod" that does not begin with aws or ssm; got "/aws/prod"',
    "Pulumi.prod.yaml:3:60 flowfleet:outputs.mirror.secret: is not known; allowed: account, region, path",
    'Pulumi.prod.yaml:4:5 flowfleet:outputs.miror: is not known; allowed: mirror; did you mean "mirror"?',
  ]);
});

it("of two stacks are in two folders", () => {
  const stacks = [read("dev", mirror("      path: /flowfleet/prod\n")), read("prod", mirror()), read("demo", mirror("", "eu-west-1"))];
  expect([...crossStackProblems(stacks), ...otherStackProblems(stacks)].map(findingLine)).toEqual([
    "Pulumi.prod.yaml:3:5 flowfleet:outputs.mirror: folder /flowfleet/prod is already taken by Pulumi.dev.yaml flowfleet:outputs.mirror.path; choose another on one of the two sides",
  ]);
});

it("of two stacks are not one in the other's folder, whose rights would hold for both", () => {
  const apart = (...[dev, prod]: [string, string]) =>
    crossStackProblems([read("dev", mirror(`      path: ${dev}\n`)), read("prod", mirror(`      path: ${prod}\n`))]).map(findingLine);
  const at = "Pulumi.prod.yaml:6:7 flowfleet:outputs.mirror.path: folder";
  const todo = "choose another on one of the two sides";
  expect(apart("/flowfleet", "/flowfleet/prod")).toEqual([
    `${at} /flowfleet/prod is not apart from /flowfleet of Pulumi.dev.yaml flowfleet:outputs.mirror.path; ${todo}`,
  ]);
  expect(apart("/fleet/dev", "/fleet")).toEqual([
    `${at} /fleet is not apart from /fleet/dev of Pulumi.dev.yaml flowfleet:outputs.mirror.path; ${todo}`,
  ]);
  expect(apart("/flowfleet/pro", "/flowfleet/prod")).toEqual([]);
});

it("are where no keys of machines and no secrets are, which their readers could read", () => {
  const state = (region: string) =>
    `  flowfleet:state:
    account: "123456789012"
    region: ${region}
    stacks:
      staging: {deployKey: /fleet/keys/staging, deploy: {github: {repository: acme/fleet, environment: staging}}}
`;
  const lines = (path: string, region = "eu-central-1") =>
    read("shared", mirror(`      path: ${path}\n`) + state(region)).findings.map(findingLine);
  const at = "Pulumi.shared.yaml:6:7 flowfleet:outputs.mirror.path: would give rights to";
  const todo = 'name a folder with nothing else in it, such as "/flowfleet/prod"';
  expect(lines("/fleet")).toEqual([`${at} /fleet/keys/staging of stacks.staging.deployKey; got "/fleet"; ${todo}`]);
  expect(lines("/fleet", "eu-west-1")).toEqual([]);
  expect(lines("/fleet/shared")).toEqual([]);
  expect(read("shared", mirror("      path: /flowra/production\n")).findings.map(findingLine)).toEqual([
    `${at} /flowra/production, where secrets are; got "/flowra/production"; ${todo}`,
  ]);
});

describe("a pipeline that brings up a stack", () => {
  const jobs = "deploy: {github: {repository: acme/fleet, environment: prod}}";
  const state = (more: string) =>
    `config:\n  flowfleet:state:\n    account: "123456789012"\n    region: eu-central-1\n    pipelines:\n      production: {${more}}\n`;
  const lines = (more: string, prod = mirror()) => read("shared", state(more), { prod }).findings.map(findingLine);
  const at = "flowfleet:state.pipelines.production.outputs";

  it("has the right to write its outputs where it mirrors them", () => {
    expect(lines(`${jobs}, outputs: /flowfleet/prod`)).toEqual([]);
    expect(lines(jobs, "config: {}\n")).toEqual([]);
    expect(lines(jobs)).toEqual([
      `Pulumi.shared.yaml:6:7 ${at}: is not the folder of Pulumi.prod.yaml flowfleet:outputs.mirror; allowed: /flowfleet/prod`,
    ]);
    expect(lines(`${jobs}, outputs: /flowfleet/live`)).toEqual([
      `Pulumi.shared.yaml:6:83 ${at}: is not the folder of Pulumi.prod.yaml flowfleet:outputs.mirror; got "/flowfleet/live"; allowed: /flowfleet/prod`,
    ]);
  });

  it("has it only where the roles are, and of a stack that mirrors", () => {
    expect(lines(`${jobs}, outputs: /flowfleet/prod`, mirror("", "eu-west-1"))).toEqual([
      `Pulumi.shared.yaml:6:83 ${at}: gives no rights where Pulumi.prod.yaml flowfleet:outputs.mirror is; got "123456789012 eu-west-1"; allowed: 123456789012 eu-central-1, where the state and the roles of pipelines are`,
    ]);
    expect(lines(`${jobs}, outputs: /flowfleet/prod`, "config: {}\n")).toEqual([
      `Pulumi.shared.yaml:6:83 ${at}: is for a stack that mirrors its outputs, and Pulumi.prod.yaml does not; got "/flowfleet/prod"; leave it out`,
    ]);
    expect(lines("release: {github: {repository: acme/fleet, tag: v1}}, outputs: /flowfleet/prod")).toEqual([
      `Pulumi.shared.yaml:6:74 ${at}: is for a pipeline that deploys; leave it out, or set deploy`,
    ]);
  });

  it("has no right to what else is in Parameter Store: another's outputs, keys of machines, secrets", () => {
    const wrong = (folder: string) =>
      read(
        "shared",
        `config:
  flowfleet:state:
    account: "123456789012"
    region: eu-central-1
    pipelines:
      production: {${jobs}, outputs: ${folder}, parameters: [/terraform/db/password]}
    stacks:
      staging: {deploy: {github: {repository: acme/fleet, environment: staging}}, deployKey: /flowfleet/deploy-key/staging, outputs: /flowfleet/staging}
`,
      )
        .findings.filter(({ path }) => path === at)
        .map(({ wrong }) => wrong);
    expect(wrong("/flowfleet/prod")).toEqual([]);
    expect(wrong("/flowfleet")).toEqual([
      "would give rights to /flowfleet/deploy-key/staging of stacks.staging.deployKey",
      "would give rights to /flowfleet/staging of stacks.staging.outputs",
    ]);
    expect(wrong("/flowfleet/deploy-key")).toEqual(["would give rights to /flowfleet/deploy-key/staging of stacks.staging.deployKey"]);
    expect(wrong("/flowfleet/staging/prod")).toEqual(["would give rights to /flowfleet/staging of stacks.staging.outputs"]);
    expect(wrong("/terraform/db")).toEqual(["would give rights to /terraform/db/password of pipelines.production.parameters"]);
    expect(wrong("/flowstack")).toEqual([
      "would give rights to /flowstack/production, where secrets are",
      "would give rights to /flowstack/development, where secrets are",
    ]);
    expect(wrong("/flowmaster/staging/outputs")).toEqual(["would give rights to /flowmaster/staging, where secrets are"]);
  });
});
