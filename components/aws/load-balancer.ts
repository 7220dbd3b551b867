import * as lb from "@pulumi/aws/lb";
import * as route53 from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../kernel/duration";
import { inSeconds } from "../kernel/duration";
import { refuse } from "../kernel/refuse";
import type { Adopted } from "./adopted";
import { adopting, NONE } from "./adopted";
import { loadBalancerProblems } from "./load-balancer-problems";
import { LogBucket } from "./log-bucket";
import type { Network } from "./network";
import type { AwsPlace } from "./place";
import { tagged } from "./place";
import { PublicCertificate } from "./public-certificate";
import { networkOf, SecurityGroup } from "./security-group";

/** Where the names and their certificate come from: a zone in Route 53, or somebody else's hands. */
export type NamesArgs =
  | { zone: string }
  /** ARN of an issued certificate. Its owner sees to it that the names lead to `dnsName`, too. */
  | { certificate: pulumi.Input<string> };

export interface NewLoadBalancer {
  place: AwsPlace;
  network: Network;
  /** Public names that it answers, at most 4: the first is the one that users see. */
  names: readonly string[];
  by: NamesArgs;
  /** Who may ask. @default everybody: `["0.0.0.0/0"]` */
  from?: readonly string[];
  /** Longest silence of either side: of an answer, or of a WebSocket. @default "60 seconds" */
  idleTimeout?: Duration;
  /** AWS refuses to delete it, and its access logs. @default true */
  protect?: boolean;
  /** How long its access logs are kept. @default "90 days" */
  accessLogs?: Duration;
  /** What stands already and is taken over, by its ARN: `{ balancer: { id: "arn:…" }, https: { id: "arn:…" } }`. */
  adopt?: Adopted;
}

/** One of somebody else's, e.g. of Terraform. Rules are added to its listener, and a way out to its group. */
export interface ExistingLoadBalancer {
  place: AwsPlace;
  existing: {
    /** ARN of the listener of port 443. */
    listener: string;
    /** `"sg-0abc"` */
    securityGroup: string;
    dnsName: string;
    /** The last part of its ARN, by which metrics know it: `"app/main/50dc6c495c0c9188"`. */
    arnSuffix: string;
  };
}

export type LoadBalancerArgs = NewLoadBalancer | ExistingLoadBalancer;

interface Made {
  listener: pulumi.Input<string>;
  dnsName: pulumi.Input<string>;
  arnSuffix: pulumi.Input<string>;
  certificate?: pulumi.Output<string> | undefined;
}

/** TLS 1.2 with forward secrecy and AEAD alone, and TLS 1.3. */
export const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06";
const HSTS = "max-age=63072000";

/**
 * An application load balancer: port 80 only sends on to HTTPS, and port 443 answers 404 until services have rules there.
 *
 * @example
 * const balancer = new LoadBalancer("prod-balancer", { place, network, names: ["app.example.com"], by: { zone: "Z0123456789ABCDEFGHIJ" } });
 */
export class LoadBalancer extends pulumi.ComponentResource {
  /** ARN of the listener of port 443. */
  readonly listener: pulumi.Output<string>;
  readonly group: SecurityGroup;
  readonly dnsName: pulumi.Output<string>;
  /** By which metrics know it. */
  readonly arnSuffix: pulumi.Output<string>;
  /** ARN of the certificate that is renewed here; none where it is somebody else's. */
  readonly certificate: pulumi.Output<string> | undefined;
  private readonly priorities = new Map<number, string>();

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:LoadBalancer", name, {}, opts);
    refuse(this, name, loadBalancerProblems(args));

