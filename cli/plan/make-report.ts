import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { readStack } from "../../infra/config/stacks";
import { SYSTEM_NAMES } from "../../infra/config/systems";
import { containsUnknown, type UntypedDeployment } from "../../rehearsal/engine";
import { type GoldenPlan, planAgainstGolden } from "../../rehearsal/golden-side";
import { type Checkout, type Plan, planOf, previewIn } from "../../rehearsal/plan";
import { Planner } from "../../rehearsal/planner";
import { planAgainstState } from "../../rehearsal/state-side";
import { inTemporaryFolder } from "../../rehearsal/temporary-folder";
import { CliError } from "../explain";
import { type BaseCheckout, unpackBase } from "./base-checkout";
import { stackReport } from "./compose";
import { pretendedResources } from "./pretended";
import type { Against, PlanReport, StackReport } from "./report";
import { configuredSecrets } from "./security";
import { plannedConfig, secretMarks } from "./stand-ins";
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
}

/**
 * Plans stacks and says what changes. Nothing outside is touched.
 *
 * @throws CliError for whatever was asked wrongly, or does not plan.
 */
export async function makeReport({ root, stacks, other, modules }: ReportOptions): Promise<PlanReport> {
  const problems = stacks.flatMap((stack) => readStack(root, stack).problems.map(String));
  if (problems.length > 0) throw new CliError(problems.join("\n"));
  const here: Checkout = { cwd: root, config: (stack) => plannedConfig(root, stack) };
  const names = [...new Set(stacks)].sort();
  switch (other.kind) {
    case "commit": {
      const base = await unpackBase(root, other.ref, modules);
      try {
        return {
          version: 1,
          against: { kind: "commit", name: other.ref, commit: base.commit },
          stacks: await againstCommit(here, base, names, other.ref),
        };
      } finally {
        base.remove();
      }
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

async function againstCommit(here: Checkout, base: BaseCheckout, stacks: readonly string[], ref: string): Promise<StackReport[]> {
  const has = (stack: string): boolean => existsSync(path.join(base.folder, `Pulumi.${stack}.yaml`));
  const planner = new Planner(here, { cwd: base.folder, config: (stack) => plannedConfig(base.folder, stack), name: ref, has });
  try {
    return await each(stacks, async (stack) => {
      const plan = checked(await planner.plan(stack));
      const secrets = configuredSecrets(stack, secretMarks(base.folder, stack), secretMarks(here.cwd, stack));
      return stackReport(plan, { ...(await beside(here, plan)), isNew: !has(stack), configuredSecrets: secrets });
    });
  } finally {
    planner.close();
  }
}

async function againstGolden(here: Checkout, stack: string): Promise<StackReport> {
  const file = path.join(here.cwd, "infra", "golden", `${stack}.json`);
  if (!existsSync(file)) return fromNothing(here, stack, [`infra/golden/${stack}.json is not there: everything is new`]);
  const golden = JSON.parse(readFileSync(file, "utf8")) as GoldenPlan;
  const plan = checked(await planAgainstGolden(here, stack, golden));
  return stackReport(plan, {
    ...(await beside(here, plan)),
    notes: ["the committed plan holds no secrets: whether one changed is not seen; --against COMMIT shows it"],
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

async function beside(here: Checkout, plan: Plan): Promise<Parameters<typeof stackReport>[1]> {
  const { cwd } = here;
  const { config } = readStack(cwd, plan.stack);
  const environmentOf = (system: string): string => {
    const name = SYSTEM_NAMES.find((one) => one === system);
    const settings: unknown = name === undefined ? undefined : config?.[name];
    const environment = typeof settings === "object" && settings !== null && "environment" in settings ? settings.environment : undefined;
    return typeof environment === "string" ? environment : plan.stack;
  };
  // What is new is not all known in a plan: rules are asked about it as it will be.
  const isKnown = plan.judged.every(({ inputs }) => !containsUnknown(inputs));
  const { violations, unused } = judged(isKnown ? plan : { ...plan, judged: await pretendedResources(here, plan.stack) }, config?.policies);
  return {
    isNew: false,
    environmentOf,
    configuredSecrets: [],
    unused: [...unusedSettings(cwd, plan), ...unused],
    violations,
    notes: [],
  };
}
