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

it("of the machine itself tells it what it may take over, and looks at what its systems will claim", async () => {
  const machine = {
    systems: [{ system: "flowmaster", names: ["staging.example.com"], ports: [4000] }],
    takeOver: ["nginx"] as const,
    files: ["/etc/nginx/nginx.conf"],
    repositories: { "https://download.docker.com/linux/debian": "docker" } as const,
  };
  const { steps } = await record(() => new Claim("claim", { host: main(), system: "host", machine }));
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:host:Claim::claim",
    stack: "test",
    system: "host",
    names: [],
    ports: [],
    paths: [],
    containers: [],
    subnets: [],
    takeOver: ["nginx"],
    files: ["/etc/nginx/nginx.conf"],
    repositories: { "https://download.docker.com/linux/debian": "docker" },
    systems: [
      {
        stack: "test",
        system: "flowmaster",
        names: ["staging.example.com"],
        ports: [4000],
        paths: [],
        containers: [],
        subnets: [],
      },
    ],
  });
});
