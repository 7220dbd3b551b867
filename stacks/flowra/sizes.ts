import type { Size } from "../../components/kernel/size";
import { inMegabytes } from "../../components/kernel/size";
import type { Environment, Service } from "./guide";
import { SERVICE_NAMES } from "./guide";
import type { ServiceSize } from "./settings";

const size = (cpus: number, memory: Size, reserved: { cpus: number; memory: Size }, pids = 256): ServiceSize => ({
  limits: { cpus, memory, pids },
  reservations: reserved,
});

/**
 * What each service may take, so that all of them fit on the server that the guide asks for. The guide gives the API's in production;
 * Keycloak and MongoDB, which have many threads, are given what they need to run at all.
 */
export const SIZES: Record<Environment, Record<Service, ServiceSize>> = {
  production: {
    api: size(2, "2 GB", { cpus: 1, memory: "1 GB" }),
    worker: size(1, "1 GB", { cpus: 0.5, memory: "512 MB" }),
    migrator: size(0.5, "512 MB", { cpus: 0.1, memory: "128 MB" }),
    mongodb: size(2, "4 GB", { cpus: 1, memory: "2 GB" }, 1024),
    redis: size(0.5, "1 GB", { cpus: 0.25, memory: "512 MB" }),
    keycloak: size(1.5, "2 GB", { cpus: 0.5, memory: "1 GB" }, 1024),
    "keycloak-db": size(0.5, "1 GB", { cpus: 0.25, memory: "512 MB" }),
  },
  staging: {
    api: size(1, "1 GB", { cpus: 0.5, memory: "512 MB" }),
    worker: size(0.5, "512 MB", { cpus: 0.25, memory: "256 MB" }),
    migrator: size(0.25, "256 MB", { cpus: 0.1, memory: "128 MB" }),
    mongodb: size(1, "1536 MB", { cpus: 0.5, memory: "1 GB" }, 1024),
    redis: size(0.25, "512 MB", { cpus: 0.1, memory: "256 MB" }),
    keycloak: size(0.75, "1536 MB", { cpus: 0.25, memory: "768 MB" }, 1024),
    "keycloak-db": size(0.25, "512 MB", { cpus: 0.1, memory: "256 MB" }),
  },
  development: {
    api: size(0.5, "512 MB", { cpus: 0.25, memory: "256 MB" }),
    worker: size(0.25, "256 MB", { cpus: 0.1, memory: "128 MB" }),
    migrator: size(0.1, "128 MB", { cpus: 0.05, memory: "64 MB" }),
    mongodb: size(0.4, "704 MB", { cpus: 0.25, memory: "512 MB" }, 1024),
    redis: size(0.1, "128 MB", { cpus: 0.05, memory: "64 MB" }),
    keycloak: size(0.5, "896 MB", { cpus: 0.25, memory: "640 MB" }, 1024),
    "keycloak-db": size(0.15, "192 MB", { cpus: 0.05, memory: "128 MB" }),
  },
};

/** What the machine itself needs: systemd, sshd, Docker, nginx. */
const SYSTEM_MEMORY: Size = "512 MB";

/** How many of a service run at once: a release beside the one before it. */
const INSTANCES: Partial<Record<Service, number>> = { api: 2, worker: 2 };

export interface Sum {
  what: "limits of CPU" | "limits of memory" | "reservations of CPU" | "reservations of memory";
  total: number;
  unit: "CPU" | "MB";
  /** `"api 2 x 2048 + worker 2 x 1024 + … = 15360 MB"`. */
  spelled: string;
}

/** A service of another system on the same machine. */
export interface Neighbour {
  /** `"flowmaster.backend"`. */
  name: string;
  /** How many run at once. */
  instances: number;
  limits: { cpus: number; memory: Size };
}

/**
 * What all services take together. Limits of CPU count once: what a release takes from its neighbours for a while makes them slower, not
 * fewer. Memory counts with the second release of the API and the worker, or it would be one of them that the kernel kills.
 */
export function sums(sizes: Record<Service, ServiceSize>, neighbours: readonly Neighbour[] = []): Sum[] {
  // Neighbours have nothing reserved.
  const others = (of: "limits" | "reservations") => (of === "limits" ? neighbours : []);
  const cpu = (what: Sum["what"], of: "limits" | "reservations") =>
    sum(what, "CPU", [
      ...SERVICE_NAMES.map((service) => [service, 1, sizes[service][of].cpus] as const),
      ...others(of).map(({ name, limits }) => [name, 1, limits.cpus] as const),
    ]);
  const memory = (what: Sum["what"], of: "limits" | "reservations") =>
    sum(what, "MB", [
      ...SERVICE_NAMES.map((service) => [service, INSTANCES[service] ?? 1, inMegabytes(sizes[service][of].memory)] as const),
      ...others(of).map(({ name, instances, limits }) => [name, instances, inMegabytes(limits.memory)] as const),
      ["the machine itself", 1, inMegabytes(SYSTEM_MEMORY)],
    ]);
  return [
    cpu("limits of CPU", "limits"),
    memory("limits of memory", "limits"),
    cpu("reservations of CPU", "reservations"),
    memory("reservations of memory", "reservations"),
  ];
}

function sum(what: Sum["what"], unit: Sum["unit"], parts: (readonly [string, number, number])[]): Sum {
  // Hundredths of a CPU are whole numbers, fractions of one are not.
  const total = Math.round(parts.reduce((all, [, times, each]) => all + times * each, 0) * 100) / 100;
  const words = parts.map(([name, times, each]) => `${name} ${times === 1 ? "" : `${times} x `}${each}`);
  return { what, total, unit, spelled: `${words.join(" + ")} = ${total} ${unit}` };
}
