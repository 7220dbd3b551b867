import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { findingLine } from "../../infra/config/places";
import { readStack } from "../../infra/config/stacks";
import { SYSTEM_NAMES } from "../../infra/config/systems";
import { containsUnknown, type Props, type UntypedDeployment } from "../../rehearsal/engine";
import { type GoldenPlan, planAgainstGolden } from "../../rehearsal/golden-side";
import { type Checkout, type Plan, planOf, previewIn } from "../../rehearsal/plan";
import { hashesIn, KeptPlans } from "../../rehearsal/kept-plans";
import { Planner } from "../../rehearsal/planner";
import { planAgainstState } from "../../rehearsal/state-side";
import { inTemporaryFolder } from "../../rehearsal/temporary-folder";
import { CliError, CliErrors } from "../explain";
import { type BaseCheckout, type BaseCommit, baseCommit, fileOf, unpackBase } from "./base-checkout";
import { stackReport } from "./compose";
import { ownVersion } from "./own-version";
import { pretendedResources } from "./pretended";
import type { Against, PlanReport, StackReport } from "./report";
import { configuredSecrets } from "./security";
import { GOLDEN_RELEASES, hasExampleReleases } from "./example-releases";
import { goldenConfig, plannedConfig, secretMarks, stackFile } from "./stand-ins";
import { unusedSettings } from "./unused";
import { judged } from "./violations";

/** What to compare with, as it was asked for. */
export type Other = { kind: "commit"; ref: string } | { kind: "golden" } | { kind: "state"; file: string } | { kind: "nothing" };

export interface ReportOptions {
  /** Folder with `Pulumi.yaml`. */
  root: string;
  stacks: readonly string[];
  other: Other;
  /** Folder for libraries of other lock files. */
  modules: string;
  /** Folder of what other sides came to in earlier plans. Absent: everything is planned anew. */
  kept?: string;
}

/**
 * Plans stacks and says what changes. Nothing outside is touched.
 *
 * @throws CliError for whatever was asked wrongly, or does not plan.
 */
export async function makeReport({ root, stacks, other, modules, kept }: ReportOptions): Promise<PlanReport> {
  const problems = stacks.flatMap((stack) => readStack(root, stack).findings.map(findingLine));
  if (problems.length > 0) throw new CliErrors(problems);
  const here: Checkout = {
    cwd: root,
    config: (stack) => plannedConfig(root, stack),
    ...(kept !== undefined && { hashes: hashesIn(kept) }),
  };
  const names = [...new Set(stacks)].sort();
  switch (other.kind) {
    case "commit": {
      const base = await baseCommit(root, other.ref);
      return report({ kind: "commit", name: other.ref, commit: base.commit }, await againstCommit(here, base, names, { modules, kept }));
    }
    case "golden":
      return report({ kind: "golden" }, await each(names, (stack) => againstGolden(here, stack)));
    case "state": {
      const exported = readExport(other.file);
      return report(
        { kind: "state", file: path.basename(other.file) },
        await each(names, (stack) => againstState(here, stack, exported, other.file)),
      );
    }
    case "nothing":
      return report({ kind: "nothing" }, await each(names, (stack) => fromNothing(here, stack, [])));
    default:
      return other satisfies never;
  }
}

const report = (against: Against, stacks: StackReport[]): PlanReport => ({ version: 1, against, stacks });

/** One after the other: each keeps two processors busy. */
async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await work(item));
  return done;
}

async function againstCommit(
  here: Checkout,
  base: BaseCommit,
  stacks: readonly string[],
  { modules, kept }: Pick<ReportOptions, "modules" | "kept">,
): Promise<StackReport[]> {
  const has = (stack: string): boolean => base.files.has(`Pulumi.${stack}.yaml`);
  let unpacking: Promise<BaseCheckout> | undefined;
  const files = async (): Promise<Checkout> => {
    const { folder } = await (unpacking ??= unpackBase(here.cwd, base, modules));
    return { ...here, cwd: folder, config: (stack) => plannedConfig(folder, stack) };
  };
  const planner = new Planner(here, {
    name: base.ref,
    has,
    files,
    ...(kept !== undefined && { kept: new KeptPlans(kept, [base.tree, ownVersion()]) }),
  });
  try {
    return await each(stacks, async (stack) => {
      const plan = checked(await planner.plan(stack));
      const before = await fileOf(here.cwd, base, `Pulumi.${stack}.yaml`);
      const secrets = configuredSecrets(stack, secretMarks(before), secretMarks(stackFile(here.cwd, stack)));
      const referred = (name: string) => planner.referredNow(name);
      return stackReport(plan, { ...(await beside(here, plan, referred)), isNew: !has(stack), configuredSecrets: secrets });
    });
  } finally {
    await planner.close();
    await unpacking?.then(
      ({ remove }) => {
        remove();
      },
      () => undefined,
    );
  }
}

