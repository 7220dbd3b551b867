import * as pulumi from "@pulumi/pulumi";
import type { RecordOptions } from "../host/recording";
import { alarmsOf, dashboardText } from "./alarm-list";
import { AlarmTopic } from "./alarm-topic";
import { alarmCount, Alarms } from "./alarms";
import { madeUp } from "./made-up";
import { inputsOf, PLACE, recorded, tier } from "./testing/tier";

const made = (options: RecordOptions = {}) =>
  recorded(() => {
    const app = tier();
    const { balancer } = app.entrance;
    const topic = new AlarmTopic("topic", { place: PLACE, emails: ["ops@example.com"], key: "arn:aws:kms:key" });
    return new Alarms("alarms", {
      place: PLACE,
      topic,
      services: { app },
      balancer,
      database: { identifier: "flowstack-prod", gigabytes: 20, instanceClass: "db.t4g.small" },
    });
  }, options);

it("watches every number that matters, and tells the topic", async () => {
  const found = await made();
  const alarms = found.resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs);
  expect(
    alarms
      .map(({ name, metricName, comparisonOperator, threshold, period, evaluationPeriods }) =>
        [name, metricName, comparisonOperator === "LessThanThreshold" ? "<" : ">", threshold, period, evaluationPeriods].join(" "),
      )
      .sort(),
  ).toEqual([
    "flowstack-prod-certificate DaysToExpiry < 30 86400 1",
    "flowstack-prod-cpu CPUUtilization > 85 300 3",
    "flowstack-prod-database-connections DatabaseConnections > 157 300 3",
    "flowstack-prod-database-cpu CPUUtilization > 85 300 3",
    "flowstack-prod-database-memory FreeableMemory < 107374182.4 300 3",
    "flowstack-prod-database-storage FreeStorageSpace < 2147483648 300 3",
    "flowstack-prod-errors HTTPCode_Target_5XX_Count > 10 300 1",
    "flowstack-prod-latency TargetResponseTime > 5 300 3",
    "flowstack-prod-memory MemoryUtilization > 85 300 3",
    "flowstack-prod-no-answer HTTPCode_ELB_5XX_Count > 10 300 1",
    "flowstack-prod-unhealthy UnHealthyHostCount > 0 60 5",
  ]);
  expect(alarms.every(({ alarmActions }) => String(alarmActions) === "arn:made-up:Topic:topic-topic")).toBe(true);
  expect(alarms).toHaveLength(alarmCount({ database: true, certificate: true }));
});

it("in a plan waits for what AWS says of the balancer with nothing but what looks at it", async () => {
  const later = ({ type, ...of }: Parameters<typeof madeUp>[0]) =>
    type === "aws:lb/loadBalancer:LoadBalancer" ? { arnSuffix: pulumi.runtime.unknownValue } : madeUp({ type, ...of });
  const [known, waiting] = [await made(), await made({ preview: true, made: later })].map(({ resources }) =>
    resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs),
  );
  const isOfBalancer = ({ namespace }: Record<string, unknown>): boolean => namespace === "AWS/ApplicationELB";
  const dimensionsOf = ({ dimensions }: Record<string, unknown>): object => dimensions as object;
  const besides = (one: Record<string, unknown>): object => ({ ...one, dimensions: undefined });
  expect(waiting?.map(besides)).toEqual(known?.map(besides));
  expect(waiting?.filter((one) => !isOfBalancer(one)).map(dimensionsOf)).toEqual(
    known?.filter((one) => !isOfBalancer(one)).map(dimensionsOf),
  );
  expect(waiting?.filter(isOfBalancer).map((one) => ({ ...dimensionsOf(one) }))).toEqual(
    known?.filter(isOfBalancer).map((one) => ({ ...dimensionsOf(one), LoadBalancer: undefined })),
  );
});

it("hears of failed deployments, whoever began them", async () => {
  const found = await made();
  const rule = inputsOf(found, "cloudwatch/eventRule:EventRule");
  expect(JSON.parse(String(rule["eventPattern"]))).toEqual({
    source: ["aws.ecs"],
    "detail-type": ["ECS Deployment State Change"],
    resources: ["arn:aws:ecs:eu-central-1:123456789012:service/flowstack-prod/flowstack-prod-app"],
    detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
  });
  expect(inputsOf(found, "cloudwatch/eventTarget:EventTarget")["arn"]).toBe("arn:made-up:Topic:topic-topic");
});

