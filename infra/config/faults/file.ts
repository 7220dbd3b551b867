import { KEYS } from "../schema";
import type { Fault } from "./fault";

/** The file as such. */
export const FILE: readonly Fault[] = [
  {
    name: "no YAML",
    from: "[nginx]",
    to: "[nginx",
    lines: ["Pulumi.demo.yaml:26:5: is no YAML: a list that begins with [ has no ] before what follows it begins"],
  },
  {
    name: "a group without an end",
    from: "openai: {secure: v1:x}",
    to: "openai: {secure: v1:x",
    lines: ["Pulumi.demo.yaml:65:7: is no YAML: a group that begins with { has no } before what follows it begins"],
  },
  {
    name: "a text without an end",
    from: "openai: {secure: v1:x}",
    to: 'openai: "canary',
    lines: ["Pulumi.demo.yaml:64:22: is no YAML: a text that begins with a quote has none at its end"],
  },
  {
    name: "a tab",
    from: "    email: ops@example.com",
    to: "\temail: ops@example.com",
    lines: ["Pulumi.demo.yaml:32:1: is no YAML: a line begins with a tab; indent it by blanks"],
  },
  {
    name: "a line that is not below the others",
    from: "      os: ubuntu-24.04\n    maxBody",
    to: "     os: ubuntu-24.04\n    maxBody",
    lines: ["Pulumi.demo.yaml:43:1: is no YAML: a line begins in another column than those that it belongs to"],
  },
  {
    name: "a value with a colon",
    from: "maxBody: 50 MB",
    to: "maxBody: canary: 50 MB",
    lines: [
      "Pulumi.demo.yaml:44:14: is no YAML: there is a second colon in the line; put a value with a colon into quotes, or begin a group on a line of its own",
    ],
  },
  {
    name: "secrets in clear that YAML reads as something else",
    from: "openai: {secure: v1:x}\n      openrouter: {secure: v1:x}",
    to: "openai: *canary\n      openrouter: @canary",
    lines: [
      "Pulumi.demo.yaml:64:15: is no YAML: an alias (*) has the name of no anchor (&); text that begins so goes into quotes",
      "Pulumi.demo.yaml:65:19: is no YAML: a value begins with a character that YAML keeps for itself, such as @, % or `; put it into quotes",
    ],
  },
  {
    name: "a secret in clear behind what ends a list",
    from: "ports: [22]",
    to: "ports: [22] canary",
    lines: [
      "Pulumi.demo.yaml:14:21: is no YAML: something stands here that does not belong here: a bracket, a quote or an indentation is amiss",
    ],
  },
  {
    name: "a key twice",
    from: "    email: ops@example.com",
    to: "    email: ops@example.com\n    email: ops@example.com",
    lines: ["Pulumi.demo.yaml:33:5: is no YAML: the name is there twice"],
  },
  {
    name: "an alias of nothing",
    from: "    email: ops@example.com",
    to: "    email: *ops",
    lines: ["Pulumi.demo.yaml:32:12: is no YAML: an alias (*) has the name of no anchor (&); text that begins so goes into quotes"],
  },
  {
    name: "an alias within itself",
    from: "  flowfleet:acme:\n    email: ops@example.com",
    to: "  flowfleet:acme: &acme\n    email: *acme",
    lines: ["Pulumi.demo.yaml:32:12: is no YAML: an alias (*) is within what it stands for"],
  },
  {
    name: "aliases that stand for more than there is room for",
    from: "  flowfleet:acme:\n",
    to: `  a: &a [${"1,".repeat(10)}]\n  b: &b [${"*a,".repeat(10)}]\n  c: [${"*b,".repeat(10)}]\n  flowfleet:acme:\n`,
    lines: ["Pulumi.demo.yaml:1:1: is no YAML: aliases (*) stand for more than there is room for"],
  },
  {
    name: "a number that Pulumi takes for octal",
    from: "        ports: [22]",
    to: "        ports: [022]",
    lines: [
      "Pulumi.demo.yaml:14:17: is no YAML: a number begins with 0, which Pulumi takes for octal; put it into quotes, or take the 0 away",
    ],
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
    name: "a path as a name",
    from: "config:\n",
    to: "config:\n  flowfleet:flowmaster.apiKeys.openai: canary\n",
    lines: ['Pulumi.demo.yaml:3:3 flowfleet:["flowmaster.apiKeys.openai"]: is a path as a name; take it out, and set it again with --path'],
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
      "Pulumi.demo.yaml:31:3 flowfleet:acme: is encrypted as a whole; encrypt only the secrets in it, each by its own path",
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