async function againstGolden(here: Checkout, stack: string): Promise<StackReport> {
  const file = path.join(here.cwd, "infra", "golden", `${stack}.json`);
  if (!existsSync(file)) return fromNothing(here, stack, []);
  const golden = JSON.parse(readFileSync(file, "utf8")) as GoldenPlan;
  const plan = checked(await planAgainstGolden({ ...here, config: (name) => goldenConfig(here.cwd, name) }, stack, golden));
  return stackReport(plan, {
    ...(await beside(here, plan)),
    notes: [
      "the committed plan holds no secrets: whether one changed is not seen; --against COMMIT shows it",
      ...(hasExampleReleases(here.cwd, stack)
        ? []
        : [
            `the committed plan is made of the releases in ${GOLDEN_RELEASES}/${stack}.yaml: what was released since shows as a change; --against COMMIT compares with the releases of that commit`,
          ]),
    ],
  });
}

async function againstState(here: Checkout, stack: string, exported: UntypedDeployment, file: string): Promise<StackReport> {
  const other = exported.deployment.resources?.find(({ urn }) => urn.split("::")[0] !== `urn:pulumi:${stack}`);
  if (other)
    throw new CliError(
      `--against-state ${file}: is of another stack (${other.urn.split("::")[0]?.slice("urn:pulumi:".length) ?? ""}), not of ${stack}.`,
    );
  const plan = checked(await planAgainstState(here, stack, exported));
  const pending = exported.deployment.pending_operations?.length ?? 0;
  return stackReport(plan, {
    ...(await beside(here, plan)),
    isNew: (exported.deployment.resources ?? []).length === 0,
    notes: [
      "secrets of the state were not decrypted: whether one changed is not seen",
      ...(pending > 0 ? [`${pending} operations of the state were cut off and are left out`] : []),
    ],
  });
}

function fromNothing(here: Checkout, stack: string, notes: string[]): Promise<StackReport> {
  return inTemporaryFolder(async (stateDir) => {
    const plan = checked(planOf(stack, await previewIn(here, stack, stateDir)));
    return stackReport(plan, { ...(await beside(here, plan)), isNew: true, notes });
  });
}

function readExport(file: string): UntypedDeployment {
  const refuse = (wrong: string): CliError =>
    new CliError(`--against-state ${file}: ${wrong}. Make it with: pulumi stack export --stack STACK --file ${path.basename(file)}`);
  if (!existsSync(file)) throw refuse("there is no such file");
  let exported: Partial<UntypedDeployment>;
  try {
    exported = JSON.parse(readFileSync(file, "utf8")) as Partial<UntypedDeployment>;
  } catch {
    throw refuse("is no JSON");
  }
  if (exported.version !== 3 || exported.deployment === undefined) throw refuse("is no state that was exported (version 3)");
  return exported as UntypedDeployment;
}

/** @throws CliError with what the program says, when it cannot be planned. */
function checked(plan: Plan): Plan {
  if (plan.succeeded) return plan;
  const errors = plan.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message.trimEnd());
  throw new CliError(`The plan of stack ${plan.stack} failed.\n${errors.join("\n")}`);
}

/** @param referred Outputs of stacks that this one refers to, where they are known. */
async function beside(
  here: Checkout,
  plan: Plan,
  referred?: (stack: string) => Promise<Props>,
): Promise<Parameters<typeof stackReport>[1]> {
  const { cwd } = here;
  const { config } = readStack(cwd, plan.stack);
  const environments = new Map<string, string>(
    SYSTEM_NAMES.flatMap((name) => {
      const settings = config?.[name];
      return settings !== undefined && "environment" in settings ? [[name, settings.environment] as const] : [];
    }),
  );
  // Machines, and what is deleted, are in the environment that all others are in.
  const [usual = plan.stack, ...others] = new Set(environments.values());
  const environmentOf = (system: string): string => environments.get(system) ?? (others.length > 0 ? plan.stack : usual);
  // What is new is not all known in a plan: rules are asked about it as it will be.
  const isKnown = plan.judged.every(({ inputs }) => !containsUnknown(inputs));
  const { violations, unused } = judged(
    isKnown ? plan : { ...plan, judged: await pretendedResources(here, plan.stack, referred) },
    config?.policies,
  );
  return {
    isNew: false,
    environmentOf,
    configuredSecrets: [],
    unused: [...unusedSettings(cwd, plan), ...unused],
    violations,
    notes: [],
  };
}
