import { Flowra } from "../stacks/flowra/flowra";
import type { Config } from "./config/read-config";
import { acmeAccount } from "./ground/acme";
import { flowraReleases } from "./ground/flowra-releases";
import type { Ground } from "./ground/ground";
import { imageReleases } from "./ground/image-releases";
import type { FlowraOutputs } from "./outputs/contract";
import { flowraOutputs } from "./outputs/stack-outputs";

type Settings = NonNullable<Config["flowra"]>;

/** Flowra on a machine, or its API on AWS, whose package is loaded only for it. */
export async function flowraOutputsOf(config: Config, ground: Ground): Promise<FlowraOutputs> {
  const { host: chosen, aws, ...settings } = config.flowra as Settings;
  if (aws) {
    const { flowraOnAws } = await import("./ground/flowra-on-aws");
    return flowraOnAws(settings, { ...aws, reapply: config.reapply }, imageReleases(config, "flowra", ["api"]).api);
  }
  if (!chosen) throw new Error("flowra: the configuration was not checked");
  const host = ground.host(chosen);
  const size = ground.declared(chosen);
  const flowra = new Flowra("flowra", { host, size, settings, ...flowraReleases(config), acme: acmeAccount(config) });
  const { release, metrics, logs } = flowra;
  return flowraOutputs(flowra, settings, { host: host.address, deployPath: settings.directory, release, metrics, logs });
}
