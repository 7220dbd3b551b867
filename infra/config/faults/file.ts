import { KEYS } from "../schema";
import type { Fault } from "./fault";

/** The file as such. */
export const FILE: readonly Fault[] = [
  {
    name: "no YAML",
    from: "[nginx]",
    to: "[nginx",
    lines: ["Pulumi.demo.yaml:26:5: is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ]"],
  },
  {
    name: "a key twice",
    from: "    email: ops@example.com",
    to: "    email: ops@example.com\n    email: ops@example.com",
    lines: ["Pulumi.demo.yaml:33:5: is no YAML: Map keys must be unique"],
  },
  {
    name: "an alias of nothing",
    from: "    email: ops@example.com",
    to: "    email: *ops",
    lines: ["Pulumi.demo.yaml:32:12: is no YAML: nothing has the anchor &ops"],
  },
  {
    name: "an alias within itself",
    from: "  flowfleet:acme:\n    email: ops@example.com",
    to: "  flowfleet:acme: &acme\n    email: *acme",
    lines: ["Pulumi.demo.yaml:32:12: is no YAML: *acme is within itself"],
  },
  {
    name: "aliases that stand for more than there is room for",
    from: "  flowfleet:acme:\n",
    to: `  a: &a [${"1,".repeat(10)}]\n  b: &b [${"*a,".repeat(10)}]\n  c: [${"*b,".repeat(10)}]\n  flowfleet:acme:\n`,
    lines: ["Pulumi.demo.yaml:1:1: is no YAML: Excessive alias count indicates a resource exhaustion attack"],
  },
  {
    name: "a number that Pulumi takes for octal",
    from: "        ports: [22]",
    to: "        ports: [022]",
    lines: ["Pulumi.demo.yaml:14:17: is no YAML: 022 begins with 0, which Pulumi takes for octal; put it in quotes, or take the 0 away"],
  },
  {
    name: "a setting with and without the project's name",
    from: "  flowfleet:acme:\n",
    to: "  acme: {email: dev@example.com}\n  flowfleet:acme:\n",
    lines: ["Pulumi.demo.yaml:31:3 acme: is there as flowfleet:acme, too; leave one of them out"],
  },
  {
    name: "an unknown part of the file",
    from: "config:\n",
    to: "cofnig:\n",
    lines: [
      'Pulumi.demo.yaml:2:1 cofnig: is not known; allowed: config, environment, secretsprovider, encryptedkey, encryptionsalt; did you mean "config"?',
    ],
  },
  {
    name: "another's namespace",
    from: "flowfleet:acme:",
    to: "flowfleat:acme:",
    lines: [
      "Pulumi.demo.yaml:2:1 flowfleet:acme.email: is missing; the ACME server writes to it when a certificate is about to expire",
      'Pulumi.demo.yaml:31:3 flowfleat:acme: is of "flowfleat", which nothing here reads; did you mean "flowfleet:acme"?',
    ],
  },
  {
    name: "an unknown key",
    from: "flowfleet:acme:",
    to: "flowfleet:amce:",
    lines: [
      "Pulumi.demo.yaml:2:1 flowfleet:acme.email: is missing; the ACME server writes to it when a certificate is about to expire",
      `Pulumi.demo.yaml:31:3 flowfleet:amce: is not known; allowed: ${KEYS.join(", ")}; did you mean "acme"?`,
    ],
  },
  {
    name: "text in the place of a group",
    from: "  flowfleet:acme:\n    email: ops@example.com",
    to: "  flowfleet:acme: ops@example.com",
    lines: [
      "Pulumi.demo.yaml:31:3 flowfleet:acme: must be a group of settings; got string",
      "Pulumi.demo.yaml:31:3 flowfleet:acme.email: is missing; the ACME server writes to it when a certificate is about to expire",
    ],
  },
  {
    name: "a group that is encrypted as a whole",
    from: "  flowfleet:acme:\n    email: ops@example.com",
    to: "  flowfleet:acme:\n    secure: v1:x",
    lines: [
      "Pulumi.demo.yaml:31:3 flowfleet:acme: is encrypted as a whole; encrypt only the secrets in it: pulumi config set --secret --path …",
      "Pulumi.demo.yaml:31:3 flowfleet:acme.email: is missing; the ACME server writes to it when a certificate is about to expire",
    ],
  },
  {
    name: "an encrypted value that is no secret",
    from: "email: ops@example.com",
    to: "email: {secure: v1:x}",
    lines: ["Pulumi.demo.yaml:32:5 flowfleet:acme.email: is encrypted, but is no secret here; set it without --secret"],
  },
  {
    name: "no account at the ACME server",
    from: "  flowfleet:acme:\n    email: ops@example.com\n",
    to: "",
    lines: ["Pulumi.demo.yaml:2:1 flowfleet:acme.email: is missing; the ACME server writes to it when a certificate is about to expire"],
  },
  {
    name: "an account that is no address",
    from: "ops@example.com",
    to: "ops",
    lines: ['Pulumi.demo.yaml:32:5 flowfleet:acme.email: must be an e-mail address; got "ops"'],
  },
  {
    name: "a list in the place of a group",
    from: "    environment: demo\n    host:\n      stack: shared\n      name: main\n      os: ubuntu-24.04",
    to: "    environment: demo\n    host: [main]",
    lines: ["Pulumi.demo.yaml:40:5 flowfleet:flowmaster.host: must be a group of settings; got a list"],
  },
];
