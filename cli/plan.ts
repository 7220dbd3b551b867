import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { readStack } from "../infra/config/stacks";
import { type Checkout, type Plan, plan } from "../rehearsal/plan";
import { checkout, checkStack } from "./checkout";
import { CliError } from "./explain";
import { planText } from "./plan-text";

export interface PlanFlags {
  stack: string;
  format: "text" | "json";
  out?: string;
  /** Branch, tag or commit. */
  base?: string;
}

/** Runs `flowfleet plan`. */
export async function printPlan({ stack, format, out, base }: PlanFlags): Promise<void> {
  const { problems } = readStack(checkout, checkStack(stack));
  if (problems.length > 0) throw new CliError(problems.join("\n"));
  const here = { ...checkoutAt(checkout), stack };
  const planned = base === undefined ? await plan(here) : await against(base, (before) => plan({ ...here, ...before }));
  const errors = planned.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message.trimEnd());
  if (!planned.succeeded) throw new CliError(`The plan of stack ${stack} failed.\n${errors.join("\n")}`);
  const text = format === "json" ? `${JSON.stringify(planned, null, 2)}\n` : planText(planned);
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(out, text);

  /** A stack that the base did not have yet is planned from nothing. */
  async function against(ref: string, work: (before: { base?: Checkout & { name: string } }) => Promise<Plan>): Promise<Plan> {
    const folder = mkdtempSync(path.join(tmpdir(), "flowfleet-base-"));
    try {
      await unpack(ref, folder);
      return await work(existsSync(path.join(folder, `Pulumi.${stack}.yaml`)) ? { base: { ...checkoutAt(folder), name: ref } } : {});
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** What is committed there; it runs with the libraries of this checkout. */
async function unpack(ref: string, folder: string): Promise<void> {
  const commit = await execa("git", ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], {
    cwd: checkout,
    reject: false,
  });
  if (commit.exitCode !== 0) throw new CliError(`--base ${ref}: is no branch, tag or commit of this checkout.`);
  const archive = path.join(folder, "base.tar");
  await execa("git", ["archive", "--output", archive, commit.stdout], { cwd: checkout });
  await execa("tar", ["-xf", archive, "-C", folder]);
  symlinkSync(path.join(checkout, "node_modules"), path.join(folder, "node_modules"));
}

const checkoutAt = (cwd: string): Checkout => ({
  cwd,
  // Missing secrets; the same every time.
  config: (stack) => Object.fromEntries(readStack(cwd, stack).missingSecrets.map(({ path: at }) => [at, { secret: `stand-in for ${at}` }])),
});
