/** Names, certificates and load balancers. */
import type { Props } from "../../../engine";
import { type Made, type Sample, TAGS } from "./sample";

const health = (path: string): Props => ({
  healthCheck: { path, interval: 15, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 3, matcher: "200" },
});

/** @param zone Id of a hosted zone of example.com. */
export const entranceSamples = (of: Made, zone: string): (() => Sample)[] => [
  () => ({
    key: "certificate",
    type: "acm/certificate:Certificate",
    inputs: { domainName: "flow.example.com", validationMethod: "DNS" },
    change: TAGS,
  }),
  () => ({
    key: "proof",
    type: "route53/record:Record",
    inputs: { zoneId: zone, name: "_proof.flow.example.com", type: "CNAME", ttl: 60, records: ["one.example.com"] },
    change: { records: ["two.example.com"] },
  }),
  () => ({
    key: "validation",
    type: "acm/certificateValidation:CertificateValidation",
    inputs: { certificateArn: of("certificate", "arn"), validationRecordFqdns: [of("proof", "fqdn")] },
  }),
  () => ({
    key: "balancer",
    type: "lb/loadBalancer:LoadBalancer",
    inputs: {
      name: "flow",
      internal: false,
      loadBalancerType: "application",
      securityGroups: [of("group")],
      subnets: [of("subnet-a"), of("subnet-b")],
      idleTimeout: 300,
      dropInvalidHeaderFields: true,
    },
    change: { idleTimeout: 3600 },
  }),
  () => ({
    key: "target",
    type: "lb/targetGroup:TargetGroup",
    inputs: {
      name: "flow",
      port: 3000,
      protocol: "HTTP",
      targetType: "ip",
      vpcId: of("vpc"),
      deregistrationDelay: 30,
      ...health("/api/v1/ping"),
    },
    change: health("/other"),
  }),
  () => ({
    key: "listener",
    type: "lb/listener:Listener",
    inputs: {
      loadBalancerArn: of("balancer", "arn"),
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: of("certificate", "arn"),
      defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } }],
    },
    change: { defaultActions: [{ type: "forward", targetGroupArn: of("target", "arn") }] },
  }),
  () => ({
    key: "rule",
    type: "lb/listenerRule:ListenerRule",
    inputs: {
      listenerArn: of("listener", "arn"),
      priority: 100,
      conditions: [{ hostHeader: { values: ["flow.example.com"] } }],
      actions: [{ type: "forward", targetGroupArn: of("target", "arn") }],
    },
    change: { priority: 200 },
  }),
];
