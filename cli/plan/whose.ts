import { SYSTEM_NAMES } from "../../infra/config/systems";
import type { Plan, PlannedResource } from "../../rehearsal/plan";

/** Tells what a resource belongs to, and how it is called. */
export interface Whose {
  /** `flowmaster`; `host main` for what belongs to a machine; `stack` for the rest. */
  system: (of: Pick<PlannedResource, "urn" | "machine">) => string;
  /** Name of a machine by its address. */
  machine: (of: Pick<PlannedResource, "urn" | "machine">) => string | undefined;
}

const typesOf = (urn: string): string[] => (urn.split("::")[2] ?? "").split("$");
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

export function whose({ resources }: Pick<Plan, "resources">): Whose {
  const hosts = resources.filter(({ type }) => type === "flowfleet:host:Host").map(({ urn }) => nameOf(urn));
  const names = new Map<string, string>();
  for (const { urn, machine, parent } of resources) {
    if (machine === undefined) continue;
    const owner = hosts.find((host) => parent !== undefined && nameOf(parent) === host) ?? hostNamed(hosts, nameOf(urn));
    // The first step of a machine, by which it is called, has its name.
    if (owner !== undefined && isOfHost(urn)) names.set(machine, names.get(machine) ?? owner);
  }
  const machine: Whose["machine"] = ({ urn, machine: address }) =>
    (address === undefined ? undefined : names.get(address)) ?? (isOfHost(urn) ? hostNamed(hosts, nameOf(urn)) : undefined);
  return {
    machine,
    system: (of) => {
      const [, group = ""] = (typesOf(of.urn)[0] ?? "").split(":");
      if (SYSTEM_NAMES.some((name) => name === group)) return group;
      const on = machine(of);
      return on === undefined ? "stack" : `host ${on}`;
    },
  };
}

/** Not of a system: its outermost component is the machine's. */
const isOfHost = (urn: string): boolean => /^flowfleet:(?:host|web|service):/.test(typesOf(urn)[0] ?? "");
/** The longest, of machines whose names begin alike. */
const hostNamed = (hosts: readonly string[], name: string): string | undefined =>
  hosts.filter((host) => name === host || name.startsWith(`${host}-`)).sort((a, b) => b.length - a.length)[0];

/** For people: the helper's noun of a step on a machine, else the last part of the type. */
export function kindOf({ type, inputs }: Pick<PlannedResource, "type" | "inputs">): string {
  const command = inputs["create"];
  const noun = type === "command:remote:Command" && typeof command === "string" ? / ([\w-]+) apply$/.exec(command)?.[1] : undefined;
  if (noun !== undefined) return noun;
  const [pkg = "", module = "", last = ""] = type.split(":");
  if (pkg === "aws") return `aws ${module.split("/")[0] ?? ""} ${last}`;
  return pkg === "docker" ? last.toLowerCase() : last;
}
