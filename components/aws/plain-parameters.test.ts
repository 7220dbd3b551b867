import * as pulumi from "@pulumi/pulumi";
import { PlainParameters, plainParameterStatements, plainValueProblems } from "./plain-parameters";
import type { PlainParametersArgs } from "./plain-parameters";
import { PLACE, inputsOf, recorded } from "./testing/tier";

const BASE: PlainParametersArgs = {
  place: PLACE,
  path: "/flowfleet/prod",
  values: { contract: "1", "flowmaster/release/backend": pulumi.output("image@sha256:0a") },
};
const made = (more: Partial<PlainParametersArgs> = {}) =>
  recorded(() => {
    new PlainParameters("outputs", { ...BASE, ...more });
  });

it("puts each text as a String that plans show", async () => {
  const found = await made();
  expect(inputsOf(found, "ssm/parameter:Parameter", "outputs-flowmaster/release/backend")).toEqual({
    name: "/flowfleet/prod/flowmaster/release/backend",
    type: "String",
    tier: "Standard",
    insecureValue: "image@sha256:0a",
    tags: { project: "flowfleet", environment: "prod", Name: "/flowfleet/prod/flowmaster/release/backend" },
  });
  expect(inputsOf(found, "ssm/parameter:Parameter", "outputs-contract")).toMatchObject({ insecureValue: "1" });
});

it("refuses names that are none, all at once", async () => {
  await expect(made({ path: "/aws/prod", values: { "flowmaster//url": "x", "a b": "x" } })).rejects.toThrow(
    new Error(
      'outputs/path: must be a path such as "/flowstack/prod" that does not begin with aws or ssm; got "/aws/prod"\n' +
        'outputs/values/flowmaster//url: is no name of a parameter; got "/flowmaster//url"\n' +
        'outputs/values/a b: is no name of a parameter; got "/a b"',
    ),
  );
});

it("refuses a secret, what is empty and what is too long, once it is known, without the value", () => {
  expect(plainValueProblems("seed", "canary", true)).toEqual([
    { path: "values/seed", wrong: "is marked as a secret, and would be there in clear", todo: "put it into a ParameterStore" },
  ]);
  expect(plainValueProblems("url", "", false)).toEqual([
    { path: "values/url", wrong: "is empty, which no parameter can be", todo: "leave it out" },
  ]);
  expect(plainValueProblems("logs", "é".repeat(2049), false)).toEqual([
    { path: "values/logs", wrong: "is too long for a parameter", allowed: "up to 4096 bytes" },
  ]);
  expect(plainValueProblems("logs", "é".repeat(2048), false)).toEqual([]);
});

it("lets a pipeline write below its folder, and nowhere else", () => {
  const [statement, ...others] = plainParameterStatements(PLACE, "/flowfleet/prod");
  expect(others).toEqual([]);
  expect(statement).toMatchObject({ Effect: "Allow", Resource: "arn:aws:ssm:eu-central-1:123456789012:parameter/flowfleet/prod/*" });
  expect(statement?.Action).toContain("ssm:PutParameter");
});
