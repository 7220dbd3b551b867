import { awsProvider } from ".";
import { pretendingProviders } from "../../pretending-providers";

const BUCKET = "aws:s3/bucket:Bucket";
const ROLE = "aws:iam/role:Role";
const about = (type: string) => ({ urn: `urn:pulumi:dev::p::${type}::a`, type, name: "a" });

const diff = async (type: string, region: string, oldOutputs: Record<string, string>) => {
  const provider = awsProvider();
  await provider.configure({ region });
  return provider.diff({ ...about(type), id: "a", oldInputs: {}, oldOutputs, newInputs: {}, ignoreChanges: [] });
};

test("what is in another region is made anew there, as by the official provider", async () => {
  expect(await diff(BUCKET, "us-east-1", { region: "eu-central-1" })).toMatchObject({
    changes: "some",
    diffs: ["region"],
    replaces: ["region"],
  });
  expect(await diff(BUCKET, "us-east-1", { region: "us-east-1" })).toMatchObject({ changes: "none", replaces: [] });
});

test("what is in no region stays, and so does what nobody noted the region of", async () => {
  expect((await diff(ROLE, "us-east-1", { region: "eu-central-1" })).changes).toBe("none");
  expect((await diff(BUCKET, "us-east-1", {})).changes).toBe("none");
});

test("the other side of a plan notes the region that it pretends to make things in", async () => {
  const provider = pretendingProviders()["aws"]?.();
  await provider?.configure({ region: "eu-central-1" });
  const operation = { preview: false, timeout: 0, signal: new AbortController().signal, log: () => undefined };
  const made = async (type: string) => (await provider?.create({ ...about(type), ...operation, inputs: {} }))?.outputs["region"];
  expect([await made(BUCKET), await made(ROLE)]).toEqual(["eu-central-1", undefined]);
});
