import { Firewall } from "./firewall";
import { Host } from "./host";
import { record } from "./recording";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = () => new Host("main", { address: "203.0.113.10", hostKey: KEY });

it("opens what is named and closes container networks", async () => {
  const { steps } = await record(
    () => new Firewall("walls", { host: main(), allow: [{ port: 22 }, { port: 51820, protocol: "udp", from: ["203.0.113.0/24"] }] }),
  );
  expect(steps[0]).toMatchObject({ name: "walls-rules", noun: "firewall", removable: true });
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:host:Firewall::walls",
    allow: [
      { port: 22, protocol: "tcp" },
      { port: 51820, protocol: "udp", from: ["203.0.113.0/24"] },
    ],
    containers: "closed",
  });
});

it("is refused with a port that is none", async () => {
  await expect(record(() => new Firewall("walls", { host: main(), allow: [{ port: 22 }, { port: 70_000 }] }))).rejects.toThrow(
    "walls/allow[1]/port: must be a port; got 70000; allowed: 1 to 65535",
  );
});
