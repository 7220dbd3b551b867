import type { Problem } from "../kernel/refuse";
import { problemsOf } from "../kernel/refuse";
import type { Size } from "../kernel/size";
import { inMegabytes } from "../kernel/size";

/** Memory in GB that Fargate offers beside a number of vCPUs: from, to, and the step between. */
const MEMORY: Readonly<Record<string, readonly number[]>> = {
  0.25: [0.5, 1, 2],
  0.5: range(1, 4, 1),
  1: range(2, 8, 1),
  2: range(4, 16, 1),
  4: range(8, 30, 1),
  8: range(16, 60, 4),
  16: range(32, 120, 8),
};

/** What a task may use. */
export interface FargateLimits {
  cpus: number;
  memory: Size;
}

/** The same in Fargate's own units, as the task definition has them: 1024 to a vCPU, and MiB. */
export const fargateSize = ({ cpus, memory }: FargateLimits): { cpu: string; memory: string } => ({
  cpu: String(cpus * 1024),
  memory: String(inMegabytes(memory)),
});

/** Nothing between the pairs of Fargate's table can be had: the table is part of the message. */
export function fargateSizeProblems(path: string, { cpus, memory }: FargateLimits): Problem[] {
  const unreadable = problemsOf(`${path}/memory`, () => inMegabytes(memory));
  if (unreadable.length > 0) return unreadable;
  const offered = MEMORY[String(cpus)];
  if (offered?.includes(inMegabytes(memory) / 1024)) return [];
  return [{ path, wrong: "is no pair of CPU and memory that Fargate has", got: `${cpus} vCPU, ${memory}`, allowed: TABLE }];
}

/** `"0.25 vCPU: 0.5, 1 or 2 GB; …"`. */
export const TABLE = Object.entries(MEMORY)
  .sort(([a], [b]) => Number(a) - Number(b))
  .map(([cpus, offered]) => `${cpus} vCPU: ${inWords(offered)} GB`)
  .join(", ");

function inWords(offered: readonly number[]): string {
  const [first = 0, second = 0, ...rest] = offered;
  if (first === 0.5) return offered.join("/");
  const step = second - first;
  return `${first} to ${rest.at(-1) ?? second}${step === 1 ? "" : ` in steps of ${step}`}`;
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}
