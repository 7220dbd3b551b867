import { inMegabytes } from "../../components/kernel/size";
import type { Size } from "../../components/kernel/size";

interface Machine {
  cpus: number;
  memory: Size;
  /** @default any */
  disk?: Size | undefined;
}

interface Plan extends Machine {
  name: string;
  /** For a month, without taxes. */
  price: number;
  disk: Size;
}

interface Provider {
  name: string;
  currency: "USD" | "EUR";
  /** Smallest first. */
  plans: readonly Plan[];
}

/** When these prices held: the day of the guide, whose four plans of 4 GB are the first of each provider. The others are of the providers' lists. */
export const PRICES_OF = "2024-10-15";

/** The providers that the guide recommends. Nothing looks prices up: a change here is a change in the repository, with its date. */
export const PROVIDERS = {
  digitalocean: {
    name: "DigitalOcean",
    currency: "USD",
    plans: [
      { name: "s-2vcpu-4gb", cpus: 2, memory: "4 GB", disk: "80 GB", price: 24 },
      { name: "s-4vcpu-8gb", cpus: 4, memory: "8 GB", disk: "160 GB", price: 48 },
      { name: "s-8vcpu-16gb", cpus: 8, memory: "16 GB", disk: "320 GB", price: 96 },
    ],
  },
  // The guide's word for it is Nanode, which is Linode's plan of 1 GB.
  linode: { name: "Linode", currency: "USD", plans: [{ name: "Linode 4 GB", cpus: 2, memory: "4 GB", disk: "80 GB", price: 20 }] },
  vultr: {
    name: "Vultr",
    currency: "USD",
    plans: [
      { name: "vhf-2c-4gb", cpus: 2, memory: "4 GB", disk: "128 GB", price: 24 },
      { name: "vhf-3c-8gb", cpus: 3, memory: "8 GB", disk: "256 GB", price: 48 },
      { name: "vhf-4c-16gb", cpus: 4, memory: "16 GB", disk: "384 GB", price: 96 },
    ],
  },
  hetzner: { name: "Hetzner", currency: "EUR", plans: [{ name: "CX21", cpus: 2, memory: "4 GB", disk: "40 GB", price: 4.15 }] },
} as const satisfies Record<string, Provider>;

export type ProviderName = keyof typeof PROVIDERS;
export const PROVIDER_NAMES = Object.keys(PROVIDERS) as ProviderName[];

/**
 * What the server costs for a month, in a line for people.
 *
 * @example priceLine("digitalocean", { cpus: 4, memory: "8 GB" }) // "48 USD a month: DigitalOcean s-4vcpu-8gb (4 CPU, 8 GB, 160 GB), list price of 2024-10-15"
 */
export function priceLine(of: ProviderName, machine: Machine): string {
  const { name, currency, plans }: Provider = PROVIDERS[of];
  const plan = plans.find((one) => one.cpus >= machine.cpus && inMegabytes(one.memory) >= inMegabytes(machine.memory));
  if (plan === undefined) {
    return `unknown: no plan of ${name} with ${machine.cpus} CPU and ${machine.memory} is in the table of ${PRICES_OF}`;
  }
  const missing = machine.disk === undefined ? 0 : (inMegabytes(machine.disk) - inMegabytes(plan.disk)) / 1024;
  const disk = missing > 0 ? `; ${missing} GB more of disk cost extra` : "";
  const { cpus, memory } = plan;
  return `${plan.price} ${currency} a month: ${name} ${plan.name} (${cpus} CPU, ${memory}, ${plan.disk}), list price of ${PRICES_OF}${disk}`;
}
