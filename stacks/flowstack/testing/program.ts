import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { madeUp } from "../../../components/aws/made-up";
import { Host } from "../../../components/host/host";
import { record } from "../../../components/host/recording";
import type { Recording } from "../../../components/host/recording";
import { mapValues } from "../../../components/kernel/map-values";
import { inspect } from "../../../infra/config/stacks";
import { FlowStackOnAws } from "../on-aws";
import { FlowStackOnHost } from "../on-host";
import type { AwsSettings, HostSettings } from "../settings";

export const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const RELEASES = readFileSync(join(__dirname, "../../../releases/dev.yaml"), "utf8");
const RELEASE = {
  image: "docker.io/leadevs/fastflow",
  digest: `sha256:1a2b3c4d${"0".repeat(56)}`,
  builtAt: "2026-11-20T10:00:00Z",
  rollback: false,
};
const POSTGRES = { image: "registry.example.com/flowstack/postgres", digest: `sha256:${"2".repeat(64)}`, version: "15.10" };

/** A stack's file with FlowStack in production on AWS. */
export const onAws = (text = "", aws = ""): string => `config:
  flowfleet:flowstack:
    environment: production
    domain: flowstack.example.com
${text}    aws:
      account: "123456789012"
      region: eu-central-1
${aws || "      network: {zones: [eu-central-1a, eu-central-1b]}\n      entrance: {zone: Z0123456789ABCDEFGHIJ}\n"}`;

/** One with FlowStack in development on a machine. */
export const onHost = (text = ""): string => `config:
  flowfleet:acme: {email: ops@example.com}
  flowfleet:hosts:
    flowstack: {address: 203.0.113.36, hostKey: ${KEY}, docker: {}, web: true}
  flowfleet:flowstack:
    environment: development
    domain: flowstack.dev.example.com
    host: {name: flowstack}
${text}`;

/** Settings as `infra/config` reads them. */
function settings(file: string) {
  const { config, problems } = inspect("dev", file, () => RELEASES);
  if (!config?.flowstack) throw new Error(problems.join("\n"));
  const { secrets, ...rest } = config.flowstack;
  return { ...rest, secrets: mapValues(secrets, (given) => pulumi.secret(given.reveal())) };
}

/** The whole of FlowStack on AWS. */
export const runOnAws = (file = onAws(), preview = false): Promise<Recording> =>
  record(
    () => {
      const { aws, ...rest } = settings(file);
      return new FlowStackOnAws("flowstack", { settings: rest as unknown as HostSettings, aws: aws as AwsSettings, release: RELEASE });
    },
    { made: madeUp, preview },
  );

/** The whole of FlowStack on a machine. */
export const runOnHost = (file = onHost()): Promise<Recording> =>
  record(() => {
    const host = new Host("flowstack", { address: "203.0.113.36", hostKey: KEY });
    const read = settings(file) as unknown as HostSettings;
    return new FlowStackOnHost("flowstack", {
      host,
      settings: read,
      release: RELEASE,
      postgres: POSTGRES,
      acme: { email: "ops@example.com" },
    });
  });
