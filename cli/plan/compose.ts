import { createHash } from "node:crypto";
import { isDefaultProvider } from "../../rehearsal/engine";
import type { Plan, PlannedResource } from "../../rehearsal/plan";
import { shortUrn } from "../urn";
import { costChanges } from "./cost";
import { countsOf, isPlanned, opOf } from "./counts";
import { dataChanges } from "./data";
import { type Differences, differences, stable } from "./differences";
import { interruptionsIn } from "./down";
import { causeOf, idsOfGone, whyFolded } from "./folding";
import { maskDeep } from "./mask";
import { outputChanges } from "./outputs";
import type { FoldedChange, ResourceChange, ResourceNode, SecurityChange, StackReport, UnusedSetting, Violation } from "./report";
import { isOnlyReachedOtherwise, moveData, movedMachines } from "./moved-machines";
import { protectionChanges } from "./protection";
import { providerMoves } from "./provider-moves";
import { securityChanges } from "./security";
import { summaryOf } from "./summary";
import { kindOf, nameOf, whose as whoseIn } from "./whose";

/** What is known beside the plan itself. */
export interface Beside {
  /** The other side has no such stack. */
  isNew: boolean;
  /** Name of the environment that a system is in. */
  environmentOf: (system: string) => string;
  /** Secrets of the configuration that came, went or were set anew. */
  configuredSecrets: SecurityChange[];
  unused: UnusedSetting[];
  violations: Violation[];
  notes: string[];
}

/** What a plan says, as data: compared whole, masked last. */
export function stackReport(plan: Plan, beside: Beside): StackReport {
  // Pulumi makes default providers by itself; they say nothing about the stack.
  const resources = plan.resources.filter(({ urn }) => !isDefaultProvider(urn));
  const whose = whoseIn({ resources });
  const known = new Map<string, Differences>();
  const differencesOf = (resource: PlannedResource): Differences => {
    let found = known.get(resource.urn);
    if (!found) known.set(resource.urn, (found = differencesIn(resource)));
    return found;
  };
  const moved = movedMachines(resources, whose);
  const interruptions = interruptionsIn(plan, whose, differencesOf, moved);
  const taking = new Set(plan.interruptions.flatMap(({ steps }) => steps));
  const { changed, folded } = sorted(resources, differencesOf, taking, whose.system);
  const foldedUrns = new Set(folded.map(({ urn }) => urn));
  const data = [...moveData(moved), ...providerMoves(resources, whose, moved), ...dataChanges(resources, whose)];
  const security = [
    ...protectionChanges(resources, whose),
    ...securityChanges(resources, whose, differencesOf),
    ...beside.configuredSecrets,
  ];

  const report: Omit<StackReport, "digest" | "notes"> = {
    stack: plan.stack,
    isNew: beside.isNew,
    counts: countsOf(resources, foldedUrns),
    summary: summaryOf({ resources, folded: foldedUrns, interruptions, data, systemOf: whose.system, environmentOf: beside.environmentOf }),
    interruptions,
    data,
    security,
    resources: changed.map((resource) => change(resource, differencesOf(resource), whose.system(resource))),
    folded,
    outputs: outputChanges(plan.outputsBefore ?? {}, plan.outputs),
    cost: costChanges(plan.outputsBefore ?? {}, plan.outputs),
    violations: beside.violations,
    unused: beside.unused,
    tree: inTreeOrder(resources).map((resource) => node(resource, whose.system(resource), foldedUrns)),
  };
  const digest = createHash("sha256")
    .update(
      JSON.stringify({
        ...whatIsDone(report),
        foldedAway: resources.filter(({ urn }) => foldedUrns.has(urn)).map(sidesOf),
        unmasked: unmaskedIn(plan, new Set(resources.filter((one) => opOf(one) !== "same").map(({ urn }) => urn))),
      }),
    )
    .digest("hex");
  const assumed = plan.assumed.map((name) => `the outputs of ${name} are the planned ones, not those of a state`);
  const { stack, isNew, ...rest } = maskDeep(report);
  return { stack, isNew, digest, ...rest, notes: maskDeep([...assumed, ...warningsOf(plan), ...beside.notes]) };
}

/** What the engine or the program warns of, such as a change of which nobody here knows whether it replaces. */
const warningsOf = ({ diagnostics }: Plan): string[] =>
  diagnostics.flatMap(({ severity, urn, message }) =>
    severity === "warning" ? [`warning: ${urn === undefined ? "" : `${shortUrn(urn)}: `}${message.trim()}`] : [],
  );

/** Neither what stays as it is, nor what a rule says of it today. */
const whatIsDone = ({
  stack,
  interruptions,
  data,
  security,
  resources,
  folded,
  outputs,
  cost,
}: Omit<StackReport, "digest" | "notes">): object => ({
  stack,
  interruptions,
  data,
  security,
  resources,
  folded,
  outputs,
  cost,
});

