import { machinePriceLine } from "../../components/aws/prices";
import type { SizeArgs } from "../../components/host/claim";
import type { Host } from "../../components/host/host";
import type { Flatlogic } from "../../stacks/flatlogic/flatlogic";
import { FOLDERS, PATHS as FLATLOGIC_PATHS } from "../../stacks/flatlogic/guide";
import type { FlatlogicSettings } from "../../stacks/flatlogic/settings";
import { DNS, domainOf } from "../../stacks/flatlogic/site";
import type { CoreFlow } from "../../stacks/coreflow/coreflow";
import { PATHS as COREFLOW } from "../../stacks/coreflow/guide";
import { priceLine } from "../../stacks/coreflow/prices";
import type { CoreFlowSettings } from "../../stacks/coreflow/settings";
import type { FlowMaster } from "../../stacks/flowmaster/flowmaster";
import { HEALTH_PATH } from "../../stacks/flowmaster/guide";
import type { FlowMasterSettings } from "../../stacks/flowmaster/settings";
import type { Flowra } from "../../stacks/flowra/flowra";
import { PATHS } from "../../stacks/flowra/guide";
import type { FlowraSettings } from "../../stacks/flowra/settings";
import type { Config } from "../config/read-config";
import type { CoreFlowOutputs, FlatlogicOutputs, FlowMasterOutputs, FlowraOutputs, HostOutputs } from "./contract";

/** Of the machines that the stack owns. */
export function hostOutputs(hosts: ReadonlyMap<string, Host>, declared: Config["hosts"]): Record<string, HostOutputs> {
  const output = (name: string, { address, port, user, hostKey }: Host): HostOutputs => {
    const { size, create } = declared[name] ?? {};
    return { address, port, user, hostKey, ...(size && { size }), ...(create && { price: machinePriceLine(create) }) };
  };
  return Object.fromEntries([...hosts].map(([name, host]) => [name, output(name, host)]));
}

/** Wherever it runs. */
export const flowmasterOutputs = (
  { url, release }: Pick<FlowMaster, "url" | "release">,
  { branch }: FlowMasterSettings,
  place: Pick<FlowMasterOutputs, "host" | "deployPath" | "aws">,
): FlowMasterOutputs => ({
  url,
  apiUrl: url.apply((known) => `${known}/api`),
  healthUrl: url.apply((known) => `${known}${HEALTH_PATH}`),
  ...place,
  branch,
  release,
});

/** Of what Flowra is here, and of Keycloak, wherever that is. */
export const flowraOutputs = (
  { url, authUrl }: Pick<Flowra, "url" | "authUrl">,
  { branch, variables }: FlowraSettings,
  rest: Pick<FlowraOutputs, "release" | "host" | "deployPath" | "metrics" | "logs" | "aws">,
): FlowraOutputs => ({
  url,
  apiUrl: url.apply((known) => `${known}/api/v1`),
  healthUrl: url.apply((known) => `${known}${PATHS.liveness}`),
  branch,
  authUrl,
  issuer: authUrl.apply((known) => `${known}/realms/${variables.FLOWRA_KEYCLOAK_REALM}`),
  ...rest,
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

/** @param size What the machine was declared to have, in the file of whichever stack owns it. */
export const coreflowOutputs = (
  coreflow: CoreFlow,
  host: Host,
  settings: CoreFlowSettings,
  size: SizeArgs | undefined,
): CoreFlowOutputs => ({
  url: coreflow.url,
  apiUrl: coreflow.url.apply((url) => `${url}/api`),
  healthUrl: coreflow.url.apply((url) => `${url}${settings.services["api-gateway"].health.path}`),
  host: host.address,
  deployPath: settings.directory,
  branch: settings.branch,
  release: coreflow.release,
  aliases: settings.aliases,
  dashboardUrl: coreflow.url.apply((url) => `${url}${COREFLOW.dashboard}`),
  ...(settings.provider && size && { price: priceLine(settings.provider, size) }),
});
