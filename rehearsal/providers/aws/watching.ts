/** Package `aws`, what is watched: logs, alarms, dashboards, topics, events. */
import type { PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import type {
  DashboardArgs,
  EventRuleArgs,
  EventTargetArgs,
  LogGroupArgs,
  LogMetricFilterArgs,
  MetricAlarmArgs,
} from "@pulumi/aws/cloudwatch";
import type { TopicArgs, TopicPolicyArgs, TopicSubscriptionArgs } from "@pulumi/aws/sns";
import type { Unwrap } from "@pulumi/pulumi";
import type { Clients } from "./clients";
import { ACCOUNT, capitalised, keyAndValue, orGone, told, type } from "./resource";

const textOf = (document: unknown): string => (typeof document === "string" ? document : JSON.stringify(document));

const logGroup = type<Unwrap<LogGroupArgs>>({
  named: "name",
  longest: 512,
  replaces: ["name", "logGroupClass"],
  updates: ["retentionInDays", "kmsKeyId", "skipDestroy", "tags"],
  create: async ({ name = "", retentionInDays, kmsKeyId, tags }, { logs }) => {
    await logs.createLogGroup({ logGroupName: name, kmsKeyId, ...(tags && { tags }) });
    if (retentionInDays) await logs.putRetentionPolicy({ logGroupName: name, retentionInDays });
    return name;
  },
  read: async ({ id }, { logs, region }) => {
    const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: id });
    return logGroups.some(({ logGroupName }) => logGroupName === id)
      ? { arn: `arn:aws:logs:${region}:${ACCOUNT}:log-group:${id}` }
      : undefined;
  },
  update: async ({ id, inputs }, changed, { logs }) => {
    if (changed.has("retentionInDays"))
      await (inputs.retentionInDays
        ? logs.putRetentionPolicy({ logGroupName: id, retentionInDays: inputs.retentionInDays })
        : logs.deleteRetentionPolicy({ logGroupName: id }));
    if (changed.has("kmsKeyId") && inputs.kmsKeyId) await logs.associateKmsKey({ logGroupName: id, kmsKeyId: inputs.kmsKeyId });
  },
  delete: async ({ id, inputs }, { logs }) => {
    if (!inputs.skipDestroy) await logs.deleteLogGroup({ logGroupName: id });
  },
});

const logMetricFilter = type<Unwrap<LogMetricFilterArgs>>({
  named: "name",
  replaces: ["name", "logGroupName"],
  updates: ["pattern", "metricTransformation"],
  create: async (inputs, aws) => {
    await putFilter(inputs, aws);
    return inputs.name ?? "";
  },
  read: async ({ id, inputs }, { logs }) => {
    const { metricFilters = [] } =
      (await orGone(logs.describeMetricFilters({ logGroupName: inputs.logGroupName, filterNamePrefix: id }))) ?? {};
    return metricFilters.some(({ filterName }) => filterName === id) ? {} : undefined;
  },
  update: async ({ id, inputs }, _, aws) => {
    // A second one of the same name would stand beside it in the emulator.
    await aws.logs.deleteMetricFilter({ logGroupName: inputs.logGroupName, filterName: id });
    await putFilter(inputs, aws);
  },
  delete: async ({ id, inputs }, { logs }) => {
    await logs.deleteMetricFilter({ logGroupName: inputs.logGroupName, filterName: id });
  },
});

async function putFilter(
  { name, logGroupName, pattern, metricTransformation: to }: Unwrap<LogMetricFilterArgs>,
  { logs }: Clients,
): Promise<void> {
  const transformation = { metricName: to.name, metricNamespace: to.namespace, metricValue: to.value };
  await logs.putMetricFilter({ logGroupName, filterName: name, filterPattern: pattern, metricTransformations: [transformation] });
}

/** Lists and flags of an alarm, by the names that AWS has for them. */
const metricAlarm = type<Unwrap<MetricAlarmArgs>>({
  named: "name",
  longest: 255,
  replaces: ["name"],
  updates: [
    "actionsEnabled",
    "alarmActions",
    "okActions",
    "insufficientDataActions",
    "alarmDescription",
    "comparisonOperator",
    "datapointsToAlarm",
    "dimensions",
    "evaluationPeriods",
    "extendedStatistic",
    "metricName",
    "metricQueries",
    "namespace",
    "period",
    "statistic",
    "threshold",
    "treatMissingData",
    "unit",
    "tags",
  ],
  create: async (inputs, aws) => {
    await putAlarm(inputs, aws);
    return inputs.name ?? "";
  },
  read: async ({ id }, { cloudwatch }) => {
    const { MetricAlarms: [found] = [] } = await cloudwatch.describeAlarms({ AlarmNames: [id] });
    return found && { arn: found.AlarmArn ?? "" };
  },
  update: ({ inputs }, _, aws) => putAlarm(inputs, aws),
  delete: async ({ id }, { cloudwatch }) => {
    await cloudwatch.deleteAlarms({ AlarmNames: [id] });
  },
});

