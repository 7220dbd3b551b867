import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../kernel/map-values";
import { ParameterStore } from "./parameter-store";
import type { ParameterStoreArgs } from "./parameter-store";
import type { Statement } from "./policy";
import { inputsOf, PLACE, recorded } from "./testing/tier";
import { valueOf } from "./testing/value-of";

const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1";
const BASE: ParameterStoreArgs = {
  place: PLACE,
  path: "/flowstack/prod",
  values: { DATABASE_PASSWORD: pulumi.secret("canary"), FLOWISE_PASSWORD: "canary" },
};

/** What the store tells, and what was registered. */
async function made(more: Partial<ParameterStoreArgs> = {}) {
  const told: { revision?: string; statements?: Statement[]; arns?: Record<string, string> } = {};
  const found = await recorded(async () => {
    const store = new ParameterStore("secrets", { ...BASE, ...more });
    told.revision = await valueOf(store.revision);
    told.statements = await valueOf(store.readStatements);
    told.arns = await valueOf(pulumi.output(mapValues(store.refs, ({ arn }) => arn)));
  });
  return { found, ...told };
}

it("puts each secret as a SecureString, and tells its value to nobody", async () => {
  const { found } = await made({ key: KEY });
  expect(inputsOf(found, "ssm/parameter:Parameter", "secrets-DATABASE_PASSWORD")).toEqual({
    name: "/flowstack/prod/DATABASE_PASSWORD",
    type: "SecureString",
    tier: "Standard",
    value: "canary",
    keyId: KEY,
    tags: { project: "flowfleet", environment: "prod", Name: "/flowstack/prod/DATABASE_PASSWORD" },
  });
  const parameters = found.resources.filter(({ type }) => type === "aws:ssm/parameter:Parameter");
  expect(parameters.map(({ secrets }) => secrets)).toEqual([["value"], ["value"]]);
  expect(JSON.stringify(found.outputs)).not.toContain("canary");
});

it("gives the right to read these parameters and no others, and its key only by way of Parameter Store", async () => {
  const { statements, arns } = await made({ key: KEY, existing: { OPENAI_API_KEY: "/shared/openai" } });
  expect(arns).toEqual({
    OPENAI_API_KEY: "arn:aws:ssm:eu-central-1:123456789012:parameter/shared/openai",
    DATABASE_PASSWORD: "arn:made-up:Parameter:secrets-DATABASE_PASSWORD",
    FLOWISE_PASSWORD: "arn:made-up:Parameter:secrets-FLOWISE_PASSWORD",
  });
  expect(statements).toEqual([
    {
      Effect: "Allow",
      Action: "ssm:GetParameters",
      Resource: [
        "arn:aws:ssm:eu-central-1:123456789012:parameter/shared/openai",
        "arn:made-up:Parameter:secrets-DATABASE_PASSWORD",
        "arn:made-up:Parameter:secrets-FLOWISE_PASSWORD",
      ],
    },
    {
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: KEY,
      Condition: { StringEquals: { "kms:ViaService": "ssm.eu-central-1.amazonaws.com" } },
    },
  ]);
  expect((await made()).statements).toHaveLength(1);
});

it("has a revision of the versions that AWS counts, so that a release sees a secret that was put anew", async () => {
  expect((await made()).revision).toBe("1.1");
});

it("takes over a parameter that stands, under its own name", async () => {
  const { found } = await made({ adopt: { DATABASE_PASSWORD: { id: "/terraform/db_password" } } });
  expect(
    found.resources.flatMap(({ name, imported, inputs }) => (imported === undefined ? [] : [[name, imported, inputs["name"]]])),
  ).toEqual([["secrets-DATABASE_PASSWORD", "/terraform/db_password", "/terraform/db_password"]]);
});

it("refuses names that are none, values that are missing or too long, and what is there twice, all at once and without a value", async () => {
  const values = { "DATABASE-PASSWORD": "x", EMPTY: "", LONG: "canary".repeat(700), TWICE: "x" };
  await expect(
    made({ path: "aws/secrets", values, existing: { TWICE: "/twice", OTHER: "/ssm/other" }, adopt: { NONE: { id: "/n" } } }),
  ).rejects.toThrow(
    new Error(
      'secrets/path: must be a path such as "/flowstack/prod" that does not begin with aws or ssm; got "aws/secrets"\n' +
        "secrets/values/DATABASE-PASSWORD: is no name of a variable\n" +
        'secrets/existing/OTHER: must be a path such as "/flowstack/prod" that does not begin with aws or ssm; got "/ssm/other"\n' +
        "secrets/existing/TWICE: is also put anew; leave it out of one of the two\n" +
        "secrets/values/EMPTY: has no value; set it in the stack's configuration\n" +
        "secrets/values/LONG: is too long for a parameter; allowed: up to 4096 bytes\n" +
        "secrets/adopt/NONE: is nothing that is made here; allowed: DATABASE-PASSWORD, EMPTY, LONG, TWICE",
    ),
  );
});
