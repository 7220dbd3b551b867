import type { Plan, PlannedResource } from "../../rehearsal/plan";
import { dataStay } from "./data";
import type { Differences } from "./differences";
import { goneServices } from "./gone";
import { goneNames } from "./gone-names";
import { asksThere, type Left } from "./left-addresses";
import { isOnlyReachedOtherwise, type MovedMachine, moveInterruptions } from "./moved-machines";
import type { Interruption, TextChange } from "./report";
import { stoppedMachines } from "./stopped-machines";
import { switchOver } from "./switch-over";
import type { Whose } from "./whose";

/**
 * What goes down, the longest first: services and names that are gone, services that are switched over, daemons of machines that a change of
 * files reloads or restarts, and machines in whose place another one comes, with all that is on them.
 */
export function interruptionsIn(
  plan: Plan,
  whose: Whose,
  differencesOf: (resource: PlannedResource) => Differences,
  moved: readonly MovedMachine[],
): Interruption[] {
  const byUrn = new Map(plan.resources.map((one) => [one.urn, one]));
  const leaves = ({ urn }: PlannedResource): boolean => moved.some(({ isSame, steps }) => !isSame && steps.has(urn));
  const works = (resource: PlannedResource): boolean => !leaves(resource) && !isOnlyReachedOtherwise(differencesOf(resource));
  const asks = (resource: PlannedResource | undefined, left: Left): boolean =>
    resource !== undefined && asksThere(differencesOf(resource), left);
  const services = plan.interruptions.flatMap(({ urn, name, what, steps }): Interruption[] => {
    const changed = steps.flatMap((step) => byUrn.get(step) ?? []).filter(works);
    if (changed.length === 0) return [];
    const machine = changed.find((one) => one.machine !== undefined)?.machine;
    const system = whose.system({ urn, ...(machine !== undefined && { machine }) });
    const others = plan.interruptions.filter((one) => one.urn !== urn);
    const askers = (left: Left): string[] =>
      others.filter((one) => one.steps.some((step) => asks(byUrn.get(step), left))).map((one) => one.name);
    return [
      {
        urn,
        name,
        system,
        ...switchOver(dataStay(what, changed, plan.resources), changed, differencesOf, askers),
        because: reasons(changed.map(differencesOf)),
      },
    ];
  });
  return [
    ...goneServices(plan.resources, whose, moved),
    ...goneNames(plan.resources, whose),
    ...moveInterruptions(moved),
    ...stoppedMachines(plan.resources, whose, differencesOf),
    ...services,
    ...daemons(plan, whose, differencesOf, works),
  ].sort(byLength);
}

/** What is gone first, then the longest; of what is as long, by name. What is not known may be the longest. */
const byLength = (a: Interruption, b: Interruption): number =>
  Number(b.way === "gone") - Number(a.way === "gone") ||
  (b.seconds ?? Infinity) - (a.seconds ?? Infinity) ||
  (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) ||
  0;

const MOST_REASONS = 4;
function reasons(found: readonly Differences[]): string[] {
  const paths = found.flatMap(({ properties, files }) => {
    const ofFiles = (path: string): boolean => path.startsWith("files[");
    const own = properties.map(({ path }) => path);
    return [...own.filter((path) => !ofFiles(path)), ...files.map(({ path }) => path), ...own.filter(ofFiles)];
  });
  const once = [...new Set(paths)];
  return once.length > MOST_REASONS ? [...once.slice(0, MOST_REASONS), `${once.length - MOST_REASONS} more`] : once;
}

/** Timers and what only writes down are nobody's service. */
const UNNOTICED = /\.timer$|^(?:systemd-|fail2ban$)/;

function daemons(
  plan: Plan,
  whose: Whose,
  differencesOf: (resource: PlannedResource) => Differences,
  works: (resource: PlannedResource) => boolean,
): Interruption[] {
  const standing = new Set(plan.resources.flatMap(({ op, machine }) => (op !== "create" && machine !== undefined ? [machine] : [])));
  const found = new Map<string, Interruption>();
  for (const resource of plan.resources) {
    if (!["create", "update", "replace"].includes(resource.op) || !standing.has(resource.machine ?? "") || !works(resource)) continue;
    for (const [word, unit] of afterwards(resource)) {
      if (isFirstMade(unit, resource, plan, differencesOf)) continue;
      const on = whose.machine(resource) ?? resource.machine ?? "the machine";
      const key = `${word} ${unit} ${on}`;
      const because = [...(found.get(key)?.because ?? []), ...reasons([differencesOf(resource)])];
      found.set(key, {
        urn: resource.urn,
        name: `${unit} on ${on}`,
        system: whose.system(resource),
        ...(word === "reload" ? { way: "reload" as const, seconds: 0 } : { way: "restart" as const }),
        what: sentence(word, unit),
        because: [...new Set(because)].slice(0, MOST_REASONS),
      });
    }
  }
  return [...found.values()];
}

/** A unit whose file comes with this very step: it is not there yet, unless the file only has another owner now. */
function isFirstMade(
  unit: string,
  resource: PlannedResource,
  { resources }: Plan,
  differencesOf: (resource: PlannedResource) => Differences,
): boolean {
  const has = (one: PlannedResource, op: TextChange["op"]): boolean =>
    differencesOf(one).files.some((file) => file.op === op && file.path === `/etc/systemd/system/${unit}.service`);
  return has(resource, "create") && !resources.some((one) => one.op === "delete" && one.machine === resource.machine && has(one, "delete"));
}

function sentence(word: string, unit: string): string {
  if (word === "reload") return `not interrupted: ${unit} reads its files anew; what is under way goes on`;
  if (unit === "docker") return "docker is restarted; containers go on meanwhile (live-restore)";
  return `${unit} is restarted`;
}

/** `reload nginx`, `restart cloudflared.service`: what a set of files does once it is in place. */
function afterwards({ type, inputs }: PlannedResource): [word: string, unit: string][] {
  const document = inputs["stdin"];
  if (type !== "command:remote:Command" || typeof document !== "string" || !document.includes('"after"')) return [];
  const { after } = JSON.parse(document) as { after?: unknown };
  if (!Array.isArray(after)) return [];
  return after.flatMap((step) => {
    const said = typeof step === "string" ? /^(reload|restart) (\S+)$/.exec(step) : null;
    return said && !UNNOTICED.test(said[2] ?? "") ? [[said[1] ?? "", (said[2] ?? "").replace(/\.service$/, "")] as [string, string]] : [];
  });
}
