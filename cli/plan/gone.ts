import { SYSTEM_NAMES } from "../../infra/config/systems";
import { isSameDocument } from "../../rehearsal/interruptions";
import type { PlannedResource } from "../../rehearsal/plan";
import { isStill, type Move } from "./moved-machines";
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

/**
 * Services that are deleted: without one in their place, for one on another machine, or for one that is the same under another component's
 * name.
 */
export function goneServices(resources: readonly PlannedResource[], whose: Whose, moved: readonly Move[] = []): Interruption[] {
  const isSameMachine = (was: string | undefined, is: string | undefined): boolean =>
    was === undefined || is === undefined || was === is || isStill(moved, was, is);
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  const serving = resources.filter((one) => endOf(one) !== undefined);
  const others = serving
    .filter(({ op }) => op !== "delete")
    .map((resource) => ({ resource, machine: resource.machine, system: whose.system(resource), names: namesOf(resource, byUrn) }));
  const gone = serving.flatMap((one): Interruption[] => {
    if (one.op !== "delete") return [];
    const [names, system] = [namesOf(one, byUrn), whose.system(one)];
    const successors = others.filter((other) => other.system === system && other.names.some((name) => names.includes(name)));
    const [urn, ended] = [componentOf(one, byUrn), endOf(one) ?? ""];
    const base = { urn, name: nameOf(urn), system, because: [] };
    const here = successors.filter(({ machine }) => isSameMachine(one.machine, machine));
    if (here.length > 0) {
      return here.flatMap(({ resource }): Interruption[] => {
        const other = nameOf(componentOf(resource, byUrn));
        if (resource.op !== "create" || other === base.name) return [];
        const renamed = { ...base, urn: componentOf(resource, byUrn), name: other };
        if (isSameContainer(one, resource))
          return [{ ...renamed, way: "other", what: `it has another name than ${base.name}: ${REFUSED}` }];
        return isSameRelease(one, resource) ? [{ ...renamed, way: "side by side", seconds: 0, what: takenOver(base.name) }] : [];
      });
    }
    if (successors.length === 0) return [{ ...base, way: "gone", what: `${ended}, and nothing of this stack takes its place` }];
    return [{ ...base, way: "other", what: `${ended}, and it is made anew on another machine: it is away until users are led there` }];
  });
  return [...new Map(gone.map((one) => [one.urn, one])).values()];
}

const takenOver = (before: string): string =>
  `not interrupted: it takes over what serves as ${before}, which is the same, without a restart`;

/** What is new is made before anything is deleted. */
const REFUSED =
  "its container is to be made while that of before has the same name, which Docker refuses; Pulumi's `aliases` let it stay as it is";

const isSameContainer = (one: PlannedResource, other: PlannedResource): boolean =>
  one.type === "docker:index/container:Container" && one.type === other.type && one.inputs["name"] === other.inputs["name"];

/** But for whose it is. What differs is a switch like others, of which its component speaks. */
const isSameRelease = (one: PlannedResource, other: PlannedResource): boolean => {
  const [before, after] = [one, other].map(({ inputs }) => inputs["stdin"]);
  return typeof before === "string" && typeof after === "string" && isSameDocument(before, after);
};

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
