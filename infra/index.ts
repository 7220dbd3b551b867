/** The program: configuration, the ground that systems stand on, the systems, outputs. Which systems there are, the stack's file says. */
import { Flatlogic } from "../stacks/flatlogic/flatlogic";
import { CoreFlow } from "../stacks/coreflow/coreflow";
import { readConfig } from "./config/read-config";
import { acmeAccount } from "./ground/acme";
import { flowmasterOutputsOf } from "./flowmaster";
import { flowraOutputsOf } from "./flowra";
import { flowstackOutputsOf } from "./flowstack";
import { coreflowReleases } from "./ground/coreflow-releases";
import { prepareGround } from "./ground/ground";
import { workspaceRelease } from "./ground/workspace-release";
import type { StackOutputs } from "./outputs/contract";
import { coreflowOutputs, flatlogicOutputs, hostOutputs } from "./outputs/stack-outputs";
import { CONTRACT } from "./outputs/version";

export = async (): Promise<StackOutputs> => {
  // Whatever is wrong stops here, before the first resource.
  const config = readConfig();
  const ground = await prepareGround(config);
  const outputs: StackOutputs = { contract: CONTRACT };

  // Loaded only for whoever has it: AWS' package takes some tenths of a second.
  if (config.state) Object.assign(outputs, (await import("./ground/state-on-aws")).stateOnAws(config.state));

  if (config.flowmaster) outputs.flowmaster = await flowmasterOutputsOf(config, ground);

  if (config.flowra) outputs.flowra = await flowraOutputsOf(config, ground);

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

  if (config.outputs.mirror) (await import("./ground/outputs-on-aws")).mirrorOutputs(config.outputs.mirror, outputs);
  return outputs;
};
