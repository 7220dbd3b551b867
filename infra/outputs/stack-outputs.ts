import type { Host } from "../../components/host/host";
import type { Flatlogic } from "../../stacks/flatlogic/flatlogic";
import { FOLDERS, PATHS as FLATLOGIC_PATHS } from "../../stacks/flatlogic/guide";
import type { FlatlogicSettings } from "../../stacks/flatlogic/settings";
import { DNS, domainOf } from "../../stacks/flatlogic/site";
import type { FlowMaster } from "../../stacks/flowmaster/flowmaster";
import { HEALTH_PATH } from "../../stacks/flowmaster/guide";
import type { FlowMasterSettings } from "../../stacks/flowmaster/settings";
import type { Flowra } from "../../stacks/flowra/flowra";
import { PATHS } from "../../stacks/flowra/guide";
import type { FlowraSettings } from "../../stacks/flowra/settings";
import type { Config } from "../config/read-config";
import type { FlatlogicOutputs, FlowMasterOutputs, FlowraOutputs, HostOutputs } from "./contract";

/** Of the machines that the stack owns. */
export function hostOutputs(hosts: ReadonlyMap<string, Host>, declared: Config["hosts"]): Record<string, HostOutputs> {
  const output = (name: string, { address, port, user, hostKey }: Host): HostOutputs => {
    const size = declared[name]?.size;
    return { address, port, user, hostKey, ...(size && { size }) };
  };
  return Object.fromEntries([...hosts].map(([name, host]) => [name, output(name, host)]));
}

export const flowmasterOutputs = (flowmaster: FlowMaster, host: Host, settings: FlowMasterSettings): FlowMasterOutputs => ({
  url: flowmaster.url,
  apiUrl: flowmaster.url.apply((url) => `${url}/api`),
  healthUrl: flowmaster.url.apply((url) => `${url}${HEALTH_PATH}`),
  host: host.address,
  deployPath: settings.directory,
  branch: settings.branch,
  release: flowmaster.release,
});

export const flowraOutputs = (flowra: Flowra, host: Host, settings: FlowraSettings): FlowraOutputs => ({
  url: flowra.url,
  apiUrl: flowra.url.apply((url) => `${url}/api/v1`),
  healthUrl: flowra.url.apply((url) => `${url}${PATHS.liveness}`),
  host: host.address,
  deployPath: settings.directory,
  branch: settings.branch,
  release: flowra.release,
  authUrl: flowra.authUrl,
  issuer: flowra.authUrl.apply((url) => `${url}/realms/${settings.variables.FLOWRA_KEYCLOAK_REALM}`),
  metrics: flowra.metrics,
  logs: flowra.logs,
});

export const flatlogicOutputs = (flatlogic: Flatlogic, host: Host, settings: FlatlogicSettings, ref: string): FlatlogicOutputs => ({
  url: flatlogic.url,
  apiUrl: flatlogic.url.apply((url) => `${url}${FLATLOGIC_PATHS.api}`),
  healthUrl: flatlogic.url.apply((url) => `${url}${FLATLOGIC_PATHS.health.backend}`),
  host: host.address,
  deployPath: `${settings.home}/${FOLDERS.workspace}`,
  branch: ref,
  release: flatlogic.release,
  processes: flatlogic.processes,
  dns: { name: domainOf(settings), record: DNS },
});