it("lets AWS' watchers alone write to the topic, and asks those for their account that tell it", async () => {
  const found = await made();
  expect(inputsOf(found, "sns/topic:Topic")).toMatchObject({ name: "flowstack-prod-alarms", kmsMasterKeyId: "arn:aws:kms:key" });
  expect(JSON.parse(String(inputsOf(found, "sns/topicPolicy:TopicPolicy")["policy"]))).toMatchObject({
    Statement: [
      {
        Principal: { Service: ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] },
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
      { Principal: { Service: "events.amazonaws.com" } },
    ],
  });
  const [, events] = (JSON.parse(String(inputsOf(found, "sns/topicPolicy:TopicPolicy")["policy"])) as { Statement: object[] }).Statement;
  // By any condition at all nothing of EventBridge's would come through.
  expect(events).toEqual({
    Sid: "Events",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sns:Publish",
    Resource: "arn:aws:sns:eu-central-1:123456789012:flowstack-prod-alarms",
  });
  expect(inputsOf(found, "sns/topicSubscription:TopicSubscription")).toMatchObject({ protocol: "email", endpoint: "ops@example.com" });
});

it("draws each number with its threshold, three beside each other", () => {
  const watched = {
    balancer: "app/a/0",
    cluster: "c",
    services: { app: { targets: "targetgroup/a/0", service: "s" } },
    slow: 5,
    database: undefined,
    storage: 0,
    connections: 0,
    certificate: undefined,
  };
  const { widgets } = JSON.parse(dashboardText("eu-central-1", alarmsOf(watched))) as {
    widgets: { x: number; y: number; properties: object }[];
  };
  expect(widgets.map(({ x, y }) => [x, y])).toEqual([
    [0, 0],
    [8, 0],
    [16, 0],
    [0, 6],
    [8, 6],
    [16, 6],
  ]);
  expect(widgets[0]?.properties).toEqual({
    title: "errors",
    region: "eu-central-1",
    stat: "Sum",
    period: 300,
    metrics: [["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "LoadBalancer", "app/a/0", "TargetGroup", "targetgroup/a/0"]],
    annotations: { horizontal: [{ label: "alarm", value: 10 }] },
  });
});

it("on a load balancer that is shared counts its own tasks, not everybody's errors", () => {
  const services = { app: { targets: "targetgroup/a/0", service: "s" } };
  const watched = {
    balancer: "app/a/0",
    cluster: "c",
    services,
    slow: 5,
    database: undefined,
    storage: 0,
    connections: 0,
    certificate: undefined,
  };
  const [own, shared] = [false, true].map((one) => alarmsOf({ ...watched, shared: one }).find(({ name }) => name === "no-answer"));
  expect(own).toMatchObject({ metric: "HTTPCode_ELB_5XX_Count", dimensions: { LoadBalancer: "app/a/0" } });
  expect(shared).toMatchObject({
    metric: "HealthyHostCount",
    dimensions: { LoadBalancer: "app/a/0", TargetGroup: "targetgroup/a/0" },
    below: 1,
    // A group without tasks has no number.
    missing: "breaching",
  });
  expect(alarmsOf({ ...watched, shared: true })).toHaveLength(alarmCount({ database: false, certificate: false }));
});

it("names the alarms of several services by their words, and those of the load balancer once", () => {
  const of = (word: string) => ({ targets: `targetgroup/${word}/0`, service: word });
  const services = { backend: of("backend"), frontend: of("frontend") };
  const watched = {
    balancer: "app/a/0",
    cluster: "c",
    services,
    slow: 60,
    database: undefined,
    storage: 0,
    connections: 0,
    certificate: "arn",
  };
  const alarms = alarmsOf(watched);
  expect(alarms.map(({ name }) => name)).toEqual([
    "backend-errors",
    "frontend-errors",
    "no-answer",
    ...["latency", "unhealthy", "cpu", "memory"].map((name) => `backend-${name}`),
    ...["latency", "unhealthy", "cpu", "memory"].map((name) => `frontend-${name}`),
    "certificate",
  ]);
  expect(alarms).toHaveLength(alarmCount({ services: 2, database: false, certificate: true }));
  expect(alarms.find(({ name }) => name === "frontend-latency")).toMatchObject({
    description: "One answer in twenty takes longer than 60 seconds.",
    dimensions: { LoadBalancer: "app/a/0", TargetGroup: "targetgroup/frontend/0" },
    above: 60,
  });
});
