import { Host } from "./host";
import { Packages } from "./packages";
import { record } from "./recording";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = () => new Host("main", { address: "203.0.113.10", hostKey: KEY });

it("asks for packages in an order that says nothing, each once", async () => {
  const { steps } = await record(() => new Packages("tools", { host: main(), install: ["ufw", "curl", "ufw"] }));
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({ name: "tools-apt", noun: "packages", removable: true });
  expect(steps[0]?.document).toEqual({ owner: "urn:pulumi:test::flowfleet::flowfleet:host:Packages::tools", install: ["curl", "ufw"] });
});

it("names repositories with the fingerprint of their key", async () => {
  const vendor = {
    uri: "https://download.example.com/linux",
    suite: "bookworm",
    components: ["stable"],
    keyUrl: "https://download.example.com/gpg",
    fingerprint: "0123456789ABCDEF0123456789ABCDEF01234567",
  };
  const { steps } = await record(
    () => new Packages("tools", { host: main(), install: ["tool"], repositories: { vendor }, minimum: { tool: "2.0" }, lenient: true }),
  );
  expect(steps[0]?.document).toMatchObject({ install: ["tool"], repositories: { vendor }, minimum: { tool: "2.0" }, lenient: true });
});
