import { secret, UNKNOWN } from "./engine";
import { connectionHost, masked } from "./planned-inputs";

test("without notes and secrets, and with words for what is not known", () => {
  const inputs = {
    __defaults: ["start"],
    start: true,
    password: secret("x"),
    labels: [{ __defaults: [], label: "id", value: UNKNOWN }],
    stdin: `{"id": "${UNKNOWN}"}`,
  };
  expect(masked(inputs)).toEqual({
    start: true,
    password: "[secret]",
    labels: [{ label: "id", value: "(not known yet)" }],
    stdin: '{"id": "(not known yet)"}',
  });
});

test("of a connection, which the SDK makes secret as a whole, all but what lets in is shown", () => {
  const inputs = {
    connection: secret({ host: "203.0.113.10", user: "deploy", privateKey: secret("k"), password: "p", hostKey: "ssh-ed25519 A" }),
  };
  expect(masked(inputs)).toEqual({
    connection: { host: "203.0.113.10", user: "deploy", privateKey: "[secret]", password: "[secret]", hostKey: "ssh-ed25519 A" },
  });
  expect(connectionHost(inputs)).toBe("203.0.113.10");
});
