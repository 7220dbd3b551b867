import { inMegabytes } from "../../components/kernel/size";
import { ENVIRONMENTS } from "./guide";
import { priceLine, PROVIDER_NAMES, PROVIDERS } from "./prices";

it("tells the price of the smallest plan that is large enough, and when it was that", () => {
  expect(priceLine("digitalocean", { cpus: 2, memory: "4 GB" })).toBe(
    "24 USD a month: DigitalOcean s-2vcpu-4gb (2 CPU, 4 GB, 80 GB), list price of 2024-10-15",
  );
  expect(priceLine("vultr", { cpus: 2, memory: "5 GB", disk: "100 GB" })).toBe(
    "48 USD a month: Vultr vhf-3c-8gb (3 CPU, 8 GB, 256 GB), list price of 2024-10-15",
  );
  expect(priceLine("hetzner", { cpus: 1, memory: "2 GB" })).toBe(
    "4.15 EUR a month: Hetzner CX21 (2 CPU, 4 GB, 40 GB), list price of 2024-10-15",
  );
});

it("says what of the disk no plan has, and where no plan will do", () => {
  expect(priceLine("digitalocean", ENVIRONMENTS.production.size)).toBe(
    "96 USD a month: DigitalOcean s-8vcpu-16gb (8 CPU, 16 GB, 320 GB), list price of 2024-10-15; 180 GB more of disk cost extra",
  );
  expect(priceLine("linode", ENVIRONMENTS.staging.size)).toBe(
    "unknown: no plan of Linode with 4 CPU and 8 GB is in the table of 2024-10-15",
  );
});

it("has the guide's four prices of 4 GB, and plans in the order of their size", () => {
  expect(PROVIDER_NAMES.map((name) => [name, PROVIDERS[name].plans[0].price, PROVIDERS[name].currency])).toEqual([
    ["digitalocean", 24, "USD"],
    ["linode", 20, "USD"],
    ["vultr", 24, "USD"],
    ["hetzner", 4.15, "EUR"],
  ]);
  for (const name of PROVIDER_NAMES) {
    const sizes = PROVIDERS[name].plans.map(({ memory }) => inMegabytes(memory));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  }
});
