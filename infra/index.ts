/** The program: configuration, the ground that systems stand on, the systems, outputs. Which systems there are, the stack's file says. */
import { Flatlogic } from "../stacks/flatlogic/flatlogic";
import { CoreFlow } from "../stacks/coreflow/coreflow";
import { FlowMaster } from "../stacks/flowmaster/flowmaster";
import { Flowra } from "../stacks/flowra/flowra";
import { readConfig } from "./config/read-config";
import { acmeAccount } from "./ground/acme";
import { flowstackOutputsOf } from "./flowstack";
import { coreflowReleases } from "./ground/coreflow-releases";
import { prepareGround } from "./ground/ground";
import { flowraReleases } from "./ground/flowra-releases";
import { imageReleases } from "./ground/image-releases";
import { workspaceRelease } from "./ground/workspace-release";
import type { StackOutputs } from "./outputs/contract";
import { coreflowOutputs, flatlogicOutputs, flowmasterOutputs, flowraOutputs, hostOutputs } from "./outputs/stack-outputs";

export = async (): Promise<StackOutputs> => {
  // Whatever is wrong stops here, before the first resource.
  const config = readConfig();
  const ground = await prepareGround(config);
  const outputs: StackOutputs = {};

  // Loaded only for whoever has it: AWS' package takes some tenths of a second.
  if (config.state) Object.assign(outputs, (await import("./ground/state-on-aws")).stateOnAws(config.state));

  if (config.flowmaster) {
    const { host: chosen, ...settings } = config.flowmaster;
    const host = ground.host(chosen);
    const releases = imageReleases(config, "flowmaster", ["backend", "frontend"]);
    const flowmaster = new FlowMaster("flowmaster", { host, settings, releases, acme: acmeAccount(config) });
    outputs.flowmaster = flowmasterOutputs(flowmaster, host, settings);
  }

  if (config.flowra) {
    const { host: chosen, ...settings } = config.flowra;
    const host = ground.host(chosen);
    const size = ground.declared(chosen);
    const flowra = new Flowra("flowra", { host, size, settings, ...flowraReleases(config), acme: acmeAccount(config) });
    outputs.flowra = flowraOutputs(flowra, host, settings);
  }

  if (config.flowstack) outputs.flowstack = await flowstackOutputsOf(config, ground);

  if (config.flatlogic) {
    const { host: chosen, ...settings } = config.flatlogic;
    const host = ground.host(chosen);
    const release = workspaceRelease(config);
    const flatlogic = new Flatlogic("flatlogic", { host, settings, release });
    outputs.flatlogic = flatlogicOutputs(flatlogic, host, settings, release.ref);
  }

  if (config.coreflow) {
    const { host: chosen, ...settings } = config.coreflow;
    const host = ground.host(chosen);
    const coreflow = new CoreFlow("coreflow", {
      host,
      size: ground.declared(chosen),
      settings,
      ...coreflowReleases(config),
      acme: acmeAccount(config),
    });
    outputs.coreflow = coreflowOutputs(coreflow, host, settings, config.hosts[chosen.name]?.size ?? ground.declared(chosen));
  }

  ground.close();
  // Without a machine of its own a stack has no such output; Pulumi warns of an undefined one.
  if (ground.owned.size > 0) outputs.hosts = hostOutputs(ground.owned, config.hosts);
  return outputs;
};
