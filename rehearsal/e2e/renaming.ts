import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { checkout } from "../../cli/checkout";
import { ACME_TRUST } from "../../infra/ground/acme";
import type { ConfigValue, EngineOptions } from "../engine";
import type { World } from "./world";

export const RENAMING_DOMAIN = "renaming.flow-master.ai";

export interface Names {
  host: string;
  component: string;
  folder?: string;
}

/** The program `renaming` on the machine that the world's stacks share, beside them. */
export function renamingProgram(world: World, names: Names): EngineOptions {
  const { engine, machine } = { engine: world.engine("shared"), machine: world.machine() };
  const { address, port, hostKey } = machine;
  const cwd = path.join(checkout, "rehearsal/e2e/programs/renaming");
  const acme = { email: "ops@example.com", server: engine.config?.["flowfleet:acme.server"] ?? "", trust: ACME_TRUST };
  const config: Record<string, ConfigValue> = {
    "renaming:domain": RENAMING_DOMAIN,
    "renaming:names": { ...names },
    "renaming:machine": { address, port, hostKey, user: "deploy" },
    "renaming:acme": acme,
    "renaming:release": { ...world.builtRelease("backend") },
  };
  return { ...engine, cwd, stack: "dev", config };
}

/** The configuration of the stack `shared` with its host `main` under another name. */
export function sharedWithHost(world: World, name: string): Partial<EngineOptions> {
  const file = (
    parse(readFileSync(path.join(checkout, "Pulumi.shared.yaml"), "utf8")) as { config: Record<string, Record<string, ConfigValue>> }
  ).config;
  const { "flowfleet:hosts": hosts, ...rest } = file;
  const standIns = Object.entries(world.engine("shared").config ?? {}).map(([key, value]): [string, ConfigValue] => [
    key.replace(/^(flowfleet:hosts)\.main\./, `$1.${name}.`),
    value,
  ]);
  return {
    ignoreConfigFile: true,
    config: { ...rest, [`flowfleet:hosts.${name}`]: hosts?.["main"] ?? {}, ...Object.fromEntries(standIns) },
  };
}
