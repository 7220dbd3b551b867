import { isPublicKey } from "./public-key";

const BODY = "AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const ECDSA =
  "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=";

it("takes a key that is whole, padded or not", () => {
  expect(isPublicKey("ssh-ed25519", BODY)).toBe(true);
  expect(isPublicKey("ecdsa-sha2-nistp256", ECDSA)).toBe(true);
});

it.each([
  ["is of another kind", "ssh-rsa", BODY],
  ["lacks its end", "ssh-ed25519", BODY.slice(0, -4)],
  ["lacks 5 characters of its middle", "ssh-ed25519", BODY.slice(0, 40) + BODY.slice(45)],
  ["lacks 4 characters of its middle", "ssh-ed25519", BODY.slice(0, 40) + BODY.slice(44)],
  ["has more than its end", "ssh-ed25519", `${BODY}AAAA`],
  ["is shortened for print", "ssh-ed25519", `${BODY.slice(0, 20)}…${BODY.slice(20)}`],
  ["lacks its padding", "ecdsa-sha2-nistp256", ECDSA.slice(0, -1)],
  ["names its kind and no more", "ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5"],
  ["is empty", "ssh-ed25519", ""],
])("refuses one that %s", (_, kind, body) => {
  expect(isPublicKey(kind, body)).toBe(false);
});
