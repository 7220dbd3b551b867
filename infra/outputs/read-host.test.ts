import { hostAmong } from "./read-host";

const MAIN = { address: "203.0.113.10", port: 22, user: "deploy", hostKey: "ssh-ed25519 AAAA" };

it("finds the machine by name", () => {
  expect(hostAmong({ main: { ...MAIN, more: "later" } }, "shared", "main", "flowmaster")).toEqual(MAIN);
  const sized = { ...MAIN, size: { cpus: 8, memory: "16 GB", disk: "100 GB", lenient: false } };
  expect(hostAmong({ main: sized }, "shared", "main", "flowra")).toEqual(sized);
});

it.each([
  [undefined, "none"],
  [{ spare: MAIN }, "spare"],
  [{ main: { ...MAIN, hostKey: undefined } }, "main"],
])("tells what to do when it is not in %j", (hosts, known) => {
  expect(() => hostAmong(hosts, "shared", "main", "flowmaster")).toThrow(
    `flowfleet:flowmaster.host: stack "shared" has no host "main" among its outputs; it has ${known}; bring it up first: pulumi up --stack shared`,
  );
});