    this.group = new SecurityGroup(`${name}-group`, groupOf(args), { parent: this });
    const { listener, dnsName, arnSuffix, certificate }: Made = "existing" in args ? args.existing : this.made(name, args);
    this.certificate = certificate;
    this.listener = pulumi.output(listener);
    this.dnsName = pulumi.output(dnsName);
    this.arnSuffix = pulumi.output(arnSuffix);
    this.registerOutputs({ listener: this.listener, dnsName: this.dnsName, ...taken(args) });
  }

  /** The name of whoever has that number already; else it is taken from now on. */
  reserve(priority: number, by: string): string | undefined {
    const taken = this.priorities.get(priority);
    if (taken === undefined) this.priorities.set(priority, by);
    return taken;
  }

  private made(name: string, args: NewLoadBalancer): Made {
    const { place, network, names, by, idleTimeout = "60 seconds", protect = true, accessLogs, adopt } = args;
    const here = { parent: this };
    const logs = new LogBucket(`${name}-logs`, { place, protect, ...(accessLogs && { retention: accessLogs }) }, here);
    const balancer = new lb.LoadBalancer(
      `${name}-balancer`,
      {
        // One that stands has its own, which its ARN says.
        name: adopt?.["balancer"]?.id.split("/")[2] ?? place.prefix,
        loadBalancerType: "application",
        internal: false,
        subnets: network.publicSubnetIds,
        securityGroups: [this.group.id],
        idleTimeout: inSeconds(idleTimeout),
        enableHttp2: true,
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "defensive",
        enableDeletionProtection: protect,
        accessLogs: { enabled: true, bucket: logs.ready },
        tags: tagged(place, place.prefix),
      },
      { ...here, ...adopting(adopt, "balancer") },
    );
    const certificateArn =
      "zone" in by
        ? new PublicCertificate(`${name}-certificate`, { place, names, zone: by.zone }, here).arn
        : pulumi.output(by.certificate);
    this.redirecting(name, args, balancer);
    const listener = this.answering(name, args, balancer, certificateArn);
    if ("zone" in by) for (const one of names) this.named(name, one, args, by.zone, balancer);
    const certificate = "zone" in by ? certificateArn : undefined;
    return { listener: listener.arn, dnsName: balancer.dnsName, arnSuffix: balancer.arnSuffix, certificate };
  }

  private redirecting(name: string, { place, adopt }: NewLoadBalancer, balancer: lb.LoadBalancer): void {
    const redirect = { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" };
    new lb.Listener(
      `${name}-http`,
      {
        loadBalancerArn: balancer.arn,
        port: 80,
        protocol: "HTTP",
        defaultActions: [{ type: "redirect", redirect }],
        tags: tagged(place, `${place.prefix}-http`),
      },
      { parent: this, ...adopting(adopt, "http") },
    );
  }

  private answering(
    name: string,
    { place, adopt }: NewLoadBalancer,
    balancer: lb.LoadBalancer,
    certificateArn: pulumi.Output<string>,
  ): lb.Listener {
    const fixedResponse = { contentType: "text/plain", statusCode: "404", messageBody: "There is nothing here." };
    return new lb.Listener(
      `${name}-https`,
      {
        loadBalancerArn: balancer.arn,
        port: 443,
        protocol: "HTTPS",
        certificateArn,
        sslPolicy: TLS_POLICY,
        routingHttpResponseServerEnabled: false,
        routingHttpResponseStrictTransportSecurityHeaderValue: HSTS,
        defaultActions: [{ type: "fixed-response", fixedResponse }],
        tags: tagged(place, `${place.prefix}-https`),
      },
      { parent: this, ...adopting(adopt, "https") },
    );
  }

  private named(
    label: string,
    name: string,
    { adopt }: NewLoadBalancer,
    zoneId: string,
    { dnsName, zoneId: balancerZone }: lb.LoadBalancer,
  ): void {
    const part = `name-${name}`;
    const aliases = [{ name: dnsName, zoneId: balancerZone, evaluateTargetHealth: false }];
    new route53.Record(`${label}-${part}`, { zoneId, name, type: "A", aliases }, { parent: this, ...adopting(adopt, part) });
  }
}

/** What becomes of requests when a listener that users ask already is taken over, for the plan. */
function taken(args: LoadBalancerArgs): { interruption?: string } {
  const https = "existing" in args ? undefined : args.adopt?.["https"];
  if ("existing" in args || https === undefined || https.id === NONE) return {};
  const others = https.keep?.includes("defaultActions") === true ? "all others go where they went" : "all others get 404 at once";
  return {
    interruption: `taken over: requests for ${args.names.join(", ")} get 503 until the first rollout of their service has ended, ${others}`,
  };
}

const groupOf = (args: LoadBalancerArgs) =>
  "existing" in args
    ? { place: args.place, existing: args.existing.securityGroup }
    : {
        place: args.place,
        vpcId: args.network.vpcId,
        role: "balancer",
        description: "Load balancer",
        from: Object.fromEntries(
          // AWS refuses a rule that is there already.
          [...new Set((args.from ?? ["0.0.0.0/0"]).map(networkOf))].flatMap((cidr, index) =>
            ([80, 443] as const).map((port) => [`${port}${index === 0 ? "" : `-${index}`}`, { cidr, port }]),
          ),
        ),
      };