async function putAlarm(
  { name, dimensions, metricQueries, okActions, tags, ...rest }: Unwrap<MetricAlarmArgs>,
  { cloudwatch }: Clients,
): Promise<void> {
  const queries = metricQueries?.map(({ metric, ...query }) => ({
    ...(capitalised(query) as object),
    ...(metric && {
      MetricStat: {
        Metric: { Namespace: metric.namespace, MetricName: metric.metricName, Dimensions: pairs(metric.dimensions) },
        Period: metric.period,
        Stat: metric.stat,
      },
    }),
  }));
  await cloudwatch.putMetricAlarm({
    AlarmName: name,
    ...(capitalised(rest) as object),
    ...(okActions && { OKActions: okActions }),
    ...(dimensions && { Dimensions: pairs(dimensions) }),
    ...(queries && { Metrics: queries }),
    ...(tags && Object.keys(tags).length > 0 && { Tags: keyAndValue(tags) }),
  } as PutMetricAlarmCommandInput);
}

const pairs = (dimensions: Record<string, string> | undefined) =>
  Object.entries(dimensions ?? {}).map(([Name, Value]) => ({ Name, Value }));

const dashboard = type<Unwrap<DashboardArgs>>({
  replaces: ["dashboardName"],
  updates: ["dashboardBody"],
  create: async ({ dashboardName, dashboardBody }, { cloudwatch }) => {
    await cloudwatch.putDashboard({ DashboardName: dashboardName, DashboardBody: dashboardBody });
    return dashboardName;
  },
  read: async ({ id }, { cloudwatch }) => {
    const found = await orGone(cloudwatch.getDashboard({ DashboardName: id }));
    return found && { dashboardArn: `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${id}` };
  },
  update: async ({ id, inputs }, _, { cloudwatch }) => {
    await cloudwatch.putDashboard({ DashboardName: id, DashboardBody: inputs.dashboardBody });
  },
  delete: async ({ id }, { cloudwatch }) => {
    await cloudwatch.deleteDashboards({ DashboardNames: [id] });
  },
});

const topic = type<Unwrap<TopicArgs>>({
  named: "name",
  longest: 256,
  replaces: ["name", "fifoTopic"],
  updates: ["kmsMasterKeyId", "policy", "displayName", "tags"],
  create: async ({ name, kmsMasterKeyId, displayName, policy, tags }, { sns }) => {
    const Attributes = {
      ...(kmsMasterKeyId !== undefined && { KmsMasterKeyId: kmsMasterKeyId }),
      ...(displayName !== undefined && { DisplayName: displayName }),
      ...(policy !== undefined && { Policy: textOf(policy) }),
    };
    const { TopicArn } = await sns.createTopic({
      Name: name,
      Attributes,
      ...(tags && Object.keys(tags).length > 0 && { Tags: keyAndValue(tags) }),
    });
    return told(TopicArn, "ARN of a topic");
  },
  read: async ({ id }, { sns }) => ((await orGone(sns.getTopicAttributes({ TopicArn: id }))) ? { arn: id, owner: ACCOUNT } : undefined),
  update: async ({ id, inputs }, changed, { sns }) => {
    const attributes = { kmsMasterKeyId: "KmsMasterKeyId", displayName: "DisplayName", policy: "Policy" } as const;
    for (const [property, AttributeName] of Object.entries(attributes)) {
      const value = inputs[property as keyof typeof attributes];
      if (changed.has(property))
        await sns.setTopicAttributes({ TopicArn: id, AttributeName, AttributeValue: value === undefined ? "" : textOf(value) });
    }
  },
  delete: async ({ id }, { sns }) => {
    await sns.deleteTopic({ TopicArn: id });
  },
});

