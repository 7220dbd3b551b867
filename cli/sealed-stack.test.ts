import type { StackToRehearse } from "../rehearsal/world";
import { withoutOwnSecrets } from "./sealed-stack";

const STACK: StackToRehearse = {
  stack: "prod",
  systems: ["flowmaster"],
  leftOut: ["flowfleet:flowra"],
  hosts: [],
  names: [],
  images: [],
  registries: [],
  archives: [],
  sources: [],
  osSettings: [],
  aws: [],
  missingSecrets: ["flowfleet:flowmaster.databases.redis.password"],
};
const CONFIG = `config:
  flowfleet:hosts:
    main: { address: 203.0.113.1, privateKey: { secure: "v1:a" } }
  flowfleet:flowmaster:
    environment: production
    databases: { arango: { user: u, password: { secure: "v1:b" } } }
  flowfleet:flowra:
    secrets: { key: { secure: "v1:c" } }
`;

test("a stack that Pulumi has set secrets of needs no passphrase: each has a generated value, keys of machines are left out", () => {
  expect(withoutOwnSecrets(STACK, `encryptionsalt: v1:salt\n${CONFIG}`)).toEqual({
    ...STACK,
    leftOut: ["flowfleet:flowra", "flowfleet:hosts.main.privateKey"],
    missingSecrets: ["flowfleet:flowmaster.databases.redis.password", "flowfleet:flowmaster.databases.arango.password"],
    config: {
      "flowfleet:hosts": { main: { address: "203.0.113.1", privateKey: "" } },
      "flowfleet:flowmaster": { environment: "production", databases: { arango: { user: "u", password: "" } } },
      "flowfleet:flowra": { secrets: { key: "" } },
    },
  });
});

test("a stack that has none is read from its file as it is", () => {
  expect(withoutOwnSecrets(STACK, "config:\n  flowfleet:acme: { email: ops@example.com }\n")).toBe(STACK);
});
