/**
 * Decides the steps for each resource that the program registers: old state + goal + the provider's check and diff -> steps.
 * One registration at a time; the steps themselves run beside each other.
 */
import { createHash } from "node:crypto";
import { formerUrns } from "../model/aliases";
import { dependentsOf, type Resource } from "../model/resource";
import { isProviderType, makeUrn, parseUrn, splitProviderRef } from "../model/urn";
import type { Operation, Props, Provider } from "../provider";
import { markLike, revealSecrets, UNKNOWN } from "../wire/values";
import { diffCustom, diffInputs, needsReplacement, providerChanged, replacementBy, type Diff } from "./diff";
import { newResource, readResource } from "./fresh";
import type { Goal, ReadGoal } from "./goal";
import { checkFailures, dependsOnSkipped, duplicateUrn, notThere, replaceImported, replaceProtected } from "./messages";
import { step, type Step } from "./step";
import type { Targets } from "./targets";

/** A registration that cannot be planned: reported at `urn`, and the run fails. */
export class PlanError extends Error {
  constructor(
    readonly urn: string,
    readonly messages: string[],
  ) {
    super(messages.join("\n"));
  }
}

export interface GeneratorHost {
  readonly stack: string;
  readonly project: string;
  readonly preview: boolean;
  readonly targets: Targets;
  /** Everything will be deleted: the program runs for its hooks only. */
  readonly destroying: boolean;
  /** Former URN -> URN, filled by the generator. */
  readonly renamed: Map<string, string>;
  /** The configured provider of a resource. */
  providerOf(resource: Resource): Promise<Provider>;
  /** Checks the inputs of a provider resource. */
  checkProvider(
    resource: Resource,
    old: Resource | undefined,
  ): Promise<{ inputs: Props; failures: { property: string; reason: string }[] }>;
  /** What a provider is told with every operation. */
  operation(resource: Resource): Operation;
  /** Reports an error and goes on planning: in a preview everything that is wrong is told at once. */
  report(urn: string, message: string): void;
}

export class StepGenerator {
  /** URNs that the program registered or read. */
  readonly seen = new Set<string>();
  readonly skippedCreates = new Set<string>();
  /** Old resources that are deleted before their replacement. */
  private readonly deletedEarly = new Set<Resource>();
  private readonly olds = new Map<string, Resource>();
  private readonly former = new Map<string, string[]>();
  /** Deleted early, by URN -> the properties that were the reason. */
  private readonly awaitingReplacement = new Map<string, string[]>();

  constructor(
    private readonly host: GeneratorHost,
    private readonly before: readonly Resource[],
  ) {
    for (const resource of before) if (!resource.delete) this.olds.set(resource.urn, resource);
  }

  urnOf(goal: Pick<Goal, "type" | "name" | "parent">): string {
    return makeUrn(this.host.stack, this.host.project, goal.parent, goal.type, goal.name);
  }

  async register(goal: Goal): Promise<Step[]> {
    const urn = this.urnOf(goal);
    if (this.seen.has(urn)) throw new PlanError(urn, [duplicateUrn(urn)]);
    const old = this.findOld(urn, goal);
    this.seen.add(urn);
    const fresh = newResource(urn, goal, old);
    if (this.host.destroying || !this.host.targets.includesRegistered(fresh)) return [this.leaveAlone(fresh, old)];
    this.refuseSkippedDependencies(fresh);
    if (isProviderType(goal.type)) return this.planProvider(fresh, old);
    if (!goal.custom) return this.planComponent(fresh, old);
    return isImport(goal, old) ? this.planImport(goal, fresh, old) : this.planCustom(goal, fresh, old);
  }

  read(goal: ReadGoal): Step[] {
    const urn = this.urnOf(goal);
    if (this.seen.has(urn)) throw new PlanError(urn, [duplicateUrn(urn)]);
    this.seen.add(urn);
    const old = this.olds.get(urn);
    const fresh = readResource(urn, goal, old);
    if (old && !old.external) return [step("read-replacement", old, fresh, { leavesOld: true }), step("replace", old, fresh)];
    return [step("read", old, fresh)];
  }

  private findOld(urn: string, goal: Goal): Resource | undefined {
    const former = formerUrns(goal, urn, goal.parent ? (this.former.get(goal.parent) ?? []) : []);
    const found = [urn, ...former].find((candidate) => this.olds.has(candidate) && (candidate === urn || !this.seen.has(candidate)));
    if (found !== undefined && found !== urn) this.host.renamed.set(found, urn);
    this.former.set(urn, former);
    return found === undefined ? undefined : this.olds.get(found);
  }

