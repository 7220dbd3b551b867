import { readExport } from "./exported";

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});
const sealed = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
const URN =
  "urn:pulumi:prod::flowfleet::flowfleet:flowmaster:FlowMaster$flowfleet:secrets:SecretBundle$flowfleet:host:FileSet$command:remote:Command";
const document = {
  files: { "/srv/.env": { mode: "0600", text: ["JWT_SECRET='abc'", 'APP_URL="https://it\'s"', "# no variable", "EMPTY=''"] } },
};
const resources = (stdin: unknown) => [
  {
    urn: "urn:pulumi:prod::flowfleet::pulumi:pulumi:Stack::flowfleet-prod",
    type: "pulumi:pulumi:Stack",
    outputs: { hosts: {}, flowmaster: { url: "u", token: sealed } },
  },
  { urn: `${URN}::flowmaster-secrets-file-files`, type: "command:remote:Command", inputs: { stdin } },
  {
    urn: "urn:pulumi:prod::flowfleet::flowfleet:flowmaster:FlowMaster$command:remote:Command::x",
    type: "command:remote:Command",
    inputs: { stdin: secret("{}") },
  },
  {
    urn: "urn:pulumi:prod::flowfleet::flowfleet:flowstack:FlowStack$flowfleet:aws:ParameterStore$aws:ssm/parameter:Parameter::flowstack-KEY",
    type: "aws:ssm/parameter:Parameter",
    inputs: { name: "/flowstack/production/FLOWISE_PASSWORD", value: stdin === sealed ? sealed : secret("canary") },
  },
];
const OUTPUTS = { hosts: {}, flowmaster: { url: "u" } };

it.each([
  ["an export", { version: 3, deployment: { resources: resources(sealed) } }],
  ["a checkpoint", { version: 3, checkpoint: { latest: { resources: resources(sealed) } } }],
  ["printed outputs", { hosts: {}, flowmaster: { url: "u" } }],
])("reads outputs from %s; what is sealed is left out", (_, file) => {
  expect(readExport(JSON.stringify(file), "prod")).toEqual({ outputs: OUTPUTS, secrets: undefined });
});

it("reads the variables of the systems where they are in clear", () => {
  const file = { version: 3, deployment: { resources: resources(secret(JSON.stringify(document))) } };
  expect(readExport(JSON.stringify(file), "prod")).toEqual({
    outputs: OUTPUTS,
    secrets: { flowmaster: { JWT_SECRET: "abc", APP_URL: "https://it's", EMPTY: "" }, flowstack: { FLOWISE_PASSWORD: "canary" } },
  });
});

it("of a stack without resources has nothing", () => {
  expect(readExport('{"version":3,"deployment":{}}', "prod")).toEqual({ outputs: {}, secrets: undefined });
});

it.each([["text"], ["[]"], ['{"resources": 7}']])("refuses %s", (text) => {
  expect(() => readExport(text, "prod")).toThrow(/^is no export: /);
});

it.each([
  ["another stack", "urn:pulumi:staging::flowfleet::pulumi:pulumi:Stack::flowfleet-staging", "is of stack staging, not of prod"],
  ["another project", "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod", "is of project shop, not of flowfleet"],
])("refuses the export of %s", (_, urn, message) => {
  const file = { version: 3, deployment: { resources: [{ urn, type: "pulumi:pulumi:Stack", outputs: OUTPUTS }] } };
  expect(() => readExport(JSON.stringify(file), "prod")).toThrow(new RangeError(message));
});
