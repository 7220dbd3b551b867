import type { Size } from "../kernel/size";
import { inMegabytes } from "../kernel/size";

/** When and where these prices held, in USD. Nothing looks prices up: a change here is a change in the repository, with its date. */
export const PRICES_OF = { date: "2026-06", region: "us-east-1" };

const HOURS = 730;

/** Prices of an hour, or of a month where it says so. */
const PRICES = {
  fargate: { x86_64: { cpu: 0.04048, gigabyte: 0.004445 }, arm64: { cpu: 0.03238, gigabyte: 0.00356 } },
  /** Of the price of a task. AWS changes it with its load. */
  spot: 0.3,
  loadBalancer: { hour: 0.0225, capacityUnit: 0.008 },
  gateway: { hour: 0.045, gigabyte: 0.045 },
  endpoint: { hour: 0.01 },
  publicAddress: { hour: 0.005 },
  database: {
    "db.t4g.micro": 0.016,
    "db.t4g.small": 0.032,
    "db.t4g.medium": 0.065,
    "db.t4g.large": 0.129,
    "db.t4g.xlarge": 0.258,
  } as Readonly<Record<string, number>>,
  databaseStorage: { month: 0.115 },
  /** Of EC2, with Linux, on demand. */
  machine: {
    "t3.micro": 0.0104,
    "t3.small": 0.0208,
    "t3.medium": 0.0416,
    "t3.large": 0.0832,
    "t3.xlarge": 0.1664,
    "t3.2xlarge": 0.3328,
    "t3a.small": 0.0188,
    "t3a.medium": 0.0376,
    "t3a.large": 0.0752,
    "t3a.xlarge": 0.1504,
    "t4g.small": 0.0168,
    "t4g.medium": 0.0336,
    "t4g.large": 0.0672,
    "t4g.xlarge": 0.1344,
    "m6i.large": 0.096,
    "m6i.xlarge": 0.192,
    "m7g.large": 0.0816,
    "m7g.xlarge": 0.1632,
  } as Readonly<Record<string, number>>,
  /** gp3, with the speed that it has by itself. */
  disk: { month: 0.08 },
  files: { month: 0.3 },
  key: { month: 1 },
  alarm: { month: 0.1 },
  dashboard: { month: 3 },
  logs: { gigabyte: 0.5 },
} as const;

/** What is assumed of the use, which no configuration tells. */
const ASSUMED = { capacityUnits: 1, gatewayGigabytes: 10, fileGigabytes: 5, logGigabytes: 5 };

/** What of an environment costs something. */
export interface PricedEnvironment {
  region: string;
  tasks: readonly { count: number; cpus: number; memory: Size; architecture: "x86_64" | "arm64"; spot?: boolean }[];
  /** Zones that the load balancers' addresses and the endpoints are in. */
  zones: number;
  loadBalancers: number;
  /** NAT gateways that are paid for here. */
  gateways: number;
  /** Services that have endpoints, each in every zone. */
  endpoints: number;
  database?: { instanceClass: string; multiAz: boolean; storage: Size };
  share: boolean;
  keys: number;
  alarms: number;
  dashboards: number;
}

/** One line of the bill. `undefined`: the table does not know it. */
interface Item {
  what: string;
  price: number | undefined;
}

/**
 * What an environment costs for a month, in a line for people, with what was assumed.
 *
 * @example priceLine({ region: "eu-central-1", … })
 * // "about 105 USD a month: Fargate 59, load balancer 22, …; list prices of us-east-1, 2026-06 (eu-central-1 costs otherwise); without taxes …"
 */
export function priceLine(environment: PricedEnvironment): string {
  return lineOf(itemsOf(environment), environment.region, assumptions(environment));
}

/**
 * The same of a machine in EC2 with its disk and its address.
 *
 * @example machinePriceLine({ region: "us-east-1", type: "t3.medium", disk: "40 GB" })
 * // "about 37 USD a month: t3.medium 30, disk 3, public address 4; list prices of us-east-1, 2026-06; assumed: 730 hours, …"
 */
