import type * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import { ecsClient } from "./ecs-client";
import type { FargateServiceArgs } from "./fargate-service";
import { proveServing } from "./honest-deploy";

/** Milliseconds. The provider has waited until the service was steady by then. */
const PATIENCE = 300_000;
/** What a plan against a base pretends to have deployed has another form, and nothing of it is at AWS. */
const OF_AWS = /^arn:aws[a-z-]*:ecs:/;

export interface ServingArgs {
  /** Of the service in its cluster. */
  name: string;
  args: FargateServiceArgs;
  service: ecs.Service;
  task: ecs.TaskDefinition;
  image: string;
}

/** The image, once ECS says that it serves. Asked in each update, also in one that changes nothing; never in a preview. */
export function serving(parent: pulumi.Resource, { name, args, service, task, image }: ServingArgs): pulumi.Output<string> {
  const { place, cluster, deployedBy = "flowfleet" } = args;
  return pulumi.all([task.arn, service.id]).apply(async ([taskDefinition]) => {
    if (pulumi.runtime.isDryRun() || !OF_AWS.test(taskDefinition)) return image;
    const ecs = await ecsClient({ region: place.region, cluster: cluster.clusterName, service: name });
    try {
      const asked = deployedBy === "ci" ? "whatever is steady" : { taskDefinition };
      const served = await proveServing(ecs, { name, asked, patience: PATIENCE });
      return deployedBy === "ci" ? served : image;
    } catch (error) {
      throw new pulumi.ResourceError(error instanceof Error ? error.message : String(error), parent, true);
    } finally {
      ecs.close();
    }
  });
}
