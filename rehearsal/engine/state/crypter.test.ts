import { Crypter, WrongPassphrase } from "./crypter";

// Made by the official CLI with passphrase "golden".
const SALT = "v1:vvxjdiJsfyE=:v1:Gg4zxVAe4uyoXrhG:4EqjBDHr1yJl/oUIvqMyT6Go02S7PA==";
const CIPHERTEXT = "v1:2fp0ZF7WvHEE63my:J67InwOoRN4PVv69sXM0zGbzs43e/Ql/og==";

test("opens what the official CLI encrypted", async () => {
  const crypter = await Crypter.open("golden", SALT);
  expect(crypter.decrypt(CIPHERTEXT)).toMatch(/^[\x20-\x7e]+$/);
  expect(crypter.salt).toBe(SALT);
});
test("a wrong passphrase is recognised", async () => {
  await expect(Crypter.open("other", SALT)).rejects.toThrow(WrongPassphrase);
});
test("its own salt opens again, and equal texts have different ciphertexts", async () => {
  const made = await Crypter.create("p");
  const opened = await Crypter.open("p", made.salt);
  const [one, two] = [made.encrypt("text"), made.encrypt("text")];
  expect(one).not.toBe(two);
  expect([opened.decrypt(one), opened.decrypt(two)]).toEqual(["text", "text"]);
});
test("a changed ciphertext is refused", async () => {
  const crypter = await Crypter.create("p");
  const [version, nonce, sealed = ""] = crypter.encrypt("text").split(":");
  const bytes = Buffer.from(sealed, "base64");
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  expect(() => crypter.decrypt(`${version}:${nonce}:${bytes.toString("base64")}`)).toThrow();
});
