import { group, list, shown, UNKNOWN, type Resource } from "../resource";
import { all, type Rule, setting, WHERE_IT_COUNTS } from "../rule";

const BALANCER = ["aws:lb/loadBalancer:LoadBalancer"];
const CERTIFICATE = ["aws:acm/certificate:Certificate"];
/** ELB.17's list: TLS 1.3 with nothing older than the strict part of 1.2, with their FIPS and post-quantum forms. */
const TLS_POLICIES = /^ELBSecurityPolicy-TLS13-1-(?:2-Res|3)(?:-FIPS)?-(?:2021-06|2023-04|PQ-2025-09)$/;

function listener({ props }: Resource): string[] {
  const { protocol, sslPolicy } = props;
  if (protocol === UNKNOWN) return [];
  if (protocol === "HTTP") {
    const redirects = list(props["defaultActions"]).every(
      (action) => action === UNKNOWN || (group(action)["type"] === "redirect" && group(group(action)["redirect"])["protocol"] === "HTTPS"),
    );
    return redirects ? [] : ["an HTTP listener must do nothing but redirect to HTTPS"];
  }
  if (protocol !== "HTTPS" && protocol !== "TLS") return [`protocol must be HTTPS or TLS; got ${shown(protocol)}`];
  if (sslPolicy === UNKNOWN || TLS_POLICIES.test(String(sslPolicy))) return [];
  return [
    `sslPolicy must be of TLS 1.3, or the strict part of 1.2, such as ELBSecurityPolicy-TLS13-1-2-Res-2021-06; got ${shown(sslPolicy)}`,
  ];
}

/** Load balancers and their certificates. */
export const balancers = {
  "https-only": {
    asks: "Load balancers speak TLS by a policy of the yardstick's list; HTTP only redirects",
    controls: ["ELB.1", "ELB.17", "ELB.18"],
    on: ["aws:lb/listener:Listener"],
    check: listener,
  },
  "balancer-requests": {
    asks: "Load balancers drop invalid headers and requests that two servers may read in two ways",
    controls: ["ELB.4", "ELB.12"],
    on: BALANCER,
    check: all(
      setting("dropInvalidHeaderFields", true, "must be true"),
      setting(
        "desyncMitigationMode",
        (mode) => mode === undefined || mode === "defensive" || mode === "strictest",
        "must be defensive or strictest",
      ),
    ),
  },
  "balancer-logs": {
    asks: "Load balancers write access logs",
    controls: ["ELB.5"],
    on: BALANCER,
    check: setting("accessLogs.enabled", true, "must be true"),
  },
  "balancer-protected": {
    asks: "Nobody deletes a load balancer by mistake",
    controls: ["ELB.6"],
    level: WHERE_IT_COUNTS,
    on: BALANCER,
    check: setting("enableDeletionProtection", true, "must be true"),
  },
  "balancer-zones": {
    asks: "Load balancers stand in two zones or more",
    controls: ["ELB.13"],
    on: BALANCER,
    check: ({ props }) =>
      [props["subnets"], props["subnetMappings"]].some((of) => of === UNKNOWN || list(of).length >= 2)
        ? []
        : ["subnets must be two or more, each in a zone of its own"],
  },
  "certificate-renews": {
    asks: "Certificates are proven by DNS, so that they are renewed by themselves, and have strong keys",
    controls: ["ACM.1", "ACM.2"],
    on: CERTIFICATE,
    check: all(
      setting("validationMethod", "DNS", 'must be "DNS"'),
      setting("keyAlgorithm", (key) => key !== "RSA_1024", "must be RSA of 2048 bits or more, or EC"),
    ),
  },
} satisfies Record<string, Rule>;
