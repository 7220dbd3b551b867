/** A number that CloudWatch keeps, and when it is a reason to wake somebody. `Id`: what AWS says of what is watched, now or later. */
export interface AlarmText<Id = string> {
  /** Names the alarm, after the prefix: `"latency"`. */
  name: string;
  description: string;
  namespace: string;
  metric: string;
  dimensions: Readonly<Record<string, Id>>;
  /** `"p95"` and the like are percentiles. */
  statistic: "Average" | "Sum" | "Minimum" | "Maximum" | "p95";
  above?: number;
  below?: number;
  /** What it means that there is no number. @default "notBreaching": nobody asked, so nothing was wrong */
  missing?: "breaching";
  /** Minutes of one look, and how many of them in a row. */
  minutes: number;
  times: number;
}

/** What is watched, as metrics know it. */
export interface Watched<Id = string> {
  balancer: Id;
  /** The load balancer answers for others, too. @default false */
  shared?: boolean | undefined;
  cluster: Id;
  /** Services behind the load balancer, by a word that names their alarms where they are several. */
  services: Readonly<Record<string, { targets: Id; service: Id }>>;
  /** Seconds above which an answer is slow. */
  slow: number;
  /** Identifier of the database, unless there is none of ours. */
  database: Id | undefined;
  /** GB that the database can store. */
  storage: number;
  /** So many connections it takes. */
  connections: number;
  /** ARN of the certificate, unless it is somebody else's. */
  certificate: Id | undefined;
}

const GIGABYTE = 1024 ** 3;

/** Every alarm of the services behind a load balancer, with their database. Pure, so that a table tests it. */
export const alarmsOf = <Id>(watched: Watched<Id>): AlarmText<Id>[] => [
  ...ofEach(watched, ({ targets }) => [errorsOf(watched, targets)]),
  ...(watched.shared === true ? ofEach(watched, ({ targets }) => [noTaskOf(watched, targets)]) : [ofBalancer(watched)]),
  ...ofEach(watched, ({ targets, service }) => [...ofTargets(watched, targets), ...ofService(watched.cluster, service)]),
  ...(watched.database === undefined ? [] : ofDatabase(watched.database, watched)),
  ...(watched.certificate === undefined ? [] : [ofCertificate(watched.certificate)]),
];

/** The only service needs no word. */
const ofEach = <Id>({ services }: Watched<Id>, alarms: (service: Watched<Id>["services"][string]) => AlarmText<Id>[]): AlarmText<Id>[] =>
  Object.entries(services).flatMap(([word, service]) =>
    alarms(service).map((alarm) => (Object.keys(services).length === 1 ? alarm : { ...alarm, name: `${word}-${alarm.name}` })),
  );

const errorsOf = <Id>({ balancer }: Watched<Id>, targets: Id): AlarmText<Id> => ({
  name: "errors",
  description: "The application answers with errors of its own.",
  namespace: "AWS/ApplicationELB",
  metric: "HTTPCode_Target_5XX_Count",
  dimensions: { LoadBalancer: balancer, TargetGroup: targets },
  statistic: "Sum",
  above: 10,
  minutes: 5,
  times: 1,
});

const ofBalancer = <Id>({ balancer }: Watched<Id>): AlarmText<Id> => ({
  name: "no-answer",
  description: "The load balancer gets no answer from any task.",
  namespace: "AWS/ApplicationELB",
  metric: "HTTPCode_ELB_5XX_Count",
  dimensions: { LoadBalancer: balancer },
  statistic: "Sum",
  above: 10,
  minutes: 5,
  times: 1,
});

/** Where others are behind the load balancer, too, AWS counts its own errors for all of them together. Without any task there is no number. */
const noTaskOf = <Id>({ balancer }: Watched<Id>, targets: Id): AlarmText<Id> => ({
  name: "no-answer",
  description: "No task answers its health check.",
  namespace: "AWS/ApplicationELB",
  metric: "HealthyHostCount",
  dimensions: { LoadBalancer: balancer, TargetGroup: targets },
  statistic: "Maximum",
  below: 1,
  missing: "breaching",
  minutes: 1,
  times: 5,
});

function ofTargets<Id>({ balancer, slow }: Watched<Id>, targets: Id): AlarmText<Id>[] {
  const of = { namespace: "AWS/ApplicationELB", dimensions: { LoadBalancer: balancer, TargetGroup: targets } };
  return [
    {
      ...of,
      name: "latency",
      description: `One answer in twenty takes longer than ${slow} seconds.`,
      metric: "TargetResponseTime",
      statistic: "p95",
      above: slow,
      minutes: 5,
      times: 3,
    },
    {
      ...of,
      name: "unhealthy",
      description: "A task does not answer its health check.",
      metric: "UnHealthyHostCount",
      statistic: "Maximum",
      above: 0,
      minutes: 1,
      times: 5,
    },
  ];
}

function ofService<Id>(cluster: Id, service: Id): AlarmText<Id>[] {
  const of = { namespace: "AWS/ECS", dimensions: { ClusterName: cluster, ServiceName: service }, minutes: 5, times: 3 };
  const share = { statistic: "Average", above: 85 } as const;
  return [
    { ...of, ...share, name: "cpu", description: "The tasks' processors have too much to do.", metric: "CPUUtilization" },
    { ...of, ...share, name: "memory", description: "The tasks are short of memory.", metric: "MemoryUtilization" },
  ];
}

function ofDatabase<Id>(database: Id, { storage, connections }: Watched<Id>): AlarmText<Id>[] {
  const of = { namespace: "AWS/RDS", dimensions: { DBInstanceIdentifier: database }, statistic: "Average", minutes: 5, times: 3 } as const;
  return [
    { ...of, name: "database-cpu", description: "The database's processors have too much to do.", metric: "CPUUtilization", above: 85 },
    {
      ...of,
      name: "database-memory",
      description: "The database is short of memory.",
      metric: "FreeableMemory",
      below: GIGABYTE / 10,
    },
    {
      ...of,
      name: "database-storage",
      description: "Less than a tenth of the database's storage is free.",
      metric: "FreeStorageSpace",
      statistic: "Minimum",
      below: (storage / 10) * GIGABYTE,
    },
    {
      ...of,
      name: "database-connections",
      description: "About four fifths of the connections that a database of its class takes are in use.",
      metric: "DatabaseConnections",
      statistic: "Maximum",
      above: Math.floor(connections * 0.8),
    },
  ];
}

/** AWS renews 60 days before the end: below 30 it did not. */
const ofCertificate = <Id>(arn: Id): AlarmText<Id> => ({
  name: "certificate",
  description: "The certificate ends within thirty days, and AWS has not renewed it.",
  namespace: "AWS/CertificateManager",
  metric: "DaysToExpiry",
  dimensions: { CertificateArn: arn },
  statistic: "Minimum",
  below: 30,
  minutes: 60 * 24,
  times: 1,
});

/** The body of a dashboard with a graph of each alarm's number and its threshold: three beside each other. */
export const dashboardText = (region: string, alarms: readonly AlarmText[]): string =>
  JSON.stringify({
    widgets: alarms.map(({ name, namespace, metric, dimensions, statistic, above, below, minutes }, index) => ({
      type: "metric",
      x: (index % 3) * 8,
      y: Math.floor(index / 3) * 6,
      width: 8,
      height: 6,
      properties: {
        title: name,
        region,
        stat: statistic,
        period: minutes * 60,
        metrics: [[namespace, metric, ...Object.entries(dimensions).flat()]],
        annotations: { horizontal: [{ label: "alarm", value: above ?? below }] },
      },
    })),
  });
