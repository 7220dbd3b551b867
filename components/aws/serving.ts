import type * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import { ecsClient } from "./ecs-client";
import type { FargateServiceArgs } from "./fargate-service";
import { proveServing } from "./honest-deploy";

/** Milliseconds, until tasks of both releases have come and gone. The circuit breaker knows a bad release sooner. */
const PATIENCE = 900_000;
/** What a plan against a base pretends to have deployed has another form, and nothing of it is at AWS. */
const OF_AWS = /^arn:aws[a-z-]*:ecs:/;

/** For causes that pass: the state holds what was asked for already, so that the same once more would change nothing. */
const AGAIN = "To try the same release again: pulumi config set flowfleet:reapply ANOTHER-WORD, and pulumi up.";

export interface ServingArgs {
  /** Of the service in its cluster. */
  name: string;
  args: FargateServiceArgs;
  service: ecs.Service;
  task: ecs.TaskDefinition;
  image: string;
}

export interface Serving {
  /** The image, once ECS says that it serves. */
  release: pulumi.Output<string>;
  /** Resolves when the rollout has ended, well or not: what a resource waited for and was refused would keep the program waiting for ever. */
  settled: pulumi.Output<boolean>;
}

/** Whether what was asked for serves. Asked in each update, also in one that changes nothing; never in a preview. */
export function serving(parent: pulumi.Resource, { name, args, service, task, image }: ServingArgs): Serving {
  const { place, cluster, deployedBy = "flowfleet" } = args;
  const proof = pulumi.all([task.arn, service.id]).apply(async ([taskDefinition]): Promise<{ image: string } | { wrong: string }> => {
    if (pulumi.runtime.isDryRun() || !OF_AWS.test(taskDefinition)) return { image };
    const ecs = await ecsClient({ region: place.region, cluster: cluster.clusterName, service: name });
    try {
      const asked = deployedBy === "ci" ? "whatever is steady" : { taskDefinition };
      const served = await proveServing(ecs, { name, asked, patience: PATIENCE });
      return { image: deployedBy === "ci" ? served : image };
    } catch (error) {
      return { wrong: `${error instanceof Error ? error.message : String(error)}\n${AGAIN}` };
    } finally {
      ecs.close();
    }
  });
  const release = proof.apply((known) => {
    if ("wrong" in known) throw new pulumi.ResourceError(known.wrong, parent, true);
    return known.image;
  });
  return { release, settled: proof.apply((known) => "image" in known) };
}
