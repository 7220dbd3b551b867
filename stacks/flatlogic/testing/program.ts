import { Host } from "../../../components/host/host";
import { record } from "../../../components/host/recording";
import type { Recording } from "../../../components/host/recording";
import { inspect } from "../../../infra/config/stacks";
import { Flatlogic } from "../flatlogic";
import type { FlatlogicArgs } from "../flatlogic";
import type { FlatlogicSettings } from "../settings";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
export const RELEASE: FlatlogicArgs["release"] = {
  repository: "https://git.example.com/flatlogic/40227-vm.git",
  ref: "main",
  commit: "c".repeat(40),
  builtAt: "2026-11-20T10:00:00Z",
};
const RELEASES = `flatlogic: {workspace: ${JSON.stringify(RELEASE)}}`;

/** Settings as `infra/config` reads them; secrets are put in their places. */
function settings(variables: string, text: string): FlatlogicSettings {
  const file = `config:
  flowfleet:hosts:
    flatlogic: {address: 203.0.113.34, hostKey: ${KEY}, node: {}, web: private}
  flowfleet:flatlogic:
    host: {name: flatlogic}
    tunnel: {token: {secure: v1:x}}
    variables:
      PROJECT_UUID: {secure: v1:x}
      PROJECT_ID: 40227
      SUBDOMAIN: shop
      HOST_FQDN: pool-saas-1.example.com
      CABLE_URL: wss://flatlogic.com/cable
      GEMINI_MODEL: gemini-2.5-pro
${variables}${text}`;
  const { config, problems, missingSecrets } = inspect("dev", file, () => RELEASES);
  if (!config?.flatlogic || problems.length + missingSecrets.length > 0)
    throw new Error([...problems, ...missingSecrets.map(({ path }) => path)].join("\n"));
  return opened(config.flatlogic, "flatlogic") as FlatlogicSettings;
}

/** Each secret says where it stands. */
function opened(value: unknown, path: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value.constructor.name === "Secret") return `secret ${path}`;
  if (Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner, `${path}.${key}`)]));
}

/** The whole VM, with further variables and further settings as they stand in a stack's file. */
export const run = ({ variables = "", text = "" } = {}) =>
  record(() => {
    const host = new Host("flatlogic", { address: "203.0.113.34", hostKey: KEY });
    return new Flatlogic("flatlogic", { host, settings: settings(variables, text), release: RELEASE });
  });

/** What the helper is told by the step of that name. */
export function documentOf({ steps }: Recording, name: string): Record<string, unknown> {
  const step = steps.find((one) => one.name === name);
  if (!step) throw new Error(`${name} is none of ${steps.map((one) => one.name).join(", ")}`);
  return step.document;
}
