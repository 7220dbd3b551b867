import { Claim } from "./claim";
import { Guard } from "./guard";
import { Host } from "./host";
import { record } from "./recording";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = () => new Host("main", { address: "203.0.113.10", hostKey: KEY });

it("is the last link of the chain, so its deletion is the first to run", async () => {
  const { steps } = await record(
    () => {
      const host = main();
      new Claim("claim", { host, system: "host" });
      new Guard("guard", { host });
    },
    { stack: "shared" },
  );
  expect(steps.at(-1)).toMatchObject({ name: "guard-tenants", noun: "guard", removable: true, dependsOn: ["claim-tenant"] });
  expect(steps.at(-1)?.document).toEqual({ owner: "urn:pulumi:shared::flowfleet::flowfleet:host:Guard::guard", stack: "shared" });
});
