import { stateStatements } from "./state-backend-rights";
import { allows } from "./testing/iam";
import { PLACE } from "./testing/tier";

const BUCKET = "arn:aws:s3:::flowfleet-123456789012-state";
const key = (id: string) => `arn:aws:kms:eu-central-1:123456789012:key/${id}`;
const PROD = {
  place: PLACE,
  bucket: "flowfleet-123456789012-state",
  bucketKey: key("bucket"),
  project: "flowfleet",
  stack: "prod",
  stackKey: key("prod"),
};
const may = (action: string, resource: string, context = {}, more: { reads?: string } = {}) =>
  allows(stateStatements({ ...PROD, ...more }), { action, resource, context });
/** As S3 asks for who reads or writes an object. */
const BY_S3 = { "kms:ViaService": "s3.eu-central-1.amazonaws.com" };

/** As `pkg/backend/diy` of Pulumi names the files of a stack (`store.go`, `lock.go`, `state.go`, `stack_tags.go`). */
const filesOf = (stack: string) => [
  `stacks/flowfleet/${stack}.json`,
  `stacks/flowfleet/${stack}.json.gz`,
  `stacks/flowfleet/${stack}.json.bak`,
  `stacks/flowfleet/${stack}.pulumi-tags`,
  `backups/flowfleet/${stack}/${stack}.1763758000000000000.json`,
  `history/flowfleet/${stack}/${stack}-1763758000000000000.history.json`,
  `history/flowfleet/${stack}/${stack}-1763758000000000000.checkpoint.json`,
  `locks/organization/flowfleet/${stack}/8c1f.json`,
];
const OBJECTS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"];

it.each(filesOf("prod"))("a pipeline reads, writes and deletes its stack's %s", (file) => {
  expect(OBJECTS.map((action) => may(action, `${BUCKET}/.pulumi/${file}`))).toEqual([true, true, true]);
});

it.each([
  ...filesOf("shared"),
  ...filesOf("prod2"),
  ...filesOf("a/prod"),
  "stacks/other/prod.json",
  "locks/organization/other/prod/8c1f.json",
])("a pipeline neither reads nor writes %s, of another stack", (file) => {
  expect(OBJECTS.map((action) => may(action, `${BUCKET}/.pulumi/${file}`))).toEqual([false, false, false]);
});

it("a pipeline logs in, and changes nothing that all stacks share", () => {
  expect(may("s3:ListBucket", BUCKET)).toBe(true);
  expect(OBJECTS.map((action) => may(action, `${BUCKET}/.pulumi/meta.yaml`))).toEqual([true, false, false]);
});

it("a pipeline reads the secrets of its own stack, and no other's: the bucket's key opens what S3 hands out, and no stack file", () => {
  expect(["kms:Encrypt", "kms:Decrypt"].map((action) => may(action, key("prod")))).toEqual([true, true]);
  expect(["kms:Encrypt", "kms:Decrypt"].map((action) => may(action, key("bucket")))).toEqual([false, false]);
  expect(["kms:GenerateDataKey", "kms:Decrypt"].map((action) => may(action, key("bucket"), BY_S3))).toEqual([true, true]);
  expect(may("kms:Decrypt", key("dev"), BY_S3)).toBe(false);
});

it("a pipeline whose stack borrows machines of another one reads that one's state, and with it its secrets; it writes nothing there", () => {
  const reads = { reads: "shared" };
  expect(OBJECTS.map((action) => may(action, `${BUCKET}/.pulumi/stacks/flowfleet/shared.json`, {}, reads))).toEqual([true, false, false]);
  expect(may("kms:Decrypt", key("bucket"), {}, reads)).toBe(true);
  expect(may("kms:Encrypt", key("bucket"), {}, reads)).toBe(false);
});
