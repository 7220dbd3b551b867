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
    const { place, balancer } = args;
    refuse(this, label, placeProblems("place", place));

    // Which alarms there are is known; what they look at, AWS says.
    const services = mapValues(args.services, () => NO_SERVICE);
    const names = alarmsOf({
      ...NOTHING,
      shared: args.shared,
      services,
      database: args.database && "",
      certificate: balancer.certificate && "",
    }).map(({ name }) => name);
    const texts = this.texts();
    for (const name of names)
      this.alarm(
        name,
        texts.apply((all) => all.find((one) => one.name === name) as AlarmText),
      );
    this.deployments();
    new cloudwatch.Dashboard(
      `${label}-dashboard`,
      { dashboardName: place.prefix, dashboardBody: texts.apply((all) => dashboardText(place.region, all)) },
      { parent: this },
    );
    this.registerOutputs({});
  }

  private texts(): pulumi.Output<AlarmText[]> {
    const { place, services, balancer, shared, database, slow = "5 seconds" } = this.args;
    const known = {
      balancer: balancer.arnSuffix,
      services: mapValues(services, ({ targetSuffix, service }) => ({ targets: targetSuffix, service })),
      certificate: balancer.certificate,
      database: database?.identifier,
    };
    const said = {
      shared,
      cluster: place.prefix,
      storage: database?.gigabytes ?? 0,
      connections: database === undefined ? 0 : connectionsOf(database.instanceClass),
      slow: inSeconds(slow),
    };
    return pulumi.output(known).apply((found) => alarmsOf({ ...found, ...said }));
  }

  private alarm(name: string, text: pulumi.Output<AlarmText>): void {
    const { place, topic } = this.args;
    const full = `${place.prefix}-${name}`;
    const of = <T>(read: (known: AlarmText) => T): pulumi.Output<T> => text.apply<T>((known) => read(known));
    new cloudwatch.MetricAlarm(
      `${this.label}-${name}`,
      {
        name: full,
        alarmDescription: of(({ description }) => description),
        namespace: of(({ namespace }) => namespace),
        metricName: of(({ metric }) => metric),
        dimensions: of(({ dimensions }) => dimensions),
        ...(name.endsWith("latency") ? { extendedStatistic: "p95" } : { statistic: of(({ statistic }) => statistic) }),
        comparisonOperator: of(({ above }) => (above === undefined ? "LessThanThreshold" : "GreaterThanThreshold")),
        threshold: of(({ above, below = 0 }) => above ?? below),
        period: of(({ minutes }) => minutes * 60),
        evaluationPeriods: of(({ times }) => times),
        treatMissingData: of(({ missing = "notBreaching" }) => missing),
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
