/** The program: configuration, the ground that systems stand on, the systems, outputs. Which systems there are, the stack's file says. */
import { FlowMaster } from "../stacks/flowmaster/flowmaster";
import { readConfig } from "./config/read-config";
import { acmeAccount } from "./ground/acme";
import { Ground } from "./ground/ground";
import { imageReleases } from "./ground/image-releases";
import type { StackOutputs } from "./outputs/contract";
import { flowmasterOutputs, hostOutputs } from "./outputs/stack-outputs";

// Everything is checked here: whoever gets past this line has a complete configuration.
const config = readConfig();
const ground = new Ground(config);
const outputs: StackOutputs = {};

if (config.flowmaster) {
  const { host: chosen, ...settings } = config.flowmaster;
  const host = ground.host(chosen);
  const releases = imageReleases(config, "flowmaster", ["backend", "frontend"]);
  const flowmaster = new FlowMaster("flowmaster", { host, settings, releases, acme: acmeAccount(config) });
  outputs.flowmaster = flowmasterOutputs(flowmaster, host, settings);
}

ground.close();
outputs.hosts = hostOutputs(ground.owned);

export = outputs;
