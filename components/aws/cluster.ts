import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../kernel/refuse";
import type { AwsPlace } from "./place";
import { placeProblems, tagged } from "./place";

export interface ClusterArgs {
  place: AwsPlace;
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

  constructor(name: string, { place }: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:Cluster", name, {}, opts);
    refuse(this, name, placeProblems("place", place));

    this.clusterName = place.prefix;
    const cluster = new ecs.Cluster(
      `${name}-cluster`,
      { name: this.clusterName, settings: [{ name: "containerInsights", value: "enabled" }], tags: tagged(place, this.clusterName) },
      { parent: this },
    );

    this.arn = cluster.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
