/** Package `aws`, load balancers: the balancer, its listeners and their rules, target groups. */
import type { Action, CreateTargetGroupCommandInput, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ListenerArgs, ListenerRuleArgs, LoadBalancerArgs, TargetGroupArgs } from "@pulumi/aws/lb";
import type { Unwrap } from "@pulumi/pulumi";
import type { Clients } from "./clients";
import { capitalised, keyAndValue, orGone, told, type } from "./resource";

type Tags = Record<string, string> | undefined;

const tagged = (tags: Tags) => (tags && Object.keys(tags).length > 0 ? { Tags: keyAndValue(tags) } : {});

async function retag(arn: string, tags: Tags, { elb }: Clients): Promise<void> {
  const { TagDescriptions } = await elb.describeTags({ ResourceArns: [arn] });
  const gone = (TagDescriptions?.[0]?.Tags ?? []).flatMap(({ Key }) => (Key !== undefined && !(Key in (tags ?? {})) ? [Key] : []));
  if (gone.length > 0) await elb.removeTags({ ResourceArns: [arn], TagKeys: gone });
  if (tags && Object.keys(tags).length > 0) await elb.addTags({ ResourceArns: [arn], Tags: keyAndValue(tags) });
}

/** Properties of the provider → attributes of AWS. */
const BALANCER_ATTRIBUTES = {
  idleTimeout: "idle_timeout.timeout_seconds",
  enableDeletionProtection: "deletion_protection.enabled",
  dropInvalidHeaderFields: "routing.http.drop_invalid_header_fields.enabled",
  desyncMitigationMode: "routing.http.desync_mitigation_mode",
  enableHttp2: "routing.http2.enabled",
  clientKeepAlive: "client_keep_alive.seconds",
} as const;

const loadBalancer = type<Unwrap<LoadBalancerArgs>>({
  named: "name",
  longest: 32,
  replaces: ["name", "internal", "loadBalancerType"],
  updates: [
    ...(Object.keys(BALANCER_ATTRIBUTES) as (keyof typeof BALANCER_ATTRIBUTES)[]),
    "accessLogs",
    "securityGroups",
    "subnets",
    "ipAddressType",
    "tags",
  ],
  create: async (inputs, aws) => {
    const { LoadBalancers } = await aws.elb.createLoadBalancer({
      Name: inputs.name,
      Scheme: inputs.internal ? "internal" : "internet-facing",
      Type: (inputs.loadBalancerType ?? "application") as "application",
      SecurityGroups: inputs.securityGroups,
      Subnets: inputs.subnets,
      IpAddressType: inputs.ipAddressType as "ipv4",
      ...tagged(inputs.tags),
    });
    const id = told(LoadBalancers?.[0]?.LoadBalancerArn, "ARN of a load balancer");
    await balance(id, inputs, aws);
    return id;
  },
  read: async ({ id }, { elb }) => {
    const { LoadBalancers: [found] = [] } = (await orGone(elb.describeLoadBalancers({ LoadBalancerArns: [id] }))) ?? {};
    return (
      found && {
        arn: id,
        arnSuffix: id.split(":loadbalancer/")[1] ?? "",
        dnsName: found.DNSName ?? "",
        zoneId: found.CanonicalHostedZoneId ?? "",
        vpcId: found.VpcId ?? "",
      }
    );
  },
  update: async ({ id, inputs }, changed, aws) => {
    if (changed.has("securityGroups")) await aws.elb.setSecurityGroups({ LoadBalancerArn: id, SecurityGroups: inputs.securityGroups });
    if (changed.has("subnets")) await aws.elb.setSubnets({ LoadBalancerArn: id, Subnets: inputs.subnets });
    await balance(id, inputs, aws);
    await retag(id, inputs.tags, aws);
  },
  delete: async ({ id }, { elb }) => {
    await elb.deleteLoadBalancer({ LoadBalancerArn: id });
  },
});

async function balance(id: string, inputs: Unwrap<LoadBalancerArgs>, { elb }: Clients): Promise<void> {
  const logs = inputs.accessLogs;
  const Attributes = [
    ...Object.entries(BALANCER_ATTRIBUTES).flatMap(([property, Key]) => {
      const value = inputs[property as keyof typeof BALANCER_ATTRIBUTES];
      return value === undefined ? [] : [{ Key, Value: String(value) }];
    }),
    ...(logs
      ? [
          { Key: "access_logs.s3.enabled", Value: String(logs.enabled ?? false) },
          { Key: "access_logs.s3.bucket", Value: logs.bucket },
          { Key: "access_logs.s3.prefix", Value: logs.prefix ?? "" },
        ]
      : []),
  ];
  if (Attributes.length > 0) await elb.modifyLoadBalancerAttributes({ LoadBalancerArn: id, Attributes });
}

