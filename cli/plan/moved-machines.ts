import type { PlannedResource } from "../../rehearsal/plan";
import { NOT_KNOWN } from "../../rehearsal/planned-inputs";
import type { Differences } from "./differences";
import type { DataChange, Interruption } from "./report";
import { nameOf, type Whose } from "./whose";

/** A machine whose steps go to another address than before, or to one that will have another host key. */
export interface MovedMachine {
  name: string;
  system: string;
  /** Of its first step. */
  urn: string;
  /** Systems that are on it; where there is none, the machine itself. */
  systems: string[];
  from: string;
  to: string;
  /** By its host key: the same machine, which has another address now. */
  isSame: boolean;
  /** URNs of its steps. */
  steps: ReadonlySet<string>;
}

/** What tells of a move whether the machine is still the same. */
export type Move = Pick<MovedMachine, "from" | "to" | "isSame">;

/** Whether the machine at one address is the one that is at another now. */
export const isStill = (moved: readonly Move[], was: string, is: string): boolean =>
  moved.some(({ from, to, isSame }) => isSame && from === was && to === is);

/** Machines by the connections of their steps, in the order of their names. */
export function movedMachines(resources: readonly PlannedResource[], whose: Whose): MovedMachine[] {
  const found = new Map<string, PlannedResource[]>();
  for (const step of resources) {
    const [was, is] = doorsOf(step);
    if (was === undefined || is === undefined || (was.host === is.host && is.hostKey !== NOT_KNOWN)) continue;
    const key = `${was.host} ${is.host}`;
    found.set(key, [...(found.get(key) ?? []), step]);
  }
  return [...found.values()]
    .flatMap((steps): MovedMachine[] => {
      // Of a machine of this stack; else a system that goes to another one, or whose machine another stack moves.
      const first = steps.find((step) => whose.system(step).startsWith("host ")) ?? steps[0];
      const [was, is] = first ? doorsOf(first) : [];
      if (!first || !was || !is) return [];
      const system = whose.system(first);
      return [
        {
          name: system.replace(/^host /, ""),
          system,
          urn: first.urn,
          systems: systemsOn(steps.map(whose.system)),
          from: was.host,
          to: is.host,
          isSame: steps.map(doorsOf).every(([before, after]) => before?.hostKey === after?.hostKey),
          steps: new Set(steps.map(({ urn }) => urn)),
        },
      ];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function systemsOn(owners: readonly string[]): string[] {
  const all = [...new Set(owners)].sort();
  const systems = all.filter((one) => !one.startsWith("host "));
  return systems.length > 0 ? systems : all;
}

interface Door {
  host: string;
  hostKey: unknown;
}

/** Of a step that is there already: how its machine was reached, and how it is now. */
function doorsOf({ type, op, before, inputs }: PlannedResource): [before?: Door, after?: Door] {
  if (type !== "command:remote:Command" || op !== "update" || before === undefined) return [];
  return [doorOf(before), doorOf(inputs)];
}

function doorOf({ connection }: PlannedResource["inputs"]): Door | undefined {
  if (typeof connection !== "object" || connection === null || Array.isArray(connection)) return undefined;
  const { host, hostKey } = connection;
  return typeof host === "string" ? { host, hostKey } : undefined;
}

/** What is only reached otherwise than before: nothing of what it does is another one. */
export const isOnlyReachedOtherwise = ({ properties, files }: Differences): boolean =>
  files.length === 0 && properties.length > 0 && properties.every(({ path }) => path.startsWith("connection."));

/** What a move means for those who use what runs there. */
export const moveInterruptions = (moved: readonly MovedMachine[]): Interruption[] =>
  moved.flatMap((one) =>
    one.systems.map((system): Interruption => {
      const name = system.replace(/^host /, "");
      return { urn: one.urn, name, system, way: "other", what: moveText(one), because: [] };
    }),
  );

function moveText(moved: MovedMachine): string {
  const { from, to, isSame } = moved;
  if (isMadeAnew(moved))
    return `another machine is made in the place of the one at ${from}: all that serves there is away until it is made anew`;
  return isSame
    ? `${from} becomes ${to}, with the same host key: the same machine, on which all goes on; users reach it once its names lead to ${to}`
    : `${from} becomes ${to}, with another host key: another machine, on which all is made anew; users are served there once they are led to it`;
}

/** Here, in this plan, which deletes the one before. */
const isMadeAnew = ({ from, to }: MovedMachine): boolean => from === to || to === NOT_KNOWN;

/** What stays behind on a machine that another one takes the place of. */
export const moveData = (moved: readonly MovedMachine[]): DataChange[] =>
  moved
    .filter((one) => !one.isSame && !isMadeAnew(one))
    .map(({ urn, name, system, from, to }) => ({
      urn,
      name: nameOf(urn),
      type: "command:remote:Command",
      system,
      op: "replace",
      protected: false,
      data: "lost",
      what: `${name}: ${from} becomes ${to}, by its host key another machine: Pulumi copies nothing, all that is on ${from} stays there`,
    }));
