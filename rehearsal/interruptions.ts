import type { PlannedStep } from "./engine";

/** What a plan does to those who use a service. */
export interface Interruption {
  urn: string;
  /** Of the component. */
  name: string;
  /** In the component's own words: what is down, and for how long; or that nothing is. */
  what: string;
  /** URNs of the steps by which it comes true. */
  steps: string[];
}

/**
 * The components whose `interruption` comes true: something that serves under them is put in the place of another. What is made for the
 * first time interrupts nobody, unless its machine was set up by hand and `takeOver` lets it take over. Of components in one another the
 * outermost speaks.
 */
export function interruptionsOf(steps: readonly PlannedStep[]): Interruption[] {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  const found = new Map<string, Interruption>();
  const byHand = steps.some(allowsTakeOver);
  for (const step of steps.filter((one) => takesOver(one) || (byHand && meetsPredecessor(one)))) {
    const speaker = lineage(step, byUrn).findLast((one) => interruptionIn(one) !== undefined);
    const what = speaker && interruptionIn(speaker);
    if (!speaker || what === undefined) continue;
    const steps = new Set([...(found.get(speaker.urn)?.steps ?? []), step.urn]);
    found.set(speaker.urn, { urn: speaker.urn, name: speaker.urn.split("::").at(-1) ?? "", what, steps: [...steps] });
  }
  return [...found.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

/** A container or a task definition that is replaced, or a release that runs, of a service or of files. A container that is only updated stays up; files are read by a release. */
function takesOver(step: PlannedStep): boolean {
  const replaced = step.op === "replace" || step.op === "create-replacement";
  if (step.type === "docker:index/container:Container" || step.type === "aws:ecs/taskDefinition:TaskDefinition") return replaced;
  return isCall(step, "release|static") && (replaced || step.op === "update");
}

/** Right before a container is made for the first time: one of before, which was made by hand, ends here. */
const meetsPredecessor = (step: PlannedStep): boolean => step.op === "create" && isCall(step, "predecessor");

/** A machine's first step, which hands it the word. */
function allowsTakeOver({ new: wanted }: PlannedStep): boolean {
  const document = wanted?.inputs["stdin"];
  if (typeof document !== "string" || !document.includes('"takeOver"')) return false;
  const { takeOver } = JSON.parse(document) as { takeOver?: unknown };
  return Array.isArray(takeOver) && takeOver.includes("docker");
}

function isCall({ type, new: wanted }: PlannedStep, nouns: string): boolean {
  const command = wanted?.inputs["create"];
  return type === "command:remote:Command" && typeof command === "string" && new RegExp(` (?:${nouns}) apply$`).test(command);
}

/** From the step's parent up to the stack. */
function lineage(step: PlannedStep, byUrn: ReadonlyMap<string, PlannedStep>): PlannedStep[] {
  const parent = byUrn.get((step.new ?? step.old)?.parent ?? "");
  return parent ? [parent, ...lineage(parent, byUrn)] : [];
}

/** In a run that failed early, what the component said the last time. */
function interruptionIn(step: PlannedStep): string | undefined {
  const said = step.new?.outputs["interruption"] ?? step.old?.outputs["interruption"];
  return typeof said === "string" ? said : undefined;
}
