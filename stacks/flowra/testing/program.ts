import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Host } from "../../../components/host/host";
import { record } from "../../../components/host/recording";
import type { Recording } from "../../../components/host/recording";
import { inspect } from "../../../infra/config/stacks";
import { revealed } from "../../../infra/config/testing/revealed";
import { Flowra } from "../flowra";
import type { FlowraArgs } from "../flowra";
import type { FlowraSettings } from "../settings";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const RELEASES = readFileSync(join(__dirname, "../../../releases/prod.yaml"), "utf8");
const BUILT = { builtAt: "2026-11-20T10:00:00Z", rollback: false };
const image = (service: string) => ({
  image: `registry.example.com/flowra/${service}`,
  digest: `sha256:${service.charCodeAt(0).toString(16).repeat(32)}`,
});
const IMAGES = {
  mongodb: { ...image("mongodb"), version: "6.0.20" },
  redis: { ...image("redis"), version: "7.2.7" },
  keycloak: { ...image("keycloak"), version: "23.0.7" },
  "keycloak-db": { ...image("keycloak-db"), version: "15.10" },
};
/** Which build runs, in the mode `containers`. */
export const CONTAINERS: FlowraArgs["release"] = {
  images: { api: { ...image("api"), ...BUILT }, worker: { ...image("worker"), ...BUILT }, migrator: { ...image("migrator"), ...BUILT } },
};
/** The same in the mode `systemd`. */
export const ARCHIVE: FlowraArgs["release"] = {
  archive: { archive: "https://releases.example.com/flowra-1.0.0.tar.gz", sha256: "a".repeat(64), ...BUILT },
};

/** Settings as `infra/config` reads them. */
function settings(text = ""): FlowraSettings {
  const file = `config:
  flowfleet:acme: {email: ops@example.com}
  flowfleet:hosts:
    flowra: {address: 203.0.113.31, hostKey: ${KEY}, size: {cpus: 8, memory: 16 GB}, docker: {}, web: true}
  flowfleet:flowra:
    environment: production
    host: {name: flowra}
    admin: {allowFrom: [203.0.113.0/24]}
${text}`;
  const { config, problems } = inspect("prod", file, () => RELEASES);
  if (!config?.flowra) throw new Error(problems.join("\n"));
  return revealed(config.flowra) as FlowraSettings;
}

export const CORS = "    cors: {origins: [https://app.flowra.com]}\n";
/** The whole of Flowra, with further settings of `flowfleet:flowra` as they stand in a stack's file. */
export const run = (
  text = CORS,
  release: FlowraArgs["release"] = CONTAINERS,
  { drawn = "password", ...more }: { drawn?: string } & Pick<FlowraArgs, "size"> = {},
) =>
  record(
    () => {
      const host = new Host("flowra", { address: "203.0.113.31", hostKey: KEY });
      return new Flowra("flowra", { host, settings: settings(text), release, images: IMAGES, acme: { email: "ops@example.com" }, ...more });
    },
    { drawn },
  );

/** What the helper is told by the step of that name. */
export const documentOf = ({ steps }: Recording, name: string): Record<string, unknown> => {
  const step = steps.find((one) => one.name === name);
  if (!step) throw new Error(`${name} is none of ${steps.map((one) => one.name).join(", ")}`);
  return step.document;
};
