import { EncryptionKey, keyStatements } from "./encryption-key";
import { inputsOf, PLACE, recorded } from "./testing/tier";

const made = (more: object = {}) => recorded(() => new EncryptionKey("key", { place: PLACE, description: "Data", ...more }));

it("gets new material every year, is protected, and could be fetched back for a month", async () => {
  const found = await made();
  const { policy, ...key } = inputsOf(found, "kms/key:Key");
  expect(key).toEqual({
    description: "Data",
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    tags: { project: "flowfleet", environment: "prod", Name: "flowstack-prod" },
  });
  expect(JSON.parse(String(policy))).toEqual({ Version: "2012-10-17", Statement: keyStatements(PLACE) });
  expect(inputsOf(found, "kms/alias:Alias")).toEqual({ name: "alias/flowstack-prod", targetKeyId: "key-key-key-id" });
  expect(found.resources.find(({ name }) => name === "key-key")?.protect).toBe(true);
});

it("may be used by those whom the account's policies let, by this account's logs and by its alarms", () => {
  expect(keyStatements(PLACE).map(({ Principal, Condition }) => [Principal, Condition])).toEqual([
    [{ AWS: "arn:aws:iam::123456789012:root" }, undefined],
    [
      { Service: "logs.eu-central-1.amazonaws.com" },
      { ArnLike: { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:123456789012:log-group:*" } },
    ],
    [{ Service: ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] }, { StringEquals: { "aws:SourceAccount": "123456789012" } }],
    [
      { Service: "events.amazonaws.com" },
      { ArnLike: { "kms:EncryptionContext:aws:sns:topicArn": "arn:aws:sns:eu-central-1:123456789012:*" } },
    ],
  ]);
});

it("may be one that stands already, under its own name", async () => {
  const { resources } = await made({ protect: false, adopt: { key: { id: "1234abcd" }, alias: { id: "alias/old" } } });
  expect(resources.slice(-2).map(({ name, imported, ignoreChanges, protect }) => ({ name, imported, ignoreChanges, protect }))).toEqual([
    { name: "key-key", imported: "1234abcd", ignoreChanges: [], protect: false },
    { name: "key-alias", imported: "alias/old", ignoreChanges: ["name"], protect: false },
  ]);
});

it("refuses a place that is none", async () => {
  await expect(made({ place: { ...PLACE, account: "12" } })).rejects.toThrow(
    new Error('key/place/account: must be the twelve digits of an AWS account, in quotes; got "12"'),
  );
});