const TARGET_ATTRIBUTES = {
  deregistrationDelay: "deregistration_delay.timeout_seconds",
  slowStart: "slow_start.duration_seconds",
  loadBalancingAlgorithmType: "load_balancing.algorithm.type",
} as const;

const targetGroup = type<Unwrap<TargetGroupArgs>>({
  named: "name",
  longest: 32,
  replaces: ["name", "port", "protocol", "protocolVersion", "targetType", "vpcId"],
  updates: [...(Object.keys(TARGET_ATTRIBUTES) as (keyof typeof TARGET_ATTRIBUTES)[]), "healthCheck", "stickiness", "tags"],
  create: async (inputs, aws) => {
    const { TargetGroups } = await aws.elb.createTargetGroup({
      Name: inputs.name,
      Port: inputs.port,
      Protocol: inputs.protocol,
      ProtocolVersion: inputs.protocolVersion,
      TargetType: inputs.targetType,
      VpcId: inputs.vpcId,
      ...healthOf(inputs),
      ...tagged(inputs.tags),
    } as CreateTargetGroupCommandInput);
    const id = told(TargetGroups?.[0]?.TargetGroupArn, "ARN of a target group");
    await target(id, inputs, aws);
    return id;
  },
  read: async ({ id, inputs }, { elb }) => {
    const { TargetGroups: [found] = [] } = (await orGone(elb.describeTargetGroups({ TargetGroupArns: [id] }))) ?? {};
    return found && { arn: id, arnSuffix: id.split(":").at(-1) ?? "", name: inputs.name ?? "" };
  },
  update: async ({ id, inputs }, _, aws) => {
    await aws.elb.modifyTargetGroup({ TargetGroupArn: id, ...healthOf(inputs) });
    await target(id, inputs, aws);
    await retag(id, inputs.tags, aws);
  },
  delete: async ({ id }, { elb }) => {
    await elb.deleteTargetGroup({ TargetGroupArn: id });
  },
});

const healthOf = ({ healthCheck: health }: Unwrap<TargetGroupArgs>) =>
  health && {
    HealthCheckEnabled: health.enabled ?? true,
    HealthCheckPath: health.path,
    HealthCheckPort: health.port,
    HealthCheckProtocol: health.protocol as "HTTP",
    HealthCheckIntervalSeconds: health.interval,
    HealthCheckTimeoutSeconds: health.timeout,
    HealthyThresholdCount: health.healthyThreshold,
    UnhealthyThresholdCount: health.unhealthyThreshold,
    Matcher: health.matcher === undefined ? undefined : { HttpCode: health.matcher },
  };

async function target(id: string, inputs: Unwrap<TargetGroupArgs>, { elb }: Clients): Promise<void> {
  const sticky = inputs.stickiness;
  const Attributes = [
    ...Object.entries(TARGET_ATTRIBUTES).flatMap(([property, Key]) => {
      const value = inputs[property as keyof typeof TARGET_ATTRIBUTES];
      return value === undefined ? [] : [{ Key, Value: String(value) }];
    }),
    ...(sticky
      ? [
          { Key: "stickiness.enabled", Value: String(sticky.enabled ?? true) },
          { Key: "stickiness.type", Value: sticky.type },
        ]
      : []),
  ];
  if (Attributes.length > 0) await elb.modifyTargetGroupAttributes({ TargetGroupArn: id, Attributes });
}

type DefaultActions = Unwrap<ListenerArgs>["defaultActions"];

const actionsOf = (actions: DefaultActions): Action[] =>
  actions.map((action, index) => ({
    Type: action.type as "forward",
    Order: action.order ?? index + 1,
    ...(action.targetGroupArn !== undefined && { TargetGroupArn: action.targetGroupArn }),
    ...(action.redirect && { RedirectConfig: capitalised(action.redirect) as Action["RedirectConfig"] }),
    ...(action.fixedResponse && { FixedResponseConfig: capitalised(action.fixedResponse) as Action["FixedResponseConfig"] }),
  }));

