import { readFileSync } from "node:fs";
import { join } from "node:path";
import { madeUp } from "../../../components/aws/made-up";
import { record } from "../../../components/host/recording";
import type { Recording } from "../../../components/host/recording";
import { inspect } from "../../../infra/config/stacks";
import { revealed } from "../../../infra/config/testing/revealed";
import { FlowraApiOnAws } from "../on-aws";
import type { AwsSettings, FlowraSettings } from "../settings";

const RELEASES = readFileSync(join(__dirname, "../../../releases/staging.yaml"), "utf8");
const RELEASE = {
  image: "registry.example.com/flowra/api",
  digest: `sha256:${"a".repeat(64)}`,
  builtAt: "2026-11-20T10:00:00Z",
};

export const URI = "mongodb+srv://flowra:canary-mongodb@mongodb.example.com/flowra";
export const databases = (uri = URI, redis = "redis.example.com") => `    databases:
      mongodb: {uri: "${uri}"}
      redis: {address: ${redis}, password: canary-redis}
`;
export const SHARED = `    account: {name: flowra-first-00000000}
    variables:
      FLOWRA_AUTH_JWT_SECRET: canary-jwt-of-at-least-thirty-two-characters
      FLOWRA_KEYCLOAK_CLIENT_SECRET: canary-keycloak-client
      FLOWRA_KEYCLOAK_ADMIN_PASSWORD: canary-keycloak-account
`;

/** A stack's file with Flowra's API in staging on AWS. */
export const onAws = (text = databases() + SHARED): string => `config:
  flowfleet:flowra:
    environment: staging
${text}    aws:
      account: "123456789012"
      region: eu-central-1
      network: {zones: [eu-central-1a, eu-central-1b]}
      entrance: {zone: Z0123456789ABCDEFGHIJ}
`;

/** What is wrong with a file, but for the secrets, which stand in it for the tests' sake. */
export const problemsOf = (file: string): string[] =>
  inspect("staging", file, () => RELEASES).problems.filter((line) => !line.includes("is a secret and not encrypted"));

/** The API on AWS. */
export function runOnAws(file = onAws()): Promise<Recording> {
  const { config } = inspect("staging", file, () => RELEASES);
  if (!config?.flowra) throw new Error(problemsOf(file).join("\n"));
  const { aws, ...settings } = revealed(config.flowra) as { aws: AwsSettings } & FlowraSettings;
  return record(() => new FlowraApiOnAws("flowra", { settings, aws, release: RELEASE }), { made: madeUp });
}
