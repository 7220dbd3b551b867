import type { PlannedStep, Props, Provider, Value } from "./engine";
import { maskSecrets } from "./engine";
import { interruptionsOf } from "./interruptions";
import { connectionHost, masked } from "./planned-inputs";
import { type Checkout, type Plan, planOf, type PlannedResource, protectionChange } from "./plan";
import { PROJECT, pretend } from "./planner";
import { builtinProviders } from "./providers";
import { withNothingFound } from "./providers/docker";
import { inTemporaryFolder } from "./temporary-folder";

/** A plan as `infra/golden` keeps it: resources by type and name, a step's document as an object. */
export interface GoldenPlan {
  outputs: Props;
  resources: Record<string, GoldenResource>;
}
interface GoldenResource {
  /** Name alone. */
  parent?: string;
  protect?: boolean;
  retainOnDelete?: boolean;
  inputs?: Props;
}

/** Plans a stack against a plan that is committed. Its secrets are masked there: whether one changed is not seen. */
export function planAgainstGolden(here: Checkout, stack: string, golden: GoldenPlan): Promise<Plan> {
  return inTemporaryFolder(async (stateDir) => {
    const named = { ...here, name: "this checkout" };
    const referred = (name: string): Promise<Props> => pretend(named, name, stateDir, referred).then(({ outputs }) => outputs);
    const result = await pretend(named, stack, stateDir, referred);
    const compared = await Promise.all(result.steps.map((step) => compare(step, golden)));
    const plan = planOf(stack, result, golden.outputs);
    const resources = [...compared.map(({ resource }) => resource), ...gone(golden, stack, result.steps)];
    return {
      ...plan,
      interruptions: interruptionsOf(compared.map(({ step }) => step)),
      resources: resources.sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0)),
    };
  });
}

/** A step of an `up` from nothing as what it would be where the golden plan stands. */
async function compare(step: PlannedStep, golden: GoldenPlan): Promise<{ step: PlannedStep; resource: PlannedResource }> {
  const { urn, type, new: made } = step;
  const known = golden.resources[urn.split("::").slice(2).join("::")];
  const custom = made?.custom ?? true;
  const inputs = inGoldenForm(masked(made?.inputs ?? {}));
  const before = known && custom ? inGoldenForm(known.inputs ?? {}) : undefined;
  const { op, replaceKeys } = await difference(step, known !== undefined, before, inputs);
  const machine = connectionHost(made?.inputs ?? {});
  const protection = known && protectionChange(known.protect === true, made?.protect === true);
  const resource: PlannedResource = {
    op,
    urn,
    type,
    custom,
    ...(made?.parent === undefined ? {} : { parent: made.parent }),
    ...(made?.protect === true || known?.protect === true ? { protect: true } : {}),
    ...(protection && { protection }),
    ...(op === "replace" && known?.retainOnDelete && { retainOnDelete: true }),
    dependencies: [...(made?.dependencies ?? [])].sort(),
    ...(machine === undefined ? {} : { machine }),
    inputs,
    ...(before && (op === "update" || op === "replace") && { before }),
    changedSecrets: [],
    replaceKeys,
  };
  return { step: { ...step, op }, resource };
}

async function difference(
  { urn, type, new: made, op }: PlannedStep,
  isKnown: boolean,
  before: Props | undefined,
  inputs: Props,
): Promise<{ op: PlannedStep["op"]; replaceKeys: string[] }> {
  const is = (word: PlannedStep["op"], replaceKeys: string[] = []) => ({ op: word, replaceKeys });
  // Providers are not in a golden plan.
  if (type.startsWith("pulumi:")) return is(op === "read" ? "read" : "same");
  if (!isKnown) return is("create");
  if (before === undefined || JSON.stringify(sorted(before)) === JSON.stringify(sorted(inputs))) return is("same");
  const provider: Provider | undefined = builtinProviders({ hosts: [], localDirs: [] })[type.split(":")[0] ?? ""]?.();
  if (!provider) return is("update");
  const oldOutputs = type.startsWith("docker:") ? withNothingFound(type, before) : before;
  const name = urn.split("::").at(-1) ?? "";
  const found = await provider.diff({
    urn,
    name,
    type,
    id: made?.id ?? name,
    oldInputs: before,
    oldOutputs,
    newInputs: inputs,
    ignoreChanges: [],
  });
  if (found.changes === "none") return is("same");
  const replaces = Object.entries(found.detailedDiff).flatMap(([at, { kind }]) => (kind.endsWith("-replace") ? [at] : []));
  const keys = found.replaces.length > 0 ? found.replaces : replaces;
  return is(keys.length > 0 ? "replace" : "update", keys);
}

/** What the golden plan has and the program no longer. */
function gone(golden: GoldenPlan, stack: string, steps: readonly PlannedStep[]): PlannedResource[] {
  const urnOf = (at: string): string => `urn:pulumi:${stack}::${PROJECT}::${at}`;
  const there = new Set(steps.map(({ urn }) => urn));
  return Object.entries(golden.resources).flatMap(([at, { parent, protect, retainOnDelete, inputs = {} }]): PlannedResource[] => {
    if (there.has(urnOf(at))) return [];
    const types = at.slice(0, at.lastIndexOf("::")).split("$");
    const type = types.at(-1) ?? "";
    const above = types.length > 1 ? `${types.slice(0, -1).join("$")}::${parent ?? ""}` : `pulumi:pulumi:Stack::${parent ?? ""}`;
    const host = typeof inputs["connection"] === "object" ? connectionHost(inputs) : undefined;
    return [
      {
        op: "delete",
        urn: urnOf(at),
        type,
        custom: !type.startsWith("flowfleet:"),
        ...(parent === undefined ? {} : { parent: urnOf(above) }),
        ...(protect === true ? { protect } : {}),
        ...(retainOnDelete === true ? { retainOnDelete } : {}),
        dependencies: [],
        ...(host === undefined ? {} : { machine: host }),
        inputs: inGoldenForm(inputs),
        changedSecrets: [],
        replaceKeys: [],
      },
    ];
  });
}

/** The helper's own source is left out of golden plans; documents are laid out the same. */
function inGoldenForm({ stdin, ...inputs }: Props): Props {
  if (stdin === undefined) return inputs;
  const document = typeof stdin === "string" && stdin.startsWith("{") ? (JSON.parse(stdin) as Value) : stdin;
  if (typeof document !== "object" || document === null || Array.isArray(document)) return { ...inputs, stdin: document };
  const shown = "revision" in document && "files" in document ? { ...document, revision: "…", files: "…" } : document;
  return { ...inputs, stdin: `${JSON.stringify(shown, null, 2)}\n` };
}

const sorted = (value: Value): Value => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(maskSecrets(value))
      .filter(([key]) => !key.startsWith("__"))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};
