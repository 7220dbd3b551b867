import type { ServerOs } from "../rehearsal/machines";

export interface RehearseFlags {
  stack: string;
  systems?: string[];
  twice?: boolean;
  down?: boolean;
  status?: boolean;
  ssh?: string;
  os: string;
  images: string;
  json?: boolean;
}

const SYSTEMS: readonly ServerOs[] = ["debian-12", "ubuntu-22.04", "ubuntu-24.04"];

export const isServerOs = (name: string): name is ServerOs => SYSTEMS.some((one) => one === name);

/** Everything that is wrong with the options, a line each. */
export function flagProblems({ systems, twice, down, status, ssh, os, images, json }: RehearseFlags): string[] {
  const others = [...(down ? ["--down"] : []), ...(status ? ["--status"] : []), ...(ssh === undefined ? [] : ["--ssh"])];
  const upOnly = [...(systems ? ["--systems"] : []), ...(twice ? ["--twice"] : [])];
  return [
    ...(others.length > 1 ? ["--down, --status and --ssh exclude each other: give one of them."] : []),
    ...(others.length > 0 ? upOnly.map((name) => `${name} is for bringing a stack up: leave it out with ${others.join(", ")}.`) : []),
    ...(json && !status ? ["--json says how --status prints: give --status with it."] : []),
    ...(isServerOs(os) ? [] : [`--os ${os}: must be one of ${SYSTEMS.join(", ")}.`]),
    ...(images === "local" || images === "real" ? [] : [`--images ${images}: must be local or real.`]),
  ];
}
