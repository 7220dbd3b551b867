import * as pulumi from "@pulumi/pulumi";
import { Host } from "../../../components/host/host";
import { record } from "../../../components/host/recording";
import type { Recording } from "../../../components/host/recording";
import { inspect } from "../../../infra/config/stacks";
import { CoreFlow } from "../coreflow";
import type { Built, CoreFlowArgs } from "../coreflow";
import { DATA_NAMES, SERVICE_NAMES, SITE } from "../guide";
import type { DataService } from "../guide";
import type { CoreFlowSettings } from "../settings";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const BUILT_AT = { builtAt: "2026-11-20T10:00:00Z", rollback: false };
const CODE = [...SERVICE_NAMES, SITE];

export const RELEASES = Object.fromEntries(
  CODE.map((name) => [
    name,
    { repository: `ssh://git@git.example.com/coreflow/${name}.git`, ref: "main", commit: "c".repeat(40), ...BUILT_AT },
  ]),
) as unknown as Record<Built, Extract<CoreFlowArgs["releases"][Built], { repository: string }>>;

/** By the version, of which the components make something. */
const VERSIONS: Record<DataService, string> = {
  postgres: "16.4",
  redis: "7.2.7",
  zookeeper: "7.7.1",
  kafka: "7.7.1",
  "schema-registry": "7.7.1",
  pgadmin: "9.16",
  "kafka-ui": "0.7.2",
};
const IMAGES = Object.fromEntries(
  DATA_NAMES.map((name) => [
    name,
    { image: `registry.example.com/coreflow/${name}`, digest: `sha256:${"d".repeat(64)}`, version: VERSIONS[name] },
  ]),
) as Record<DataService, CoreFlowArgs["images"][DataService]>;

/** What the guide's port clashes come to. */
const PORTS = "    services: {coreflow-dashboard: {port: 3003}}\n";

/** Settings as `infra/config` reads them. */
export function settingsOf(text = "", services = PORTS): CoreFlowSettings {
  const file = `config:
  flowfleet:acme: {email: ops@example.com}
  flowfleet:hosts:
    coreflow: {address: 203.0.113.32, hostKey: ${KEY}, size: {cpus: 8, memory: 16 GB, disk: 500 GB}, docker: {}, web: true, node: {}}
  flowfleet:coreflow:
    environment: production
    host: {name: coreflow}
    domain: coreflow.example.com
${services}    ports: {kafka-ui: 8082}
    variables:
      SANITY_PROJECT_ID: abc12345
      SANITY_API_TOKEN: sanity-token
      STRIPE_SECRET_KEY: stripe-key
      STRIPE_WEBHOOK_SECRET: stripe-webhook
      BLOCKCHAIN_RPC_URL: https://rpc.example.com/v2/key
      BLOCKCHAIN_CHAIN_ID: 137
${text}`;
  const { config, problems } = inspect("prod", file, () => undefined);
  const other = problems.filter((problem) => !/is a secret and not encrypted|there is no such file/.test(problem));
  if (!config?.coreflow || other.length > 0) throw new Error(problems.join("\n"));
  return opened(config.coreflow) as CoreFlowSettings;
}

/** Secrets as the program takes them. */
function opened(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("reveal" in value && typeof value.reveal === "function") return pulumi.secret((value.reveal as () => string).call(value));
  if (Array.isArray(value)) return value.map(opened);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}

/** The whole of CoreFlow, with further settings of `flowfleet:coreflow` as they stand in a stack's file. */
export const run = (
  text = "",
  { services = PORTS, ...more }: { services?: string } & Partial<Pick<CoreFlowArgs, "size" | "releases">> = {},
) =>
  record(() => {
    const host = new Host("coreflow", { address: "203.0.113.32", hostKey: KEY });
    const settings = settingsOf(text, services);
    return new CoreFlow("coreflow", { host, settings, releases: RELEASES, images: IMAGES, acme: { email: "ops@example.com" }, ...more });
  });

/** What the helper is told by the step of that name. */
export const documentOf = ({ steps }: Recording, name: string): Record<string, unknown> => {
  const step = steps.find((one) => one.name === name);
  if (!step) throw new Error(`${name} is none of ${steps.map((one) => one.name).join(", ")}`);
  return step.document;
};
