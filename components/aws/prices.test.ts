import { machinePriceLine, priceLine } from "./prices";
import type { PricedEnvironment } from "./prices";

const NOTHING: PricedEnvironment = {
  region: "us-east-1",
  tasks: [],
  zones: 2,
  loadBalancers: 0,
  gateways: 0,
  endpoints: 0,
  share: false,
  keys: 0,
  alarms: 0,
  dashboards: 0,
};
const TASK = { count: 2, cpus: 1, memory: "2 GB", architecture: "x86_64" } as const;

it("adds up a production environment, says what was assumed, and that another region costs otherwise", () => {
  expect(
    priceLine({
      region: "eu-central-1",
      tasks: [TASK],
      zones: 2,
      loadBalancers: 1,
      gateways: 1,
      endpoints: 0,
      database: { instanceClass: "db.t4g.small", multiAz: true, storage: "20 GB" },
      share: true,
      keys: 1,
      alarms: 10,
      dashboards: 1,
    }),
  ).toBe(
    "about 199 USD a month: Fargate 72, load balancer 22, NAT 33, public addresses 11, RDS 51, files 2, logs 3, keys 1, alarms and dashboards 4; " +
      "list prices of us-east-1, 2026-06 (eu-central-1 costs otherwise, mostly 10 to 30 % more); " +
      "assumed: 730 hours, 1 LCU, 10 GB through NAT, 5 GB of files, 5 GB of logs; " +
      "without taxes, traffic to the internet, metrics of Container Insights, and scaling beyond the least number of tasks",
  );
});

it.each<[string, Partial<PricedEnvironment>, string]>([
  ["tasks on ARM", { tasks: [{ ...TASK, architecture: "arm64" }] }, "about 60 USD a month: Fargate 58, logs 3"],
  ["spot tasks", { tasks: [{ ...TASK, spot: true }] }, "about 24 USD a month: Fargate 22, logs 3"],
  ["three gateways", { gateways: 3, zones: 3 }, "about 110 USD a month: NAT 99, public addresses 11"],
  ["endpoints instead", { endpoints: 9, zones: 3 }, "about 197 USD a month: endpoints 197"],
  ["one database", { database: { instanceClass: "db.t4g.micro", multiAz: false, storage: "20 GB" } }, "about 14 USD a month: RDS 14"],
])("of %s", (_, environment, begin) => {
  expect(priceLine({ ...NOTHING, ...environment }).split("; ")[0]).toBe(begin);
});

it("says what it does not know instead of leaving it out", () => {
  const line = priceLine({ ...NOTHING, keys: 1, database: { instanceClass: "db.x9.huge", multiAz: true, storage: "20 GB" } });
  expect(line).toBe(
    "about 1 USD a month: keys 1; not in the table: RDS db.x9.huge; list prices of us-east-1, 2026-06; " +
      "assumed: 730 hours; without taxes, traffic to the internet, metrics of Container Insights, and scaling beyond the least number of tasks",
  );
});

it("of a machine, and of one whose type is not in the table", () => {
  const rest = "assumed: 730 hours, on demand; without taxes, traffic to the internet, and CPU credits beyond the free ones";
  expect(machinePriceLine({ region: "us-east-1", type: "t3.medium", disk: "40 GB" })).toBe(
    `about 37 USD a month: t3.medium 30, disk 3, public address 4; list prices of us-east-1, 2026-06; ${rest}`,
  );
  expect(machinePriceLine({ region: "us-east-1", type: "x9.huge", disk: "40 GB" })).toBe(
    `about 7 USD a month: disk 3, public address 4; not in the table: x9.huge; list prices of us-east-1, 2026-06; ${rest}`,
  );
});
