import * as servicediscovery from "@pulumi/aws/servicediscovery";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../kernel/refuse";
import type { AwsPlace } from "./place";
import { placeProblems, tagged } from "./place";

export interface ServiceNamespaceArgs {
  place: AwsPlace;
}

/**
 * Where services of a cluster find each other by a plain name such as `backend`, as containers of one network on a machine do (ECS
 * Service Connect). It costs nothing by itself; each task of a service in it runs a small proxy of AWS'.
 *
 * @example const namespace = new ServiceNamespace("prod-names", { place });
 */
export class ServiceNamespace extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { place }: ServiceNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:ServiceNamespace", name, {}, opts);
    refuse(this, name, placeProblems("place", place));

    const description = `Services of ${place.prefix}`;
    const namespace = new servicediscovery.HttpNamespace(
      `${name}-namespace`,
      { name: place.prefix, description, tags: tagged(place, place.prefix) },
      { parent: this },
    );

    this.arn = namespace.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