  /** What is no target keeps its old state, or is only pretended to be created. */
  private leaveAlone(fresh: Resource, old: Resource | undefined): Step {
    if (old) return step("same", old, { ...old, urn: fresh.urn });
    this.skippedCreates.add(fresh.urn);
    return step("same", { ...fresh, inputs: {}, outputs: {} }, fresh, { skipped: true });
  }
  private refuseSkippedDependencies(fresh: Resource): void {
    const skipped = fresh.dependencies.find((urn) => this.skippedCreates.has(urn));
    if (skipped !== undefined && !isProviderType(fresh.type)) throw new PlanError(fresh.urn, [dependsOnSkipped(fresh.urn, skipped)]);
  }

  private async planProvider(fresh: Resource, old: Resource | undefined): Promise<Step[]> {
    const checked = await this.host.checkProvider(fresh, old);
    failOnCheck(fresh, checked.failures);
    fresh.inputs = markLike(checked.inputs, fresh.inputs);
    return this.fromDiff(fresh, old, old ? diffInputs(withoutNotes(old.inputs), withoutNotes(fresh.inputs)) : undefined);
  }
  private planComponent(fresh: Resource, old: Resource | undefined): Step[] {
    // Of a component is only told that something changed.
    const diff = old && { ...diffInputs(old.inputs, fresh.inputs), diffs: [] };
    return this.fromDiff(fresh, old, diff);
  }

  /** What is there already becomes ours; then it is changed like what always was. Read while planning, because the rest follows from it. */
  private async planImport(goal: Goal, fresh: Resource, old: Resource | undefined): Promise<Step[]> {
    const provider = await this.host.providerOf(fresh);
    // What the program ignores it says nothing about.
    const wanted = newResource(fresh.urn, goal, { ...fresh, inputs: {} });
    wanted.inputs = await this.check(provider, wanted, wanted.inputs, {});
    const id = goal.importId ?? "";
    const found = await provider.read({ ...this.host.operation(fresh), id, inputs: revealSecrets(wanted.inputs), outputs: {} });
    if (!found) throw new PlanError(fresh.urn, [notThere(id, this.host.preview)]);
    const imported = { ...wanted, id: found.id, inputs: markLike(found.inputs, wanted.inputs), outputs: found.outputs };
    const taken = old
      ? [step("import-replacement", old, imported, { leavesOld: true }), step("replace", old, imported)]
      : [step("import", imported, imported)];
    const [next, ...rest] = await this.planCustom(goal, newResource(fresh.urn, goal, imported), imported);
    return !next || next.op === "same" ? taken : [...taken, next, ...rest];
  }

  private async planCustom(goal: Goal, fresh: Resource, old: Resource | undefined): Promise<Step[]> {
    const provider = await this.host.providerOf(fresh);
    const recreated = old && this.awaitingReplacement.has(old.urn);
    const wanted = fresh.inputs;
    // What was deleted, or never was ours, has no old inputs that defaults could come from.
    const olds = !old || recreated || old.external || this.host.targets.isReplaced(fresh.urn) ? {} : old.inputs;
    fresh.inputs = await this.check(provider, fresh, wanted, olds);
    if (!old) return [step("create", undefined, fresh)];
    if (recreated) {
      const keys = this.awaitingReplacement.get(old.urn) ?? [];
      this.awaitingReplacement.delete(old.urn);
      return [step("replace", old, fresh), step("create-replacement", old, fresh, { keys })];
    }
    if (old.external) {
      return [step("create-replacement", old, fresh, { leavesOld: true }), step("replace", old, fresh)];
    }
    const diff = await this.diff(provider, old, fresh);
    if (!needsReplacement(diff) && !old.pendingReplacement) return this.fromDiff(fresh, old, diff);
    return this.planReplacement(goal, provider, fresh, old, diff, wanted);
  }

  private async diff(provider: Provider, old: Resource, fresh: Resource): Promise<Diff> {
    if (this.host.targets.isReplaced(fresh.urn)) return replacementBy("id");
    if (providerChanged(old, fresh)) return replacementBy("provider");
    const diff = await diffCustom(provider, old, fresh, parseUrn(fresh.urn).name);
    if (diff.changed && needsReplacement(diff)) return diff;
    const replaced = (fresh.replaceWith ?? []).some((urn) => this.replacedNow.has(urn));
    const container = fresh.deletedWith !== undefined && this.replacedNow.has(fresh.deletedWith);
    return replaced || container ? { ...diff, changed: true, replaces: [replaced ? "replaceWith" : "deletedWith"] } : diff;
  }
  /** URNs that are replaced in this run. */
  private readonly replacedNow = new Set<string>();

