import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../kernel/duration";
import { inSeconds } from "../kernel/duration";
import { mapValues } from "../kernel/map-values";
import { refuse } from "../kernel/refuse";
import { alarmsOf, dashboardText } from "./alarm-list";
import type { AlarmText } from "./alarm-list";
import type { AlarmTopic } from "./alarm-topic";
import type { FargateService } from "./fargate-service";
import type { LoadBalancer } from "./load-balancer";
import type { AwsPlace } from "./place";
import { arnOf, placeProblems, tagged } from "./place";
import { connectionsOf } from "./rds-connections";

export interface AlarmsArgs {
  place: AwsPlace;
  topic: AlarmTopic;
  /** Services behind the load balancer, by a word; where they are several, it begins the names of their alarms. */
  services: Readonly<Record<string, FargateService>>;
  balancer: LoadBalancer;
  /** The load balancer answers for others, too, whose errors are none of ours. @default false */
  shared?: boolean;
  /** From when on an answer is slow. @default "5 seconds" */
  slow?: Duration;
  /** Its identifier, what it can store, and its class. @default none is watched */
  database?: { identifier: pulumi.Input<string>; gigabytes: number; instanceClass: string };
}

/**
 * What wakes somebody: errors, slow answers, tasks that do not answer, processors, memory, storage, connections, an old certificate, a
 * deployment that failed. With a dashboard of the same numbers.
 *
 * @example
 * new Alarms("prod-alarms", {
 *   place, topic, services: { app }, balancer,
 *   database: { identifier: database.identifier, gigabytes: 20, instanceClass: "db.t4g.small" },
 * });
 */
export class Alarms extends pulumi.ComponentResource {
  constructor(
    private readonly label: string,
    private readonly args: AlarmsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flowfleet:aws:Alarms", label, {}, opts);
    const { place } = args;
    refuse(this, label, placeProblems("place", place));

    const alarms = this.alarms();
    for (const alarm of alarms) this.alarm(alarm);
    this.deployments();
    new cloudwatch.Dashboard(
      `${label}-dashboard`,
      { dashboardName: place.prefix, dashboardBody: pulumi.output(alarms).apply((all) => dashboardText(place.region, all)) },
      { parent: this },
    );
    this.registerOutputs({});
  }

  /** What they look at AWS says, of each by itself; all else is known. */
  private alarms(): AlarmText<pulumi.Input<string>>[] {
    const { place, services, balancer, shared, database, slow = "5 seconds" } = this.args;
    return alarmsOf<pulumi.Input<string>>({
      balancer: balancer.arnSuffix,
      shared,
      cluster: place.prefix,
      services: mapValues(services, ({ targetSuffix, service }) => ({ targets: targetSuffix, service })),
      slow: inSeconds(slow),
      database: database?.identifier,
      storage: database?.gigabytes ?? 0,
      connections: database === undefined ? 0 : connectionsOf(database.instanceClass),
      certificate: balancer.certificate,
    });
  }

  private alarm(alarm: AlarmText<pulumi.Input<string>>): void {
    const { place, topic } = this.args;
    const {
      name,
      description,
      namespace,
      metric,
      dimensions,
      statistic,
      above,
      below = 0,
      minutes,
      times,
      missing = "notBreaching",
    } = alarm;
    const full = `${place.prefix}-${name}`;
    new cloudwatch.MetricAlarm(
      `${this.label}-${name}`,
      {
        name: full,
        alarmDescription: description,
        namespace,
        metricName: metric,
        dimensions,
        ...(statistic === "p95" ? { extendedStatistic: statistic } : { statistic }),
        comparisonOperator: above === undefined ? "LessThanThreshold" : "GreaterThanThreshold",
        threshold: above ?? below,
        period: minutes * 60,
        evaluationPeriods: times,
        treatMissingData: missing,
        alarmActions: [topic.arn],
        okActions: [topic.arn],
        tags: tagged(place, full),
      },
      { parent: this },
    );
  }

  /** ECS says when a deployment failed, whoever began it. */
  private deployments(): void {
    const { place, topic, services } = this.args;
    const full = `${place.prefix}-deployment-failed`;
    const rule = new cloudwatch.EventRule(
      `${this.label}-deployment-failed`,
      {
        name: full,
        description: "A deployment to ECS failed.",
        eventPattern: JSON.stringify({
          source: ["aws.ecs"],
          "detail-type": ["ECS Deployment State Change"],
          resources: Object.values(services).map(({ cluster, service }) => arnOf(place, "ecs", `service/${cluster}/${service}`)),
          detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
        }),
        tags: tagged(place, full),
      },
      { parent: this },
    );
    new cloudwatch.EventTarget(`${this.label}-deployment-failed-to`, { rule: rule.name, arn: topic.arn }, { parent: this });
  }
}

const NO_SERVICE = { targets: "", service: "" };
const NOTHING = { balancer: "", cluster: "", storage: 0, connections: 0, slow: 0 };

/** How many alarms there are: of so many services, with a database, and a certificate of ours. */
export const alarmCount = ({
  services = 1,
  database,
  certificate,
}: {
  services?: number;
  database: boolean;
  certificate: boolean;
}): number =>
  alarmsOf({
    ...NOTHING,
    services: Object.fromEntries(Array.from({ length: services }, (_, index) => [index, NO_SERVICE])),
    database: database ? "" : undefined,
    certificate: certificate ? "" : undefined,
  }).length;
