import type { Size } from "../../components/kernel/size";
import { inMegabytes } from "../../components/kernel/size";
import type { DataService, Environment, Service } from "./guide";
import { DATA_NAMES, SERVICE_NAMES } from "./guide";

/** What one container may take. */
export interface DataLimits {
  cpus: number;
  memory: Size;
  pids: number;
}

export interface Sizes {
  /** What one process of a service may take: PM2 starts it anew beyond that. */
  process: Size;
  /** What the build of one service may take. */
  build: Size;
  data: Record<DataService, DataLimits>;
}

const limits = (cpus: number, memory: Size, pids = 256): DataLimits => ({ cpus, memory, pids });

/** So that all of them fit on the server of the guide's table, which says nothing of its parts. */
export const SIZES: Record<Environment, Sizes> = {
  production: {
    process: "512 MB",
    build: "2 GB",
    data: {
      postgres: limits(2, "2 GB"),
      redis: limits(0.5, "1 GB", 64),
      zookeeper: limits(0.5, "512 MB"),
      kafka: limits(2, "2 GB", 1024),
      "schema-registry": limits(0.5, "768 MB"),
      pgadmin: limits(0.5, "512 MB"),
      "kafka-ui": limits(0.5, "768 MB"),
    },
  },
  staging: {
    process: "256 MB",
    build: "1 GB",
    data: {
      postgres: limits(1, "1 GB"),
      redis: limits(0.25, "256 MB", 64),
      zookeeper: limits(0.25, "256 MB"),
      kafka: limits(1, "1 GB", 1024),
      "schema-registry": limits(0.25, "384 MB"),
      pgadmin: limits(0.25, "256 MB"),
      "kafka-ui": limits(0.25, "384 MB"),
    },
  },
  development: {
    process: "128 MB",
    build: "640 MB",
    data: {
      postgres: limits(0.5, "384 MB"),
      redis: limits(0.1, "96 MB", 64),
      zookeeper: limits(0.2, "192 MB"),
      kafka: limits(0.5, "640 MB", 1024),
      "schema-registry": limits(0.2, "320 MB"),
      pgadmin: limits(0.2, "224 MB"),
      "kafka-ui": limits(0.2, "320 MB"),
    },
  },
};

/** What the machine itself needs: systemd, sshd, Docker, nginx, PM2. */
const SYSTEM_MEMORY: Size = "512 MB";

export interface Process {
  instances: number;
  memory: Size;
}

export interface Sum {
  /** Megabytes. */
  total: number;
  /** `"api-gateway 2 x 512 + … = 16384 MB"`. */
  spelled: string;
}

/**
 * The memory of everything together. While a release takes over there is more: first its build, then its processes beside those of the
 * release before. Services take over one after the other, so the largest of them counts.
 */
export function memorySum(services: Record<Service, Process>, { build, data }: Pick<Sizes, "build" | "data">): Sum {
  const releases = SERVICE_NAMES.map((service) => services[service].instances * inMegabytes(services[service].memory));
  const parts: (readonly [string, number, number])[] = [
    ...SERVICE_NAMES.map((service) => [service, services[service].instances, inMegabytes(services[service].memory)] as const),
    ...DATA_NAMES.map((service) => [service, 1, inMegabytes(data[service].memory)] as const),
    ["a release on its way", 1, Math.max(inMegabytes(build), ...releases)],
    ["the machine itself", 1, inMegabytes(SYSTEM_MEMORY)],
  ];
  const total = parts.reduce((all, [, times, each]) => all + times * each, 0);
  const words = parts.map(([name, times, each]) => `${name} ${times === 1 ? "" : `${times} x `}${each}`);
  return { total, spelled: `${words.join(" + ")} = ${total} MB` };
}
