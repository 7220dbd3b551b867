/** Which stacks, systems and machines come up: pure functions on the texts of stack files. */
import { inspect } from "../infra/config/stacks";
import type { StackToRehearse } from "../rehearsal/world";
import { chosenStacks, releaseFile } from "./rehearsed-stack";

const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs";
const host = (address: string, more = ""): string =>
  `{address: ${address}, hostKey: "${HOST_KEY}", docker: {}, web: true, size: {cpus: 8, memory: 16 GB, disk: 100 GB}${more}}`;
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const image = (name: string, version?: string): string =>
  `{image: registry.example.com/${name}, digest: "${digest("a")}", builtAt: "2026-11-20T10:00:00Z"${version ? `, version: "${version}"` : ""}}`;

const FILES: Record<string, string> = {
  shared: `config:
  flowfleet:hosts:
    main: ${host("203.0.113.1")}
    spare: ${host("203.0.113.2")}
  flowfleet:registries:
    registry.example.com: {user: flowfleet}
`,
  prod: `config:
  flowfleet:acme: {email: ops@example.com}
  flowfleet:hosts:
    flowra: ${host("203.0.113.3")}
  flowfleet:registries:
    registry.example.com: {user: flowfleet}
  flowfleet:flowmaster:
    environment: production
    host: {stack: shared, name: main}
    databases:
      arango: {host: arango.example.com, user: u, database: d}
      postgres: {host: postgres.example.com, user: u, database: d}
      redis: {host: redis.example.com}
  flowfleet:flowra:
    environment: production
    host: {name: flowra}
`,
};
const RELEASES = `
flowmaster:
  backend: ${image("flowmaster/backend")}
  frontend: ${image("flowmaster/frontend")}
flowra:
  api: ${image("flowra/api")}
  worker: ${image("flowra/worker")}
  migrator: ${image("flowra/migrator")}
  mongodb: ${image("flowra/mongodb", "6.0.20")}
  redis: ${image("flowra/redis", "7.2.7")}
  keycloak: ${image("flowra/keycloak", "23.0.7")}
  keycloak-db: ${image("flowra/keycloak-db", "15.10")}
`;

const chosen = (stack: string, choice: Parameters<typeof chosenStacks>[1] = {}): StackToRehearse[] =>
  chosenStacks([stack], choice, (name) => inspect(name, FILES[name] ?? "", () => RELEASES));
const told = (stacks: StackToRehearse[]): object[] =>
  stacks.map(({ stack, systems, hosts, names, images, leftOut, missingSecrets }) => ({
    stack,
    systems,
    hosts: hosts.map(({ name }) => name),
    names: names.map(({ name, machine }) => `${name} ${machine}`),
    images: images.map(({ service }) => service),
    leftOut,
    secretsOf: [...new Set(missingSecrets.map((path) => /^flowfleet:\w+/.exec(path)?.[0]))],
  }));

const FLOWRA = ["api", "worker", "migrator", "mongodb", "redis", "keycloak", "keycloak-db"];

test("everything, with the stacks that are referred to first", () => {
  expect(told(chosen("prod"))).toEqual([
    {
      stack: "shared",
      systems: [],
      hosts: ["main", "spare"],
      names: [],
      images: [],
      leftOut: [],
      secretsOf: ["flowfleet:registries"],
    },
    {
      stack: "prod",
      systems: ["flowmaster", "flowra"],
      hosts: ["flowra"],
      names: ["app.flow-master.ai shared-main", "api.flowra.com prod-flowra", "auth.flowra.com prod-flowra"],
      images: ["backend", "frontend", ...FLOWRA],
      leftOut: [],
      secretsOf: ["flowfleet:registries", "flowfleet:flowmaster"],
    },
  ]);
});

test("one system on a machine of the stack itself: no other stack, nothing of the other system", () => {
  expect(told(chosen("prod", { systems: ["flowra"] }))).toEqual([
    {
      stack: "prod",
      systems: ["flowra"],
      hosts: ["flowra"],
      names: ["api.flowra.com prod-flowra", "auth.flowra.com prod-flowra"],
      images: FLOWRA,
      leftOut: ["flowfleet:flowmaster"],
      secretsOf: ["flowfleet:registries"],
    },
  ]);
});

test("one system on a machine of another stack: of the machines that one only, and no registry to log in to where no machine is left", () => {
  expect(told(chosen("prod", { systems: ["flowmaster"] }))).toEqual([
    {
      stack: "shared",
      systems: [],
      hosts: ["main"],
      names: [],
      images: [],
      leftOut: ["flowfleet:hosts.spare"],
      secretsOf: ["flowfleet:registries"],
    },
    {
      stack: "prod",
      systems: ["flowmaster"],
      hosts: [],
      names: ["app.flow-master.ai shared-main"],
      images: ["backend", "frontend"],
      leftOut: ["flowfleet:flowra", "flowfleet:hosts.flowra", "flowfleet:registries"],
      secretsOf: ["flowfleet:flowmaster"],
    },
  ]);
});

