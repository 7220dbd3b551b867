import { inMegabytes } from "../../components/kernel/size";
import { ENVIRONMENT_NAMES, ENVIRONMENTS, SERVICE_NAMES } from "./guide";
import type { Environment, Service } from "./guide";
import type { Process } from "./sizes";
import { memorySum, SIZES } from "./sizes";

const services = (environment: Environment): Record<Service, Process> => {
  const { instances } = ENVIRONMENTS[environment];
  const entries = SERVICE_NAMES.map((service) => [service, { instances, memory: SIZES[environment].process }]);
  return Object.fromEntries(entries) as Record<Service, Process>;
};

it.each(ENVIRONMENT_NAMES)("what everything may take in %s is what the guide's server has", (environment) => {
  const { total } = memorySum(services(environment), SIZES[environment]);
  expect(total).toBe(inMegabytes(ENVIRONMENTS[environment].size.memory));
});

it("counts one release on its way: its build, or a second set of the largest service's processes", () => {
  const { build, data } = SIZES.staging;
  const all = services("staging");
  const before = memorySum(all, { build, data }).total;
  expect(memorySum({ ...all, "ai-service": { instances: 2, memory: "512 MB" } }, { build, data }).total).toBe(before + 512);
  expect(memorySum({ ...all, "ai-service": { instances: 2, memory: "1 GB" } }, { build, data }).total).toBe(before + 2 * 768 + 1024);
});
