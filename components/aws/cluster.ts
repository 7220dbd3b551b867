import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../kernel/refuse";
import type { AwsPlace } from "./place";
import { placeProblems, tagged } from "./place";

export interface ClusterArgs {
  place: AwsPlace;
  /** Any word; another one has all tasks of its services start anew. @default none */
  reapply?: string | undefined;
}

/**
 * An ECS cluster for Fargate: a name that services share, with Container Insights. It costs nothing by itself.
 *
 * @example const cluster = new Cluster("prod-cluster", { place });
 */
export class Cluster extends pulumi.ComponentResource {
  /** The prefix of the place. */
  readonly clusterName: string;
  readonly arn: pulumi.Output<string>;
  readonly reapply: string | undefined;

  constructor(name: string, { place, reapply }: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:Cluster", name, {}, opts);
    refuse(this, name, placeProblems("place", place));

    this.clusterName = place.prefix;
    this.reapply = reapply;
    const cluster = new ecs.Cluster(
      `${name}-cluster`,
      { name: this.clusterName, settings: [{ name: "containerInsights", value: "enabled" }], tags: tagged(place, this.clusterName) },
      { parent: this },
    );

    this.arn = withProviders(name, cluster, this);
    this.registerOutputs({ arn: this.arn });
  }
}

/** The cluster's ARN, once its services may say which machines they want, usual or spare ones. */
function withProviders(name: string, cluster: ecs.Cluster, parent: pulumi.Resource): pulumi.Output<string> {
  const providers = new ecs.ClusterCapacityProviders(
    `${name}-capacity`,
    { clusterName: cluster.name, capacityProviders: ["FARGATE", "FARGATE_SPOT"] },
    { parent },
  );
  return pulumi.all([cluster.arn, providers.clusterName]).apply(([arn]) => arn);
}
