import { UNKNOWN } from "../../resource";
import type { balancers } from "../../rules/balancers";
import type { tasks } from "../../rules/tasks";
import { type Cases, resource, task } from "../case";

const SERVICE = "aws:ecs/service:Service";
const service = {
  networkConfiguration: { assignPublicIp: false },
  platformVersion: "LATEST",
  deploymentCircuitBreaker: { enable: true, rollback: true },
  deploymentMinimumHealthyPercent: 100,
};
const share = (of: object) => task({}, { volumes: [{ name: "tmp" }, { name: "files", efsVolumeConfiguration: of }] });

export const taskCases: Cases<typeof tasks> = {
  "task-without-privileges": {
    breaks: [
      [task({}, { networkMode: "host" }), 'networkMode must be "awsvpc"; got "host"'],
      [task({}, { pidMode: "host" }), 'pidMode must not be "host"'],
      [task({ privileged: true }), "container app: privileged must not be true"],
    ],
    keeps: [task({ privileged: false }), task({}, { containerDefinitions: UNKNOWN })],
  },
  "task-without-public-address": {
    breaks: [
      [
        resource(SERVICE, { networkConfiguration: { assignPublicIp: true } }),
        "networkConfiguration.assignPublicIp must be false; got true",
      ],
    ],
    keeps: [resource(SERVICE, service), resource(SERVICE, { networkConfiguration: UNKNOWN })],
  },
  "task-read-only": {
    breaks: [[task({}), "container app: readonlyRootFilesystem must be true"]],
    keeps: [task({ readonlyRootFilesystem: true })],
  },
  "task-logged": {
    breaks: [[task({}), "container app: logConfiguration is missing"]],
    keeps: [task({ logConfiguration: { logDriver: "awslogs" } })],
  },
  "task-not-root": {
    breaks: [
      [task({}), "container app: user must be one that is not root; got not set"],
      [task({ user: "0:0" }), 'got "0:0"'],
      [task({ user: "root" }), 'got "root"'],
    ],
    keeps: [task({ user: "1000:1000" })],
  },
  "task-mounts-over-tls": {
    breaks: [
      [share({ authorizationConfig: { iam: "ENABLED" } }), 'volume files: transitEncryption must be "ENABLED"'],
      [share({ transitEncryption: "ENABLED" }), 'volume files: authorizationConfig.iam must be "ENABLED"'],
    ],
    keeps: [share({ transitEncryption: "ENABLED", authorizationConfig: { iam: "ENABLED" } }), task({})],
  },
  "service-platform": {
    breaks: [[resource(SERVICE, { platformVersion: "1.3.0" }), 'platformVersion must be "LATEST"; got "1.3.0"']],
    keeps: [resource(SERVICE, service), resource(SERVICE)],
  },
  "service-rollout": {
    breaks: [
      [
        resource(SERVICE, { ...service, deploymentCircuitBreaker: { enable: true, rollback: false } }),
        "deploymentCircuitBreaker.rollback must be true",
      ],
      [
        resource(SERVICE, { ...service, deploymentMinimumHealthyPercent: 50 }),
        "deploymentMinimumHealthyPercent must be 100 or more; got 50",
      ],
    ],
    keeps: [resource(SERVICE, service)],
  },
  "cluster-insights": {
    breaks: [[resource("aws:ecs/cluster:Cluster", { settings: [] }), "settings must have containerInsights"]],
    keeps: [resource("aws:ecs/cluster:Cluster", { settings: [{ name: "containerInsights", value: "enabled" }] })],
  },
};

const LISTENER = "aws:lb/listener:Listener";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const CERTIFICATE = "aws:acm/certificate:Certificate";
const tls = (sslPolicy: unknown) => resource(LISTENER, { protocol: "HTTPS", sslPolicy });

export const balancerCases: Cases<typeof balancers> = {
  "https-only": {
    breaks: [
      [
        resource(LISTENER, { protocol: "HTTP", defaultActions: [{ type: "forward" }] }),
        "an HTTP listener must do nothing but redirect to HTTPS",
      ],
      [
        resource(LISTENER, { protocol: "HTTP", defaultActions: [{ type: "redirect", redirect: { protocol: "HTTP" } }] }),
        "redirect to HTTPS",
      ],
      [resource(LISTENER, { protocol: "TCP" }), 'protocol must be HTTPS or TLS; got "TCP"'],
      [tls("ELBSecurityPolicy-2016-08"), "sslPolicy must be of TLS 1.3"],
      [tls("ELBSecurityPolicy-TLS13-1-2-2021-06"), "sslPolicy must be of TLS 1.3"],
      [tls(undefined), "got not set"],
    ],
    keeps: [
      resource(LISTENER, { protocol: "HTTP", defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS" } }] }),
      ...["TLS13-1-2-Res-2021-06", "TLS13-1-3-2021-06", "TLS13-1-2-Res-FIPS-2023-04", "TLS13-1-3-PQ-2025-09"].map((name) =>
        tls(`ELBSecurityPolicy-${name}`),
      ),
      tls(UNKNOWN),
    ],
  },
  "balancer-requests": {
    breaks: [
      [resource(BALANCER), "dropInvalidHeaderFields must be true"],
      [
        resource(BALANCER, { dropInvalidHeaderFields: true, desyncMitigationMode: "monitor" }),
        "desyncMitigationMode must be defensive or strictest",
      ],
    ],
    keeps: [resource(BALANCER, { dropInvalidHeaderFields: true, desyncMitigationMode: "strictest" })],
  },
  "balancer-logs": {
    breaks: [[resource(BALANCER), "accessLogs.enabled must be true; got not set"]],
    keeps: [resource(BALANCER, { accessLogs: { enabled: true } })],
  },
  "balancer-protected": {
    breaks: [[resource(BALANCER), "enableDeletionProtection must be true"]],
    keeps: [resource(BALANCER, { enableDeletionProtection: true })],
  },
  "balancer-zones": {
    breaks: [[resource(BALANCER, { subnets: ["subnet-1"] }), "subnets must be two or more"]],
    keeps: [resource(BALANCER, { subnets: ["subnet-1", "subnet-2"] }), resource(BALANCER, { subnets: UNKNOWN })],
  },
  "certificate-renews": {
    breaks: [
      [resource(CERTIFICATE, { validationMethod: "EMAIL" }), 'validationMethod must be "DNS"; got "EMAIL"'],
      [resource(CERTIFICATE, { validationMethod: "DNS", keyAlgorithm: "RSA_1024" }), "keyAlgorithm must be RSA of 2048 bits or more"],
    ],
    keeps: [resource(CERTIFICATE, { validationMethod: "DNS", keyAlgorithm: "RSA_2048" })],
  },
};
