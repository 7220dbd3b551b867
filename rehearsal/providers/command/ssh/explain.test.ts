import type { Login } from "./connection";
import { explained, explainedEnd } from "./explain";

const to: Login = { host: "203.0.113.7", port: 2222, user: "deploy", dialErrorLimit: 1, perDialTimeout: 1 };

test.each([
  [
    "after 6 failed attempts: ssh: handshake failed: ssh: host key mismatch",
    /^deploy@203\.0\.113\.7:2222 shows another host key than the pinned one; .*flowfleet bootstrap/,
  ],
  [
    "ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain",
    /lets none of the offered keys in\. .*ssh-add -l/,
  ],
  ["dial tcp: lookup web.example.com: no such host", /does not resolve/],
  ["after 6 failed attempts: dial tcp 203.0.113.7:2222: i/o timeout", /does not answer\. .*"abandoned"/],
  ["after 6 failed attempts: ssh: handshake failed: EOF", /does not answer/],
  ["ssh: rejected: connect failed (Connection refused)", /does not answer/],
])("%s", (words, advice) => {
  const [first, second, ...more] = explained(new Error(words), to).message.split("\n");
  expect([first, more]).toEqual([words, []]);
  expect(second).toMatch(advice);
});

test("what it knows no advice for stays as it is", () => {
  expect(explained(new Error("context canceled"), to).message).toBe("context canceled");
});

test("a command that ended without a status was cut off", () => {
  const cut = "wait: remote command exited without exit status or exit signal";
  expect(explainedEnd(cut, to)).toMatch(/^wait: .* exit signal: the connection to deploy@203\.0\.113\.7:2222 was cut\. .*: run again$/);
  expect(explainedEnd("Process exited with status 3", to)).toBe("Process exited with status 3");
});
