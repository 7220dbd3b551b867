import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../kernel/map-values";
import { markOf } from "../kernel/mark";
import { stopSecondsOf, volumesOf } from "./container-inputs";
import type { DataContainerArgs } from "./data-container";

/**
 * What the helper is told before a container is made in the place of one made by hand. Another mark of what it is made from has the step
 * run again before each container that is made anew: if the one of before serves again meanwhile, both would work on the same volume.
 */
export function predecessorDocument(args: DataContainerArgs, inputs: { name: string }): pulumi.Output<object> {
  const { network, index, volume, user, login } = args;
  const engine = volume?.engine;
  return pulumi.output({
    container: inputs.name,
    user,
    volumes: Object.fromEntries(volumesOf(args).map(([name, path]) => [path, name])),
    ...(engine && { engine }),
    ...(login && { login }),
    network: { name: network.network, address: network.addresses(index)[0] },
    stopTimeout: stopSecondsOf(args),
    of: pulumi
      .output(mapValues(inputs as unknown as Record<string, pulumi.Input<unknown>>, (value) => value))
      .apply((known) => markOf(known, inputs.name)),
  });
}
