import type { Host } from "../../components/host/host";
import type { FlowMaster } from "../../stacks/flowmaster/flowmaster";
import { HEALTH_PATH } from "../../stacks/flowmaster/guide";
import type { FlowMasterSettings } from "../../stacks/flowmaster/settings";
import type { FlowMasterOutputs, HostOutputs } from "./contract";

/** Of the machines that the stack owns. */
export function hostOutputs(hosts: ReadonlyMap<string, Host>): Record<string, HostOutputs> {
  return Object.fromEntries([...hosts].map(([name, { address, port, user, hostKey }]) => [name, { address, port, user, hostKey }]));
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