export function machinePriceLine({ region, type, disk }: { region: string; type: string; disk: Size }): string {
  const hour = PRICES.machine[type];
  const items = [
    { what: type, price: hour === undefined ? undefined : HOURS * hour },
    { what: "disk", price: (inMegabytes(disk) / 1024) * PRICES.disk.month },
    { what: "public address", price: HOURS * PRICES.publicAddress.hour },
  ];
  return lineOf(
    items,
    region,
    `assumed: ${HOURS} hours, on demand; without taxes, traffic to the internet, and CPU credits beyond the free ones`,
  );
}

function lineOf(all: readonly Item[], where: string, assumed: string): string {
  const items = all.filter(({ price }) => price !== 0);
  const total = items.reduce((sum, { price = 0 }) => sum + price, 0);
  const unknown = items.filter(({ price }) => price === undefined).map(({ what }) => what);
  const { region, date } = PRICES_OF;
  return [
    `about ${Math.round(total)} USD a month: ${items.flatMap(({ what, price }) => (price === undefined ? [] : [`${what} ${Math.round(price)}`])).join(", ")}`,
    ...(unknown.length === 0 ? [] : [`not in the table: ${unknown.join(", ")}`]),
    `list prices of ${region}, ${date}${where === region ? "" : ` (${where} costs otherwise, mostly 10 to 30 % more)`}`,
    assumed,
  ].join("; ");
}

function itemsOf({
  tasks,
  zones,
  loadBalancers,
  gateways,
  endpoints,
  database,
  share,
  keys,
  alarms,
  dashboards,
}: PricedEnvironment): Item[] {
  const { loadBalancer, gateway, endpoint, publicAddress } = PRICES;
  return [
    { what: "Fargate", price: tasks.reduce((sum, task) => sum + taskPrice(task), 0) },
    { what: "load balancer", price: loadBalancers * HOURS * (loadBalancer.hour + ASSUMED.capacityUnits * loadBalancer.capacityUnit) },
    { what: "NAT", price: gateways * HOURS * gateway.hour + (gateways > 0 ? ASSUMED.gatewayGigabytes * gateway.gigabyte : 0) },
    { what: "endpoints", price: endpoints * zones * HOURS * endpoint.hour },
    { what: "public addresses", price: (loadBalancers * zones + gateways) * HOURS * publicAddress.hour },
    ...(database === undefined ? [] : [databaseItem(database)]),
    { what: "files", price: share ? ASSUMED.fileGigabytes * PRICES.files.month : 0 },
    { what: "logs", price: tasks.length > 0 ? ASSUMED.logGigabytes * PRICES.logs.gigabyte : 0 },
    { what: "keys", price: keys * PRICES.key.month },
    { what: "alarms and dashboards", price: alarms * PRICES.alarm.month + dashboards * PRICES.dashboard.month },
  ];
}

function taskPrice({ count, cpus, memory, architecture, spot = false }: PricedEnvironment["tasks"][number]): number {
  const { cpu, gigabyte } = PRICES.fargate[architecture];
  return count * HOURS * (cpus * cpu + (inMegabytes(memory) / 1024) * gigabyte) * (spot ? PRICES.spot : 1);
}

function databaseItem({ instanceClass, multiAz, storage }: NonNullable<PricedEnvironment["database"]>): Item {
  const hour = PRICES.database[instanceClass];
  if (hour === undefined) return { what: `RDS ${instanceClass}`, price: undefined };
  const one = HOURS * hour + (inMegabytes(storage) / 1024) * PRICES.databaseStorage.month;
  return { what: "RDS", price: (multiAz ? 2 : 1) * one };
}

/** Only of what the environment has. */
function assumptions({ tasks, loadBalancers, gateways, share }: PricedEnvironment): string {
  const { capacityUnits, gatewayGigabytes, fileGigabytes, logGigabytes } = ASSUMED;
  const assumed = [
    ...(loadBalancers > 0 ? [`${capacityUnits} LCU`] : []),
    ...(gateways > 0 ? [`${gatewayGigabytes} GB through NAT`] : []),
    ...(share ? [`${fileGigabytes} GB of files`] : []),
    ...(tasks.length > 0 ? [`${logGigabytes} GB of logs`] : []),
    ...(tasks.some(({ spot }) => spot) ? ["spot at 30 % of the price"] : []),
  ];
  return `assumed: ${[`${HOURS} hours`, ...assumed].join(", ")}; without taxes, traffic to the internet, metrics of Container Insights, and scaling beyond the least number of tasks`;
}
