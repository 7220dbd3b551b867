import { readFileSync } from "node:fs";
import { join } from "node:path";
import { madeUp } from "../../../components/aws/made-up";
import { record } from "../../../components/host/recording";
import type { Recording } from "../../../components/host/recording";
import { inspect } from "../../../infra/config/stacks";
import { revealed } from "../../../infra/config/testing/revealed";
import { FlowMasterOnAws } from "../on-aws";
import type { AwsSettings, FlowMasterSettings } from "../settings";

const RELEASES = readFileSync(join(__dirname, "../../../releases/staging.yaml"), "utf8");
const image = (service: string) => ({
  image: `registry.example.com/flowmaster/${service}`,
  digest: `sha256:${service.charCodeAt(0).toString(16).repeat(32)}`,
  builtAt: "2026-11-20T10:00:00Z",
});

export const PLACE = `      network: {zones: [eu-central-1a, eu-central-1b]}
      entrance: {zone: Z0123456789ABCDEFGHIJ}
`;

/** A stack's file with FlowMaster in staging on AWS. */
export const onAws = (text = "", aws = PLACE): string => `config:
  flowfleet:flowmaster:
    environment: staging
    databases:
      arango: {host: arango.example.com, user: arango-user, database: arango-db, password: canary-arango}
      postgres: {host: postgres.example.com, user: postgres-user, database: postgres-db, password: canary-postgres}
      redis: {host: redis.example.com, password: canary-redis}
    apiKeys: {gemini: canary-gemini, openai: canary-openai, openrouter: canary-openrouter}
${text}    aws:
      account: "123456789012"
      region: eu-central-1
${aws}`;

export const stackOf = (file: string, stack = "staging") => inspect(stack, file, () => RELEASES);

/** What is wrong with a file, but for the secrets, which stand in it for the tests' sake. */
export const problemsOf = (file: string): string[] =>
  stackOf(file).problems.filter((line) => !line.includes("is a secret and not encrypted"));

/** The whole of FlowMaster on AWS. */
export function runOnAws(file = onAws()): Promise<Recording> {
  const { config } = stackOf(file);
  if (!config?.flowmaster) throw new Error(problemsOf(file).join("\n"));
  const { aws, ...settings } = revealed(config.flowmaster) as { aws: AwsSettings } & FlowMasterSettings;
  const releases = { backend: image("backend"), frontend: image("frontend") };
  return record(() => new FlowMasterOnAws("flowmaster", { settings, aws, releases }), { made: madeUp });
}
