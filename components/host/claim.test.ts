import { Claim } from "./claim";
import { Host } from "./host";
import { record } from "./recording";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = () => new Host("main", { address: "203.0.113.10", hostKey: KEY });

it("registers the stack with all that it uses", async () => {
  const { steps } = await record(
    () =>
      new Claim("claim", {
        host: main(),
        system: "flowmaster",
        os: ["debian-12"],
        size: { cpus: 2, memory: "4 GB", disk: "50 GB", lenient: true },
        names: ["staging.example.com"],
        ports: [4000, 4001],
        paths: ["/srv/flowmaster/staging"],
        containers: ["flowmaster-staging-"],
        subnets: ["10.90.2.0/24"],
      }),
    { stack: "staging" },
  );
  expect(steps[0]).toMatchObject({ name: "claim-tenant", noun: "claim", removable: true });
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:staging::flowfleet::flowfleet:host:Claim::claim",
    stack: "staging",
    system: "flowmaster",
    os: ["debian-12"],
    size: { cpus: 2, memory: 4096, disk: 50, lenient: true },
    names: ["staging.example.com"],
    ports: [4000, 4001],
    paths: ["/srv/flowmaster/staging"],
    containers: ["flowmaster-staging-"],
    subnets: ["10.90.2.0/24"],
  });
});

it("claims nothing that is not named", async () => {
  const { steps } = await record(() => new Claim("claim", { host: main(), stack: "other", system: "host" }));
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:host:Claim::claim",
    stack: "other",
    system: "host",
    names: [],
    ports: [],
    paths: [],
    containers: [],
    subnets: [],
  });
});
