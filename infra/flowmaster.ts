import { FlowMaster } from "../stacks/flowmaster/flowmaster";
import type { Config } from "./config/read-config";
import { acmeAccount } from "./ground/acme";
import type { Ground } from "./ground/ground";
import { imageReleases } from "./ground/image-releases";
import type { FlowMasterOutputs } from "./outputs/contract";
import { flowmasterOutputs } from "./outputs/stack-outputs";

type Settings = NonNullable<Config["flowmaster"]>;

/** FlowMaster on a machine, or on AWS, whose package is loaded only for it. */
export async function flowmasterOutputsOf(config: Config, ground: Ground): Promise<FlowMasterOutputs> {
  const { host: chosen, aws, ...settings } = config.flowmaster as Settings;
  const releases = imageReleases(config, "flowmaster", ["backend", "frontend"]);
  if (aws) {
    const { flowmasterOnAws } = await import("./ground/flowmaster-on-aws");
    return flowmasterOnAws(settings, { ...aws, reapply: config.reapply }, releases);
  }
  if (!chosen) throw new Error("flowmaster: the configuration was not checked");
  const host = ground.host(chosen);
  const flowmaster = new FlowMaster("flowmaster", { host, settings, releases, acme: acmeAccount(config) });
  return flowmasterOutputs(flowmaster, settings, { host: host.address, deployPath: settings.directory });
}