test("servers with repositories are left out where no machine is left that fetches from them", () => {
  const git = `  flowfleet:git:
    git.example.com: {hostKeys: ["${HOST_KEY}"]}
`;
  const read = (name: string, more = "") =>
    inspect(name, `${(FILES[name] ?? "").replace("web: true", `web: true${more}`)}${git}`, () => RELEASES);
  const leftOut = (systems: string[], more = ""): string[] =>
    chosenStacks(["prod"], { systems }, (name) => read(name, more)).find(({ stack }) => stack === "prod")?.leftOut ?? [];
  expect(leftOut(["flowmaster"])).toEqual(["flowfleet:flowra", "flowfleet:hosts.flowra", "flowfleet:registries", "flowfleet:git"]);
  expect(leftOut(["flowmaster", "flowra"], ", node: {}")).toEqual([]);
});

test("a system in AWS needs no machine, and tells whose hosted zone is the emulator's", () => {
  const flowstack = `config:
  flowfleet:flowstack:
    environment: production
    domain: flowstack.example.com
    aws:
      account: "111122223333"
      region: eu-central-1
      network: {zones: [eu-central-1a, eu-central-1b]}
      entrance: {zone: Z0123456789ABCDEFGHIJ}
`;
  const releases = `flowstack:\n  app: ${image("leadevs/fastflow")}\n`;
  const [stack] = chosenStacks(["prod"], {}, (name) => inspect(name, flowstack, () => releases));
  expect(stack).toMatchObject({
    systems: ["flowstack"],
    hosts: [],
    names: [],
    aws: [
      {
        part: "flowstack",
        region: "eu-central-1",
        zone: { name: "flowstack.example.com", setting: "flowfleet:flowstack.aws.entrance.zone" },
        alone: true,
      },
    ],
  });
});

test("a machine's registries are there before any release is, as far as the machine is", () => {
  const registries = (choice: Parameters<typeof chosenStacks>[1]) =>
    chosen("prod", choice).map(({ stack, registries }) => [stack, registries]);
  const all = ["registry.example.com"];
  expect(registries({})).toEqual([
    ["shared", all],
    ["prod", all],
  ]);
  expect(registries({ systems: ["flowmaster"] })).toEqual([
    ["shared", all],
    ["prod", []],
  ]);
});

test("Pulumi's state is in AWS, and comes up with its whole stack, or where it stands", () => {
  const file = `${FILES["shared"] ?? ""}  flowfleet:state: {account: "111122223333", region: eu-central-1}
`;
  const shared = (choice: Parameters<typeof chosenStacks>[1]) =>
    chosenStacks(["prod"], choice, (name) => inspect(name, name === "shared" ? file : (FILES[name] ?? ""), () => RELEASES))[0];
  const state = [{ part: "state", region: "eu-central-1" }];
  expect(shared({})).toMatchObject({ aws: state, leftOut: [] });
  const systems = ["flowmaster"];
  expect(shared({ systems })).toMatchObject({ aws: [], leftOut: ["flowfleet:state", "flowfleet:hosts.spare"] });
  const standing = { shared: { systems: [], hosts: [], aws: ["state"] } };
  expect(shared({ systems, standing })).toMatchObject({ aws: state, leftOut: ["flowfleet:hosts.spare"] });
});

test("what stands there already stays", () => {
  const standing = { prod: { systems: ["flowmaster"], hosts: [] }, shared: { systems: [], hosts: ["main", "spare"] } };
  const both = chosen("prod", { systems: ["flowra"], standing });
  expect(both.map(({ stack, systems, leftOut }) => [stack, systems, leftOut])).toEqual([
    ["shared", [], []],
    ["prod", ["flowmaster", "flowra"], []],
  ]);
});

test("a system that the stack has not is refused, with those that it has", () => {
  expect(() => chosen("prod", { systems: ["flowra", "coreflow"] })).toThrow(
    "--systems coreflow: the stack has no such system. Systems: flowmaster, flowra.",
  );
  expect(() => chosen("shared", { systems: ["flowra"] })).toThrow("the stack has no such system. Systems: none.");
});

test("a release file says version and archive where they are", () => {
  const [stack] = chosen("prod", { systems: ["flowra"] });
  const builtAt = "2026-11-21T10:00:00Z";
  const wanted = { ...(stack as StackToRehearse), archives: [{ system: "flowra", service: "application" }] };
  const images = wanted.images.filter(({ service }) => service === "api" || service === "redis");
  const built = {
    images: images.map((one) => ({ ...one, digest: digest("b"), builtAt })),
    archives: [
      {
        system: "flowra",
        service: "application",
        archive: "https://registry.example.com/v2/flowra/application/blobs/x",
        sha256: "c".repeat(64),
        builtAt,
      },
    ],
    sources: [
      {
        system: "flatlogic",
        service: "workspace",
        repository: "git@git.example.com:acme/app.git",
        ref: "main",
        commit: "d".repeat(40),
        builtAt,
      },
    ],
  };
  expect(releaseFile({ ...wanted, images }, built)).toBe(`flowra:
  api:
    image: registry.example.com/flowra/api
    digest: ${digest("b")}
    builtAt: ${builtAt}
  redis:
    image: registry.example.com/flowra/redis
    digest: ${digest("b")}
    version: 7.2.7
    builtAt: ${builtAt}
  application:
    archive: https://registry.example.com/v2/flowra/application/blobs/x
    sha256: ${"c".repeat(64)}
    builtAt: ${builtAt}
`);
});
