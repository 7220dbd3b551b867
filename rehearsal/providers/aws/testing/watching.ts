/** Alarms, events, and where they are told. */
import { type Made, READ, type Sample } from "./sample";

export const watchingSamples = (of: Made): (() => Sample)[] => [
  () => ({ key: "topic", type: "sns/topic:Topic", inputs: { name: "flow-alarms" }, change: { kmsMasterKeyId: "alias/flow" } }),
  () => ({
    key: "subscription",
    type: "sns/topicSubscription:TopicSubscription",
    inputs: { topic: of("topic", "arn"), protocol: "email", endpoint: "ops@example.com" },
  }),
  () => ({ key: "topic-policy", type: "sns/topicPolicy:TopicPolicy", inputs: { arn: of("topic", "arn"), policy: READ } }),
  () => ({
    key: "alarm",
    type: "cloudwatch/metricAlarm:MetricAlarm",
    inputs: {
      name: "flow-5xx",
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 2,
      metricName: "HTTPCode_Target_5XX_Count",
      namespace: "AWS/ApplicationELB",
      period: 60,
      statistic: "Sum",
      threshold: 5,
      alarmActions: [of("topic", "arn")],
      dimensions: { LoadBalancer: "app/flow" },
    },
    change: { threshold: 9 },
  }),
  () => ({
    key: "dashboard",
    type: "cloudwatch/dashboard:Dashboard",
    inputs: { dashboardName: "flow", dashboardBody: '{"widgets":[]}' },
    change: { dashboardBody: '{"widgets":[],"start":"-PT1H"}' },
  }),
  () => ({
    key: "event",
    type: "cloudwatch/eventRule:EventRule",
    inputs: { name: "flow-failed", eventPattern: '{"source":["aws.ecs"]}' },
    change: { description: "changed" },
  }),
  () => ({
    key: "event-target",
    type: "cloudwatch/eventTarget:EventTarget",
    inputs: { rule: "flow-failed", arn: of("topic", "arn"), targetId: "topic" },
  }),
  () => ({
    key: "filter",
    type: "cloudwatch/logMetricFilter:LogMetricFilter",
    inputs: {
      name: "errors",
      logGroupName: "/flow/app",
      pattern: "ERROR",
      metricTransformation: { name: "errors", namespace: "flow", value: "1" },
    },
    change: { pattern: "FATAL" },
  }),
];
