import type { ConfigValue } from "../../../rehearsal/engine";
import { readStack, stackNames } from "../../config/stacks";
import type { System } from "../../config/systems";

const WITHOUT_COREFLOW = { "flowfleet:coreflow": {}, "flowfleet:flowstack": {}, "flowfleet:git": {}, "flowfleet:hosts.coreflow": null };
const ON_AWS = {
  account: "123456789012",
  region: "eu-central-1",
  network: { zones: ["eu-central-1a", "eu-central-1b"] },
  entrance: { certificate: "arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-4000-8000-000000000000" },
};
/** A plan of what no committed stack has. */
export interface Variant {
  stack: string;
  /** The system that it is a variant of: the stack must have it. */
  system?: System;
  /** What is set otherwise. */
  config: Record<string, ConfigValue>;
}

const VARIANTS: Record<string, Variant> = {
  "prod-flowra-systemd": {
    stack: "prod",
    system: "flowra",
    config: {
      ...WITHOUT_COREFLOW,
      "flowfleet:flowmaster": {},
      "flowfleet:flowra.mode": "systemd",
      "flowfleet:flowra.configuration": "file",
    },
  },
  "shared-with-state": {
    stack: "shared",
    config: {
      "flowfleet:state": {
        account: "123456789012",
        region: "eu-central-1",
        pipelines: {
          production: {
            borrows: true,
            deployKey: "/flowfleet/deploy-key/prod",
            deploy: { github: { repository: "acme/flowfleet", environment: "prod" } },
          },
        },
      },
    },
  },
  "prod-flowmaster-on-aws": {
    stack: "prod",
    system: "flowmaster",
    config: {
      ...WITHOUT_COREFLOW,
      "flowfleet:flowra": {},
      "flowfleet:hosts": {},
      "flowfleet:acme": {},
      "flowfleet:flowmaster.host": null,
      "flowfleet:flowmaster.aws": ON_AWS,
    },
  },
  "prod-flowra-on-aws": {
    stack: "prod",
    system: "flowra",
    config: {
      ...WITHOUT_COREFLOW,
      "flowfleet:flowmaster": {},
      "flowfleet:hosts": {},
      "flowfleet:acme": {},
      "flowfleet:flowra": {
        environment: "production",
        aws: ON_AWS,
        databases: { redis: { address: "redis.example.com" } },
        account: { name: "flowra-first-00000000" },
      },
      ...Object.fromEntries(
        ["FLOWRA_AUTH_JWT_SECRET", "FLOWRA_KEYCLOAK_CLIENT_SECRET", "FLOWRA_KEYCLOAK_ADMIN_PASSWORD"].map((name) => [
          `flowfleet:flowra.variables.${name}`,
          { secret: `stand-in for a secret: ${name}` },
        ]),
      ),
      "flowfleet:flowra.databases.mongodb.uri": { secret: "mongodb+srv://flowra:stand-in@mongodb.example.com" },
      "flowfleet:flowra.databases.redis.password": { secret: "stand-in for a secret" },
    },
  },
  "shared-created": {
    stack: "shared",
    config: {
      "flowfleet:hosts": {
        main: {
          create: {
            account: "123456789012",
            region: "eu-central-1",
            image: "ami-0123456789abcdef0",
            type: "t3.medium",
            disk: "40 GB",
            vpcId: "vpc-0123456789abcdef0",
            subnetId: "subnet-0123456789abcdef0",
            sshFrom: ["203.0.113.0/24"],
            authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs"],
          },
          docker: {},
          web: true,
        },
      },
    },
  },
  "prod-flowmaster-alone": {
    stack: "prod",
    system: "flowmaster",
    config: { ...WITHOUT_COREFLOW, "flowfleet:flowra": {}, "flowfleet:hosts": {} },
  },
};

/**
 * Those that the stacks of a checkout can have: whoever takes a system out of a stack's file has no variant of it either.
 *
 * @param root Folder with `Pulumi.yaml`.
 */
export function variantsOf(root: string): Record<string, Variant> {
  const stacks = stackNames(root);
  const possible = ({ stack, system }: Variant) =>
    stacks.includes(stack) && (system === undefined || readStack(root, stack).raw[system] !== undefined);
  return Object.fromEntries(Object.entries(VARIANTS).filter(([, variant]) => possible(variant)));
}
