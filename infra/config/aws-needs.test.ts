import { onAws } from "../../stacks/flowstack/testing/program";
import { boundaryNeeds, entranceNeeds } from "./aws-needs";
import { inspect } from "./stacks";

const secret = (name: string) => `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}`;
const PLACE = { account: "123456789012", region: "eu-central-1", boundary: true };
const needs = (given: object) => boundaryNeeds("aws", { ...PLACE, ...given }, "flowstack-production");

it("refuses credentials of a registry that no role within the boundary can read", () => {
  expect(needs({ registryCredentials: secret("docker-hub-AbCdEf") })).toEqual([
    {
      path: "aws.registryCredentials",
      wrong: "is no secret that a role within the boundary can read",
      got: secret("docker-hub-AbCdEf"),
      allowed: `${secret("flowstack-production-")}…`,
      todo: "give the secret such a name, or leave out boundary",
    },
  ]);
  expect(needs({ registryCredentials: secret("flowstack-production-hub-AbCdEf") })).toEqual([]);
  expect(needs({ registryCredentials: secret("docker-hub-AbCdEf"), boundary: false })).toEqual([]);
  expect(needs({})).toEqual([]);
});

const entrance = (given: object, more: object = {}) => entranceNeeds("aws", { ...PLACE, ...more, entrance: given });
const certificate = (where: string) => `arn:aws:acm:${where}:certificate/1`;
const listener = (where: string) => `arn:aws:elasticloadbalancing:${where}/main/50dc/f2f7`;

it("takes certificates and listeners of its own region and account alone, as a load balancer does", () => {
  for (const where of ["us-east-1:123456789012", "eu-central-1:210987654321"])
    expect(entrance({ certificate: certificate(where) })).toEqual([
      {
        path: "aws.entrance.certificate",
        wrong: "is no certificate of this region and account, and a load balancer takes no other",
        got: certificate(where),
        allowed: "arn:aws:acm:eu-central-1:123456789012:certificate/…",
        todo: "request one there, or import it",
      },
    ]);
  for (const where of [
    "eu-west-1:123456789012:listener/app",
    "eu-central-1:210987654321:listener/app",
    "eu-central-1:123456789012:listener/net",
  ])
    expect(entrance({ existing: { listener: listener(where) } })).toEqual([
      {
        path: "aws.entrance.existing.listener",
        wrong: "is no listener of an application load balancer of this region and account, and tasks answer behind no other",
        got: listener(where),
        allowed: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/…",
      },
    ]);
  expect(entrance({ certificate: certificate("eu-central-1:123456789012") })).toEqual([]);
  expect(entrance({ existing: { listener: listener("eu-central-1:123456789012:listener/app") } })).toEqual([]);
});

it("leaves what is no region, no account and no ARN to the schema", () => {
  const elsewhere = { certificate: certificate("us-east-1:123456789012") };
  expect(entrance(elsewhere, { region: "frankfurt" })).toEqual([]);
  expect(entrance(elsewhere, { account: "1" })).toEqual([]);
  expect(entrance({ certificate: "x" })).toEqual([]);
  expect(entrance({ existing: {} })).toEqual([]);
});

it("is asked of FlowStack", () => {
  const own =
    "      network: {zones: [eu-central-1a, eu-central-1b]}\n      entrance: {zone: Z0123456789ABCDEFGHIJ}\n" +
    `      boundary: true\n      registryCredentials: ${secret("docker-hub-AbCdEf")}\n`;
  const { problems } = inspect("prod", onAws("", own), () => undefined);
  expect(problems).toContainEqual(
    expect.stringMatching(
      /^Pulumi\.prod\.yaml flowfleet:flowstack\.aws\.registryCredentials: is no secret that a role within the boundary/,
    ),
  );
});
