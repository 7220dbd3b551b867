import type { Config } from "./config/read-config";
import type { Ground } from "./ground/ground";
import type { FlowStackOutputs } from "./outputs/contract";

type Settings = NonNullable<Config["flowstack"]>;

/**
 * FlowStack on a machine, or on AWS. What only one of the two needs is loaded only for it: AWS' package takes a stack without it some
 * tenths of a second.
 */
export async function flowstackOutputsOf(config: Config, ground: Ground): Promise<FlowStackOutputs> {
  const { host, aws, ...settings } = config.flowstack as Settings;
  if (aws) {
    const { flowstackOnAws } = await import("./ground/flowstack-on-aws");
    return flowstackOnAws(config, settings, { ...aws, reapply: config.reapply });
  }
  if (!host) throw new Error("flowstack: the configuration was not checked");
  const { flowstackOnHost } = await import("./ground/flowstack-on-host");
  return flowstackOnHost(config, settings, ground.host(host), ground.declared(host));
}
