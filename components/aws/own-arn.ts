import type { Problem } from "../kernel/refuse";
import type { AwsPlace } from "./place";
import { arnOf } from "./place";

/** What somebody else made, and AWS looks for in the load balancer's own region and account alone. */
const KINDS = {
  certificate: {
    ...{ service: "acm", thing: "certificate/" },
    wrong: "is no certificate of this region and account, and a load balancer takes no other",
    todo: "request one there, or import it",
  },
  listener: {
    ...{ service: "elasticloadbalancing", thing: "listener/app/" },
    wrong: "is no listener of an application load balancer of this region and account, and tasks answer behind no other",
  },
} as const;

/** What is no ARN of the service at all, the configuration's schema says. */
export function ownArnProblems(
  path: string,
  kind: keyof typeof KINDS,
  arn: unknown,
  { account, region }: Pick<AwsPlace, "account" | "region">,
): Problem[] {
  const { service, thing, ...words } = KINDS[kind];
  const own = arnOf({ account, region }, service, thing);
  if (typeof arn !== "string" || !arn.startsWith(`arn:aws:${service}:`) || arn.startsWith(own)) return [];
  return [{ path, ...words, got: arn, allowed: `${own}…` }];
}
