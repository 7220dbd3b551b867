import type { Resource } from "./resource";

/** A type of AWS may have older names beside the one that rules know. */
const knownType = (type: string): string =>
  type
    .replace(/^aws:(?:alb|applicationloadbalancing|elasticloadbalancingv2)\//, "aws:lb/")
    .replace(/^(aws:s3\/bucket\w*)V2:(\w+)V2$/, "$1:$2");

/** The resource by the name of its type that rules know. */
export const asKnown = (resource: Resource): Resource => ({ ...resource, type: knownType(resource.type) });
