import { onAws } from "../../stacks/flowstack/testing/program";
import { boundaryNeeds } from "./aws-needs";
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
