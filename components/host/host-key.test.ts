import { hostKeyProblems } from "./host-key";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";

it("accepts a public key, with or without a comment", () => {
  expect(hostKeyProblems("hostKey", KEY)).toEqual([]);
  expect(hostKeyProblems("hostKey", `${KEY} root@main\n`)).toEqual([]);
});

it.each([
  [undefined, "a machine is never trusted without its public key"],
  ["", "a machine is never trusted without its public key"],
  ["SHA256:abc", "must begin with one of ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256"],
  [KEY.slice(12), "must begin with one of ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256"],
  ["ssh-ed25519", "is damaged: its second word is no key of that kind"],
  ["ssh-ed25519 AAAA…", "is damaged: its second word is no key of that kind"],
  [KEY.slice(0, 40) + KEY.slice(45), "is damaged: its second word is no key of that kind"],
  [KEY.replace("ssh-ed25519", "ssh-rsa"), "is damaged: its second word is no key of that kind"],
])("refuses %p", (key, wrong) => {
  expect(hostKeyProblems("hostKey", key)).toEqual([
    { path: "hostKey", wrong, got: key, todo: 'take the line that "flowfleet bootstrap" printed, such as "ssh-ed25519 AAAA…"' },
  ]);
});