const doorOf = (inputs: Unwrap<ListenerArgs>) => ({
  Port: inputs.port,
  Protocol: inputs.protocol as "HTTP",
  SslPolicy: inputs.sslPolicy,
  ...(inputs.certificateArn !== undefined && { Certificates: [{ CertificateArn: inputs.certificateArn }] }),
  DefaultActions: actionsOf(inputs.defaultActions),
});

/** Headers that a listener adds or leaves out, as AWS names them. */
const HEADERS = {
  routingHttpResponseServerEnabled: "routing.http.response.server.enabled",
  routingHttpResponseStrictTransportSecurityHeaderValue: "routing.http.response.strict_transport_security.header_value",
} as const;

async function setHeaders(id: string, inputs: Unwrap<ListenerArgs>, { elb }: Clients): Promise<void> {
  const Attributes = Object.entries(HEADERS).flatMap(([name, Key]) => {
    const value = inputs[name as keyof typeof HEADERS];
    return value === undefined ? [] : [{ Key, Value: String(value) }];
  });
  if (Attributes.length > 0) await elb.modifyListenerAttributes({ ListenerArn: id, Attributes });
}

const listener = type<Unwrap<ListenerArgs>>({
  replaces: ["loadBalancerArn"],
  updates: [
    "port",
    "protocol",
    "sslPolicy",
    "certificateArn",
    "defaultActions",
    "tags",
    ...(Object.keys(HEADERS) as (keyof typeof HEADERS)[]),
  ],
  create: async (inputs, aws) => {
    const { Listeners } = await aws.elb.createListener({
      LoadBalancerArn: inputs.loadBalancerArn,
      ...doorOf(inputs),
      ...tagged(inputs.tags),
    });
    const id = told(Listeners?.[0]?.ListenerArn, "ARN of a listener");
    await setHeaders(id, inputs, aws);
    return id;
  },
  read: async ({ id }, { elb }) => {
    const { Listeners: [found] = [] } = (await orGone(elb.describeListeners({ ListenerArns: [id] }))) ?? {};
    return found && { arn: id };
  },
  update: async ({ id, inputs }, _, aws) => {
    await aws.elb.modifyListener({ ListenerArn: id, ...doorOf(inputs) });
    await setHeaders(id, inputs, aws);
    await retag(id, inputs.tags, aws);
  },
  delete: async ({ id }, { elb }) => {
    await elb.deleteListener({ ListenerArn: id });
  },
});

const conditionsOf = ({ conditions }: Unwrap<ListenerRuleArgs>): RuleCondition[] =>
  conditions.flatMap(({ pathPattern, hostHeader }) => [
    ...(pathPattern ? [{ Field: "path-pattern", PathPatternConfig: { Values: pathPattern.values } }] : []),
    ...(hostHeader ? [{ Field: "host-header", HostHeaderConfig: { Values: hostHeader.values } }] : []),
  ]);

const listenerRule = type<Unwrap<ListenerRuleArgs>>({
  replaces: ["listenerArn"],
  updates: ["actions", "conditions", "priority", "tags"],
  create: async (inputs, { elb }) => {
    const { Rules } = await elb.createRule({
      ListenerArn: inputs.listenerArn,
      Priority: inputs.priority,
      Conditions: conditionsOf(inputs),
      Actions: actionsOf(inputs.actions),
      ...tagged(inputs.tags),
    });
    return told(Rules?.[0]?.RuleArn, "ARN of a listener's rule");
  },
  read: async ({ id }, { elb }) => {
    const { Rules: [found] = [] } = (await orGone(elb.describeRules({ RuleArns: [id] }))) ?? {};
    return found && { arn: id };
  },
  update: async ({ id, inputs }, changed, aws) => {
    await aws.elb.modifyRule({ RuleArn: id, Conditions: conditionsOf(inputs), Actions: actionsOf(inputs.actions) });
    if (changed.has("priority")) await aws.elb.setRulePriorities({ RulePriorities: [{ RuleArn: id, Priority: inputs.priority }] });
    await retag(id, inputs.tags, aws);
  },
  delete: async ({ id }, { elb }) => {
    await elb.deleteRule({ RuleArn: id });
  },
});

export const LOAD_BALANCING_TYPES = {
  "aws:lb/loadBalancer:LoadBalancer": loadBalancer,
  "aws:lb/targetGroup:TargetGroup": targetGroup,
  "aws:lb/listener:Listener": listener,
  "aws:lb/listenerRule:ListenerRule": listenerRule,
};
