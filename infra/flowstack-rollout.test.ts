import { readFileSync } from "node:fs";
import { join } from "node:path";
import { START } from "../components/aws/rollout-time";

interface Task {
  healthCheck: { interval: number; timeout: number; retries: number; startPeriod: number };
  stopTimeout: number;
}

const { resources, outputs } = JSON.parse(readFileSync(join(__dirname, "golden/prod.json"), "utf8")) as {
  resources: Record<string, { inputs?: Record<string, unknown> }>;
  outputs: { flowstack: { aws: { price: string } } };
};
const inputs = (end: string): Record<string, unknown> => {
  const [found] = Object.entries(resources).filter(([path]) => path.endsWith(end));
  if (!found?.[1].inputs) throw new Error(`the golden plan has no ${end}`);
  return found[1].inputs;
};

const service = inputs("aws:ecs/service:Service::flowstack-app-service");
const [task] = JSON.parse(String(inputs("::flowstack-app-task")["containerDefinitions"])) as [Task];
const targets = inputs("::flowstack-app-tg") as {
  deregistrationDelay: number;
  healthCheck: { interval: number; timeout: number; healthyThreshold: number; unhealthyThreshold: number };
};
/** AWS' own numbers: seconds until a task of Fargate runs, and how many have to fail before the circuit breaker gives up. */
const AWS = { start: START, failures: 3 };

/** Production's golden plan, at worst. */
it("a bad release of FlowStack is known within five minutes", () => {
  expect(service).toMatchObject({ deploymentCircuitBreaker: { enable: true, rollback: true }, deploymentMaximumPercent: 200 });
  const { startPeriod, interval, timeout, retries } = task.healthCheck;
  // No answer at all, and a TERM that nobody hears. The load balancer, which asks on its own, is no later.
  const byItself = startPeriod + retries * (interval + timeout);
  const { healthCheck } = targets;
  const grace = Number(service["healthCheckGracePeriodSeconds"]);
  const byBalancer = Math.max(grace, healthCheck.unhealthyThreshold * (healthCheck.interval + healthCheck.timeout));
  const failed = AWS.start + Math.max(byItself, byBalancer) + task.stopTimeout;
  const rounds = Math.ceil(AWS.failures / Number(service["desiredCount"]));
  expect(rounds * failed).toBeLessThan(300);
});

it("the page says under which condition", () => {
  const page = readFileSync(join(__dirname, "../docs/systems/flowstack.md"), "utf8").replace(/\s+/g, " ");
  expect(page).toContain(`known within five minutes if a task starts (its network interface, its image) within ${START} seconds`);
});

it("a good one has time to start, and lets requests on the one before end within the same five minutes", () => {
  const { interval, healthyThreshold } = targets.healthCheck;
  // Healthy for the load balancer before it counts.
  expect(healthyThreshold * interval).toBeLessThan(Number(service["healthCheckGracePeriodSeconds"]));
  expect(
    AWS.start + task.healthCheck.startPeriod + healthyThreshold * interval + targets.deregistrationDelay + task.stopTimeout,
  ).toBeLessThan(300);
  // What AWS takes, and what a request may take.
  expect(task.stopTimeout).toBeLessThanOrEqual(120);
  expect(targets.deregistrationDelay).toBeGreaterThanOrEqual(30);
});

it("production has its price for a month in a line, with the date of the prices and what was assumed", () => {
  expect(outputs.flowstack.aws.price).toMatch(
    /^about \d+ USD a month: Fargate \d+, load balancer \d+, NAT \d+, .*RDS \d+, .*; list prices of us-east-1, \d{4}-\d\d .*; assumed: 730 hours, .*; without taxes, /,
  );
});