  private async planReplacement(
    goal: Goal,
    provider: Provider,
    fresh: Resource,
    old: Resource,
    diff: Diff,
    wanted: Props,
  ): Promise<Step[]> {
    // Protection may be taken off by the update that replaces.
    if (old.protect && fresh.protect) {
      if (!this.host.preview) throw new PlanError(fresh.urn, [replaceProtected(fresh.urn)]);
      this.host.report(fresh.urn, replaceProtected(fresh.urn));
    }
    if (goal.importId !== undefined) {
      if (!this.host.preview) throw new PlanError(fresh.urn, [replaceImported(diff.replaces)]);
      this.host.operation(fresh).log("warning", replaceImported(diff.replaces));
    }
    this.replacedNow.add(fresh.urn);
    // Defaults that came from the old inputs do not hold for a new resource.
    if (!this.host.targets.isReplaced(fresh.urn)) fresh.inputs = await this.check(provider, fresh, wanted, {});
    const because = { keys: diff.replaces, diffs: diff.diffs, detailedDiff: diff.detailedDiff };
    if (!(goal.deleteBeforeReplace ?? diff.deleteBeforeReplace) && !old.pendingReplacement) {
      return [step("create-replacement", old, fresh, { ...because, leavesOld: true }), step("replace", old, fresh, because)];
    }
    const steps = await this.deleteDependents(old);
    if (!old.pendingReplacement) {
      this.deletedEarly.add(old);
      steps.push(step("delete-replaced", old, undefined, { beforeReplacement: true }));
    }
    return [...steps, step("replace", old, fresh, because), step("create-replacement", old, fresh, because)];
  }

  /** Before `root` is deleted, so are those dependents that its replacement will replace anyway; the last first. */
  private async deleteDependents(root: Resource): Promise<Step[]> {
    const replaced = new Set([root.urn]);
    const steps: Step[] = [];
    for (const dependent of dependentsOf(this.before, new Set([root.urn]))) {
      if (dependent.delete || this.seen.has(this.host.renamed.get(dependent.urn) ?? dependent.urn)) continue;
      const keys = await this.replacedThrough(dependent, replaced);
      if (!keys) continue;
      replaced.add(dependent.urn);
      if (this.deletedEarly.has(dependent)) continue;
      this.deletedEarly.add(dependent);
      this.awaitingReplacement.set(dependent.urn, keys);
      steps.unshift(step("delete-replaced", dependent, undefined, { beforeReplacement: true }));
    }
    return steps;
  }
  /** The properties by which a replacement of `replaced` replaces `dependent`, too; `undefined`: it does not. */
  private async replacedThrough(dependent: Resource, replaced: ReadonlySet<string>): Promise<string[] | undefined> {
    if (!dependent.custom || dependent.external || isProviderType(dependent.type)) return undefined;
    if (dependent.provider && replaced.has(splitProviderRef(dependent.provider).urn)) return [];
    const inputs: Props = { ...dependent.inputs };
    let touched = false;
    for (const [key, urns] of Object.entries(dependent.propertyDependencies ?? {})) {
      if (!(key in inputs) || !urns.some((urn) => replaced.has(urn))) continue;
      touched = true;
      inputs[key] = UNKNOWN;
    }
    if (!touched) return undefined;
    const provider = await this.host.providerOf(dependent);
    const diff = await diffCustom(provider, dependent, { ...dependent, inputs, ignoreChanges: [] }, parseUrn(dependent.urn).name);
    return needsReplacement(diff) ? diff.replaces : undefined;
  }

  private fromDiff(fresh: Resource, old: Resource | undefined, diff: Diff | undefined): Step[] {
    if (!old || !diff) return [step("create", undefined, fresh)];
    if (diff.changed) return [step("update", old, fresh, { diffs: diff.diffs, detailedDiff: diff.detailedDiff })];
    // Left half-made by an earlier run: an update without changes goes on with it.
    return [step((old.initErrors ?? []).length > 0 ? "update" : "same", old, fresh)];
  }

  private async check(provider: Provider, resource: Resource, inputs: Props, oldInputs: Props): Promise<Props> {
    const name = parseUrn(resource.urn).name;
    const response = await provider.check({
      urn: resource.urn,
      name,
      type: resource.type,
      oldInputs: revealSecrets(oldInputs),
      newInputs: revealSecrets(inputs),
      randomSeed: createHash("sha256").update(resource.urn).digest(),
    });
    failOnCheck({ ...resource, inputs }, response.failures);
    return markLike(response.inputs, inputs);
  }
}

function failOnCheck(resource: Resource, failures: { property: string; reason: string }[]): void {
  if (failures.length === 0) return;
  throw new PlanError(resource.urn, checkFailures(resource, parseUrn(resource.urn).name, resource.inputs, failures));
}
/** Keys with two underscores are notes of engines and plug-ins (`__pulumi-go-provider-version`): no change of the program's. */
const withoutNotes = (inputs: Props): Props => Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));

/** What has been imported once under that id is ours. The id to import by may be another than the one that the provider then gives. */
const isImport = ({ custom, importId }: Goal, old: Resource | undefined): boolean =>
  custom && importId !== undefined && (!old || old.external === true || (old.importID ?? old.id) !== importId);