/** Of what is folded, whose values no reader sees: another value is another plan all the same. */
const sidesOf = ({ urn, before, inputs }: PlannedResource): string[] => [urn, stable(before), stable(inputs)];

/**
 * Of what changes, all that it will be: within a document that is secret as a whole, another setting is another plan, too. The secrets
 * themselves are words in their places (`stand-ins.ts`), also in a state that is exported.
 */
const unmaskedIn = ({ judged }: Plan, changed: ReadonlySet<string>): [urn: string, inputs: string][] =>
  judged
    .filter(({ urn }) => changed.has(urn))
    .map(({ urn, inputs }): [string, string] => [urn, stable(inputs)])
    .sort(([a], [b]) => compareText(a, b));

const differencesIn = ({ op, before, inputs, changedSecrets }: PlannedResource): Differences => {
  if (op === "delete") return differences(inputs, undefined);
  return differences(op === "create" || op === "import" ? undefined : (before ?? inputs), inputs, changedSecrets);
};

/** What is shown, and what is folded. */
function sorted(
  resources: readonly PlannedResource[],
  differencesOf: (resource: PlannedResource) => Differences,
  taking: ReadonlySet<string>,
  systemOf: (resource: PlannedResource) => string,
): { changed: PlannedResource[]; folded: FoldedChange[] } {
  const candidates = resources.filter((one) => isPlanned(one) && opOf(one) !== "same");
  const alike = reachedAlike(candidates, differencesOf, systemOf);
  const gone = idsOfGone(resources);
  const mayFold = candidates.filter(
    (one) => alike.has(one.urn) || (!taking.has(one.urn) && whyFolded(one, differencesOf(one), undefined, gone) !== undefined),
  );
  const foldable = new Set(mayFold.map(({ urn }) => urn));
  const causes = candidates.map(({ urn }) => urn).filter((urn) => !foldable.has(urn));
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  const folded = mayFold.map((one): FoldedChange => {
    const first = alike.get(one.urn);
    const follows = first ?? causeOf(one, byUrn, causes);
    const why =
      first === undefined
        ? (whyFolded(one, differencesOf(one), follows, gone) ?? "")
        : `only its machine is reached otherwise, as of ${nameOf(first)}`;
    const op = opOf(one) as FoldedChange["op"];
    return {
      op,
      urn: one.urn,
      name: nameOf(one.urn),
      type: one.type,
      system: systemOf(one),
      why,
      ...(follows !== undefined && { follows }),
    };
  });
  const order = new Map(inTreeOrder(resources).map(({ urn }, index) => [urn, index]));
  const changed = candidates
    .filter(({ urn }) => !foldable.has(urn))
    .sort((a, b) => compareText(systemOf(a), systemOf(b)) || (order.get(a.urn) ?? 0) - (order.get(b.urn) ?? 0));
  return { changed, folded };
}

/** Steps of which nothing differs but how their machine is reached: each with the first one of its system there, which shows it. */
function reachedAlike(
  candidates: readonly PlannedResource[],
  differencesOf: (resource: PlannedResource) => Differences,
  systemOf: (resource: PlannedResource) => string,
): ReadonlyMap<string, string> {
  const firsts = new Map<string, string>();
  const alike = new Map<string, string>();
  for (const one of candidates) {
    if (one.op !== "update" || !isOnlyReachedOtherwise(differencesOf(one))) continue;
    const key = `${systemOf(one)} ${one.machine ?? ""}`;
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, one.urn);
    else alike.set(one.urn, first);
  }
  return alike;
}

function change(resource: PlannedResource, { properties, files }: Differences, system: string): ResourceChange {
  const { urn, type, parent, protect, replaceKeys } = resource;
  return {
    op: opOf(resource) as ResourceChange["op"],
    ...(resource.op === "import" && { imported: true as const }),
    urn,
    name: nameOf(urn),
    type,
    kind: kindOf(resource),
    system,
    ...(parent !== undefined && { parent }),
    protected: protect === true,
    replaceBecause: replaceKeys,
    properties,
    files,
  };
}

function node(resource: PlannedResource, system: string, folded: ReadonlySet<string>): ResourceNode {
  const { urn, type, custom, parent, dependencies } = resource;
  return {
    urn,
    name: nameOf(urn),
    type,
    kind: kindOf(resource),
    system,
    op: folded.has(urn) ? "same" : opOf(resource),
    custom,
    ...(parent !== undefined && { parent }),
    dependencies,
  };
}

/** Parents before their children, neighbours by URN. */
function inTreeOrder(resources: readonly PlannedResource[]): PlannedResource[] {
  const known = new Set(resources.map(({ urn }) => urn));
  const children = new Map<string, PlannedResource[]>();
  for (const one of resources) {
    const parent = one.parent !== undefined && known.has(one.parent) ? one.parent : "";
    children.set(parent, [...(children.get(parent) ?? []), one]);
  }
  const below = (urn: string): PlannedResource[] => (children.get(urn) ?? []).flatMap((one) => [one, ...below(one.urn)]);
  return below("");
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