const topicPolicy = type<Unwrap<TopicPolicyArgs>>({
  replaces: ["arn"],
  updates: ["policy"],
  create: async (inputs, { sns }) => {
    await sns.setTopicAttributes({ TopicArn: inputs.arn, AttributeName: "Policy", AttributeValue: textOf(inputs.policy) });
    return inputs.arn;
  },
  read: async ({ id }, { sns }) => ((await orGone(sns.getTopicAttributes({ TopicArn: id }))) ? { owner: ACCOUNT } : undefined),
  update: async ({ id, inputs }, _, { sns }) => {
    await sns.setTopicAttributes({ TopicArn: id, AttributeName: "Policy", AttributeValue: textOf(inputs.policy) });
  },
  delete: () => Promise.resolve(),
});

const topicSubscription = type<Unwrap<TopicSubscriptionArgs>>({
  replaces: ["topic", "protocol", "endpoint"],
  updates: ["filterPolicy", "rawMessageDelivery"],
  create: async ({ topic: of, protocol, endpoint }, { sns }) => {
    const { SubscriptionArn } = await sns.subscribe({
      TopicArn: of as string,
      Protocol: protocol,
      Endpoint: endpoint,
      ReturnSubscriptionArn: true,
    });
    return told(SubscriptionArn, "ARN of a subscription");
  },
  read: async ({ id }, { sns }) => ((await orGone(sns.getSubscriptionAttributes({ SubscriptionArn: id }))) ? { arn: id } : undefined),
  update: () => Promise.resolve(),
  delete: async ({ id }, { sns }) => {
    await sns.unsubscribe({ SubscriptionArn: id });
  },
});

const eventRule = type<Unwrap<EventRuleArgs>>({
  named: "name",
  replaces: ["name", "eventBusName"],
  updates: ["description", "eventPattern", "scheduleExpression", "state", "tags"],
  create: async (inputs, aws) => {
    await putRule(inputs, aws);
    return inputs.name ?? "";
  },
  read: async ({ id }, { events }) => {
    const found = await orGone(events.describeRule({ Name: id }));
    return found && { arn: found.Arn ?? "" };
  },
  update: ({ inputs }, _, aws) => putRule(inputs, aws),
  delete: async ({ id }, { events }) => {
    await events.deleteRule({ Name: id });
  },
});

async function putRule(
  { name, description, eventPattern, scheduleExpression, state, tags }: Unwrap<EventRuleArgs>,
  { events }: Clients,
): Promise<void> {
  await events.putRule({
    Name: name,
    Description: description,
    EventPattern: eventPattern,
    ScheduleExpression: scheduleExpression,
    State: (state ?? "ENABLED") as "ENABLED",
    ...(tags && Object.keys(tags).length > 0 && { Tags: keyAndValue(tags) }),
  });
}

const eventTarget = type<Unwrap<EventTargetArgs>>({
  named: "targetId",
  replaces: ["targetId", "rule"],
  updates: ["arn", "input", "inputTransformer", "roleArn"],
  create: async (inputs, aws) => {
    await putTarget(inputs, aws);
    return `${inputs.rule}-${inputs.targetId ?? ""}`;
  },
  read: async ({ inputs }, { events }) => {
    const { Targets = [] } = (await orGone(events.listTargetsByRule({ Rule: inputs.rule }))) ?? {};
    return Targets.some(({ Id }) => Id === inputs.targetId) ? {} : undefined;
  },
  update: ({ inputs }, _, aws) => putTarget(inputs, aws),
  delete: async ({ inputs }, { events }) => {
    await events.removeTargets({ Rule: inputs.rule, Ids: [inputs.targetId ?? ""] });
  },
});

async function putTarget(
  { rule, targetId, arn, input, inputTransformer, roleArn }: Unwrap<EventTargetArgs>,
  { events }: Clients,
): Promise<void> {
  const transformer = inputTransformer && { InputPathsMap: inputTransformer.inputPaths, InputTemplate: inputTransformer.inputTemplate };
  await events.putTargets({
    Rule: rule,
    Targets: [{ Id: targetId, Arn: arn, Input: input, RoleArn: roleArn, ...(transformer && { InputTransformer: transformer }) }],
  });
}

export const WATCHING_TYPES = {
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": logMetricFilter,
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
  "aws:cloudwatch/dashboard:Dashboard": dashboard,
  "aws:cloudwatch/eventRule:EventRule": eventRule,
  "aws:cloudwatch/eventTarget:EventTarget": eventTarget,
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
  "aws:sns/topicSubscription:TopicSubscription": topicSubscription,
};
