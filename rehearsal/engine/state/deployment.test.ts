import type { StoredResource } from "../api";
import { resource } from "../testing/resource";
import { secret, SIG } from "../wire/values";
import { Crypter } from "./crypter";
import { DeploymentCodec, revealDeployment } from "./deployment";

const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const codecOf = async (passphrase = "p"): Promise<{ codec: DeploymentCodec; crypter: Crypter }> => {
  const crypter = await Crypter.create(passphrase);
  return { codec: new DeploymentCodec(crypter), crypter };
};

test("empty fields are left out, but not empty lists of properties", async () => {
  const { codec } = await codecOf();
  const stored = codec.encodeResource(resource("a", { protect: false, propertyDependencies: { x: [] }, ignoreChanges: [] }));
  expect(stored).toEqual({
    urn: resource("a").urn,
    custom: true,
    id: "a#1",
    type: "test:index:Thing",
    propertyDependencies: { x: [] },
  });
});

test("secrets are ciphertext, and a secret inside one is in clear within its text", async () => {
  const { codec, crypter } = await codecOf();
  const before = resource("a", { inputs: { s: secret({ inner: secret("deep"), open: 1 }) }, outputs: { list: [secret("x")] } });
  const stored = codec.encodeResource(before);
  expect(JSON.stringify(stored)).not.toMatch(/deep|"x"/);
  const sealed = (stored.inputs as { s: { ciphertext: string } }).s.ciphertext;
  expect(JSON.parse(crypter.decrypt(sealed))).toEqual({ inner: { [SIG]: SECRET, ciphertext: '"deep"' }, open: 1 });
  expect(codec.decodeResource(stored)).toEqual(before);
});

test("an unchanged secret keeps its ciphertext, an equal one elsewhere has another", async () => {
  const { codec } = await codecOf();
  const one = codec.encodeResource(resource("a", { inputs: { s: secret("same"), t: secret("same") } })).inputs as Record<string, unknown>;
  const two = codec.encodeResource(resource("a", { inputs: { s: secret("same"), t: secret("new") } })).inputs as Record<string, unknown>;
  expect(two.s).toEqual(one.s);
  expect(one.t).not.toEqual(one.s);
  expect(two.t).not.toEqual(one.t);
});

test("fields of other engines survive", async () => {
  const { codec } = await codecOf();
  const stored: StoredResource = { urn: "urn:x", custom: true, type: "t", viewOf: "urn:y", refreshBeforeUpdate: true };
  expect(codec.encodeResource(codec.decodeResource(stored))).toEqual(stored);
});

test("reads what was exported with secrets shown, and shows its own", async () => {
  const { codec } = await codecOf();
  const shown = { urn: "urn:x", custom: true, type: "t", inputs: { s: { [SIG]: SECRET, plaintext: '{"a":1}' } } };
  const contents = { resources: [codec.decodeResource(shown)], pending: [], metadata: {} };
  expect(contents.resources[0]?.inputs).toEqual({ s: secret({ a: 1 }) });
  expect(revealDeployment(codec.encode(contents), contents).resources).toEqual([shown]);
});

test("a deployment under another key is written under its own", async () => {
  const [first, second] = [await codecOf("one"), await codecOf("two")];
  const contents = { resources: [resource("a", { inputs: { s: secret("x") } })], pending: [], metadata: {} };
  const moved = second.codec.decode(first.codec.encode(contents), first.crypter);
  const stored = second.codec.encode(moved);
  expect(stored.secrets_providers).toEqual({ type: "passphrase", state: { salt: second.crypter.salt } });
  expect(second.codec.decode(stored).resources[0]?.inputs).toEqual({ s: secret("x") });
});
