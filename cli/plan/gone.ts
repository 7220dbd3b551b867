import { SYSTEM_NAMES } from "../../infra/config/systems";
import type { PlannedResource } from "../../rehearsal/plan";
import type { Interruption } from "./report";
import { kindOf, nameOf, type Whose } from "./whose";

/** What serves, by its kind or type, and how it ends. */
const ENDS: Readonly<Record<string, string>> = {
  release: "its release is deleted",
  static: "its files are deleted",
  "docker:index/container:Container": "its container is deleted",
  "aws ecs Service": "its tasks end",
  "aws rds Instance": "its server is deleted",
};

/** Services that are deleted without one in their place, and those that are made anew on another machine. */
export function goneServices(resources: readonly PlannedResource[], whose: Whose): Interruption[] {
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  const serving = resources.filter((one) => endOf(one) !== undefined);
  const others = serving
    .filter(({ op }) => op !== "delete")
    .map((one) => ({ machine: one.machine, system: whose.system(one), names: namesOf(one, byUrn) }));
  const gone = serving.flatMap((one): Interruption[] => {
    if (one.op !== "delete") return [];
    const [names, system] = [namesOf(one, byUrn), whose.system(one)];
    const successors = others.filter((other) => other.system === system && other.names.some((name) => names.includes(name)));
    if (successors.some(({ machine }) => machine === undefined || one.machine === undefined || machine === one.machine)) return [];
    const [urn, ended] = [componentOf(one, byUrn), endOf(one) ?? ""];
    const base = { urn, name: nameOf(urn), system, because: [] };
    if (successors.length === 0) return [{ ...base, way: "gone", what: `${ended}, and nothing of this stack takes its place` }];
    return [{ ...base, way: "other", what: `${ended}, and it is made anew on another machine: it is away until users are led there` }];
  });
  return [...new Map(gone.map((one) => [one.urn, one])).values()];
}

const endOf = (resource: PlannedResource): string | undefined =>
  resource.custom ? (ENDS[resource.type] ?? ENDS[kindOf(resource)]) : undefined;

/** By which its successor is known: of the component, or what the machine or AWS calls it. */
function namesOf(resource: PlannedResource, byUrn: ReadonlyMap<string, PlannedResource>): string[] {
  const { stdin, name, identifier } = resource.inputs;
  const service = typeof stdin === "string" ? /^\s*"service": "([^"]+)"/m.exec(stdin)?.[1] : undefined;
  return [nameOf(componentOf(resource, byUrn)), service, name, identifier].filter((one) => typeof one === "string");
}

/** URN of the outermost component that is no system's own: `flowmaster-backend`, whatever it is made of. */
function componentOf(resource: PlannedResource, byUrn: ReadonlyMap<string, PlannedResource>): string {
  let found = resource.urn;
  for (let at = byUrn.get(resource.parent ?? ""); at && !isAssembly(at); at = byUrn.get(at.parent ?? "")) found = at.urn;
  return found;
}

const isAssembly = ({ type }: PlannedResource): boolean =>
  type.startsWith("pulumi:") || SYSTEM_NAMES.some((name) => type.startsWith(`flowfleet:${name}:`));
